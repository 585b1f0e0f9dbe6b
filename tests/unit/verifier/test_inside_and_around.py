"""Documents inside and around a badge: endorsements, members, presentations, refresh, lists, trust, recipients."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import workshop as w

from keys.proofs.data_integrity import add_proof
from verifier import (
    EMPLOYMENT,
    PRIOR_LEARNING,
    STRICT,
    W3C,
    Policy,
    PolicyError,
    Request,
    TrustListSource,
    Verdict,
    policy_named,
)
from verifier.checks.table import Severity
from verifier.policy import DEFAULT_SEVERITIES

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


# Status lists
@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (w.status_document, "bad_proof"),
        (lambda: w.sign(w.status_document(issuer=w.OTHER.did), w.OTHER), "other_issuer"),
        (lambda: w.sign(w.status_document(validUntil="2026-11-22T11:59:59Z")), "outside_window"),
        (lambda: w.sign(w.status_document(validFrom="2026-11-22T12:00:01Z")), "outside_window"),
        (lambda: w.sign(w.status_document(id="https://issuer.example/status/2")), "id_differs"),
        (lambda: w.sign(w.status_document(entries=131_064)), "too_short"),
        (lambda: w.sign(w.status_document(subject={"statusPurpose": "suspension"})), "purpose"),
        (lambda: w.sign(w.status_document(subject={"encodedList": "uAAAA"})), "encoding"),
        (lambda: w.sign(w.status_document(subject={"encodedList": "z" + "1" * 40})), "encoding"),
        (lambda: w.sign(w.status_document(type=["VerifiableCredential"])), "type"),
        (
            lambda: w.changed(w.sign(w.status_document()), lambda d: d.update(validFrom="2026-11-22T01:00:00Z")),
            "bad_proof",
        ),
        (lambda: {"status": 500}, "not_fetched"),
        (lambda: {"status": 200, "content_type": "text/html", "body": "x"}, "media_type"),
        (lambda: {"status": 200, "body": "[]"}, "not_json"),
    ],
)
def test_a_list_that_is_not_proven_leaves_the_status_unknown(make, reason):
    report = w.check(w.sign(w.with_status(w.badge())), {w.LIST_URL: make()})
    assert report.verdict is Verdict.UNDETERMINED
    assert {finding.reason for finding in report.of("status.list")} == {reason}


@pytest.mark.parametrize(
    "index", ["abc", " 5", "05", "٥", "5.0", "-5", "+5", "99999999999", "5\n", "", 5, 5.5, True, None]
)
def test_an_odd_index_reads_nobodys_bit(index):
    document = w.changed(w.with_status(w.badge()), lambda d: d["credentialStatus"].update(statusListIndex=index))
    try:
        document = w.sign(document)
    except ValueError:
        return  # cannot even be signed safely
    report = w.check(document, {w.LIST_URL: w.sign(w.status_document(5))}, policy=EMPLOYMENT)
    assert report.verdict is not Verdict.ACCEPTED
    assert report.outcome("status.entry").value == "INCONCLUSIVE"


def test_the_second_entry_is_read_as_well():
    document = w.with_status(w.badge())
    second = {**document["credentialStatus"], "id": f"{w.LIST_URL}#7", "statusListIndex": "7"}
    document = w.sign({**document, "credentialStatus": [document["credentialStatus"], second]})
    report = w.check(document, {w.LIST_URL: w.sign(w.status_document(7))})
    assert report.verdict is Verdict.REJECTED
    assert [status.value for status in report.statuses] == [0, 1]


def test_the_reason_of_a_withdrawal_is_told():
    months = (2026 - 2020) * 12 + 10
    reasons = w.status_document(
        url=f"{w.LIST_URL}/reasons",
        size=16,
        values={5: 1 << 12 | months},
        subject={"statusPurpose": "message"},
    )
    world = {w.LIST_URL: w.sign(w.status_document(5)), f"{w.LIST_URL}/reasons": w.sign(reasons)}
    report = w.check(w.sign(w.with_status(w.badge())), world)
    details = next(finding.details for finding in report.of("status.revoked"))
    assert (details["reason"], details["month"]) == ("replaced", "2026-11")


def test_an_older_list_than_the_one_seen_is_not_believed():
    class Memory:
        def newest(self, url):
            return datetime(2026, 11, 22, 6, tzinfo=UTC)

        def remember(self, url, valid_from):
            raise AssertionError("an older list is not remembered")

    world = {w.LIST_URL: w.sign(w.status_document())}
    report = w.check(w.sign(w.with_status(w.badge())), world, status_memory=Memory())
    assert report.verdict is Verdict.UNDETERMINED
    assert "status.rolled_back" in w.faults(report)


def test_a_kept_list_is_read_again_when_its_bytes_change():
    environment = w.environment({w.LIST_URL: w.sign(w.status_document())})
    memory = environment.memory
    badge = w.sign(w.with_status(w.badge()))
    assert w.check(badge, {w.LIST_URL: w.sign(w.status_document())}, memory=memory).verdict is Verdict.ACCEPTED
    assert w.check(badge, {w.LIST_URL: w.sign(w.status_document(5))}, memory=memory).verdict is Verdict.REJECTED
    assert w.check(badge, {w.LIST_URL: w.sign(w.status_document())}, memory=memory).verdict is Verdict.ACCEPTED
    tampered = w.changed(w.sign(w.status_document()), lambda d: d.update(validUntil="2026-11-24T00:00:00Z"))
    assert w.check(badge, {w.LIST_URL: tampered}, memory=memory).verdict is Verdict.UNDETERMINED


def test_a_kept_list_is_not_used_when_the_issuers_key_changed():
    list_of_web = w.sign(w.status_document(issuer=w.DID), method=f"{w.DID}#key-1")
    badge = w.sign(w.with_status(w.badge(w.DID)), w.OTHER, method=f"{w.DID}#key-2")
    both = w.did_document(w.DID, w.KEY, w.OTHER)
    only_second = w.changed(both, lambda d: d["verificationMethod"].pop(0))
    memory = w.environment().memory
    assert w.check(badge, {w.LIST_URL: list_of_web, w.DID: both}, memory=memory).verdict is Verdict.ACCEPTED
    report = w.check(badge, {w.LIST_URL: list_of_web, w.DID: only_second}, memory=memory)
    assert report.verdict is Verdict.UNDETERMINED


def test_messages_are_read_and_decide_nothing():
    document = w.changed(
        w.with_status(w.badge(), purpose="message"),
        lambda d: d["credentialStatus"].update(
            statusSize=2, statusMessage=[{"status": f"0x{n}", "message": m} for n, m in enumerate("abcd")]
        ),
    )
    world = {w.LIST_URL: w.sign(w.status_document(size=2, values={5: 2}, subject={"statusPurpose": "message"}))}
    report = w.check(w.sign(document), world)
    assert report.verdict is Verdict.ACCEPTED, w.faults(report)
    assert next(finding.details["message"] for finding in report.of("status.message")) == "c"


REVOCATIONS = "https://issuer.example/revocations"


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ({"id": REVOCATIONS, "issuer": w.KEY.did, "revokedCredential": []}, "accepted"),
        ({"id": REVOCATIONS, "issuer": w.KEY.did, "revokedCredential": [{"id": w.badge()["id"]}]}, "rejected"),
        (
            {"id": REVOCATIONS, "issuer": w.KEY.did, "revokedCredential": [{"id": w.badge()["id"], "revoked": False}]},
            "accepted",
        ),
        ({"id": REVOCATIONS, "issuer": w.OTHER.did, "revokedCredential": []}, "undetermined"),
        ({"id": "https://x.example/", "issuer": w.KEY.did, "revokedCredential": []}, "undetermined"),
        ({"status": 500}, "undetermined"),
    ],
)
def test_a_revocation_list_of_1edtech_is_read(answer, verdict):
    entry = {"id": REVOCATIONS, "type": "1EdTechRevocationList"}
    document = w.sign(w.badge(**{"@context": [w.VC2, w.OB3, w.EXTENSIONS], "credentialStatus": entry}))
    assert w.check(document, {REVOCATIONS: answer}).verdict is Verdict(verdict)
    if verdict == "undetermined" and "status" in answer:
        lenient = w.check(document, {REVOCATIONS: answer}, policy=policy_named("EMPLOYMENT,compat=1edtech"))
        assert lenient.verdict is Verdict.ACCEPTED


# Trust
def trust_list(**changes: Any) -> w.Json:
    institution = {
        "id": w.KEY.did,
        "kind": "provider",
        "name": {"fi": "Paja"},
        "listedFrom": "2026-10-01",
        "withdrawnAt": None,
        "units": ["106889"],
        **changes.pop("institution", {}),
    }
    document = {
        "format": "pateva.trust-list/1",
        "id": TRUST_URL,
        "issuer": "did:web:trust.example",
        "version": 1,
        "validFrom": "2026-11-01T00:00:00Z",
        "validUntil": "2026-12-01T00:00:00Z",
        "institutions": [institution],
        **changes,
    }
    return add_proof(
        document,
        verification_method=w.OTHER.method,
        created=w.NOW - timedelta(days=1),
        sign=w.OTHER.sign,
        canonicalise=w.CANONICALISE,
        cryptosuite="eddsa-jcs-2022",
    )


def trusted(document: w.Json | None, **changes: Any) -> Any:
    source = TrustListSource(
        url=TRUST_URL, keys=(w.OTHER.multibase,), document=None if document is None else w.dump(document)
    )
    return w.check(w.sign(w.badge()), trust_lists=(source,), **changes)


def test_a_listed_issuer_is_told_with_its_name():
    report = trusted(trust_list())
    assert [report.outcome(code).value for code in ("trust.registry", "trust.issuer", "trust.scope")] == ["PASSED"] * 3
    assert report.of("trust.issuer")[0].details["name"] == {"fi": "Paja"}


@pytest.mark.parametrize(
    ("document", "code", "outcome"),
    [
        (trust_list(institution={"withdrawnAt": "2026-10-15"}), "trust.issuer", "FAILED"),
        (trust_list(institution={"listedFrom": "2026-11-15"}), "trust.issuer", "INCONCLUSIVE"),
        (trust_list(institution={"id": w.THIRD.did}), "trust.issuer", "INCONCLUSIVE"),
        (trust_list(institution={"units": ["1"]}), "trust.scope", "FAILED"),
        (trust_list(institution={"units": []}), "trust.scope", "INCONCLUSIVE"),
        (w.changed(trust_list(), lambda d: d.update(version=2)), "trust.registry", "FAILED"),
        (trust_list(validUntil="2026-11-20T00:00:00Z"), "trust.registry", "INCONCLUSIVE"),
        (None, "trust.registry", "INCONCLUSIVE"),
    ],
)
def test_trust_is_told_and_decides_nothing(document, code, outcome):
    for policy in (EMPLOYMENT, PRIOR_LEARNING):
        report = trusted(document, policy=policy)
        assert report.verdict is Verdict.ACCEPTED
        assert report.outcome(code).value == outcome


def test_a_list_signed_by_another_key_is_not_believed():
    source = TrustListSource(url=TRUST_URL, keys=(w.THIRD.multibase,), document=w.dump(trust_list()))
    report = w.check(w.sign(w.badge()), trust_lists=(source,))
    assert report.outcome("trust.registry").value == "FAILED"
    assert report.outcome("trust.issuer").value == "INCONCLUSIVE"


# Recipients
SALTED = "sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399"


@pytest.mark.parametrize(
    ("value", "outcome"),
    [
        ("a@example.com", "PASSED"),
        ("A@Example.com", "PASSED"),
        ("emailAddress=a@example.com", "PASSED"),
        ("b@example.com", "FAILED"),
        ("name=a@example.com", "FAILED"),
        ("urn:uuid:0f2f8f5e-6f5a-4b0e-9d0a-000000000002", "PASSED"),
        ("urn:uuid:0f2f8f5e-6f5a-4b0e-9d0a-000000000003", "FAILED"),
    ],
)
def test_the_recipient_is_compared_with_every_identifier(value, outcome):
    identity = {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": SALTED,
        "identityType": "emailAddress",
        "salt": "Kosher",
    }
    document = w.sign(w.changed(w.badge(), lambda d: d["credentialSubject"].update(identifier=[identity])))
    report = w.check(document, request=Request(recipient=value))
    assert report.outcome("recipient.mismatch").value == outcome
    assert "example.com" not in json.dumps(report.to_json())


def test_prior_learning_never_fails_a_badge_for_its_age_or_an_unnamed_recipient():
    report = w.check(w.sign(w.badge(validUntil="2026-11-02T00:00:00Z")), policy=PRIOR_LEARNING)
    assert report.verdict is Verdict.ACCEPTED
    assert {"validity.expired", "recipient.mismatch"} <= w.faults(report)
    named = w.check(w.sign(w.badge()), policy=PRIOR_LEARNING, request=Request(recipient="x@y.example"))
    assert named.verdict is Verdict.REJECTED


# Policies and reports
@pytest.mark.parametrize("code", ["proof.signature", "proof.set", "issuer.key_binding", "status.revoked", "input.json"])
@pytest.mark.parametrize("severity", [Severity.WARNING, Severity.INFORMATION])
def test_a_policy_that_tolerates_a_basic_check_cannot_be_built(code, severity):
    with pytest.raises(PolicyError):
        Policy(name="LAX", severities={**DEFAULT_SEVERITIES, code: severity})


def test_a_policy_that_leaves_out_a_check_cannot_be_built():
    with pytest.raises(PolicyError):
        Policy(name="LAX", severities={k: v for k, v in DEFAULT_SEVERITIES.items() if k != "proof.chain"})


@pytest.mark.parametrize("name", ["STRICT,compat=1edtech", "employment", "", "W3C,compat=1edtech"])
def test_other_combinations_of_policies_are_a_usage_error(name):
    with pytest.raises(PolicyError):
        policy_named(name)


def test_a_report_is_no_truth_value():
    with pytest.raises(TypeError):
        bool(w.check(w.sign(w.badge())))


def test_an_exception_of_ours_is_never_an_acceptance():
    def broken(document, *, hash_name="sha256"):
        raise ZeroDivisionError

    report = w.check(w.sign(w.badge()), canonicalise=broken)
    assert report.verdict is Verdict.UNDETERMINED
    assert w.faults(report) == {"internal.error"}


def test_values_of_an_unverified_badge_are_only_claimed():
    told = w.check(w.changed(w.sign(w.badge()), lambda d: d.update(name="Hitsaus"))).to_json()
    assert told["credential"] is None
    assert told["claimed"]["achievement_name"] == "Polkupyörän huolto"
    assert "Hitsaus" not in json.dumps(told)


def test_a_key_in_a_fragment_is_nobodys_key():
    victim = "https://victim.example"
    made = w.sign(w.badge(victim), w.OTHER, method=f"{victim}#{w.OTHER.multibase}")
    keys = {victim: {"id": victim, "verificationMethod": [], "assertionMethod": []}}
    assert w.check(made, keys).verdict is Verdict.REJECTED
    assert w.check(made).verdict is Verdict.UNDETERMINED
    lenient = policy_named("EMPLOYMENT,compat=1edtech")
    assert w.check(made, keys, policy=lenient).verdict is Verdict.REJECTED
    unbound = w.check(made, policy=lenient)
    assert unbound.verdict is Verdict.ACCEPTED
    assert unbound.to_json()["facets"]["issuer"] == "unbound"
