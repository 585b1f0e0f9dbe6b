"""Documents inside and around a badge: endorsements, members, presentations, refresh."""

from datetime import timedelta
from typing import Any

import pytest
import workshop as w

from keys.proofs.data_integrity import add_proof
from verifier import (
    STRICT,
    W3C,
    Request,
    Verdict,
)

CLR = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
TRUST_URL = "https://trust.example/trust/list.json"


def endorsement(about: str, key: w.Key = w.OTHER, **changes: Any) -> w.Json:
    document = {
        "@context": [w.VC2, w.OB3],
        "id": "urn:uuid:0f2f8f5e-6f5a-4b0e-9d0a-00000000000e",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "Suositus",
        "issuer": {"id": key.did, "type": ["Profile"], "name": "Koulu"},
        "validFrom": "2026-11-01T00:00:00Z",
        "credentialSubject": {"id": about, "type": ["EndorsementSubject"], "endorsementComment": "Hyvä"},
        **changes,
    }
    return w.sign(document, key)


# Endorsements
def test_a_good_endorsement_of_the_badge_is_reported():
    report = w.check(w.sign(w.badge(endorsement=[endorsement(w.badge()["id"])])))
    assert report.verdict is Verdict.ACCEPTED
    assert w.faults(report) == set()
    assert report.endorsements[0].relation == "credential"
    assert report.endorsements[0].report.verdict is Verdict.ACCEPTED


def test_praise_for_something_else_is_called_unrelated():
    report = w.check(w.sign(w.badge(endorsement=[endorsement("urn:uuid:0f2f8f5e-6f5a-4b0e-9d0a-0000000000ff")])))
    assert w.faults(report) == {"endorsement.subject"}
    assert report.endorsements[0].relation == "unrelated"


def test_a_broken_endorsement_warns_and_fails_under_strict():
    broken = w.changed(endorsement(w.badge()["id"]), lambda d: d.update(name="Muu"))
    document = w.sign(w.badge(endorsement=[broken]))
    report = w.check(document)
    assert report.verdict is Verdict.ACCEPTED
    assert w.faults(report) == {"endorsement.verified"}
    assert w.check(document, policy=STRICT).verdict is Verdict.REJECTED


def test_endorsements_of_an_unproven_badge_are_not_looked_at():
    document = w.changed(
        w.sign(w.badge(endorsement=[endorsement(w.badge()["id"])])), lambda d: d.update(name="Hitsaus")
    )
    report = w.check(document)
    assert report.endorsements == ()
    assert {finding.reason for finding in report.of("endorsement.verified")} == {"blocked_by:proof.set"}


def test_an_endorsement_in_a_token_is_checked():
    badge_id = w.badge()["id"]
    unsigned = {name: value for name, value in endorsement(badge_id).items() if name != "proof"}
    from keys.proofs import jwt

    made = jwt.create(unsigned, kid=w.OTHER.method, key_kind="Ed25519", sign=w.OTHER.sign)
    report = w.check(w.sign(w.badge(endorsementJwt=[made])))
    assert report.endorsements[0].report.verdict is Verdict.ACCEPTED
    assert report.verdict is Verdict.ACCEPTED


# CLR
def clr(*members: w.Json) -> w.Json:
    document = {
        "@context": [w.VC2, CLR, w.OB3],
        "id": "urn:uuid:0f2f8f5e-6f5a-4b0e-9d0a-0000000000c1",
        "type": ["VerifiableCredential", "ClrCredential"],
        "name": "Osaamiseni",
        "issuer": {"id": w.KEY.did, "type": ["Profile"], "name": "Paja"},
        "validFrom": "2026-11-01T00:00:00Z",
        "credentialSubject": {
            "id": "urn:uuid:0f2f8f5e-6f5a-4b0e-9d0a-0000000000c2",
            "type": ["ClrSubject"],
            "verifiableCredential": list(members),
        },
    }
    return w.sign(document)


def test_each_member_of_a_record_has_its_own_report():
    good = w.sign(w.badge())
    ended = w.sign(w.badge(validUntil="2026-11-02T00:00:00Z", id="urn:uuid:0f2f8f5e-6f5a-4b0e-9d0a-0000000000c3"))
    report = w.check(clr(good, ended))
    assert [part.report.verdict for part in report.members] == [Verdict.ACCEPTED, Verdict.REJECTED]
    assert w.faults(report) == {"clr.member"}
    assert report.verdict is Verdict.ACCEPTED  # the record's own verdict does not replace those of its members


