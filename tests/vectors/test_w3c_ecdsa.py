"""W3C vectors of VC-DI-ECDSA, cryptographic level: rdfc and jcs on both curves, and derived proofs of ecdsa-sd-2023."""

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from keys import base58, base64url, ecdsa, multikey
from keys.errors import ProofError
from keys.proofs import data_integrity, ecdsa_sd_2023
from schemas.canonical_json import canonicalise as canonical_json
from schemas.canonicaliser import canonicaliser
from schemas.jsonld import W3C_CONTEXTS, Canonicalise, SafeProcessor
from schemas.strict_json import JsonObject

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    return shared / "data/w3c/vc-di-ecdsa"


@pytest.fixture(scope="module", params=["compiled", "PyLD"])
def processor(shared: Path, request: pytest.FixtureRequest) -> Canonicalise:
    """Both ways of canonicalising, with contexts of the policy W3C and the citizenship examples, and inline ones."""
    citizenship = json.loads((shared / "data/w3c/contexts/citizenship-v4rc1.jsonld").read_text())
    contexts: Mapping[str, JsonObject] = {**W3C_CONTEXTS, "https://w3id.org/citizenship/v4rc1": citizenship}
    plain = SafeProcessor(contexts, inline_contexts=True)
    return canonicaliser(fast_path=request.param == "compiled", contexts=contexts, fallback=plain)


def read(path: Path) -> JsonObject:
    found = json.loads(path.read_text())
    assert isinstance(found, dict)
    return found


def without_proof(document: JsonObject) -> JsonObject:
    return {name: value for name, value in document.items() if name != "proof"}


def check(document: JsonObject, processor: Canonicalise) -> None:
    (proof,) = data_integrity.proofs_of(document)
    key = multikey.decode(str(proof["verificationMethod"]).partition("#")[2])
    data_integrity.check_signature(document, proof, key, canonicalise=processor)


def refused(document: JsonObject, processor: Canonicalise) -> str:
    with pytest.raises(ProofError) as caught:
        check(document, processor)
    return caught.value.code


WHOLE = [
    ("ecdsa-rdfc-2019-p256", "ECDSAP256"),
    ("ecdsa-rdfc-2019-p256/employ", "ECDSAP256"),
    ("ecdsa-rdfc-2019-p384", "ECDSAP384"),
    ("ecdsa-rdfc-2019-p384/employ", "ECDSAP384"),
    ("ecdsa-jcs-2019-p256", "JCSECDSAP256"),
    ("ecdsa-jcs-2019-p384", "JCSECDSAP384"),
]


@pytest.mark.parametrize(("place", "name"), WHOLE)
def test_every_published_intermediate_value_is_ours(
    place: str, name: str, folder: Path, processor: Canonicalise
) -> None:
    here, kind = folder / place, "P-384" if name.endswith("384") else "P-256"
    published = {
        part: (here / f"{part}{name}.txt").read_text()
        for part in ("canonDoc", "proofCanon", "docHash", "proofHash", "combinedHash", "sigHex", "sigBTC58")
    }
    document = without_proof(read(here / f"signed{name}.json"))
    options = read(here / f"proofConfig{name}.json")
    if name.startswith("JCS"):
        assert canonical_json(document).decode() == published["canonDoc"]
        assert canonical_json(options).decode() == published["proofCanon"]
    else:
        inside = "sha384" if kind == "P-384" else "sha256"
        assert processor(document, hash_name=inside) == published["canonDoc"]  # type: ignore[arg-type]
        assert processor(options, hash_name=inside) == published["proofCanon"]  # type: ignore[arg-type]
        options.pop("@context")
    secured = data_integrity.prepare(document, options, canonicalise=processor, key_kind=kind)  # type: ignore[arg-type]
    assert secured.document_hash.hex() == published["docHash"]
    assert secured.options_hash.hex() == published["proofHash"]
    assert secured.message.hex() == published["combinedHash"]
    signature = bytes.fromhex(published["sigHex"])
    assert "z" + base58.encode(signature) == published["sigBTC58"]
    pair = read(folder / f"p{kind[2:]}KeyPair.json")
    key = multikey.decode(str(pair["publicKeyMultibase"]))
    assert ecdsa.verify(key.kind, key.raw, secured.message, signature)
    secret = base58.decode(str(pair.get("privateKeyMultibase") or pair["secretKeyMultibase"])[1:])[2:]
    assert ecdsa.public_key(key.kind, secret) == key
    assert ecdsa.SigningKey(key.kind, secret).sign(secured.message) == signature  # both are RFC 6979


