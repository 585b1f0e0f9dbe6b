"""Status: entries read strictly, lists that must be proven, reasons, messages, lists of 1EdTech."""

from datetime import UTC, datetime

import pytest
import workshop as w

from verifier import (
    EMPLOYMENT,
    Verdict,
    policy_named,
)

CLR = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
TRUST_URL = "https://trust.example/trust/list.json"


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


def test_lists_that_the_caller_gives_count_against_the_bound():
    urls = [f"https://issuer.example/status/{number}" for number in range(9)]
    world = {url: w.sign(w.status_document(url=url)) for url in urls}
    entries = [w.with_status(w.badge(), url=url)["credentialStatus"] for url in urls]
    few = w.check(w.sign(w.badge(credentialStatus=entries[:8])), world)
    many = w.check(w.sign(w.badge(credentialStatus=entries)), world)
    assert (few.verdict, many.verdict) == (Verdict.ACCEPTED, Verdict.UNDETERMINED)


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


def test_a_list_inside_a_token_is_read_and_its_signature_checked():
    from keys.proofs import jws

    made = jws.create(w.status_document(5), kid=w.KEY.method, key_kind="Ed25519", sign=w.KEY.sign, typ="vc+jwt")
    badge = w.sign(w.with_status(w.badge()))
    answer = {"status": 200, "content_type": "application/vc+jwt", "body": made}
    assert w.check(badge, {w.LIST_URL: answer}).verdict is Verdict.REJECTED
    forged = {**answer, "body": made[:-4] + "AAAA"}
    report = w.check(badge, {w.LIST_URL: forged})
    assert report.verdict is Verdict.UNDETERMINED
    assert {finding.reason for finding in report.of("status.list")} == {"bad_proof"}
