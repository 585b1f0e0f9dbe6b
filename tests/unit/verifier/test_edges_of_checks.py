"""Edges of checks, each with the next step beyond: what changes of the code showed that no other test asks for."""

import json
from datetime import timedelta
from typing import Any

import fault_cases_surroundings as around
import good_badges as g
import pytest
import workshop as w
from fault_cases import deep, generic, signed_after
from older_vcdm import first_data_model

from keys.proofs.data_integrity import add_proof
from verifier import W3C, Request, Verdict
from verifier.checks import open_badge

Told = list[tuple[str, str | None, str]]
KID = f"{w.DID}#key-1"


def said(report: Any, code: str) -> Told:
    """Outcome, reason and place of what a report says of a code."""
    return [(finding.outcome.value, finding.reason, finding.pointer) for finding in report.of(code)]


def told(document: Any, code: str, documents: dict[str, Any] | None = None, **how: Any) -> Told:
    return said(w.check(document, documents, **how), code)


# Names
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("R\u0430dio", "mixed_scripts"),
        ("\u0420\u0430\u0434\u0438\u043e", None),
        ("Radio \u0420\u0430\u0434\u0438\u043e", None),
        ("Radio \u96fb\u6c17", None),
        ("\u0420a" + "\u0301", "mixed_scripts"),
        ("x" + "\u0301" * 4, None),
        ("x" + "\u0301" * 5, "stacked"),
        ("x\u0301y" + "\u0301" * 4, None),
        ("Työ\u202e", "invisible"),
    ],
)
def test_a_name_deceives_by_its_signs_and_not_by_its_language(name, reason):
    document = w.sign(w.badge(name=name))
    for data in (w.dump(document), json.dumps(document).encode()):  # the signs themselves, and as escapes
        expected = ("PASSED", None, "") if reason is None else ("FAILED", reason, "/name")
        assert told(data, "text.spoofing") == [expected]


# Data model
@pytest.mark.parametrize("code", ["vcdm.subject", "vcdm.related_resource"])
def test_an_empty_list_is_no_member(code):
    member = {"vcdm.subject": "credentialSubject", "vcdm.related_resource": "relatedResource"}[code]
    document = w.sign(generic()) | {member: []}
    assert told(document, code, policy=W3C) == [("FAILED", "empty", f"/{member}")]


def test_a_name_may_be_given_in_several_ways():
    document = generic(name=[{"@value": "Työ", "@language": "fi"}, {"@value": "Arbete", "@language": "sv"}])
    assert told(w.sign(document), "vcdm.members", policy=W3C) == [("PASSED", None, "")]
    assert told({**document, "name": [["x"]]}, "vcdm.members", policy=W3C) == [("FAILED", "not_text", "/name")]


def test_a_presentation_of_the_first_data_model_is_told():
    document = around.presentation() | {"@context": ["https://www.w3.org/2018/credentials/v1"]}
    assert told(document, "vcdm.legacy") == [("FAILED", None, "/@context/0")]


# Declared schemas
def declaring(as_list: bool, **changes: Any) -> w.Json:
    schema = {
        "id": "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json",
        "type": "1EdTechJsonSchemaValidator2019",
    }
    document = w.badge(**{"@context": [w.VC2, w.OB3, w.EXTENSIONS], **changes})
    return document | {"credentialSchema": [schema] if as_list else schema}


def test_the_official_schema_that_a_badge_declares_is_asked():
    assert told(w.sign(declaring(as_list=True)), "ob.schema_declared") == [("PASSED", None, "")]
    wrong = w.changed(declaring(as_list=True), deep("credentialSubject", "achievement", "creditsAvailable", to="5"))
    ((outcome, _, pointer),) = told(w.sign(wrong), "ob.schema_declared")
    assert (outcome, pointer) == ("FAILED", "/credentialSubject/achievement/creditsAvailable")


def test_a_schema_that_is_declared_many_times_is_made_ready_once(monkeypatch):
    entry = {"id": "https://a.example/s", "type": "1EdTechJsonSchemaValidator2019"}
    made = []
    monkeypatch.setattr(open_badge, "problems_by_declared", lambda _, schema, most: made.append(schema) or [])
    document = declaring(as_list=True) | {"credentialSchema": [entry, entry, entry]}
    told(w.sign(document), "ob.schema_declared", schemas={entry["id"]: {"type": "object"}})
    assert made == [{"type": "object"}]


