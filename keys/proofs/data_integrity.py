"""Embedded proofs: adding and checking share the same bytes (VC Data Integrity 1.0, VC-DI-EDDSA, VC-DI-ECDSA)."""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from keys import base58, ecdsa, ed25519
from keys.errors import KeyFormatError, ProofError
from keys.proofs import ecdsa_sd_2023
from keys.proofs.suites import DATA_INTEGRITY, Suite, suite_of
from keys.public_key import KeyKind, PublicKey
from schemas.canonical_json import canonicalise as canonical_json
from schemas.errors import DocumentError
from schemas.strict_json import JsonObject, JsonValue

if TYPE_CHECKING:
    from schemas.jsonld import Canonicalise

PROOF_MEMBERS: Final = frozenset(
    {"type", "cryptosuite", "created", "expires", "verificationMethod", "proofPurpose", "proofValue", "id"}
    | {"domain", "challenge", "nonce", "previousProof", "@context"}
)
"""Members that a proof may have (DI 2.1; `@context` for jcs suites); any other is refused."""

_REQUIRED = ("type", "verificationMethod", "proofPurpose")
_SIGNATURE_BYTES = {"Ed25519": 64, "P-256": 64, "P-384": 96}
_MAX_VALUE_CHARACTERS = 140  # 96 bytes have at most 132 base58 signs
_LARGEST_OFFSET = timedelta(hours=14)  # XSD 1.1 part 2, section 3.3.7
_STAMP = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)


@dataclass(frozen=True, slots=True)
class SecuredInput:
    """What a key signs.

    Attributes:
        message: options hash and document hash joined, options first (EdDSA 3.2.4): 64 bytes, 96 for P-384.
        document_hash: 32 bytes, 48 for P-384.
        options_hash: of the proof without `proofValue`; the same length.
    """

    message: bytes
    document_hash: bytes
    options_hash: bytes


def hash_options(
    context: JsonValue, options: JsonObject, *, canonicalise: "Canonicalise", key_kind: KeyKind = "Ed25519"
) -> bytes:
    """The hash of proof options alone; in a batch it is the same for every badge of one second.

    Args:
        context: the document's `@context`, None if it has none.
        options: the proof without `proofValue`.
        canonicalise: RDFC-1.0 for rdfc suites.
        key_kind: P-384 means SHA-384 (ECDSA 3.2.4).
    """
    if suite_of(options).canonical == "jcs":
        return _jcs_digest(options, key_kind)
    if context is not None:
        options = {**options, "@context": context}  # 3.2.5; the added context does not stay in the proof
    return _rdfc_digest(options, canonicalise, key_kind)


def prepare(
    document: JsonObject,
    options: JsonObject,
    *,
    canonicalise: "Canonicalise",
    key_kind: KeyKind | None = None,
    options_hash: bytes | None = None,
) -> SecuredInput:
    """The bytes that a proof signs.

    Args:
        document: without `proof`; for a proof that continues a chain with `proof` := the referenced proofs.
        options: the proof without `proofValue`; its type and cryptosuite choose the suite.
        canonicalise: RDFC-1.0 for rdfc suites, not called for jcs suites.
        key_kind: the signing key's kind; None means the suite's usual one, Ed25519 or P-256.
        options_hash: from `hash_options`, where the caller has it.

    Raises:
        ProofError: ``proof.suite`` unknown suite or a kind of key that it does not work with; ``proof.members``
            when the proof's own `@context` is not the document's (EdDSA 3.3.2; we require equality).
        DocumentError: the document cannot be canonicalised safely.

    Source: EdDSA 3.2.3–3.2.5 and 3.3.3–3.3.5, ECDSA likewise.
    """
    suite = suite_of(options)
    kind = key_kind or ("Ed25519" if "Ed25519" in suite.kinds else "P-256")
    if kind not in suite.kinds or suite.canonical == "sd":
        raise ProofError("proof.suite", f"{suite.name} does not sign whole documents with {kind}")
    context = document.get("@context")
    if "@context" in options and options["@context"] != context:
        # a context appended after signing would change what the words of a jcs document mean
        raise ProofError("proof.members", "the proof's @context is not the document's")
    if suite.canonical == "jcs":
        document_hash = _jcs_digest(document, kind)
    else:
        document_hash = _rdfc_digest(document, canonicalise, kind)
    if options_hash is None:
        options_hash = hash_options(context, options, canonicalise=canonicalise, key_kind=kind)
    return SecuredInput(options_hash + document_hash, document_hash, options_hash)


def _jcs_digest(value: JsonObject, kind: KeyKind) -> bytes:
    try:
        data = canonical_json(value)
    except ValueError as error:
        raise DocumentError("input.json", detail=str(error)) from error
    return hashlib.sha384(data).digest() if kind == "P-384" else hashlib.sha256(data).digest()


