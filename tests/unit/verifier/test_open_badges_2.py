"""Badges of Open Badges 2.0: hosted, signed, baked; what the hosts say is what counts."""

import json

import pytest
import workshop as w
from older_badges import BASE, assertion, signed, world

from schemas.baking import bake_png
from verifier import Request, Verdict
from verifier.checks.table import OPEN_BADGES_2_CODES


def test_a_hosted_badge_is_accepted():
    report = w.check(assertion(), world())
    assert report.verdict is Verdict.ACCEPTED, w.faults(report)
    assert {finding.code for finding in report.findings} == OPEN_BADGES_2_CODES
    assert report.to_json()["credential"]["issuer"]["name"] == "Paja"


def test_a_signed_badge_is_accepted():
    report = w.check(signed(), world())
    assert report.verdict is Verdict.ACCEPTED, w.faults(report)


@pytest.mark.parametrize(
    ("document", "documents", "code", "verdict"),
    [
        (assertion(), world(assertions_1={"status": 404}), "ob2.hosted", "rejected"),
        (assertion(), {**world(), f"{BASE}/assertions/1": assertion(id=f"{BASE}/x")}, "ob2.hosted", "rejected"),
        (assertion(), {}, "ob2.hosted", "undetermined"),
        (assertion(), world(assertions_1={"status": 410}), "ob2.revoked", "rejected"),
        (assertion(), world(assertions_1={"revoked": True}), "ob2.revoked", "rejected"),
        (assertion(), world(badges_1={"name": ""}), "ob2.schema", "rejected"),
        (assertion(), world(issuer={"image": "data:image/png;base64,AA"}), "ob2.schema", "rejected"),
        (
            assertion(),
            world(issuer={"verification": {"startsWith": "https://other.example/"}}),
            "ob2.scope",
            "rejected",
        ),
        (assertion(), world(issuer={"verification": {"allowedOrigins": "other.example"}}), "ob2.scope", "rejected"),
        (assertion(), world(assertions_1={"expires": "2026-02-01T00:00:00Z"}), "validity.expired", "rejected"),
        (assertion(id="http://badges.example/1"), world(), "ob2.hosted", "rejected"),
        (signed(), world(issuer={"publicKey": f"{BASE}/other"}), "ob2.key_owner", "rejected"),
        (signed(), world(key={"owner": "https://other.example/issuer"}), "ob2.key_owner", "rejected"),
        (signed(), world(key={"publicKeyPem": "x"}), "ob2.signature", "rejected"),
        (signed()[:-3] + "AAA", world(), "ob2.signature", "rejected"),
        (signed(), world(issuer={"revocationList": f"{BASE}/revoked"}), "ob2.revoked", "undetermined"),
        (
            signed(),
            world(
                issuer={"revocationList": f"{BASE}/revoked"},
                revoked={
                    "id": f"{BASE}/revoked",
                    "revokedAssertions": ["urn:uuid:1b1b1b1b-0000-4000-8000-000000000001"],
                },
            ),
            "ob2.revoked",
            "rejected",
        ),
    ],
)
def test_what_the_hosts_contradict_is_not_accepted(document, documents, code, verdict):
    report = w.check(document, documents)
    assert report.verdict is Verdict(verdict)
    assert code in w.faults(report)


def reason(report, code):
    return next(
        finding.reason for finding in report.of(code) if finding.outcome.value not in ("PASSED", "NOT_APPLICABLE")
    )


