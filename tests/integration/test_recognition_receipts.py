"""Receipts at another school, and again at the same one: seen as what they are, counted once, each badge endorsed."""

import base64
import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from desk import Desk, desk_over
from recognition import School, another_badge, decide, opened_again, save, school_beside

from issuer.domain.errors import InvalidFormError
from issuer.domain.permissions import Role
from issuer.domain.recognition import Choice, Reason, Row
from issuer.services.recognition import show_decision, take_in
from issuer.services.recognition.check_badges import check_badge
from issuer.services.recognition.open_case import open_case
from verifier import Verdict


@pytest.fixture
def school(desk: Desk) -> Iterator[School]:
    with school_beside(desk) as opened:
        yield opened


@pytest.fixture
def elsewhere(school: School) -> Iterator[School]:
    with desk_over(school.desk.installation, kind="school", name="Toinen opisto", number=2) as desk:
        yield School(desk, school.provider, school.ready)


def receipt_of(school: School, ref: str) -> bytes:
    told = show_decision.for_school(school.desk.outside, school.counsellor, ref)
    assert told.receipt is not None
    return told.receipt


def added(school: School, ref: str, document: bytes) -> None:
    school.desk.installation.clock.moved += timedelta(seconds=2)  # later than what is there
    take_in.take_in(school.desk.outside, school.counsellor, document, as_text=False, ref=ref)


def test_a_receipt_beside_its_badge_counts_once_and_names_the_school_in_each_row(
    school: School, elsewhere: School
) -> None:
    credential = school.ready.issued()
    first = school.sent(credential)
    save(school, first)
    decide(school, first)
    share_id = f"share-{credential}"[:36]
    ref = open_case(elsewhere.desk.outside, elsewhere.holder, share_id, elsewhere.desk.institution.id)
    added(elsewhere, ref, receipt_of(school, first))
    case = elsewhere.case(ref)
    assert {seen.badges for seen in case.seen.values()} == {(1,)}
    assert {seen.month for seen in case.seen.values()} == {case.badges[0].content.month}
    assert case.accepted_before == dict.fromkeys(school.ready.keys, (2,))
    assert {row.choice for key, row in case.work.rows.items() if key in case.seen} == set()
    page = elsewhere.desk.client(Role.COUNSELLOR).get(f"/desk/{ref}").text
    assert page.count("Oppilaitos hyväksyi 2") == len(school.ready.keys)
    assert "Toinen oppilaitos hyväksyi tämän osaamisen." in page
    assert "Osaaminen todennettiin suoraan merkistä." in page
    save(elsewhere, ref)
    decide(elsewhere, ref)
    document = json.loads(receipt_of(elsewhere, ref))
    assert [one["id"] for one in document["evidence"]] == [case.badges[0].content.id]


def test_a_new_case_begins_with_what_the_school_accepted_before_where_its_receipt_is_shown(school: School) -> None:
    first = school.sent(school.ready.issued())
    save(school, first)
    decide(school, first)
    outside = school.desk.outside
    ref = take_in.take_in(outside, school.counsellor, receipt_of(school, first), as_text=False)
    added(school, ref, another_badge(school))
    case = school.case(ref)
    accepted = {key for key, row in case.work.rows.items() if row.choice is Choice.ACCEPT}
    assert accepted == set(school.ready.keys)
    assert len(case.seen) == 7
    assert [case.is_own(one) for one in case.badges] == [True, False]
    page = school.desk.client(Role.COUNSELLOR).get(f"/desk/{ref}").text
    assert "Tämä on oppilaitoksemme oma kuitti aiemmasta päätöksestä." in page
    save(school, ref)
    decide(school, ref)
    assert len(json.loads(receipt_of(school, ref))["credentialSubject"]["result"]) == 7


def test_nothing_is_accepted_over_a_receipt_whose_decision_was_replaced(school: School, elsewhere: School) -> None:
    first = school.sent(school.ready.issued())
    save(school, first)
    decide(school, first)
    old = receipt_of(school, first)
    ref = take_in.take_in(elsewhere.desk.outside, elsewhere.counsellor, old, as_text=False)
    opened_again(school, first)
    decide(school, first)
    save(elsewhere, ref)
    with pytest.raises(InvalidFormError, match=r"recognition\.badge_withdrawn"):
        decide(elsewhere, ref)
    page = elsewhere.desk.client(Role.COUNSELLOR).get(f"/desk/{ref}").text
    assert "Oppilaitos hyväksyi 2" not in page


def test_each_badge_of_a_receipt_has_an_endorsement_of_its_own(school: School) -> None:
    ref = school.sent(school.ready.issued())
    added(school, ref, another_badge(school))
    save(school, ref)
    decide(school, ref)
    case = school.case(ref)
    told = show_decision.for_school(school.desk.outside, school.counsellor, ref)
    documents = [json.loads(one) for one in told.endorsements]
    receipt = json.loads(receipt_of(school, ref))
    assert [one["credentialSubject"]["id"] for one in documents] == [badge.content.id for badge in case.badges]
    for one, badge, shown in zip(documents, case.badges, (6, 4), strict=True):
        digest = "sha256-" + base64.b64encode(hashlib.sha256(badge.data).digest()).decode()
        assert one["relatedResource"] == [{"id": badge.content.id, "digestSRI": digest}]
        assert f" {shown}/9 " in one["credentialSubject"]["endorsementComment"]
        assert one["credentialStatus"] == receipt["credentialStatus"]
        assert check_badge(school.desk.outside, json.dumps(one).encode()).verdict is Verdict.ACCEPTED
    client = school.desk.client(Role.COUNSELLOR)
    assert client.get(f"/desk/{ref}/endorsement.json?badge=2").content == told.endorsements[1]
    assert client.get(f"/desk/{ref}/endorsement.json?badge=3").status_code == 404


def test_a_refused_row_of_an_earlier_receipt_stays_a_decision_of_its_own(school: School, elsewhere: School) -> None:
    first = school.sent(school.ready.issued())
    save(school, first)
    decide(school, first)
    given = receipt_of(school, first)
    ref = take_in.take_in(elsewhere.desk.outside, elsewhere.counsellor, given, as_text=False)
    case = elsewhere.case(ref)
    refused = {key: Row(choice=Choice.NOT, reason=Reason.OUTDATED) for key in case.seen}
    save(elsewhere, ref, rows=case.work.rows | refused)
    assert decide(elsewhere, ref).receipt_id is None