def _rdfc_digest(value: JsonObject, canonicalise: "Canonicalise", kind: KeyKind) -> bytes:
    if kind == "P-384":  # SHA-384 also inside RDFC-1.0 (ECDSA 3.2.3)
        return hashlib.sha384(canonicalise(value, hash_name="sha384").encode()).digest()
    return hashlib.sha256(canonicalise(value).encode()).digest()


def attach(document: JsonObject, options: JsonObject, signature: bytes) -> JsonObject:
    """A new document with the proof added; beside proofs that are there already it makes an array of them."""
    proof: JsonObject = {**options, "proofValue": "z" + base58.encode(signature)}
    there = proofs_of(document)
    return {**document, "proof": [*there, proof] if there else proof}


def format_created(moment: datetime) -> str:
    """An aware moment as we write it: UTC, whole seconds, ``Z``."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def proof_options(
    document: JsonObject, *, verification_method: str, created: datetime, cryptosuite: str, **members: JsonValue
) -> JsonObject:
    """The proof without `proofValue`.

    Args:
        document: for its `@context`, which jcs suites carry in the proof (EdDSA 3.3.1).
        verification_method: absolute DID URL of the key.
        created: aware; written in UTC and whole seconds.
        cryptosuite: one that we write.
        members: further members of DI 2.1, for example ``proofPurpose`` (else assertionMethod), ``domain``.

    Raises:
        ProofError: ``proof.suite`` for a suite that we do not write, ``proof.members`` for an unknown member.
    """
    options: JsonObject = {
        "type": DATA_INTEGRITY,
        "cryptosuite": cryptosuite,
        "created": format_created(created),
        "verificationMethod": verification_method,
        "proofPurpose": "assertionMethod",
        **members,
    }
    suite = suite_of(options)
    if not suite.writable:
        raise ProofError("proof.suite", f"{suite.name} is only read")
    if options.keys() - PROOF_MEMBERS or "proofValue" in options:
        raise ProofError("proof.members", "a member that a proof does not have")
    if suite.canonical == "jcs" and "@context" in document:
        options["@context"] = document["@context"]
    return options


def add_proof(  # noqa: PLR0913  the interface is fixed; every argument is one fact about the proof
    document: JsonObject,
    *,
    verification_method: str,
    created: datetime,
    sign: Callable[[bytes], bytes],
    canonicalise: "Canonicalise",
    cryptosuite: str = "eddsa-rdfc-2022",
    key_kind: KeyKind | None = None,
    **members: JsonValue,
) -> JsonObject:
    """A new document with one more proof.

    Args:
        document: may hold proofs already; `previousProof` among the members chains to them.
        verification_method: absolute DID URL of the key.
        created: aware; written in UTC and whole seconds.
        sign: from the bytes of `SecuredInput.message` to the raw signature.
        canonicalise: RDFC-1.0.
        cryptosuite: one that we write.
        key_kind: needed for P-384 only.
        members: as `proof_options`.

    Raises:
        ProofError: as `prepare` and `proof_options`; ``proof.chain`` for a reference to a proof that is not there.
        DocumentError: the document cannot be canonicalised safely.
    """
    options = proof_options(
        document, verification_method=verification_method, created=created, cryptosuite=cryptosuite, **members
    )
    unsecured = secured_document(document, options, proofs_of(document))
    secured = prepare(unsecured, options, canonicalise=canonicalise, key_kind=key_kind)
    return attach(document, options, sign(secured.message))


def proofs_of(document: JsonObject) -> list[JsonObject]:
    """The proofs of a document in order, whether one object, an array or none.

    Raises:
        ProofError: ``proof.members``: something that is no object stands where a proof should.
    """
    found = document.get("proof", [])
    listed = found if isinstance(found, list) else [found]
    proofs = [proof for proof in listed if isinstance(proof, dict)]
    if len(proofs) != len(listed):
        raise ProofError("proof.members", "a proof is not an object")
    return proofs


def referenced_proofs(proof: JsonObject, proofs: Sequence[JsonObject]) -> list[JsonObject]:
    """The proofs that `previousProof` names, in document order; empty without the member.

    Raises:
        ProofError: ``proof.chain``: neither text nor an array of it, empty, repeated, its own id, no such proof,
            or two of that id.

    Source: DI 4.5.
    """
    if "previousProof" not in proof:
        return []
    named = proof["previousProof"]
    wanted = named if isinstance(named, list) else [named]
    ids = {value for value in wanted if isinstance(value, str)}
    if not ids or len(ids) != len(wanted) or _text_id(proof) in ids:
        raise ProofError("proof.chain", "previousProof is not a text or an array of different texts")
    found = [other for other in proofs if _text_id(other) in ids]
    if {other["id"] for other in found} != ids or len(found) != len(ids):
        raise ProofError("proof.chain", "a previous proof is missing or ambiguous")
    return found


def _text_id(proof: JsonObject) -> str | None:
    found = proof.get("id")
    return found if isinstance(found, str) else None


def secured_document(document: JsonObject, proof: JsonObject, proofs: Sequence[JsonObject]) -> JsonObject:
    """The document as one proof covers it: without proofs, or with the array of those it continues (DI 4.5)."""
    previous = referenced_proofs(proof, proofs)
    result = {name: value for name, value in document.items() if name != "proof"}
    if previous:
        result["proof"] = list(previous)  # an array also when there is one
    return result


def check_signature(
    document: JsonObject,
    proof: JsonObject,
    key: PublicKey,
    *,
    canonicalise: "Canonicalise",
    proofs: Sequence[JsonObject] | None = None,
) -> None:
    """Check one proof's members, suite and signature with a key that the caller has resolved and bound.

    Times, purpose, key binding and whether referenced proofs hold are the verifier's own checks.

    Args:
        document: with or without `proof`; the proof under test is taken out here.
        proof: one proof object.
        key: the only key tried.
        canonicalise: RDFC-1.0.
        proofs: all proofs of the document, for `previousProof`; None takes them from the document.

    Raises:
        ProofError: ``proof.members``, ``proof.created``, ``proof.suite`` (also a kind of key that does not fit, and
            base proofs of ecdsa-sd-2023), ``proof.chain``, ``proof.signature``.
        UnknownSuiteError: ``proof.suite`` for a suite that we do not know.
        DocumentError: the document cannot be canonicalised safely.

    Source: DI 4.4; EdDSA 3.2.2, 3.2.7; ECDSA 3.2.2, 3.2.7.
    """
    suite = check_members(proof)
    if key.kind not in suite.kinds:
        raise ProofError("proof.suite", f"{suite.name} does not work with a key of kind {key.kind}")
    if proofs is None:
        proofs = proofs_of(document)
    unsecured = secured_document(document, proof, proofs)
    if suite.canonical == "sd":
        ecdsa_sd_2023.check(unsecured, proof, key, canonicalise=canonicalise)
        return
    signature = _signature(proof["proofValue"], key.kind)
    options = {name: value for name, value in proof.items() if name != "proofValue"}
    message = prepare(unsecured, options, canonicalise=canonicalise, key_kind=key.kind).message
    verify = ed25519.verify if key.kind == "Ed25519" else ecdsa.verifier(key.kind)
    if not verify(key.raw, message, signature):
        raise ProofError("proof.signature", "the signature is not good")


def holds(canonical: str, options: str, value: str, key: PublicKey) -> bool:
    """Whether a proof of eddsa-rdfc-2022 is good over a document and options that are in canonical form.

    Args:
        canonical: N-Quads of the document without `proof`.
        options: N-Quads of the proof without `proofValue`, with the document's `@context`.
        value: its `proofValue`.
        key: the only key tried.

    False for everything that `check_signature` would refuse about value and key.
    """
    if key.kind != "Ed25519":
        return False
    try:
        signature = _signature(value, key.kind)
    except ProofError:
        return False
    digests = hashlib.sha256(options.encode()).digest() + hashlib.sha256(canonical.encode()).digest()
    return ed25519.verify(key.raw, digests, signature)


def check_members(proof: JsonObject) -> Suite:
    """The suite of a proof whose members are those of DI 2.1 with the right JSON types.

    Raises:
        ProofError: ``proof.members`` or ``proof.created``; UnknownSuiteError as `suite_of`.
    """
    if proof.keys() - PROOF_MEMBERS:
        raise ProofError("proof.members", "a member that a proof does not have")
    for name in (*_REQUIRED, "proofValue"):
        if not isinstance(proof.get(name), str):
            raise ProofError("proof.members", f"{name} is missing or not text")
    created = proof.get("created")
    if "created" in proof and (not isinstance(created, str) or not is_date_time_stamp(created)):
        raise ProofError("proof.created", "created is not a dateTimeStamp")
    return suite_of(proof)


def is_date_time_stamp(text: str) -> bool:
    """Whether a text is an xsd:dateTimeStamp with a year up to 9999, an offset up to 14:00, and no leap second."""
    if not _STAMP.fullmatch(text):
        return False
    try:
        offset = datetime.fromisoformat(text).utcoffset()
    except ValueError:
        return False
    return offset is not None and abs(offset) <= _LARGEST_OFFSET


def _signature(value: JsonValue, kind: KeyKind) -> bytes:
    if not isinstance(value, str) or not value.startswith("z") or len(value) > _MAX_VALUE_CHARACTERS:
        raise ProofError("proof.signature", "proofValue is not base58btc multibase")
    try:
        signature = base58.decode(value[1:])
    except KeyFormatError as error:
        raise ProofError("proof.signature", error.detail) from error
    if len(signature) != _SIGNATURE_BYTES[kind]:
        raise ProofError("proof.signature", "the signature has the wrong length")
    return signature