@pytest.mark.parametrize(("place", "name"), WHOLE)
def test_every_signed_vector_holds_and_falls_with_one_letter(
    place: str, name: str, folder: Path, processor: Canonicalise
) -> None:
    document = read(folder / place / f"signed{name}.json")
    check(document, processor)
    assert refused({**document, "name": f"{document['name']}!"}, processor) == "proof.signature"


def suite_vectors(shared: Path) -> JsonObject:
    return read(shared / "data/w3c/suite-vectors/vc-di-ecdsa-test-suite-vectors.json")


@pytest.mark.parametrize("group", ["ecdsaRdfcVectors", "ecdsaJcsVectors"])
@pytest.mark.parametrize("curve", ["P-256", "P-384"])
def test_the_vectors_inside_the_suite_hold(group: str, curve: str, shared: Path, processor: Canonicalise) -> None:
    check(suite_vectors(shared)[group][curve], processor)  # type: ignore[index,call-overload,arg-type]


def derived_documents(shared: Path) -> list[JsonObject]:
    folder = shared / "data/w3c/vc-di-ecdsa/ecdsa-sd-2023"
    inside = suite_vectors(shared)["ecdsaSdVectors"]
    assert isinstance(inside, dict)
    found = [read(folder / name / "derivedRevealDocument.json") for name in ("employ", "prc")]
    return [*found, inside["derivedProof"]]  # type: ignore[list-item]


@pytest.mark.parametrize("number", range(3))
def test_derived_proofs_hold(number: int, shared: Path, processor: Canonicalise) -> None:
    check(derived_documents(shared)[number], processor)


@pytest.mark.parametrize("name", ["employ", "prc"])
def test_the_published_steps_of_checking_a_derived_proof_are_ours(
    name: str, folder: Path, processor: Canonicalise
) -> None:
    here = folder / "ecdsa-sd-2023" / name
    document = read(here / "derivedRevealDocument.json")
    (proof,) = data_integrity.proofs_of(document)
    published = read(here / "verifyCreateVerifyData.json")
    derived = ecdsa_sd_2023.parse_proof_value(proof["proofValue"])
    assert derived.base_signature.hex() == published["baseSignature"]
    assert derived.proof_key.multibase() == published["publicKey"]
    assert [signature.hex() for signature in derived.signatures] == published["signatures"]
    assert sorted(derived.mandatory) == read(here / "verifyDerivedProofValue.json")["mandatoryIndexes"]
    lines = ecdsa_sd_2023.relabel(processor(without_proof(document)), derived.labels)
    assert lines == json.loads((here / "verifyNQuads.json").read_text())
    mandatory = "".join(line for place, line in enumerate(lines) if place in derived.mandatory)
    hashes = read(here / "addHashData.json")
    assert hashlib.sha256(mandatory.encode()).hexdigest() == hashes["mandatoryHash"]
    options = read(here / "addProofConfig.json")
    assert hashlib.sha256(processor(options).encode()).hexdigest() == hashes["proofHash"] == published["proofHash"]


@pytest.mark.parametrize("name", ["employ", "prc"])
def test_base_proofs_are_refused_as_such(name: str, folder: Path, processor: Canonicalise) -> None:
    assert refused(read(folder / "ecdsa-sd-2023" / name / "addSignedSDBase.json"), processor) == "proof.suite"


