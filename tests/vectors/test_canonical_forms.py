"""Canonical forms that others published, and real credentials of others: equal bytes, none refused by mistake."""

import copy
import hashlib
import json
from pathlib import Path

import pytest
from document_samples import at, leaves

from schemas.canonicaliser import canonicaliser
from schemas.errors import DocumentError
from schemas.jsonld import W3C_CONTEXTS, SafeProcessor

pytestmark = pytest.mark.shared

DATA = Path(__file__).parents[3] / "shared" / "data"
VECTORS = DATA / "openbadges" / "vectors"
FIXTURES = VECTORS / "dcc-vc-test-fixtures"
W3C = DATA / "w3c"


def read(path):
    return json.loads(path.read_text("utf-8"))


def w3c_contexts():
    contexts = dict(W3C_CONTEXTS)
    for row in read(W3C / "contexts" / "MANIFEST.json"):
        contexts.setdefault(row["url"], read(W3C / "contexts" / row["file"]))
    return contexts


@pytest.fixture(scope="module")
def badges():
    return SafeProcessor(max_nodes=1000)


@pytest.fixture(scope="module")
def generic(shared):
    return SafeProcessor(w3c_contexts(), inline_contexts=True)


def options_of(document, proof):
    return {**{k: v for k, v in proof.items() if k != "proofValue"}, "@context": document["@context"]}


@pytest.mark.parametrize(
    ("file", "folder"),
    [("ob30-eddsa-rdfc-2022-signed.json", "obv3p0"), ("clr20-eddsa-rdfc-2022-signed.json", "clrv2p0")],
)
@pytest.mark.parametrize("fast_path", [False, True])
def test_forms_of_the_implementation_guide_are_equal(shared, file, folder, fast_path):
    canonicalise = canonicaliser(fast_path=fast_path)
    document = read(VECTORS / file)
    proof = document.pop("proof")
    proof = proof[0] if isinstance(proof, list) else proof
    expected = VECTORS / "1edtech-impl" / folder
    assert canonicalise(document).rstrip("\n") == (expected / "document-canon.txt").read_text("utf-8").rstrip("\n")
    options = canonicalise(options_of(document, proof))
    assert options.rstrip("\n") == (expected / "proof-canon.txt").read_text("utf-8").rstrip("\n")


def test_hashes_of_the_signed_badge_are_those_of_the_paper(badges):
    document = read(VECTORS / "ob30-eddsa-rdfc-2022-signed.json")
    (proof,) = [document.pop("proof")] if isinstance(document["proof"], dict) else document.pop("proof")
    digest = hashlib.sha256(badges(document).encode()).hexdigest()
    assert digest == "87f65a76d40146205e3b3e06cb0fbd153f97f9ce70372390f52566bb7f9e0773"
    digest = hashlib.sha256(badges(options_of(document, proof)).encode()).hexdigest()
    assert digest == "d34009cea0dbc1ca941e09dc01c8c9d3e3ce3c5b853f67ee44698dcea10f5d19"


@pytest.mark.parametrize(
    ("folder", "suffix", "hash_name"),
    [
        ("vc-di-eddsa/eddsa-rdfc-2022", "DataInt", "sha256"),
        ("vc-di-ecdsa/ecdsa-rdfc-2019-p256", "ECDSAP256", "sha256"),
        ("vc-di-ecdsa/ecdsa-rdfc-2019-p384", "ECDSAP384", "sha384"),
    ],
)
def test_forms_of_the_w3c_vectors_are_equal(generic, folder, suffix, hash_name):
    base = W3C / folder
    document = read(base / f"signed{suffix}.json")
    del document["proof"]
    expected = (base / f"canonDoc{suffix}.txt").read_text("utf-8")
    assert generic(document, hash_name=hash_name).rstrip("\n") == expected.rstrip("\n")
    options = read(base / f"proofConfig{suffix}.json")
    expected = (base / f"proofCanon{suffix}.txt").read_text("utf-8")
    assert generic(options, hash_name=hash_name).rstrip("\n") == expected.rstrip("\n")


# Refused on purpose, with the code; every other fixture must come through.
REFUSED_FIXTURES = {
    "dids/legacy/did.json": "context.known",
    "dids/oidf/did.json": "jsonld.terms",
    "verifiableCredentials/v1/dataIntegrityProof/didKey/legacyRegistry-noStatus-noExpiry-oldDCCExample.json": (
        "context.known"
    ),
    "verifiableCredentials/v2/dataIntegrityProof/didKey/oidf-noStatus-notExpired-complexIssuer.json": (
        "jsonld.node_conflict"
    ),
    "verifiableCredentials/v2/dataIntegrityProof/didKey/twoOIDF-revoked-notExpired-badSchema.json": "context.nested",
}


def fixture_documents():
    for path in sorted(FIXTURES.rglob("*.json")):
        document = read(path)
        if isinstance(document, dict) and "@context" in document:
            yield pytest.param(path, id=str(path.relative_to(FIXTURES)))


@pytest.mark.parametrize("path", list(fixture_documents()) if FIXTURES.is_dir() else [])
def test_fixture_of_others_comes_through_with_its_proofs(badges, path):
    document = read(path)
    proofs = document.pop("proof", [])
    expected = REFUSED_FIXTURES.get(path.relative_to(FIXTURES).as_posix())
    try:
        badges(document)
        for proof in proofs if isinstance(proofs, list) else [proofs]:
            badges(options_of(document, proof))
            badges({**document, "proof": [proof]})
        code = None
    except DocumentError as refusal:
        code = refusal.code
    assert code == expected


@pytest.mark.parametrize("path", sorted((W3C / "vcdm2-fixtures").rglob("*-ok.json")), ids=lambda path: path.stem)
def test_good_fixture_of_the_vcdm_suite_comes_through(generic, path):
    document = read(path)
    document.pop("proof", None)  # of a made-up suite in one fixture
    assert generic(document)


@pytest.mark.parametrize(
    "path", sorted((DATA / "openbadges" / "examples" / "spec").glob("*.json")), ids=lambda p: p.stem
)
def test_example_of_the_specification_comes_through(badges, path):
    assert badges(read(path))


def changes_of(document, processor):
    """Return the pointers of all leaves whose change leaves the canonical form as it was."""
    before, uncovered = processor(document), []
    for pointer in leaves(document):
        container, key = at(document, pointer)
        kept = container[key]
        if isinstance(kept, bool):
            container[key] = not kept
        else:
            container[key] = f"{kept}x" if isinstance(kept, str) else kept + 1
        try:
            if processor(document) == before:
                uncovered.append(pointer)
        except DocumentError:
            pass
        container[key] = kept
    return uncovered


LEAF_SAMPLES = [
    VECTORS / "ob30-eddsa-rdfc-2022-signed.json",
    VECTORS / "clr20-eddsa-rdfc-2022-signed.json",
    DATA / "benchmark" / "credential-2.7kB.json",
    DATA / "benchmark" / "credential-0.7kB.json",
    DATA / "openbadges" / "examples" / "spec" / "fullOpenBadge-1.json",
]


@pytest.mark.parametrize("path", LEAF_SAMPLES, ids=lambda path: path.stem)
def test_every_leaf_of_a_signed_document_changes_its_canonical_form(shared, path):
    processor = canonicaliser(fast_path=True, max_nodes=1000)
    document = copy.deepcopy(read(path))
    document.pop("proof", None)
    assert changes_of(document, processor) == []