@pytest.mark.parametrize(("as_list", "pointer"), [(True, "/credentialSchema/0"), (False, "/credentialSchema")])
def test_a_declared_schema_that_is_not_at_hand_is_told_at_its_place(as_list, pointer):
    entry = {"id": "https://a.example/s", "type": "1EdTechJsonSchemaValidator2019"}
    document = declaring(as_list=as_list)
    document["credentialSchema"] = [entry] if as_list else entry
    assert told(w.sign(document), "ob.schema_declared") == [("INCONCLUSIVE", "not_at_hand", pointer)]


def test_criteria_that_are_no_text_are_none():
    document = signed_after("credentialSubject", "achievement", "criteria", to={"narrative": 5})
    assert told(document, "ob.achievement") == [("FAILED", "missing", "/credentialSubject/achievement/criteria")]


def test_an_identifier_without_a_salt_is_whole():
    identity = {"type": "IdentityObject", "hashed": False, "identityHash": "x", "identityType": "name"}
    document = w.sign(w.changed(w.badge(), deep("credentialSubject", "identifier", to=[identity])))
    assert told(document, "ob.subject") == [("PASSED", None, "")]


# Proofs
def test_a_proof_by_another_suite_of_hashes_is_checked_with_it():
    good = g.embedded(1, "p384")
    assert w.check(good.data, good.documents).verdict is Verdict.ACCEPTED


def test_a_proof_over_json_may_carry_its_contexts():
    document = w.sign(w.badge(), suite="eddsa-jcs-2022")
    assert document["proof"]["@context"]
    assert told(document, "proof.members") == [("PASSED", None, "/proof")]
    other = w.changed(w.sign(w.badge()), deep("proof", "@context", to=[w.VC2]))
    assert told(other, "proof.members") == [("FAILED", "unknown", "/proof")]


def test_a_time_of_a_proof_that_is_no_time_is_refused():
    document = w.changed(w.sign(w.badge()), deep("proof", "created", to="yesterday"))
    assert told(document, "proof.created")[0][0] == "FAILED"


def test_what_the_presentation_answers_is_told_at_its_proof():
    assert told(around.presented(challenge="c2"), "proof.challenge", request=around.ASKED) == [
        ("FAILED", "differs", "/proof")
    ]
    assert told(around.presented(), "proof.challenge", request=around.ASKED) == [("PASSED", None, "/proof")]


@pytest.mark.parametrize(
    ("change", "suite", "role"),
    [
        (lambda proof: None, "eddsa-rdfc-2022", "issuer"),
        (lambda proof: proof.pop("verificationMethod"), "eddsa-rdfc-2022", "issuer"),
        (lambda proof: proof.update(verificationMethod=w.OTHER.method), "eddsa-rdfc-2022", "foreign"),
        (lambda proof: (proof.pop("cryptosuite"), proof.pop("type")), "unknown", "issuer"),
        (lambda proof: proof.pop("cryptosuite"), "DataIntegrityProof", "issuer"),
    ],
)
def test_each_proof_is_told_with_its_suite_and_whose_it_is(change, suite, role):
    document = w.changed(w.sign(w.badge()), lambda one: change(one["proof"]))
    (proof,) = w.check(document).proofs
    assert (proof.suite, proof.role) == (suite, role)


def test_a_foreign_proof_beside_the_issuers_is_told_and_decides_nothing():
    report = w.check(w.sign(w.sign(w.badge()), w.OTHER))
    assert report.verdict is Verdict.ACCEPTED
    assert [finding.severity and finding.severity.value for finding in report.of("issuer.key_binding")][1] == "info"


def test_a_proof_of_an_unknown_suite_beside_a_good_one_decides_nothing():
    document = w.sign(w.badge())
    other = {**document["proof"], "cryptosuite": "bbs-2023", "proofValue": "u5V0C"}
    report = w.check({**document, "proof": [document["proof"], other]})
    assert report.verdict is Verdict.ACCEPTED
    assert said(report, "proof.suite") == [("PASSED", None, "/proof/0"), ("INCONCLUSIVE", "unknown", "/proof/1")]


def test_a_presentation_needs_a_key_for_authentication_and_a_badge_one_for_assertion():
    def presented(purpose: str) -> Any:
        keys = {"assertionMethod": [], "authentication": [], purpose: [KID]}
        badge = w.sign(w.changed(w.badge(), deep("credentialSubject", "id", to=w.DID)))
        made = add_proof(
            {**around.presentation(), "holder": {"id": w.DID}, "verifiableCredential": [badge]},
            verification_method=KID,
            created=w.NOW - timedelta(minutes=1),
            sign=w.KEY.sign,
            canonicalise=w.CANONICALISE,
            proofPurpose="authentication",
        )
        return w.check(made, {w.DID: w.did_document(**keys)}, request=Request())

    assert said(presented("authentication"), "issuer.relationship") == [("PASSED", None, "/proof")]
    assert said(presented("assertionMethod"), "issuer.relationship") == [("FAILED", "not_listed", "/proof")]