def test_the_base_proof_inside_the_suite_is_refused_as_such(shared: Path, processor: Canonicalise) -> None:
    inside = suite_vectors(shared)["ecdsaSdVectors"]
    assert refused(inside["baseProof"], processor) == "proof.suite"  # type: ignore[index,call-overload,arg-type]


def with_value(document: JsonObject, change: Callable[[bytearray], object]) -> JsonObject:
    (proof,) = data_integrity.proofs_of(document)
    data = bytearray(base64url.decode(str(proof["proofValue"])[1:]))
    change(data)
    return {**document, "proof": {**proof, "proofValue": "u" + base64url.encode(bytes(data))}}


@pytest.mark.parametrize("number", range(3))
def test_a_flipped_bit_in_any_byte_of_a_derived_proof_is_refused(
    number: int, shared: Path, processor: Canonicalise
) -> None:
    document = derived_documents(shared)[number]
    (proof,) = data_integrity.proofs_of(document)
    data = base64url.decode(str(proof["proofValue"])[1:])
    options = {n: v for n, v in proof.items() if n != "proofValue"} | {"@context": document["@context"]}
    known = {json.dumps(value): processor(value) for value in (without_proof(document), options)}

    def remembered(value: JsonObject, *, hash_name: str = "sha256") -> str:
        return known[json.dumps(value)]  # the document itself does not change here

    key = multikey.decode(str(proof["verificationMethod"]).partition("#")[2])
    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= 1 << place % 8
        value = {**proof, "proofValue": "u" + base64url.encode(bytes(changed))}
        with pytest.raises(ProofError) as caught:
            data_integrity.check_signature(document, value, key, canonicalise=remembered)
        assert caught.value.code in ("proof.signature", "proof.suite")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda data: data.append(0), id="a byte added"),
        pytest.param(lambda data: data.pop(), id="a byte missing"),
        pytest.param(lambda data: data.__setitem__(2, 2), id="another header"),
        pytest.param(lambda data: data.__delitem__(slice(0, 3)), id="no header"),
    ],
)
def test_a_derived_proof_of_another_shape_is_refused(
    change: Callable[[bytearray], object], shared: Path, processor: Canonicalise
) -> None:
    assert refused(with_value(derived_documents(shared)[0], change), processor) == "proof.signature"


@pytest.mark.parametrize("prefix", ["z", "", "U"])
def test_a_derived_proof_under_another_multibase_is_refused(prefix: str, shared: Path, processor: Canonicalise) -> None:
    document = derived_documents(shared)[0]
    (proof,) = data_integrity.proofs_of(document)
    changed = {**proof, "proofValue": prefix + str(proof["proofValue"])[1:]}
    assert refused({**document, "proof": changed}, processor) == "proof.signature"


@pytest.mark.parametrize("number", range(3))
def test_a_revealed_document_with_a_leaf_changed_added_or_removed_is_refused(
    number: int, shared: Path, processor: Canonicalise
) -> None:
    document = derived_documents(shared)[number]
    subject = document["credentialSubject"]
    assert isinstance(subject, dict)
    assert refused({**document, "issuer": "https://evil.example/"}, processor) == "proof.signature"
    assert refused({**document, "name": "Added"}, processor) == "proof.signature"
    dropped = {name: value for name, value in subject.items() if name != next(reversed(subject))}
    assert refused({**document, "credentialSubject": dropped}, processor) == "proof.signature"


def test_a_derived_proof_with_changed_options_is_refused(shared: Path, processor: Canonicalise) -> None:
    document = derived_documents(shared)[0]
    (proof,) = data_integrity.proofs_of(document)
    later = {**proof, "created": "2024-08-15T23:36:38Z"}
    assert refused({**document, "proof": later}, processor) == "proof.signature"
    foreign = {**proof, "@context": ["https://www.w3.org/ns/credentials/v2"]}
    assert refused({**document, "proof": foreign}, processor) == "proof.members"
