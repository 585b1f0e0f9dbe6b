"""A learner asks for a correction: the school keeps its decision, or makes another that takes its place."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from desk import Desk
from recognition import School, ask, decide, decision, opened_again, save, school_beside

from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import ConflictError, NotFoundError, StoreBusyError
from issuer.domain.figures import Happening, months_of, quarter_of
from issuer.domain.recognition import Assessor, CaseState, Choice, Reason, Route, Row
from issuer.services.publish_status_list import publish_due
from issuer.services.recognition import change_case, decide_case, look_after_cases, show_decision, take_in
from issuer.services.recognition.check_badges import check_badge
from issuer.services.recognition.correct_decision import keep_decision, open_again
from issuer.services.recognition.list_cases import list_cases
from issuer.services.revoke_badge import revoke
from issuer.services.statistics.make_release import make_release
from issuer.services.sweep import sweep
from verifier import Verdict


class Crash(BaseException):
    """Stands for a process that dies."""


@pytest.fixture
def school(desk: Desk) -> Iterator[School]:
    with school_beside(desk) as opened:
        yield opened


@pytest.fixture
def both_schools(both_desks: Desk) -> Iterator[School]:
    with school_beside(both_desks) as opened:
        yield opened


def decided(school: School) -> str:
    ref = school.sent(school.ready.issued())
    save(school, ref)
    assert decide(school, ref).signed
    return ref


def refused_first(school: School, ref: str) -> dict[str, Row]:
    """The rows of a case with the first accepted one not accepted any more."""
    rows = dict(school.case(ref).work.rows)
    key = next(key for key, row in rows.items() if row.choice is Choice.ACCEPT)
    return rows | {key: Row(choice=Choice.NOT, reason=Reason.OUTDATED)}


def keep_work(school: School, ref: str, **more: object) -> None:
    case = school.case(ref)
    change_case.save(school.desk.outside, school.counsellor, ref, replace(case.work, **more), seen=case.row.version)


def told(school: School, ref: str) -> show_decision.ShownDecision:
    return show_decision.for_school(school.desk.outside, school.counsellor, ref)


def waiting(school: School) -> list[str]:
    return [one.waits_for for one in list_cases(school.desk.outside, school.counsellor)]


def receipts(school: School, ref: str) -> list[tuple[str, str | None, str | None]]:
    """(state, reason, follower) of the receipts of a case, by decision."""
    with school.desk.outside.database.read() as uow:
        row = uow.recognition.of_school(ref, school.desk.institution.id)
        followers = uow.holdings.replaced_by(school.holder.person_id)
        found = []
        for number in range(1, row.decision_number + 1):
            receipt = uow.recognition.receipt(row.id, number)
            one = uow.credentials.get(receipt.credential_id) if receipt is not None else None
            found.append((one.state, one.withdrawal_reason, followers.get(one.id)) if one else ("none", None, None))
    return found


def verdict(school: School, document: bytes) -> Verdict:
    return check_badge(school.desk.outside, document).verdict


def test_a_request_comes_back_to_the_inbox_and_a_kept_decision_stays_as_it_is(school: School) -> None:
    ref, outside = decided(school), school.desk.outside
    assert waiting(school) == []
    before = school.case(ref)
    ask(school, ref)
    assert waiting(school) == ["correction"]
    row = school.case(ref).row
    assert (row.answer_by - helsinki_day(outside.now())).days == 14
    outside_clock = school.desk.installation.clock
    outside_clock.moved += timedelta(days=15)
    assert look_after_cases.remind_schools(outside) == 1
    row = school.case(ref).row
    keep_decision(outside, school.counsellor, ref, "Ohjelmistoa ei ole päivitetty itse.", seen=row.version)
    after = school.case(ref)
    assert (after.work, after.row.decided_at, after.row.counted_at) == (
        before.work,
        before.row.decided_at,
        before.row.counted_at,
    )
    assert waiting(school) == []
    seen = show_decision.for_holder(outside, school.holder, ref)
    assert [(one.kind, one.words) for one in seen.notes] == [
        ("correction", "Yksi vaatimus puuttuu."),
        ("answer", "Ohjelmistoa ei ole päivitetty itse."),
    ]
    assert seen.formers == ()
    with pytest.raises(ConflictError, match=r"recognition\.no_request"):
        open_again(outside, school.counsellor, ref, "Avataan.", seen=school.case(ref).row.version)


def test_a_case_opened_again_begins_as_it_was_decided_and_the_decision_holds_meanwhile(school: School) -> None:
    ref = decided(school)
    before, first = school.case(ref), told(school, ref)
    assert first.receipt is not None
    again = opened_again(school, ref)
    assert (again.row.state, again.row.is_again, again.work) == (CaseState.IN_WORK, True, before.work)
    assert verdict(school, first.receipt) is Verdict.ACCEPTED
    seen = show_decision.for_holder(school.desk.outside, school.holder, ref)
    assert [(one.case.work, one.replaced_at) for one in seen.formers] == [(before.work, None)]
    with pytest.raises(ConflictError, match=r"recognition\.closed"):
        show_decision.withdraw(school.desk.outside, school.holder, ref)
    unit = before.row.unit
    assert unit is not None
    with pytest.raises(ConflictError, match=r"recognition\.same_matter"):
        change_case.choose_unit(school.desk.outside, school.counsellor, ref, unit, seen=again.row.version)
    with pytest.raises(ConflictError, match=r"recognition\.same_matter"):
        take_in.take_in(school.desk.outside, school.counsellor, first.receipt, as_text=False, ref=ref)


def test_the_new_decision_replaces_the_former_and_its_receipt_ends_as_replaced(both_schools: School) -> None:
    school = both_schools
    ref = decided(school)
    first = told(school, ref)
    opened_again(school, ref)
    keep_work(school, ref, rows=refused_first(school, ref))
    outcome = decide(school, ref)
    assert outcome.signed
    assert receipts(school, ref) == [("withdrawn", "replaced", outcome.receipt_id), ("issued", None, None)]
    now = told(school, ref)
    assert now.receipt is not None
    assert verdict(school, now.receipt) is Verdict.ACCEPTED
    (old_endorsement,), (endorsement,) = first.endorsements, now.endorsements
    assert verdict(school, endorsement) is Verdict.ACCEPTED
    for ended in (first.receipt, old_endorsement):
        assert ended is not None
        assert verdict(school, ended) is Verdict.REJECTED
    assert (now.case.row.accepted, now.case.row.decision_number) == (5, 2)
    (former,) = now.formers
    assert former.case.row.accepted == 6
    assert former.replaced_at is not None
    results = json.loads(now.receipt)["credentialSubject"]["result"]
    assert len(results) == 5


def test_a_correction_that_accepts_nothing_ends_the_receipt_without_a_follower(school: School) -> None:
    ref = decided(school)
    opened_again(school, ref)
    rows = {
        key: Row(choice=Choice.NOT, reason=Reason.OUTDATED) if row.choice is Choice.ACCEPT else row
        for key, row in school.case(ref).work.rows.items()
    }
    keep_work(school, ref, rows=rows)
    assert decide(school, ref).receipt_id is None
    assert receipts(school, ref) == [("withdrawn", "replaced", None), ("none", None, None)]
    assert told(school, ref).awaited is False


def test_what_a_crash_leaves_between_decision_and_receipts_is_finished_by_the_worker(both_schools: School) -> None:
    school, outside = both_schools, both_schools.desk.outside
    ref = decided(school)
    opened_again(school, ref)
    keep_work(school, ref, rows=refused_first(school, ref))

    def until(point: str):
        def crash(name: str) -> None:
            if name == point:
                raise Crash(name)

        return replace(outside, checkpoint=crash)

    digest, assertion = decision(school, ref, school.counsellor)
    with pytest.raises(Crash):
        decide_case.decide(until("decide.in_decision"), school.counsellor, ref, seen=digest, assertion=assertion)
    assert school.case(ref).row.is_again
    assert receipts(school, ref) == [("issued", None, None), ("none", None, None)]
    digest, assertion = decision(school, ref, school.counsellor)
    with pytest.raises(Crash):
        decide_case.decide(until("decide.after_decision"), school.counsellor, ref, seen=digest, assertion=assertion)
    assert receipts(school, ref) == [("issued", None, None), ("reserved", None, None)]
    for point, left in (
        ("sign.after_sign", [("issued", None), ("reserved", None)]),
        ("receipt.after_sign", [("issued", None), ("issued", None)]),
        ("revoke.in_transaction", [("issued", None), ("issued", None)]),
        ("revoke.after_store", [("withdrawn", "replaced"), ("issued", None)]),
    ):
        with pytest.raises(Crash):
            look_after_cases.finish_receipts(until(point))
        assert [one[:2] for one in receipts(school, ref)] == left, point
    sweep(outside)
    look_after_cases.finish_receipts(outside)
    now = told(school, ref)
    assert now.awaited is False
    assert len(now.endorsements) == 1
    assert look_after_cases.finish_receipts(outside) == 0


def test_of_two_who_answer_at_once_one_wins_and_the_other_is_told(both_schools: School) -> None:
    school, outside = both_schools, both_schools.desk.outside
    ref = decided(school)
    ask(school, ref)
    seen = school.case(ref).row.version

    def act(which: int) -> str:
        service, who = ((keep_decision, school.counsellor), (open_again, school.assessor))[which]
        try:
            service(outside, who, ref, "Vastaus.", seen=seen)
        except (ConflictError, StoreBusyError) as refused:
            return refused.code
        return "done"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(act, (0, 1)))
    assert answers[0] == "done"
    assert answers[1] in {"recognition.changed", "recognition.no_request", "store.busy"}
    seen_by_learner = show_decision.for_holder(outside, school.holder, ref)
    assert [one.kind for one in seen_by_learner.notes] == ["correction", "answer"]


def decisions_of(school: School, quarter: str) -> list[tuple[str | None, int | None]]:
    begin, end = months_of(quarter)
    zone = school.desk.outside.now().tzinfo
    bounds = [datetime.combine(day, datetime.min.time(), zone) for day in (begin, end)]
    with school.desk.outside.database.read() as uow:
        events = uow.statistics.events(*bounds)
    return [(event.coverage, event.wait) for event in events if event.what is Happening.DECIDED]


def test_a_corrected_matter_counts_once_in_its_quarter_and_never_changes_a_released_one(school: School) -> None:
    ref, outside, clock = decided(school), school.desk.outside, school.desk.installation.clock
    quarter = quarter_of(helsinki_day(outside.now()))
    opened_again(school, ref)
    assert decisions_of(school, quarter) == [("part", 0)]
    keep_work(school, ref, rows=refused_first(school, ref))
    decide(school, ref)
    assert decisions_of(school, quarter) == [("part", 0)]
    ask(school, ref)
    begin = datetime.combine(months_of(quarter)[1], datetime.min.time(), outside.now().tzinfo)
    clock.moved += begin - outside.now() + timedelta(hours=1)
    released = make_release(outside, quarter)
    open_again(outside, school.counsellor, ref, "Avataan.", seen=school.case(ref).row.version)
    sent_on, assessors = helsinki_day(outside.now()), (Assessor("Olli Opettaja"),)
    publish_due(outside)
    keep_work(school, ref, route=Route.ASSESSORS, sent_on=sent_on, assessors=assessors)
    decide(school, ref)
    assert decisions_of(school, quarter_of(helsinki_day(outside.now()))) == [("part", 0)]
    assert make_release(outside, quarter) == released


def test_a_case_opened_again_is_the_schools_record_when_its_learner_is_erased(school: School) -> None:
    ref, outside = decided(school), school.desk.outside
    opened_again(school, ref)
    with outside.database.write() as uow:
        assert uow.recognition.forget_person(school.holder.person_id, now=outside.now()) == []
    case = school.case(ref)
    assert (case.row.person_id, case.row.is_again, len(case.badges)) == (None, True, 1)
    school.desk.installation.clock.moved += timedelta(days=14 + 184)
    assert look_after_cases.forget_cases(outside) == 1
    with outside.database.read() as uow:
        row = uow.recognition.get(case.row.id)
        (former,) = uow.recognition.formers(case.row.id)
    assert (row.state, row.coverage, row.sealed) == (CaseState.DECIDED, "part", None)
    assert (former.coverage, former.sealed) == ("part", None)
    with pytest.raises(NotFoundError):
        school.case(ref)


def test_a_receipt_taken_back_by_its_holder_before_stays_as_the_holder_wished(school: School) -> None:
    ref, outside = decided(school), school.desk.outside
    with outside.database.read() as uow:
        first = uow.recognition.receipt(school.case(ref).row.id, 1)
    assert first is not None
    school_id = school.desk.institution.id
    revoke(outside, first.credential_id, institution_id=school_id, reason="holder_wish", actor="participant")
    opened_again(school, ref)
    assert decide(school, ref).signed
    assert [one[:2] for one in receipts(school, ref)] == [("withdrawn", "holder_wish"), ("issued", None)]