# Keys
@pytest.mark.parametrize(("created", "outcome"), [(-1, "INCONCLUSIVE"), (0, "FAILED"), (1, "FAILED")])
def test_a_signature_at_the_very_end_of_its_key_is_too_late(created, outcome):
    end = w.NOW - timedelta(hours=1)
    document = w.changed(w.did_document(), deep("verificationMethod", 0, "expires", to=end.isoformat()))
    badge = w.sign(w.badge(w.DID), method=KID, created=end + timedelta(seconds=created))
    assert told(badge, "proof.key_expired", {w.DID: document})[0][0] == outcome


@pytest.mark.parametrize("member", ["expires", "revoked"])
def test_the_times_of_a_key_are_told_at_the_proof(member):
    code = {"expires": "proof.key_expired", "revoked": "proof.key_revoked"}[member]
    badge = w.sign(w.badge(w.DID), method=KID)
    later = w.changed(w.did_document(), deep("verificationMethod", 0, member, to="2027-01-01T00:00:00Z"))
    never = w.changed(w.did_document(), deep("verificationMethod", 0, member, to="never"))
    assert told(badge, code, {w.DID: later}) == [("PASSED", None, "/proof")]
    assert told(badge, code, {w.DID: never}) == [("FAILED", "malformed", "/proof")]


def test_a_signature_that_existed_before_its_key_was_withdrawn_holds_and_says_both_times():
    document = w.changed(w.did_document(), deep("verificationMethod", 0, "revoked", to="2026-11-22T00:00:00Z"))
    report = w.check(
        w.sign(w.badge(w.DID), method=KID),
        {w.DID: document},
        request=Request(evidence=(b"log",)),
        existence=lambda evidence, text: w.NOW - timedelta(days=1),
    )
    assert dict(report.of("proof.key_revoked")[0].details) == {
        "existed": "2026-11-21T12:00:00+00:00",
        "revoked": "2026-11-22T00:00:00+00:00",
    }


def test_an_issuer_at_a_web_address_binds_by_its_own_document():
    issuer = "https://issuer.example/o/1"
    method = {"id": f"{issuer}#k", "type": "Multikey", "controller": issuer, "publicKeyMultibase": w.KEY.multibase}
    document = {
        "@context": "https://www.w3.org/ns/cid/v1",
        "id": issuer,
        "verificationMethod": [method],
        "assertionMethod": [f"{issuer}#k"],
    }
    report = w.check(w.sign(w.badge(issuer), method=f"{issuer}#k"), {issuer: document})
    assert report.verdict is Verdict.ACCEPTED
    assert report.proofs[0].basis == "controller_document"
    missing = w.check(w.sign(w.badge(issuer), method=f"{issuer}#other"), {issuer: document})
    assert said(missing, "proof.signature") == [("INCONCLUSIVE", "blocked_by:issuer.method", "/proof")]


def test_a_document_elsewhere_that_is_out_of_reach_may_still_be_the_issuers():
    issuer, keys = "https://issuer.example/o/1", "https://issuer.example/o/1/keys"
    badge = w.sign(w.badge(issuer), method=f"{keys}#k")
    assert told(badge, "issuer.key_binding") == [("INCONCLUSIVE", "blocked_by:issuer.document", "/proof")]
    assert told(w.sign(w.badge(w.DID), method=f"{keys}#k"), "issuer.key_binding") == [
        ("FAILED", "other_party", "/proof")
    ]


def test_a_key_below_the_issuers_address_must_be_listed_in_its_own_document():
    issuer, keys = "https://issuer.example/o/1", "https://issuer.example/o/1/keys"
    method = {"id": f"{keys}#k", "type": "Multikey", "controller": issuer, "publicKeyMultibase": w.KEY.multibase}
    world = {keys: {"@context": "https://www.w3.org/ns/cid/v1", "id": keys, "verificationMethod": [method]}}
    world[issuer] = {"id": issuer, "type": "Profile", "name": "Paja"}
    badge = w.sign(w.badge(issuer), method=f"{keys}#k")
    assert told(badge, "issuer.relationship", world) == [("FAILED", "not_listed", "/proof")]


