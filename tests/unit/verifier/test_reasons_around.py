"""Reasons about what lies around a badge: refresh services, parts, keys elsewhere, older badges, our own memories."""

from typing import Any

import fault_cases_surroundings as around
import older_badges as older
import pytest
import workshop as w
from fault_cases import deep, generic

from verifier import EMPLOYMENT, STRICT, Request, Verdict, policy_named
from verifier.environment import FetchError, FetchRules, Response
from verifier.findings import Finding, Outcome

LENIENT = policy_named("EMPLOYMENT,compat=1edtech")


def said(report: Any, code: str) -> list[tuple[str, str | None, str]]:
    """Outcome, reason and place of what a report says of a code."""
    return [(finding.outcome.value, finding.reason, finding.pointer) for finding in report.of(code)]


def told(document: Any, code: str, documents: dict[str, Any] | None = None, **how: Any) -> list[Any]:
    return said(w.check(document, documents, **how), code)


# Refresh
class Refusing:
    """A network on which no address may be asked, or none answers."""

    def __init__(self, reason: Any) -> None:
        self.reason = reason

    def __call__(self, url: str, *, rules: FetchRules) -> Response:
        raise FetchError(self.reason)


@pytest.mark.parametrize(
    ("answer", "outcome", "reason"),
    [
        ({"status": 500}, "INCONCLUSIVE", "not_fetched"),
        ({"status": 200, "body": "<html>"}, "FAILED", "not_a_credential"),
        ({"status": 200, "body": "{}"}, "FAILED", "not_proven"),
        (around.refreshable(validFrom="2026-10-31T23:59:59Z"), "FAILED", "older"),
        (around.refreshable(validFrom="2026-11-01T00:00:00Z"), "PASSED", None),
    ],
)
def test_what_the_refresh_service_answers_is_told(answer, outcome, reason):
    ((found, why, _),) = told(around.refreshable(), "refresh.available", {around.REFRESH: answer})
    assert (found, why) == (outcome, reason)


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [("failed", "INCONCLUSIVE"), ("refused", "INCONCLUSIVE"), ("not_allowed_offline", "NOT_APPLICABLE")],
)
def test_a_refresh_service_that_cannot_be_asked_is_no_fault_of_the_badge(reason, outcome):
    report = w.check(around.refreshable(), fetch=Refusing(reason))
    assert report.verdict is Verdict.ACCEPTED
    assert report.outcome("refresh.available").value == outcome


def test_a_refresh_service_without_https_is_not_asked():
    service = {"id": "http://issuer.example/refresh/1", "type": "1EdTechCredentialRefresh"}
    document = w.badge(**{"@context": [w.VC2, w.OB3, w.EXTENSIONS], "refreshService": service})
    assert told(w.sign(document), "refresh.available") == [("FAILED", "not_https", "/refreshService/id")]


# Parts
def test_an_endorsement_that_is_neither_object_nor_token_is_none():
    document = w.sign({**w.badge(), "endorsementJwt": [5]}, suite="eddsa-jcs-2022")
    assert told(document, "endorsement.verified") == [("FAILED", "not_an_endorsement", "/endorsementJwt/0")]


def test_the_twenty_first_endorsement_is_not_looked_at():
    tokens = [f"x.y.{number}" for number in range(21)]
    document = w.sign({**w.badge(), "endorsementJwt": tokens}, suite="eddsa-jcs-2022")
    reasons = [finding.reason for finding in w.check(document).of("endorsement.verified")]
    assert [reason == "limit" for reason in reasons] == [False] * 20 + [True]


def test_the_fifty_first_member_of_a_record_is_not_looked_at():
    members = [generic(id=f"urn:x:{number}") for number in range(51)]
    made = around.presented(changes={"verifiableCredential": members})
    reasons = [finding.reason for finding in w.check(made, request=around.ASKED).of("presentation.member")]
    assert reasons[-1] == "limit"
    assert "limit" not in reasons[:-1]


def test_members_of_a_record_that_is_not_proven_are_not_looked_at():
    document = around.record(w.sign(w.badge())) | {"name": "Muu"}
    assert told(document, "clr.member") == [("INCONCLUSIVE", "blocked_by:proof.set", "")]


# Trust
def test_a_badge_that_names_no_unit_is_in_nobodys_scope():
    document = w.sign(w.changed(w.badge(), deep("credentialSubject", "achievement", "alignment", to=...)))
    lists = around.vouched(around.signed_trust_list(around.listed(units=["106889"])))
    assert told(document, "trust.scope", **lists) == [("INCONCLUSIVE", "no_unit", "")]


# Keys
def test_a_key_document_above_the_issuers_address_is_not_below_it():
    issuer, keys = "https://issuer.example/o/1", "https://issuer.example/o/1/../../keys"
    method = {"id": f"{keys}#k", "type": "Multikey", "controller": issuer, "publicKeyMultibase": w.KEY.multibase}
    document = {
        "@context": "https://www.w3.org/ns/cid/v1",
        "id": keys,
        "verificationMethod": [method],
        "assertionMethod": [f"{keys}#k"],
    }
    world = {keys: document, issuer: {"id": issuer, "type": "Profile", "name": "Paja"}}
    report = w.check(w.sign(w.badge(issuer), method=f"{keys}#k"), world)
    assert report.verdict is not Verdict.ACCEPTED
    assert "issuer.key_binding" in w.faults(report)


