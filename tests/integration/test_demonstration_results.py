"""A demonstration is graded after the decision: nothing is recognised, signed or counted before."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import participants
import pytest
import recognised_units as samples
from desk import Desk
from recognition import School, confirmed, decide, opened_again, save, school_beside

from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.demonstration_result import DemonstrationResult, Result
from issuer.domain.errors import ConflictError, InvalidFormError
from issuer.domain.figures import Happening, months_of, quarter_of
from issuer.domain.permissions import Role, StaffMember
from issuer.domain.recognition import DemonstrationPlan, Route
from issuer.pages.school.desk_export import recognised
from issuer.services.publish_status_list import publish_due
from issuer.services.publish_trust_list import publish_trust_list_if_due
from issuer.services.recognition import look_after_cases, record_result, show_decision
from issuer.services.recognition.check_badges import check_badge
from issuer.services.recognition.decide_case import Outcome
from issuer.services.recognition.list_cases import list_cases
from verifier import Verdict


class Crash(BaseException):
    """Stands for a process that dies."""


@pytest.fixture
def school(desk: Desk) -> Iterator[School]:
    with school_beside(desk) as opened:
        yield opened


@pytest.fixture
def whole(desk: Desk) -> Iterator[School]:
    with school_beside(desk, shown=len(participants.requirement_keys(desk))) as opened:
        yield opened


@pytest.fixture
def both_wholes(both_desks: Desk) -> Iterator[School]:
    with school_beside(both_desks, shown=len(participants.requirement_keys(both_desks))) as opened:
        yield opened


def to_demonstration(school: School) -> str:
    """A case whose decision leads to a demonstration of three days, the last one a week ahead."""
    ref, today = school.sent(school.ready.issued()), helsinki_day(school.desk.outside.now())
    days = DemonstrationPlan(
        place="Pyöräliike",
        tasks=("Määräaikaishuolto",),
        begins_on=today + timedelta(days=5),
        ends_on=today + timedelta(days=7),
    )
    save(school, ref, route=Route.DEMONSTRATION, plan=days, assessors=samples.ASSESSORS)
    outcome = decide(school, ref)
    assert (outcome.decided, outcome.receipt_id) == (True, None)
    return ref


def later(school: School, days: int = 8) -> None:
    school.desk.installation.clock.moved += timedelta(days=days)
    publish_due(school.desk.outside)  # as the worker does
    publish_trust_list_if_due(school.desk.outside)


def result(school: School, what: Result = Result.PASSED, **more: object) -> DemonstrationResult:
    day = helsinki_day(school.desk.outside.now())
    if what is Result.NOT_HELD:
        return DemonstrationResult(result=what, **more)
    return DemonstrationResult(result=what, day=day, assessors=samples.ASSESSORS, **more)


def saved(school: School, ref: str, told: DemonstrationResult, who: StaffMember | None = None) -> None:
    seen = school.case(ref).row.version
    record_result.save_result(school.desk.outside, who or school.assessor, ref, told, seen=seen)


def recorded(school: School, ref: str, told: DemonstrationResult) -> Outcome:
    saved(school, ref, told)
    digest = record_result.result_digest(school.case(ref))
    seen, assertion = confirmed(school, school.assessor, record_result.act_name(ref), digest)
    return record_result.confirm_result(school.desk.outside, school.assessor, ref, seen=seen, assertion=assertion)


def codes(error: InvalidFormError) -> set[str]:
    return {fault.code.removeprefix("recognition.") for fault in error.faults}


def decisions_of(school: School) -> list[tuple[str | None, str | None, int]]:
    now = school.desk.outside.now()
    begin, end = months_of(quarter_of(helsinki_day(now)))
    bounds = [datetime.combine(day, datetime.min.time(), now.tzinfo) for day in (begin, end)]
    with school.desk.outside.database.read() as uow:
        events = uow.statistics.events(*bounds)
    return [(one.coverage, one.route, one.points) for one in events if one.what is Happening.DECIDED]


def told(school: School, ref: str) -> show_decision.ShownDecision:
    return show_decision.for_school(school.desk.outside, school.counsellor, ref)


def test_a_whole_unit_is_recognised_signed_and_counted_only_when_it_was_graded(both_wholes: School) -> None:
    school = both_wholes
    ref = to_demonstration(school)
    assert decisions_of(school) == []
    before = told(school, ref)
    assert (before.receipt, before.awaited, before.case.row.points) == (None, False, None)
    later(school)
    assert [one.waits_for for one in list_cases(school.desk.outside, school.counsellor)] == ["result"]
    outcome = recorded(school, ref, result(school, grade=4))
    assert outcome.signed
    after = told(school, ref)
    assert after.receipt is not None
    document = json.loads(after.receipt)
    achievement = document["credentialSubject"]["achievement"]
    grades = [one["value"] for one in document["credentialSubject"]["result"] if "value" in one]
    assert grades == ["4"]
    assert achievement["name"] == "Polkupyörän huolto: osoitettu oppilaitoksen näytössä"
    process = [one["identifier"] for one in achievement["otherIdentifier"]][-1]
    assert process == "osaamisentodentamisenprosessi_0003"
    assert check_badge(school.desk.outside, after.receipt).verdict is Verdict.ACCEPTED
    row = after.case.row
    assert (row.coverage, row.points, row.result_due) == ("whole", 15.0, None)
    assert decisions_of(school) == [("whole", "0003", 15)]
    assert list_cases(school.desk.outside, school.counsellor) == ()
    with pytest.raises(ConflictError, match=r"recognition\.nothing_to_show"):
        saved(school, ref, result(school, grade=5))


def test_a_part_is_counted_and_signed_without_a_grade_when_it_was_shown(school: School) -> None:
    ref = to_demonstration(school)
    assert decisions_of(school) == []
    later(school)
    with pytest.raises(InvalidFormError) as refused:
        saved(school, ref, result(school, grade=4))
    assert codes(refused.value) == {"grade_part"}
    assert recorded(school, ref, result(school)).signed
    after = told(school, ref)
    assert after.receipt is not None
    assert "6/9 vaatimusta osoitettu oppilaitoksen näytössä" in json.loads(after.receipt)["name"]
    assert decisions_of(school) == [("part", "0003", 0)]


def test_one_that_was_not_passed_gives_no_receipt_and_counts_as_refused(school: School) -> None:
    ref = to_demonstration(school)
    later(school)
    outcome = recorded(school, ref, result(school, Result.NOT_PASSED, words="Jarrujen säätö itsenäisesti."))
    assert outcome.receipt_id is None
    after = told(school, ref)
    assert (after.case.row.coverage, after.case.row.accepted, after.receipt) == ("refused", 0, None)
    assert decisions_of(school) == [("refused", "0003", 0)]
    assert recognised(after).split.recognised == ()
    page = show_decision.for_holder(school.desk.outside, school.holder, ref)
    assert page.case.result is not None
    assert page.case.result.told.words == "Jarrujen säätö itsenäisesti."


def test_one_that_was_not_held_waits_for_its_new_days(school: School) -> None:
    ref = to_demonstration(school)
    later(school)
    today = helsinki_day(school.desk.outside.now())
    new = {"begins_on": today + timedelta(days=10), "ends_on": today + timedelta(days=11)}
    assert recorded(school, ref, result(school, Result.NOT_HELD, **new)).receipt_id is None
    row = school.case(ref).row
    assert (row.result_due, row.counted_at) == (new["ends_on"], None)
    assert decisions_of(school) == []
    with pytest.raises(InvalidFormError) as refused:
        saved(school, ref, result(school))
    assert codes(refused.value) == {"grade_before"}
    later(school, 12)
    assert recorded(school, ref, result(school)).signed


def test_only_an_assessor_of_the_school_records_a_result(school: School) -> None:
    ref = to_demonstration(school)
    later(school)
    with pytest.raises(InvalidFormError) as refused:
        saved(school, ref, result(school), school.counsellor)
    assert codes(refused.value) == {"result_not_assessor"}


def test_what_a_crash_leaves_of_a_result_is_finished_by_the_worker(both_wholes: School) -> None:
    school, outside = both_wholes, both_wholes.desk.outside
    ref = to_demonstration(school)
    later(school)
    for point, left in (("result.in_transaction", False), ("result.after_store", True)):
        saved(school, ref, result(school, grade=3))
        digest = record_result.result_digest(school.case(ref))
        seen, assertion = confirmed(school, school.assessor, record_result.act_name(ref), digest)

        def crash(name: str, point: str = point) -> None:
            if name == point:
                raise Crash(name)

        with pytest.raises(Crash):
            record_result.confirm_result(
                replace(outside, checkpoint=crash), school.assessor, ref, seen=seen, assertion=assertion
            )
        assert (school.case(ref).row.assessed_at is not None) is left
    unsigned = told(school, ref)
    assert (unsigned.receipt, unsigned.awaited) == (None, True)
    assert look_after_cases.finish_receipts(outside) == 1
    assert told(school, ref).receipt is not None


def test_a_correction_of_a_graded_decision_begins_with_the_grade_and_one_not_passed_can_be_shown_again(
    whole: School,
) -> None:
    ref = to_demonstration(whole)
    later(whole)
    recorded(whole, ref, result(whole, Result.NOT_PASSED, words="Sähköpyörän huolto."))
    again = opened_again(whole, ref)
    assert (again.work.grade, again.result) == (None, None)
    assert [one.case.row.coverage for one in told_again(whole, ref)] == ["refused"]
    plan = replace(again.work.plan, begins_on=helsinki_day(whole.desk.outside.now()),
                   ends_on=helsinki_day(whole.desk.outside.now()))  # fmt: skip
    save(whole, ref, route=Route.DEMONSTRATION, plan=plan, assessors=samples.ASSESSORS)
    decide(whole, ref)
    assert decisions_of(whole) == []
    recorded(whole, ref, result(whole, grade=2))
    assert decisions_of(whole) == [("whole", "0003", 15)]
    again = opened_again(whole, ref)
    assert again.work.grade == 2
    assert [one.case.row.coverage for one in told_again(whole, ref)] == ["whole", "refused"]


def told_again(school: School, ref: str) -> tuple[show_decision.FormerDecision, ...]:
    return show_decision.beside(school.desk.outside, school.case(ref)).formers


def test_the_copy_view_has_neither_points_nor_a_grade_before_the_result(whole: School) -> None:
    ref = to_demonstration(whole)
    page = whole.desk.client(Role.COUNSELLOR).get(f"/desk/{ref}/export").text
    assert ('id="copy-points"' in page, 'id="copy-grade"' in page, 'id="copy-to_show"' in page) == (False, False, True)
    later(whole)
    recorded(whole, ref, result(whole, grade=4))
    page = whole.desk.client(Role.ASSESSOR).get(f"/desk/{ref}/export").text  # the other's session has ended
    assert ('id="copy-points"' in page, 'id="copy-grade"' in page, 'id="copy-to_show"' in page) == (True, True, False)
    assert "Tarkistettu skeemaa vasten, 0 huomautusta." in page
