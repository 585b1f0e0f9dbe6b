"""Checking derived proofs of ecdsa-sd-2023 (VC-DI-ECDSA 3.5 and 3.6); base proofs are refused."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from keys import base64url, ecdsa
from keys.errors import KeyFormatError, ProofError
from keys.public_key import MULTICODEC, PublicKey
from schemas.plain_cbor import CborError, PlainCbor
from schemas.plain_cbor import read as read_cbor
from schemas.strict_json import JsonObject, JsonValue

if TYPE_CHECKING:
    from schemas.jsonld import Canonicalise

MAX_VALUE_CHARACTERS: Final = 512 << 10  # 2,000 statements of 66 bytes each have 176,000
_BASE_HEADER, _DERIVED_HEADER = b"\xd9\x5d\x00", b"\xd9\x5d\x01"
_SIGNATURE_BYTES = 64
_LABEL_BYTES = 32  # HMAC-SHA-256
_COMPONENTS = 5
_QUAD = re.compile(
    r"(_:c14n\d+|<[^>]*>) (<[^>]*>) "
    r'(_:c14n\d+|<[^>]*>|"(?:[^"\\]|\\.)*"(?:\^\^<[^>]*>|@[A-Za-z0-9-]+)?)'
    r"( (?:_:c14n\d+|<[^>]*>))? \.",
    re.DOTALL,
)
_BLANK = "_:c14n"


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedProof:
    """The components of a derived proof value (3.5.7).

    Attributes:
        base_signature: 64 bytes by the issuer's key over options, proof key and mandatory statements.
        proof_key: the key made for this credential alone; it signs single statements.
        signatures: 64 bytes each, one per statement that is not mandatory, in the order of the statements.
        labels: canonical blank-node number → the HMAC label that the issuer signed.
        mandatory: places of the mandatory statements.
    """

    base_signature: bytes
    proof_key: PublicKey
    signatures: Sequence[bytes]
    labels: Mapping[int, str]
    mandatory: frozenset[int]


def parse_proof_value(value: JsonValue) -> DerivedProof:
    """Read a derived proof value strictly.

    Raises:
        ProofError: ``proof.suite`` for a base proof, which only its holder may have; ``proof.signature`` for anything
            else that is not exactly a derived proof.

    Source: VC-DI-ECDSA 3.5.8.
    """
    if not isinstance(value, str) or not value.startswith("u") or len(value) > MAX_VALUE_CHARACTERS:
        raise ProofError("proof.signature", "proofValue is not base64url multibase")
    try:
        data = base64url.decode(value[1:])
        if data.startswith(_BASE_HEADER):
            raise ProofError("proof.suite", "a base proof is not for verifying")
        if not data.startswith(_DERIVED_HEADER):
            raise ProofError("proof.signature", "neither a base nor a derived proof")
        return _components(read_cbor(data[len(_DERIVED_HEADER) :]))
    except (KeyFormatError, CborError) as error:
        raise ProofError("proof.signature", str(error)) from error


def _components(found: PlainCbor) -> DerivedProof:
    if not isinstance(found, list) or len(found) != _COMPONENTS:
        raise CborError("a derived proof has five components")
    base, key, signatures, labels, mandatory = found
    if not isinstance(signatures, list) or not isinstance(labels, dict) or not isinstance(mandatory, list):
        raise CborError("a component has another form")
    places = [place for place in mandatory if isinstance(place, int)]
    if len(set(places)) != len(mandatory):
        raise CborError("a place of a mandatory statement is repeated or no number")
    named = {number: "_:u" + base64url.encode(_octets(label, _LABEL_BYTES)) for number, label in labels.items()}
    if len(set(named.values())) != len(named):
        raise CborError("two blank nodes have one label")
    header = MULTICODEC["P-256"]
    key = _octets(key, len(header) + 33)
    if not key.startswith(header):
        raise CborError("the proof key is not of P-256")
    return DerivedProof(
        base_signature=_octets(base, _SIGNATURE_BYTES),
        proof_key=PublicKey("P-256", key[len(header) :]),
        signatures=[_octets(signature, _SIGNATURE_BYTES) for signature in signatures],
        labels=named,
        mandatory=frozenset(places),
    )


def _octets(value: PlainCbor, length: int) -> bytes:
    if not isinstance(value, bytes) or len(value) != length:
        raise CborError(f"a component does not have {length} bytes")
    return value


def relabel(canonical: str, labels: Mapping[int, str]) -> list[str]:
    """Canonical N-Quads with the issuer's blank-node labels, sorted again by code point, each ending in LF.

    Raises:
        ProofError: ``proof.signature``: the labels are not exactly those of the blank nodes there are.

    Source: VC-DI-ECDSA 3.4.2 (labelReplacementCanonicalizeJsonLd), 3.5.8.
    """
    used: set[int] = set()

    def term(text: str) -> str:
        if not text.startswith(_BLANK):
            return text
        number = int(text.removeprefix(_BLANK))
        used.add(number)
        return labels[number]

    lines = []
    try:
        for line in canonical.split("\n")[:-1]:
            quad = _QUAD.fullmatch(line)
            if quad is None:
                raise ProofError("proof.signature", "a canonical line is not an N-Quad")
            subject, predicate, target, graph = quad[1], quad[2], quad[3], quad[4]
            words = [term(subject), predicate, term(target), *([term(graph[1:])] if graph else []), "."]
            lines.append(" ".join(words) + "\n")
    except KeyError:
        raise ProofError("proof.signature", "a blank node has no label") from None
    if used != labels.keys():
        raise ProofError("proof.signature", "there are labels without a blank node")
    return sorted(lines)


def check(document: JsonObject, proof: JsonObject, key: PublicKey, *, canonicalise: "Canonicalise") -> None:
    """Check a derived proof: the issuer signed the mandatory statements and the proof key, that key all the others.

    Args:
        document: the revealed document without this proof.
        proof: its members checked by the caller.
        key: the issuer's P-256 key.
        canonicalise: RDFC-1.0 with SHA-256.

    Raises:
        ProofError: ``proof.suite`` for a base proof, ``proof.members`` for a foreign `@context` in the proof,
            ``proof.signature`` otherwise.
        DocumentError: the document cannot be canonicalised safely.

    Source: VC-DI-ECDSA 3.6.7, 3.6.8 and 3.4.18.
    """
    derived = parse_proof_value(proof.get("proofValue"))
    context = document.get("@context")
    if "@context" in proof and proof["@context"] != context:
        raise ProofError("proof.members", "the proof's @context is not the document's")
    options = {name: value for name, value in proof.items() if name != "proofValue"} | {"@context": context}
    options_hash = hashlib.sha256(canonicalise(options).encode()).digest()
    statements = relabel(canonicalise(document), derived.labels)
    if not derived.mandatory <= set(range(len(statements))):
        raise ProofError("proof.signature", "a mandatory statement is not there")
    mandatory = [line for place, line in enumerate(statements) if place in derived.mandatory]
    others = [line for place, line in enumerate(statements) if place not in derived.mandatory]
    if len(others) != len(derived.signatures):
        raise ProofError("proof.signature", "there are more or fewer statements than signatures")
    mandatory_hash = hashlib.sha256("".join(mandatory).encode()).digest()
    signed = options_hash + MULTICODEC["P-256"] + derived.proof_key.raw + mandatory_hash
    if not ecdsa.verify("P-256", key.raw, signed, derived.base_signature):
        raise ProofError("proof.signature", "the issuer's signature is not good")
    for line, signature in zip(others, derived.signatures, strict=True):
        if not ecdsa.verify("P-256", derived.proof_key.raw, line.encode(), signature):
            raise ProofError("proof.signature", "the signature of a statement is not good")
