"""Reasons that a check gives and that other files do not ask for: one fault, its code, its reason and its place."""

import base64
import hashlib
from typing import Any

import fault_cases_surroundings as around
import older_badges as older
import pytest
import workshop as w
from fault_cases import altered, deep, generic, signed_after
from older_vcdm import first_data_model

from keys.proofs.data_integrity import add_proof
from keys.proofs.jwt import expected_claims
from schemas.jsonld import CONTEXT_BYTES, SafeProcessor
from verifier import EMPLOYMENT, STRICT, Request, Unreadable, Verdict, policy_named
from verifier.environment import FetchError, FetchRules, Response
from verifier.findings import Finding, Outcome

LENIENT = policy_named("EMPLOYMENT,compat=1edtech")
SMALL_BUDGET = SafeProcessor(budget=1, max_nodes=1000)


def said(report: Any, code: str) -> list[tuple[str, str | None, str]]:
    """Outcome, reason and place of what a report says of a code."""
    return [(finding.outcome.value, finding.reason, finding.pointer) for finding in report.of(code)]


def told(document: Any, code: str, documents: dict[str, Any] | None = None, **how: Any) -> list[Any]:
    return said(w.check(document, documents, **how), code)


# Proofs
@pytest.mark.parametrize(
    ("member", "value", "pointer"),
    [
        ("challenge", 5, "/proof/challenge"),
        ("nonce", ["x"], "/proof/nonce"),
        ("domain", [], "/proof/domain"),
        ("domain", [5], "/proof/domain"),
    ],
)
def test_a_member_of_a_proof_that_is_no_text_is_refused(member, value, pointer):
    assert told(altered("proof", member, to=value), "proof.members") == [("FAILED", "not_text", pointer)]


def test_an_end_of_a_proof_that_is_no_time_is_refused():
    document = altered("proof", "expires", to="tomorrow")
    assert told(document, "proof.expires") == [("FAILED", "malformed", "/proof/expires")]


@pytest.mark.parametrize(("end", "outcome"), [("2026-11-22T12:00:00Z", "PASSED"), ("2026-11-22T11:59:59Z", "FAILED")])
def test_a_proof_holds_until_its_end_and_no_longer(end, outcome):
    assert told(w.sign(w.badge(), expires=end), "proof.expires")[0][0] == outcome


# Structure
def with_twins(**how: Any) -> w.Json:
    """A badge with two objects that differ as JSON and not as statements: their order has to be tried."""
    types = ["Evidence", "https://a.example/Photograph"]
    twins = [{"type": types, "name": "Työ"}, {"type": types[::-1], "name": "Työ"}]
    return w.sign(w.badge(evidence=twins), **how)


def test_more_strings_in_an_array_than_we_read_are_beyond_our_limits():
    document = altered("credentialSubject", "achievement", "tag", to=[f"t{number}" for number in range(201)])
    report = w.check(document)
    assert report.verdict is Verdict.UNDETERMINED
    assert ("INCONCLUSIVE", "structure", "/credentialSubject/achievement/tag") in said(report, "input.limits")


def test_a_structure_beyond_the_budget_leaves_a_proof_over_it_unchecked():
    report = w.check(with_twins(), canonicalise=SMALL_BUDGET)
    assert report.verdict is Verdict.UNDETERMINED
    assert said(report, "structure.too_complex") == [("INCONCLUSIVE", "budget", "")]
    assert said(report, "jsonld.terms") == [("PASSED", None, "")]


@pytest.mark.parametrize(
    "make",
    [
        lambda: with_twins(suite="eddsa-jcs-2022"),
        lambda: around.token({name: value for name, value in with_twins().items() if name != "proof"}),
    ],
    ids=["jcs", "token"],
)
def test_a_structure_beyond_the_budget_is_nothing_to_a_proof_over_the_json(make):
    report = w.check(make(), canonicalise=SMALL_BUDGET)
    assert report.verdict is Verdict.ACCEPTED
    assert report.outcome("structure.too_complex") is Outcome.NOT_APPLICABLE


