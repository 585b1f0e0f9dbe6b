"""Reasons that a check gives and that other files do not ask for: one fault, its code, its reason and its place."""

import base64
import hashlib
from typing import Any

import fault_cases_surroundings as around
import older_badges as older
import pytest
import workshop as w
from fault_cases import altered, deep, signed_after
from older_vcdm import first_data_model

from keys.proofs.jwt import expected_claims
from schemas.jsonld import CONTEXT_BYTES, SafeProcessor
from verifier import Unreadable, Verdict
from verifier.findings import Outcome

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
