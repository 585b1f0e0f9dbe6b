"""A verifier that we did not write (openbadgeslib) judges our badges; ours judges the official signed examples."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from installation import Installation
from openbadgeslib.ob3.did import resolve_verification_method
from openbadgeslib.ob3.ldp import OB3LdpVerifier, verify_data_integrity_proof
from openbadgeslib.ob3.verifier import OB3VerificationError

from issuer.domain.award import AwardRequest
from issuer.services.issue_badge import issue
from issuer.services.own_documents import own_document
from issuer.services.revoke_badge import revoke
from keys.proofs import data_integrity
from schemas import strict_json
from schemas.jsonld import SafeProcessor
from schemas.strict_json import JsonObject
from verifier import EMPLOYMENT, Environment, Outcome, Verdict, verify
from verifier.policy import policy_named
from verifier.surroundings import Surroundings

KEY = "a-badge-for-the-foreign-verifier"
Download = Callable[[str], bytes]


def a_badge(installation: Installation) -> tuple[str, bytes]:
    """Issue a badge: (id, signed JSON)."""
    request = AwardRequest(institution_id=installation.umbrella.id, unit_code="106889")
    view = issue(installation.outside, request, idempotency_key=KEY, actor="test")
    assert view.document is not None
    return view.id, view.document


def our_documents(installation: Installation) -> Download:
    """What the foreign verifier would download from us, without a socket."""
    outside = installation.outside

    def download(url: str) -> bytes:
        assert url.startswith(f"{outside.identity_origin}/"), url
        found = own_document(outside.database, url.removeprefix(outside.identity_origin))
        assert found is not None, url
        return found.body

    return download


def judged(installation: Installation, document: bytes | JsonObject) -> JsonObject:
    """What the foreign verifier read from an accepted badge: it checks proof, our did:web key, period and status bit.

    It checks proofs of status lists in the form of a JWT only: ours is taken without here and checked by the next test.
    """
    verifier = OB3LdpVerifier.for_issuer_did(installation.umbrella.did)
    credential = verifier.verify(
        document, check_status=True, verify_status_list=False, download=our_documents(installation)
    )
    return {"issuer": credential.issuer.id, "name": credential.achievement.name}


def test_a_foreign_verifier_accepts_our_badge_with_our_did_document_and_status_list(
    sqlite_installation: Installation,
) -> None:
    _, document = a_badge(sqlite_installation)
    assert judged(sqlite_installation, document) == {
        "issuer": "did:web:demo.pateva.example",
        "name": "Polkupyörän huolto",
    }


@pytest.mark.parametrize("which", ["", "/reasons"])
def test_a_foreign_verifier_accepts_the_proof_of_our_status_list_and_of_the_reasons(
    sqlite_installation: Installation, which: str
) -> None:
    document = json.loads(a_badge(sqlite_installation)[1])
    download = our_documents(sqlite_installation)
    signed = json.loads(download(document["credentialStatus"]["statusListCredential"] + which))
    (proof,) = data_integrity.proofs_of(signed)
    key = resolve_verification_method(proof["verificationMethod"], download)
    verify_data_integrity_proof(signed, key)
    signed["credentialSubject"]["statusPurpose"] = "suspension"
    with pytest.raises(OB3VerificationError, match="signature mismatch"):
        verify_data_integrity_proof(signed, key)


def changed_name(document: JsonObject) -> None:
    document["credentialSubject"]["achievement"]["name"] += "!"


def changed_subject(document: JsonObject) -> None:
    document["credentialSubject"]["id"] = "urn:uuid:00000000-0000-4000-8000-000000000000"


def changed_issuer(document: JsonObject) -> None:
    document["issuer"]["id"] = "did:web:other.example"


def changed_period(document: JsonObject) -> None:
    document["validFrom"] = "2020-01-01T00:00:00Z"


def changed_status_place(document: JsonObject) -> None:
    entry = document["credentialStatus"]
    entry["statusListIndex"] = str(int(entry["statusListIndex"]) ^ 1)


def changed_signature(document: JsonObject) -> None:
    (proof,) = data_integrity.proofs_of(document)
    value = proof["proofValue"]
    proof["proofValue"] = value[:-1] + ("2" if value[-1] != "2" else "3")


@pytest.mark.parametrize(
    "change", [changed_name, changed_subject, changed_issuer, changed_period, changed_status_place, changed_signature]
)
def test_a_foreign_verifier_refuses_our_badge_after_one_change(
    sqlite_installation: Installation, change: Callable[[JsonObject], None]
) -> None:
    document = json.loads(a_badge(sqlite_installation)[1])
    change(document)
    with pytest.raises(OB3VerificationError):
        judged(sqlite_installation, document)


def test_a_foreign_verifier_refuses_our_badge_once_it_is_withdrawn(sqlite_installation: Installation) -> None:
    badge_id, document = a_badge(sqlite_installation)
    institution = sqlite_installation.umbrella.id
    revoke(sqlite_installation.outside, badge_id, institution_id=institution, reason="mistake", actor="test")
    with pytest.raises(OB3VerificationError, match="'revocation' is set"):
        judged(sqlite_installation, document)


# The other way round: documents that others signed and published together with their intermediate values. Their issuers
# cannot be bound without a network: only a lenient policy gets as far as the signature, ours accept neither.
OFFICIAL = ("data/openbadges/vectors/ob30-eddsa-rdfc-2022-signed.json", "EMPLOYMENT,compat=1edtech")
OF_W3C = ("data/w3c/vc-di-eddsa/eddsa-rdfc-2022/signedDataInt.json", "W3C")


@pytest.fixture(scope="module")
def offline() -> Environment:
    return Surroundings(isolate=False).environment(now=datetime(2026, 11, 22, tzinfo=UTC), offline=True)


@pytest.mark.shared
@pytest.mark.parametrize(("name", "policy"), [OFFICIAL, OF_W3C])
def test_the_signature_of_an_official_example_holds(shared: Path, offline: Environment, name: str, policy: str) -> None:
    report = verify((shared / name).read_bytes(), policy=policy_named(policy), environment=offline)
    assert report.outcome("proof.signature") is Outcome.PASSED


@pytest.mark.shared
@pytest.mark.parametrize(("name", "policy"), [OFFICIAL, OF_W3C])
def test_the_signature_of_an_official_example_with_one_changed_sign_fails(
    shared: Path, offline: Environment, name: str, policy: str
) -> None:
    document = (shared / name).read_bytes()
    altered = document.replace(b'"validFrom": "20', b'"validFrom": "19', 1)
    assert altered != document
    report = verify(altered, policy=policy_named(policy), environment=offline)
    assert report.outcome("proof.signature") is Outcome.FAILED
    assert report.verdict is Verdict.REJECTED


@pytest.mark.shared
@pytest.mark.parametrize("name", [OFFICIAL[0], OF_W3C[0]])
def test_an_official_example_is_not_accepted_while_its_issuer_cannot_be_bound(
    shared: Path, offline: Environment, name: str
) -> None:
    report = verify((shared / name).read_bytes(), policy=EMPLOYMENT, environment=offline)
    assert report.verdict is Verdict.UNDETERMINED


@pytest.mark.shared
@pytest.mark.parametrize("kind", ["ob30", "clr20"])
def test_canonical_forms_and_hashes_of_the_official_signed_examples_are_the_published_ones(
    shared: Path, kind: str
) -> None:
    vectors = shared / "data/openbadges/vectors"
    published = vectors / "1edtech-impl" / {"ob30": "obv3p0", "clr20": "clrv2p0"}[kind]
    document = strict_json.read_object((vectors / f"{kind}-eddsa-rdfc-2022-signed.json").read_bytes())
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    options = {name: value for name, value in data_integrity.proofs_of(document)[0].items() if name != "proofValue"}
    canonicalise = SafeProcessor()
    expected_document = (published / "document-canon.txt").read_text()
    expected_options = (published / "proof-canon.txt").read_text()
    assert canonicalise(unsecured) == expected_document
    assert canonicalise({"@context": document["@context"], **options}) == expected_options
    secured = data_integrity.prepare(unsecured, options, canonicalise=canonicalise)
    assert secured.document_hash == sha256(expected_document.encode()).digest()
    assert secured.options_hash == sha256(expected_options.encode()).digest()
    assert secured.message == secured.options_hash + secured.document_hash