# Data model
def test_a_badge_of_the_first_data_model_names_its_issuer_by_a_profile():
    document = first_data_model(w.KEY.did) | {"issuer": w.KEY.did}
    assert told(document, "vcdm.issuer") == [("FAILED", "profile_wanted", "/issuer")]


def test_a_record_of_the_first_data_model_has_no_official_schema():
    document = around.record(w.sign(w.badge()))
    document["@context"] = ["https://www.w3.org/2018/credentials/v1", *document["@context"][1:]]
    assert told(document, "ob.schema") == [("INCONCLUSIVE", "no_schema", "")]


def test_one_related_resource_named_twice_is_refused():
    digest = base64.b64encode(hashlib.sha384(CONTEXT_BYTES(w.VC2)).digest()).decode()
    resource = {"id": w.VC2, "digestSRI": f"sha384-{digest}"}
    once = w.sign(w.badge(relatedResource=[resource]))
    assert told(once, "vcdm.related_resource") == [("PASSED", None, "")]
    twice = {**once, "relatedResource": [resource, {**resource, "mediaType": "application/ld+json"}]}
    assert told(twice, "vcdm.related_resource") == [("FAILED", "repeated", "/relatedResource/1/id")]


def test_a_result_that_is_true_is_no_number():
    described = {"resultType": "Percent", "valueMin": "2", "valueMax": "100"}
    document = w.changed(
        signed_after("credentialSubject", "result", 0, "value", to=True),
        lambda one: one["credentialSubject"]["achievement"]["resultDescription"][0].update(described),
    )
    assert told(document, "ob.results") == [("PASSED", None, "")]


def test_an_escaped_backslash_before_u_is_no_control_character():
    document = signed_after("credentialSubject", "achievement", "criteria", "narrative", to="\\u0008")
    document = w.changed(document, deep("credentialSubject", "achievement", "creditsAvailable", to=5))
    assert told(document, "text.spoofing") == [("PASSED", None, "")]


def test_an_address_of_a_person_is_never_echoed():
    report = w.check(w.sign(w.changed(w.badge(), deep("credentialSubject", "id", to="mailto:aino@a.example"))))
    assert report.verdict is Verdict.ACCEPTED
    assert "aino" not in str(report.to_json())


# Tokens
def test_a_header_that_open_badges_does_not_know_is_told():
    assert told(around.token(header={"cty": "vc"}), "jwt.profile") == [("FAILED", "header", "")]


def test_a_credential_of_the_second_data_model_does_not_stand_in_the_claim_vc():
    badge = w.badge()
    made = around.packed({**expected_claims(badge), "vc": badge})
    assert told(made, "jwt.claims") == [("FAILED", "vc", "")]


def test_a_token_beyond_four_mebibytes_is_not_read():
    with pytest.raises(Unreadable) as refusal:
        w.check(around.token() + "A" * (4 << 20))
    assert refusal.value.code == "input.too_large"


def test_a_token_of_an_older_badge_without_an_algorithm_is_no_older_badge():
    head, payload, signature = older.signed().split(".")
    made = ".".join((older.b64(b'{"typ": "JWT"}'), payload, signature))
    assert head != made.split(".")[0]
    assert w.check(made, older.world()).verdict is not Verdict.ACCEPTED
    assert w.check(made, older.world()).kind == "unknown"


# Status
def test_a_status_of_a_type_that_we_do_not_know_leaves_the_status_unknown():
    entry = {"id": "https://x.example/1", "type": "1EdTechCredentialRefresh"}
    report = w.check(w.sign(w.badge(**{"@context": [w.VC2, w.OB3, w.EXTENSIONS], "credentialStatus": entry})))
    assert report.verdict is not Verdict.ACCEPTED
    assert said(report, "status.entry") == [("INCONCLUSIVE", "unknown_type", "/credentialStatus")]
    assert said(report, "status.list") == said(report, "status.revoked")
    assert said(report, "status.list") == [("INCONCLUSIVE", "blocked_by:status.entry", "")]


