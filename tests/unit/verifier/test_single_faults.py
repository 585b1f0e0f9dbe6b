"""For every code a document that only this check refuses, and that passes without the one change."""

import fault_cases_documents  # noqa: F401  registers its cases
import fault_cases_proofs  # noqa: F401  registers its cases
import fault_cases_surroundings as around
import older_badges as older
import pytest
import workshop as w
from fault_cases import CASES, generic, legacy, report_of

from verifier import W3C, Outcome, Verdict
from verifier.checks.table import (
    CHECKS,
    CREDENTIAL_CODES,
    OPEN_BADGES_2_CODES,
    PER_PROOF_CODES,
    PRESENTATION_CODES,
)

# What no document can fail by itself: the code, and what it never goes without.
NEVER_ALONE = {
    "vcdm.legacy": "context.version",  # the older data model is an older context
    "ob.type": "ob.schema",  # the official schema fixes the classes, too
    "ob.vocabulary": "ob.schema",  # and the enumerations
    "proof.set": "issuer.key_binding",  # a set without the issuer's proof is one with other people's keys
    "status.rolled_back": "status.list",  # a list that is too old is not read
    "trust.issuer": "trust.scope",  # who is not listed then may not give it then
}
# Faults that keep proofs from being checked.
BEFORE_PROOFS = ("context.", "jsonld.", "structure.")
# It tells a value, and when there is none to tell, status.entry or status.list says why.
TELLS_ONLY = {"status.message"}


@pytest.mark.parametrize("name", CASES)
def test_only_the_named_check_refuses(name):
    _, code, how = CASES[name]
    report = report_of(name)
    found = w.faults(report)
    expected = {code} | how.get("also", set())
    if any(one in PER_PROOF_CODES or one.startswith(BEFORE_PROOFS) for one in expected):
        found -= {"proof.set"} - expected  # no proof holds then
    assert found == expected
    assert report.verdict is Verdict(how.get("verdict", "rejected"))


def test_every_code_has_a_document_that_no_other_check_refuses():
    alone = {code for _, code, how in CASES.values() if not how.get("also")}
    assert {check.code for check in CHECKS} - alone == NEVER_ALONE.keys() | TELLS_ONLY


@pytest.mark.parametrize("code", NEVER_ALONE)
def test_what_is_never_refused_alone_is_refused_with_nothing_but_its_companion(code):
    beside = [how["also"] for _, named, how in CASES.values() if named == code]
    assert {NEVER_ALONE[code]} in beside


def test_a_message_that_cannot_be_read_is_told_by_the_list():
    report = report_of("a_message_of_another_size")
    told = report.of("status.message")
    assert [(finding.outcome, finding.reason) for finding in told] == [(Outcome.INCONCLUSIVE, "blocked_by:status.list")]


# What each single fault was made from: nothing in it is refused.
GOOD = {
    "a badge": lambda: w.check(w.sign(w.badge())),
    "a badge with a status": lambda: w.check(
        w.sign(w.with_status(w.badge())), {w.LIST_URL: w.sign(w.status_document())}
    ),
    "a badge of a did:web issuer": lambda: w.check(
        w.sign(w.badge(w.DID), method=f"{w.DID}#key-1"), {w.DID: w.did_document()}
    ),
    "a generic credential": lambda: w.check(w.sign(generic()), policy=W3C),
    "a badge in an image": lambda: w.check(around.bake_png(around.image(), w.dump(w.sign(w.badge())))),
    "a badge in a token": lambda: w.check(around.token()),
    "a generic credential in a token": lambda: w.check(around.token(generic()), policy=W3C),
    "a presentation": lambda: w.check(around.presented(), request=around.ASKED),
    "a badge that may be refreshed": lambda: w.check(
        around.refreshable(), {around.REFRESH: around.refreshable(name="Huolto")}
    ),
    "a badge with a message": lambda: w.check(around.with_message(), {w.LIST_URL: around.MESSAGES}),
    "an endorsed badge": lambda: w.check(around.endorsed(w.badge()["id"])),
    "a record": lambda: w.check(around.record(w.sign(w.badge()))),
    "a listed issuer": lambda: w.check(
        w.sign(w.badge()), **around.vouched(around.signed_trust_list(around.listed(withdrawnAt=None)))
    ),
    "a hosted older badge": lambda: w.check(older.assertion(), older.world()),
    "a signed older badge": lambda: w.check(older.signed(), older.world()),
}


@pytest.mark.parametrize("name", GOOD)
def test_without_the_one_change_it_is_accepted(name):
    report = GOOD[name]()
    assert report.verdict is Verdict.ACCEPTED
    assert w.faults(report) == set()


def test_a_superseded_suite_is_all_that_is_told_of_an_otherwise_good_badge():
    assert w.faults(w.check(legacy())) == {"proof.legacy"}


def test_every_code_stands_in_every_report():
    for name, (_, code, _) in CASES.items():
        report = report_of(name)
        codes = {finding.code for finding in report.findings}
        wanted = {
            "Assertion": OPEN_BADGES_2_CODES,
            "VerifiablePresentation": PRESENTATION_CODES,
        }.get(report.kind, CREDENTIAL_CODES)
        without_badge = {code for code in codes if code.startswith("ob.")} - wanted  # of a presentation
        assert codes - without_badge - {"internal.error"} == wanted, name
        assert ("internal.error" in codes) is (code == "internal.error")