@pytest.mark.parametrize(
    ("document", "documents", "code", "why", "verdict"),
    [
        (assertion(), world(assertions_1={"status": 500}), "ob2.hosted", "not_fetched", "undetermined"),
        (assertion(), world(assertions_1={"status": 200, "body": "<html>"}), "ob2.hosted", "not_json", "rejected"),
        (assertion(), world(badges_1={"id": f"{BASE}/badges/2"}), "ob2.schema", "id_differs", "rejected"),
        (assertion(), world(badges_1={"status": 503}), "ob2.schema", "not_fetched", "undetermined"),
        (
            assertion(),
            world(assertions_1={"verification": {"type": "SignedBadge", "creator": f"{BASE}/key"}}),
            "ob2.schema",
            "malformed",
            "rejected",
        ),
        (assertion(badge=None), world(assertions_1={"badge": None}), "ob2.schema", "missing", "rejected"),
        (signed(), world(key={"status": 503}), "ob2.key_owner", "not_fetched", "undetermined"),
        (signed(), world(key={"id": f"{BASE}/other"}), "ob2.key_owner", "id_differs", "rejected"),
        (signed(), world(issuer={"status": 503}), "ob2.revoked", "issuer_unknown", "undetermined"),
    ],
)
def test_the_reason_tells_what_a_host_answered(document, documents, code, why, verdict):
    report = w.check(document, documents)
    assert report.verdict is Verdict(verdict)
    assert reason(report, code) == why


def test_a_creator_that_is_not_named_is_the_issuers_only_key():
    report = w.check(signed(verification={"type": "SignedBadge"}), world())
    assert report.verdict is Verdict.ACCEPTED, w.faults(report)


@pytest.mark.parametrize(("entry", "verdict"), [({"uid": "17"}, "rejected"), ({"uid": "18"}, "accepted")])
def test_a_revocation_list_may_name_an_assertion_by_its_uid(entry, verdict):
    documents = world(
        issuer={"revocationList": f"{BASE}/revoked"},
        revoked={"id": f"{BASE}/revoked", "revokedAssertions": ["urn:uuid:other", entry]},
    )
    assert w.check(signed(uid="17"), documents).verdict is Verdict(verdict)


def test_the_hosts_copy_counts_and_not_the_one_handed_in():
    handed_in = assertion(expires="2099-01-01T00:00:00Z")
    report = w.check(handed_in, world(assertions_1={"expires": "2026-02-01T00:00:00Z"}))
    assert report.verdict is Verdict.REJECTED


def test_an_issuer_written_into_the_badge_counts_for_nothing():
    evil = "https://evil.example"
    profile = {**world()[f"{BASE}/issuer"], "verification": {"allowedOrigins": "evil.example"}}
    forged = assertion(id=f"{evil}/1", badge={**world()[f"{BASE}/badges/1"], "issuer": profile})
    report = w.check(forged, {**world(), f"{evil}/1": forged})
    assert report.verdict is Verdict.REJECTED
    assert "ob2.scope" in w.faults(report)


def test_a_hash_without_prefix_is_malformed():
    recipient = {"type": "email", "hashed": True, "salt": "x", "identity": "0" * 64}
    report = w.check(assertion(), world(assertions_1={"recipient": recipient}))
    assert "ob2.schema" in w.faults(report)


def test_the_recipient_is_compared():
    recipient = {"type": "email", "hashed": False, "identity": "aino@a.example"}
    documents = world(assertions_1={"recipient": recipient})
    good = w.check(assertion(), documents, request=Request(recipient="Aino@a.example"))
    assert good.outcome("recipient.mismatch").value == "PASSED"
    bad = w.check(assertion(), documents, request=Request(recipient="bo@a.example"))
    assert bad.verdict is Verdict.REJECTED
    assert "aino" not in json.dumps(bad.to_json())


def test_a_keyword_that_json_ld_reserves_is_refused():
    report = w.check(assertion(), world(assertions_1={"@graph": []}))
    assert report.verdict is Verdict.ACCEPTED or "jsonld.keyword" in w.faults(report)
    assert "jsonld.keyword" in w.faults(w.check(assertion(**{"@graph": []}), world()))


def test_a_badge_baked_under_the_wrong_keyword_is_refused():
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (2, 2)).save(out, "PNG")
    report = w.check(bake_png(out.getvalue(), w.dump(assertion())), world())
    assert report.verdict is Verdict.REJECTED
    assert "input.container" in w.faults(report)
