"""W3C vectors of VC-DI-EDDSA, cryptographic level: every published intermediate value, every signature, every chain."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from keys import base58, ed25519, multikey
from keys.errors import ProofError
from keys.proofs import data_integrity
from schemas.canonical_json import canonicalise as canonical_json
from schemas.canonicaliser import canonicaliser
from schemas.errors import DocumentError
from schemas.jsonld import W3C_CONTEXTS, Canonicalise, SafeProcessor
from schemas.strict_json import JsonObject

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    return shared / "data/w3c/vc-di-eddsa"


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


def check_all(document: JsonObject, processor: Canonicalise) -> None:
    proofs = data_integrity.proofs_of(document)
    assert proofs
    for proof in proofs:
        key = multikey.decode(str(proof["verificationMethod"]).partition("#")[2])
        data_integrity.check_signature(document, proof, key, canonicalise=processor)


RDFC = [("eddsa-rdfc-2022", "DataInt"), ("eddsa-rdfc-2022/employ", "DataInt"), ("Ed25519Signature2020", "EdSig")]


@pytest.mark.parametrize(("place", "name"), [*RDFC, ("eddsa-jcs-2022", "JCS")])
def test_every_published_intermediate_value_is_ours(
    place: str, name: str, folder: Path, processor: Canonicalise
) -> None:
    here = folder / place
    published = {
        part: (here / f"{part}{name}.txt").read_text()
        for part in ("canonDoc", "proofCanon", "docHash", "proofHash", "combinedHash", "sigHex", "sigBTC58")
    }
    document = read(here / f"signed{name}.json")
    options = read(here / f"proofConfig{name}.json")
    jcs = name == "JCS"
    if jcs:
        assert canonical_json(without_proof(document)).decode() == published["canonDoc"]
        assert canonical_json(options).decode() == published["proofCanon"]
    else:
        assert processor(without_proof(document)) == published["canonDoc"]
        assert processor(options) == published["proofCanon"]
        options.pop("@context")
    secured = data_integrity.prepare(without_proof(document), options, canonicalise=processor)
    assert secured.document_hash.hex() == published["docHash"]
    assert secured.options_hash.hex() == published["proofHash"]
    assert secured.message.hex() == published["combinedHash"]
    secret = base58.decode(str(read(folder / "keyPair.json")["privateKeyMultibase"])[1:])
    assert secret[:2] == b"\x80\x26"
    signature = ed25519.sign(secret[2:], secured.message)
    assert signature.hex() == published["sigHex"]
    assert "z" + base58.encode(signature) == published["sigBTC58"]
    if name != "EdSig":
        assert data_integrity.attach(without_proof(document), options, signature) == document


SIGNED = [
    "eddsa-rdfc-2022/signedDataInt.json",
    "eddsa-rdfc-2022/employ/signedDataInt.json",
    "eddsa-jcs-2022/signedJCS.json",
    "Ed25519Signature2020/signedEdSig.json",
    "proof-set-chain/signedProofSet1.json",
    "proof-set-chain/signedProofSet2.json",
    "proof-set-chain/signedProofChain1.json",
    "proof-set-chain/signedProofChain2.json",
    "proof-set-chain/proofChainTempDoc1.json",
]


@pytest.mark.parametrize("name", SIGNED)
def test_every_signed_vector_holds(name: str, folder: Path, processor: Canonicalise) -> None:
    check_all(read(folder / name), processor)


@pytest.mark.parametrize("name", SIGNED)
def test_every_signed_vector_with_a_changed_name_is_refused(name: str, folder: Path, processor: Canonicalise) -> None:
    document = read(folder / name)
    with pytest.raises(ProofError) as caught:
        check_all({**document, "name": f"{document.get('name')}!"}, processor)
    assert caught.value.code == "proof.signature"


def test_the_chain_document_without_its_previous_proofs_is_refused(folder: Path, processor: Canonicalise) -> None:
    with pytest.raises(ProofError) as caught:
        check_all(read(folder / "proof-set-chain/proofChainTempDoc2.json"), processor)
    assert caught.value.code == "proof.chain"


@pytest.mark.parametrize("name", ["signedProofChain1.json", "signedProofChain2.json"])
def test_a_chain_without_any_one_of_its_proofs_is_refused(name: str, folder: Path, processor: Canonicalise) -> None:
    document = read(folder / "proof-set-chain" / name)
    proofs = data_integrity.proofs_of(document)
    for gone in range(len(proofs) - 1):
        with pytest.raises(ProofError) as caught:
            check_all({**document, "proof": [*proofs[:gone], *proofs[gone + 1 :]]}, processor)
        assert caught.value.code == "proof.chain"


def assertion_fixtures() -> list[str]:
    versions = ("1.1", "2.0")
    names = ("ArrayOk", "StringOk", "MissingFail", "ArrayMissingFail", "StringMissingFail", "NotStringFail")
    return [f"{version}-previousProof{name}-SimpleSigned2.json" for version in versions for name in names]


@pytest.mark.parametrize("name", assertion_fixtures())
def test_chains_of_the_assertion_suite_come_out_as_named(name: str, shared: Path, processor: Canonicalise) -> None:
    document = read(shared / "data/w3c/data-integrity-assertion/eddsa-rdfc-2022" / name)
    if "Ok" in name:
        check_all(document, processor)
        return
    last = data_integrity.proofs_of(document)[-1]  # in some fixtures the first proof has defects of its own
    with pytest.raises(ProofError) as caught:
        data_integrity.check_signature(
            document,
            last,
            multikey.decode(str(last["verificationMethod"]).partition("#")[2]),
            canonicalise=processor,
        )
    assert caught.value.code == "proof.chain"


@pytest.mark.parametrize("name", ["ob30-eddsa-rdfc-2022-signed.json", "clr20-eddsa-rdfc-2022-signed.json"])
def test_the_signed_examples_of_1edtech_hold_with_their_published_canonical_forms(name: str, shared: Path) -> None:
    vectors, strict = shared / "data/openbadges/vectors", SafeProcessor()
    document = read(vectors / name)
    (proof,) = data_integrity.proofs_of(document)
    options = {n: v for n, v in proof.items() if n != "proofValue"} | {"@context": document["@context"]}
    canonical = vectors / "1edtech-impl" / {"o": "obv3p0", "c": "clrv2p0"}[name[0]]
    assert strict(without_proof(document)).strip() == (canonical / "document-canon.txt").read_text().strip()
    assert strict(options).strip() == (canonical / "proof-canon.txt").read_text().strip()
    check_all(document, strict)
    if name.startswith("ob30"):
        plain = {n: v for n, v in proof.items() if n != "proofValue"}
        secured = data_integrity.prepare(without_proof(document), plain, canonicalise=strict)
        assert secured.document_hash.hex().startswith("87f65a76d40146205e3b3e06cb0fbd15")
        assert secured.options_hash.hex().startswith("d34009cea0dbc1ca941e09dc01c8c9d3")


def outcomes(document: JsonObject, processor: Canonicalise) -> dict[str, str]:
    """What comes of each proof: suite → good, or the code of its refusal."""
    found = {}
    for proof in data_integrity.proofs_of(document):
        key = multikey.decode(str(proof["verificationMethod"]).partition("#")[2])
        name = f"{proof['type']}/{proof.get('cryptosuite', '-')}"
        try:
            data_integrity.check_signature(document, proof, key, canonicalise=processor)
        except (ProofError, DocumentError) as problem:
            found[name] = problem.code
        else:
            found[name] = "good"
    return found


DCC = "vectors/dcc-vc-test-fixtures/verifiableCredentials/v2/dataIntegrityProof/didKey/"
OUR_OWN_REFUSALS = {  # good signatures over documents that our canonicaliser refuses before them, on purpose
    # the issuer endorses itself under another name: one id, two names
    DCC + "oidf-noStatus-notExpired-complexIssuer.json": {"DataIntegrityProof/eddsa-rdfc-2022": "jsonld.node_conflict"},
    # an inline context defines issuanceDate
    DCC + "twoOIDF-revoked-notExpired-badSchema.json": {"DataIntegrityProof/eddsa-rdfc-2022": "context.nested"},
}


def test_every_dcc_fixture_comes_out_as_the_independent_record_says(shared: Path) -> None:
    vectors, strict = shared / "data/openbadges/vectors", SafeProcessor()
    recorded: dict[str, str] = json.loads((vectors / "dcc-signature-check.json").read_text())
    unlike, good, bad = [], 0, 0
    for name, row in recorded.items():
        words = row.partition(" | ")[0]
        path = vectors.parent / name
        found = outcomes(read(path), strict)
        if words.startswith("ERR"):
            bad += 1
            if "good" in found.values():
                unlike.append((name, found))
            continue
        expected = {one.split(":")[0].strip(): ":True" in one for one in words.split(";")}
        good += all(expected.values())
        bad += not all(expected.values())
        if expected != {suite: code == "good" for suite, code in found.items()}:
            unlike.append((name, found))
    assert (good, bad, dict(unlike)) == (83, 2, OUR_OWN_REFUSALS)