# Presentations
def presentation(*credentials: Any, key: w.Key = w.THIRD, **members: Any) -> w.Json:
    document = {"@context": [w.VC2], "type": ["VerifiablePresentation"], "verifiableCredential": list(credentials)}
    return add_proof(
        document,
        verification_method=key.method,
        created=w.NOW - timedelta(minutes=1),
        sign=key.sign,
        canonicalise=w.CANONICALISE,
        proofPurpose="authentication",
        **members,
    )


def held_badge() -> w.Json:
    return w.sign(w.changed(w.badge(), lambda d: d["credentialSubject"].update(id=w.THIRD.did)))


EXPECTED = Request(domain="verify.example", challenge="c1")


def test_a_presentation_by_the_subject_is_accepted():
    made = presentation(held_badge(), domain="verify.example", challenge="c1")
    report = w.check(made, request=EXPECTED)
    assert report.verdict is Verdict.ACCEPTED, w.faults(report)
    assert report.members[0].report.verdict is Verdict.ACCEPTED


@pytest.mark.parametrize(
    ("make", "request_", "code"),
    [
        (lambda: presentation(held_badge(), domain="x.example", challenge="c1"), EXPECTED, "proof.domain"),
        (lambda: presentation(held_badge(), domain="verify.example", challenge="c2"), EXPECTED, "proof.challenge"),
        (lambda: presentation(held_badge(), domain="verify.example"), EXPECTED, "proof.challenge"),
        (
            lambda: presentation(held_badge(), domain="verify.example", challenge="c1"),
            Request(domain="verify.example", challenge="c1", challenge_fresh=False),
            "proof.challenge",
        ),
        (
            lambda: presentation(held_badge(), key=w.OTHER, domain="verify.example", challenge="c1"),
            EXPECTED,
            "recipient.binding",
        ),
        (lambda: presentation(w.badge()), Request(), "presentation.member"),
        (lambda: presentation("text"), Request(), "vcdm.members"),
    ],
)
def test_a_presentation_for_others_or_by_others_is_refused(make, request_, code):
    report = w.check(make(), request=request_)
    assert report.verdict is Verdict.REJECTED
    assert code in w.faults(report)


def test_a_subject_without_a_key_cannot_be_bound():
    report = w.check(presentation(w.sign(w.badge())))
    assert report.verdict is Verdict.UNDETERMINED
    assert w.faults(report) == {"recipient.binding"}


def test_an_unsigned_presentation_is_refused():
    report = w.check({"@context": [w.VC2], "type": ["VerifiablePresentation"]}, policy=W3C)
    assert report.verdict is Verdict.REJECTED


# Refresh
REFRESH = {"id": "https://issuer.example/refresh/1", "type": "1EdTechCredentialRefresh"}


def refreshable(**changes: Any) -> w.Json:
    return w.sign(w.badge(**{"@context": [w.VC2, w.OB3, w.EXTENSIONS], "refreshService": REFRESH, **changes}))


def test_the_refreshed_badge_replaces_an_ended_one():
    old = refreshable(validUntil="2026-11-10T00:00:00Z")
    new = refreshable(validFrom="2026-11-11T00:00:00Z")
    assert w.check(old).verdict is Verdict.REJECTED
    report = w.check(old, {REFRESH["id"]: new})
    assert report.verdict is Verdict.ACCEPTED, w.faults(report)
    assert report.to_json()["refreshed"]["verdict"] == "accepted"
    assert w.check(old, {REFRESH["id"]: new}, request=Request(refresh=False)).verdict is Verdict.REJECTED


def test_the_end_of_the_refreshed_badge_counts_too():
    new = refreshable(validUntil="2026-11-10T00:00:00Z")
    assert w.check(refreshable(), {REFRESH["id"]: new}).verdict is Verdict.REJECTED


@pytest.mark.parametrize(
    "other",
    [
        lambda: w.sign(
            w.changed(refreshable(), lambda d: (d.pop("proof"), d["credentialSubject"].update(id="urn:x:2")))
        ),
        lambda: refreshable(id="urn:uuid:0f2f8f5e-6f5a-4b0e-9d0a-0000000000d9"),
        lambda: refreshable(validFrom="2026-10-01T00:00:00Z"),
        lambda: w.changed(refreshable(), lambda d: d.update(name="Hitsaus")),
        lambda: w.sign(w.badge(w.OTHER.did), w.OTHER),
    ],
)
def test_another_badge_from_the_refresh_service_is_ignored(other):
    report = w.check(refreshable(), {REFRESH["id"]: other()})
    assert report.verdict is Verdict.ACCEPTED
    assert w.faults(report) == {"refresh.available"}
    assert report.refreshed is None