# Tokens
def test_a_token_is_told_with_its_key_and_its_reasons_at_the_whole():
    report = w.check(around.token())
    assert report.proofs[0].verification_method == w.KEY.method
    assert told(around.token(header={"typ": "vc+jwt"}), "jwt.profile") == [("FAILED", "jose", "")]
    assert told(around.token(header={"alg": "ES256"}), "jwt.algorithm") == [("FAILED", "key", "")]
    assert told(around.token()[:-4] + "AAAA", "proof.signature") == [("FAILED", "bad", "")]
    ends = w.badge(validUntil="2027-11-01T00:00:00Z")
    assert told(around.token(ends, exp=1), "jwt.claims") == [("FAILED", "exp", "")]


@pytest.mark.parametrize(
    ("expires", "outcome"), [("2026-11-01T00:00:00Z", "FAILED"), ("2026-11-01T00:00:01Z", "INCONCLUSIVE")]
)
def test_a_token_is_taken_to_be_signed_when_it_begins(expires, outcome):
    document = w.changed(w.did_document(), deep("verificationMethod", 0, "expires", to=expires))
    made = around.token(w.badge(w.DID), header={"kid": KID})
    assert told(made, "proof.key_expired", {w.DID: document})[0][0] == outcome


# Status, trust, recipient
@pytest.mark.parametrize(("purpose", "told_"), [("message", True), ("revocation", False)])
def test_reasons_stand_only_in_a_list_of_messages(purpose, told_):
    reasons = w.status_document(
        url=f"{w.LIST_URL}/reasons", size=16, values={5: 1 << 12}, subject={"statusPurpose": purpose}
    )
    world = {w.LIST_URL: w.sign(w.status_document(5)), f"{w.LIST_URL}/reasons": w.sign(reasons)}
    details = w.check(w.sign(w.with_status(w.badge())), world).of("status.revoked")[0].details
    assert ("reason" in details) is told_


@pytest.mark.parametrize("url", ["http://issuer.example/revocations", "urn:x:1"])
def test_a_revocation_list_is_asked_for_over_https_only(url):
    entry = {"id": url, "type": "1EdTechRevocationList"}
    document = w.sign(w.badge(**{"@context": [w.VC2, w.OB3, w.EXTENSIONS], "credentialStatus": entry}))
    assert told(document, "status.entry") == [("INCONCLUSIVE", "url", "/credentialStatus/id")]


@pytest.mark.parametrize(("listed_from", "outcome"), [("2026-11-01", "PASSED"), ("2026-11-02", "INCONCLUSIVE")])
def test_a_badge_of_the_first_data_model_was_given_when_it_was_issued(listed_from, outcome):
    badge = g.legacy(1).document
    badge["issuanceDate"] = "2026-11-01T00:00:00Z"
    badge = {name: value for name, value in badge.items() if name not in ("proof", "expirationDate")}
    options = {
        "type": "Ed25519Signature2020",
        "created": "2026-11-21T12:00:00Z",
        "verificationMethod": w.KEY.method,
        "proofPurpose": "assertionMethod",
    }
    prepared = g.prepare(badge, options, canonicalise=w.CANONICALISE)
    signed = g.attach(badge, options, w.KEY.sign(prepared.message))
    lists = around.vouched(around.signed_trust_list(around.listed(listedFrom=listed_from)))
    assert told(signed, "trust.issuer", **lists)[0][0] == outcome


def test_a_weak_identifier_is_found_in_a_list_of_one_subject():
    identity = {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": "sha256$" + "0" * 64,
        "identityType": "emailAddress",
        "salt": "ab",
    }
    badge = w.changed(w.badge(), deep("credentialSubject", "identifier", to=[identity]))
    document = w.sign(badge | {"credentialSubject": [badge["credentialSubject"]]})
    assert told(document, "recipient.weak") == [("FAILED", "salt", "/credentialSubject/0/identifier/0")]


@pytest.mark.parametrize("value", ["\ud800", "name=\ud800", "id=\udfff"])
def test_a_recipient_that_is_no_text_matches_nobody(value):
    assert told(w.sign(w.badge()), "recipient.mismatch", request=Request(recipient=value))[0][0] == "FAILED"


def test_a_badge_of_the_first_data_model_in_a_token_is_dated_by_its_issue():
    badge = first_data_model(w.DID)
    made = around.packed({**around.jwt.expected_claims(badge), "vc": badge}, {"kid": KID})
    report = w.check(made, {w.DID: w.did_document()})
    assert "jwt.claims" not in w.faults(report)