def test_what_is_malformed_among_messages_is_left_out():
    messages = [{"status": 2, "message": "a"}, {"status": "0x2", "message": "b"}, {"status": "0x2"}]
    document = w.changed(
        w.with_status(w.badge(), purpose="message"),
        lambda one: one["credentialStatus"].update(statusSize=2, statusMessage=messages),
    )
    report = w.check(w.sign(document, suite="eddsa-jcs-2022"), {w.LIST_URL: around.MESSAGES})
    assert [finding.details["message"] for finding in report.of("status.message")] == ["b"]


# The term statusSize belongs to entries; a list that gives it has to be one as well.
BOTH = ["BitstringStatusList", "BitstringStatusListEntry"]


@pytest.mark.parametrize(
    ("subject", "reason"),
    [
        ({"statusSize": 1, "type": BOTH}, "size"),
        ({"statusSize": 0, "type": BOTH}, "size"),
        ({"statusSize": 65, "type": BOTH}, "size"),
        ({"statusSize": True, "type": BOTH}, "size"),
        ({"statusSize": "2", "type": BOTH}, "size"),
        ({"type": "BitstringStatusListEntry", "encodedList": ...}, "type"),
        ({"encodedList": 5}, "malformed"),
        ({"ttl": -1}, "ttl"),
        ({"ttl": "300"}, "ttl"),
    ],
)
def test_a_list_of_another_shape_is_not_used(subject, reason):
    document = w.status_document(size=2, subject={"statusPurpose": "message", **subject})
    if document["credentialSubject"]["encodedList"] is ...:
        del document["credentialSubject"]["encodedList"]
    listed = w.sign(document, suite="eddsa-jcs-2022")
    assert told(around.with_message(), "status.list", {w.LIST_URL: listed}) == [
        ("INCONCLUSIVE", reason, "/credentialStatus")
    ]


def test_a_list_that_gives_its_size_is_read_by_it():
    listed = w.sign(
        w.status_document(size=2, values={5: 3}, subject={"statusPurpose": "message", "statusSize": 2, "type": BOTH})
    )
    report = w.check(around.with_message(), {w.LIST_URL: listed})
    assert [finding.details["value"] for finding in report.of("status.message")] == [3]


def test_a_reason_that_nobody_knows_is_not_told():
    reasons = w.status_document(
        url=f"{w.LIST_URL}/reasons", size=16, values={5: 15 << 12}, subject={"statusPurpose": "message"}
    )
    world = {w.LIST_URL: w.sign(w.status_document(5)), f"{w.LIST_URL}/reasons": w.sign(reasons)}
    report = w.check(w.sign(w.with_status(w.badge())), world)
    assert report.outcome("status.revoked") is Outcome.FAILED
    assert "reason" not in report.of("status.revoked")[0].details


def test_a_kept_list_is_read_again_at_another_moment():
    environment = w.environment()
    badge = w.sign(w.with_status(w.badge()))
    listed = {w.LIST_URL: w.sign(w.status_document(), created=w.NOW)}
    later = w.NOW.replace(minute=1)
    assert w.check(badge, listed, memory=environment.memory).verdict is Verdict.ACCEPTED
    assert w.check(badge, listed, memory=environment.memory, clock=lambda: later).verdict is Verdict.ACCEPTED
    before = w.NOW.replace(hour=11)
    assert told(badge, "status.list", listed, memory=environment.memory, clock=lambda: before) == [
        ("INCONCLUSIVE", "bad_proof", "/credentialStatus")
    ]


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


def test_presented_options_are_signed_with_the_document():
    made = add_proof(
        w.badge(),
        verification_method=w.KEY.method,
        created=w.NOW,
        sign=w.KEY.sign,
        canonicalise=w.CANONICALISE,
        nonce="n1",
    )
    assert w.check(made).verdict is Verdict.ACCEPTED
    assert "proof.signature" in w.faults(w.check(w.changed(made, deep("proof", "nonce", to="n2"))))