def test_a_document_that_is_itself_the_method_is_read():
    method = f"{w.DID}#key-1"
    document = w.did_document() | {
        "id": method,
        "type": "Multikey",
        "controller": w.DID,
        "publicKeyMultibase": w.KEY.multibase,
    }
    assert w.check(w.sign(w.badge(w.DID), method=method), {w.DID: document}).verdict is not Verdict.ACCEPTED


def test_a_key_of_another_controller_in_the_issuers_document_signs_no_token():
    document = w.changed(w.did_document(), deep("verificationMethod", 0, "controller", to="did:web:evil.example"))
    badge = w.badge(w.DID)
    made = around.token(badge, header={"kid": f"{w.DID}#key-1"})
    report = w.check(made, {w.DID: document})
    assert report.verdict is not Verdict.ACCEPTED


# Leniency
def test_leniency_reads_a_key_at_the_address_of_the_token_itself():
    badge = w.badge("https://gone.example/o/1")
    kid = "https://gone.example/keys/1"
    made = around.token(badge, header={"kid": kid})
    world = {kid: w.KEY.public.jwk()}
    assert w.check(made, world, policy=EMPLOYMENT).verdict is not Verdict.ACCEPTED
    lenient = w.check(made, world, policy=LENIENT)
    assert lenient.verdict is Verdict.ACCEPTED
    assert lenient.to_json()["facets"]["issuer"] == "unbound"


def test_leniency_is_not_for_a_bare_did_key_of_another_issuer_that_can_be_asked():
    badge = w.sign(w.badge("urn:uuid:0f2f8f5e-6f5a-4b0e-9d0a-0000000000ee"), w.OTHER, method=w.OTHER.did)
    assert w.check(badge, policy=EMPLOYMENT).verdict is Verdict.REJECTED
    assert w.check(badge, policy=LENIENT).verdict is Verdict.ACCEPTED
    named = w.sign(w.badge(w.KEY.did), w.OTHER, method=w.OTHER.did)
    assert w.check(named, policy=LENIENT).verdict is Verdict.REJECTED


# Open Badges 2.0
@pytest.mark.parametrize(
    ("recipient", "asked", "outcome"),
    [
        ({"type": "url", "hashed": False, "identity": "https://aino.example/"}, "https://aino.example/", "PASSED"),
        ({"type": "url", "hashed": False, "identity": "https://aino.example/"}, "https://bo.example/", "FAILED"),
        ({"type": "telephone", "hashed": False, "identity": "+358401"}, "telephone=+358401", "PASSED"),
        ({"type": "nickname", "hashed": False, "identity": "aino"}, "identifier=aino", "PASSED"),
    ],
)
def test_an_older_badge_names_its_recipient_in_several_ways(recipient, asked, outcome):
    documents = older.world(assertions_1={"recipient": recipient})
    report = w.check(older.assertion(), documents, request=Request(recipient=asked))
    assert report.outcome("recipient.mismatch").value == outcome


def test_a_link_to_nothing_is_no_badge():
    from verifier.source import NotFetched, fetch_source

    with pytest.raises(NotFetched):
        fetch_source("https://x.example/1", w.environment({"https://x.example/1": {"status": 404}}))


def test_a_proof_by_the_issuer_and_one_by_another_do_not_pass_strictly():
    both = w.sign(w.sign(w.badge()), w.OTHER)
    assert w.check(both).verdict is Verdict.ACCEPTED
    assert told(both, "proof.set", policy=STRICT) == [("FAILED", "issuer", "/proof")]


def test_a_finding_that_is_missing_is_never_an_acceptance():
    from verifier.conclusion import conclude, draw

    findings = [
        Finding(code="proof.set", outcome=Outcome.PASSED),
        Finding(code="proof.present", outcome=Outcome.PASSED),
    ]
    for conclusion in (draw(findings, EMPLOYMENT, "OpenBadgeCredential"), conclude(findings, EMPLOYMENT, "unknown")):
        assert conclusion.verdict is Verdict.UNDETERMINED
        missing = [one for one in conclusion.findings if one.code == "internal.error"]
        assert [one.reason for one in missing] == ["not_reached"]


def test_a_document_of_no_kind_is_never_accepted_whatever_passed():
    from verifier.checks.table import CREDENTIAL_CODES
    from verifier.conclusion import draw

    everything = [Finding(code=code, outcome=Outcome.PASSED) for code in CREDENTIAL_CODES]
    assert draw(everything, EMPLOYMENT, "OpenBadgeCredential").verdict is Verdict.ACCEPTED
    assert draw(everything, EMPLOYMENT, "unknown").verdict is Verdict.UNDETERMINED


@pytest.mark.parametrize("bound", ["verifier.conclusion._MOST_KEPT", "verifier.report._MOST_TOLD"])
def test_a_memory_that_is_full_is_emptied_and_says_the_same(bound, monkeypatch):
    badge = w.sign(w.badge())
    before = w.check(badge).to_json()
    monkeypatch.setattr(bound, 1)
    w.check(w.badge()).to_json()
    assert w.check(badge).to_json() == before
