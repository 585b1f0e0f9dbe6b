"""The rules of a decision: one fault per case, and what holds for any choices."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import recognised_units as samples
from hypothesis import given
from hypothesis import strategies as st

from issuer.domain.agreement import Outcome
from issuer.domain.badge_evidence import Seen
from issuer.domain.errors import InvalidFormError, InvalidRequestError
from issuer.domain.recognition import (
    Check,
    Choice,
    Coverage,
    Reason,
    Route,
    Row,
    Work,
    check_decision,
    check_unit,
    open_rows,
    points,
    split,
    with_absent_filled,
    with_accepted_before,
    with_badges_changed,
    with_shown_accepted,
)
from issuer.domain.recognition_record import work_from_json, work_to_json
from issuer.domain.recognition_terms import SchoolRules, answer_by, check_rules, correct_by
from issuer.domain.requirement_changes import Matched
from issuer.exports.ehoks import RECOGNISED, TO_LEARN, ehoks_blocks

UNIT = samples.unit()
FIRST, SECOND, THIRD, FOURTH = (one.key for one in UNIT.requirements)
TODAY = date(2026, 11, 23)


def seen(*keys: str, outcome: Outcome = Outcome.SHOWN, matched: Matched = Matched.KEY) -> dict[str, Seen]:
    return {key: Seen(outcome=outcome, month="2026-06", badges=(1,), matched=matched) for key in keys}


def work(**more: object) -> Work:
    """Two of four accepted directly, the rest absent: a decision that holds."""
    return replace(samples.work(Route.DIRECT, UNIT, accepted=2), **more)


def with_row(key: str, **row: object) -> Work:
    return work(rows=work().rows | {key: Row(**row)})


def codes(
    decided: Work, *, checks: tuple[Check, ...] = (Check.IN_ORDER,), assessor: bool = False, told: object = None
) -> set[str]:
    try:
        evidence = seen(FIRST, SECOND) if told is None else told
        check_decision(UNIT, evidence, decided, checks, is_assessor=assessor, today=TODAY)
    except InvalidFormError as error:
        return {fault.code.removeprefix("recognition.") for fault in error.faults}
    return set()


def test_a_whole_decision_passes() -> None:
    assert codes(work()) == set()


@pytest.mark.parametrize(
    ("decided", "code"),
    [
        (with_row(FIRST), "row_open"),
        (with_row(FIRST, choice=Choice.NOT), "reason_missing"),
        (with_row(FIRST, choice=Choice.NOT, reason=Reason.ABSENT), "reason_untrue"),
        (with_row(FIRST, choice=Choice.NOT, reason=Reason.OTHER), "reason_words"),
        (with_row(FIRST, choice=Choice.IN_PART), "remaining_missing"),
        (with_row(THIRD, choice=Choice.ACCEPT), "accepted_absent"),
        (with_row(THIRD, choice=Choice.IN_PART, remaining="yksi osa"), "accepted_absent"),
        (work(route=None), "route_missing"),
        (work(identity_seen=False), "identity"),
        (work(route=Route.ASSESSORS, assessors=samples.ASSESSORS), "sent_on_missing"),
        (work(route=Route.ASSESSORS, sent_on=TODAY), "assessors_missing"),
    ],
)
def test_what_lacks_something_is_refused_with_its_own_code(decided: Work, code: str) -> None:
    assert codes(decided) == {code}


DEMONSTRATION = {"route": Route.DEMONSTRATION, "assessors": samples.ASSESSORS}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"place": ""}, "place_missing"),
        ({"tasks": ()}, "tasks_missing"),
        ({"begins_on": None}, "days_missing"),
        ({"ends_on": date(2026, 11, 30)}, "days_reversed"),
    ],
)
def test_a_demonstration_lacking_something_is_refused(change: dict[str, object], code: str) -> None:
    plan = samples.plan()
    assert codes(work(**DEMONSTRATION, plan=plan)) == set()
    assert codes(work(**DEMONSTRATION, plan=replace(plan, **change))) == {code}


@pytest.mark.parametrize("assessors", [(), samples.ASSESSORS[:1], (samples.ASSESSORS[1],) * 2])
def test_a_demonstration_has_two_assessors_one_of_them_of_the_school(assessors: tuple[object, ...]) -> None:
    assert codes(work(route=Route.DEMONSTRATION, assessors=assessors, plan=samples.plan())) == {"two_assessors"}


@pytest.mark.parametrize(
    ("check", "code"),
    [
        (Check.WITHDRAWN, "badge_withdrawn"),
        (Check.ALTERED, "badge_altered"),
        (Check.UNCHECKED, "badge_unchecked"),
    ],
)
def test_nothing_is_accepted_over_a_badge_that_is_not_in_order(check: Check, code: str) -> None:
    assert codes(work(), checks=(Check.IN_ORDER, check)) == {code}


def test_nothing_is_accepted_without_a_badge() -> None:
    assert codes(work(), checks=()) == {"no_badge"}


def test_refusing_everything_needs_reasons_and_nothing_else() -> None:
    rows = {key: Row(choice=Choice.NOT, reason=Reason.OUTDATED) for key in (FIRST, SECOND)}
    absent = {key: Row(choice=Choice.NOT, reason=Reason.ABSENT) for key in (THIRD, FOURTH)}
    refused = Work(rows=rows | absent)
    assert codes(refused, checks=(Check.WITHDRAWN,)) == set()
    assert split(UNIT, refused).coverage is Coverage.REFUSED


WHOLE = samples.work(Route.ASSESSORS, UNIT, accepted=4)
ALL_SEEN = seen(FIRST, SECOND, THIRD, FOURTH)


def test_an_assessor_of_the_school_may_grade_a_whole_unit() -> None:
    assert codes(replace(WHOLE, grade=4), assessor=True, told=ALL_SEEN) == set()


@pytest.mark.parametrize(
    ("decided", "assessor", "code"),
    [
        (replace(WHOLE, grade=4), False, "grade_not_assessor"),
        (replace(WHOLE, grade=4, route=Route.DIRECT), True, "grade_route"),
        (replace(WHOLE, grade=6), True, "grade_value"),
        (replace(WHOLE, grade=4, rows=samples.work(None, UNIT, accepted=2).rows), True, "grade_part"),
    ],
)
def test_a_grade_comes_only_from_the_schools_own_assessor(decided: Work, assessor: bool, code: str) -> None:
    told = ALL_SEEN if code != "grade_part" else seen(FIRST, SECOND)
    assert codes(decided, assessor=assessor, told=told) == {code}


@pytest.mark.parametrize(("ends_on", "faults"), [(TODAY, set()), (TODAY + timedelta(days=1), {"grade_before"})])
def test_a_grade_comes_only_after_the_demonstration(ends_on: date, faults: set[str]) -> None:
    shown = replace(samples.past_plan(), ends_on=ends_on)
    decided = replace(samples.work(Route.DEMONSTRATION, UNIT, accepted=4), plan=shown, grade=4)
    assert codes(decided, assessor=True, told=ALL_SEEN) == faults


def test_assessors_of_working_life_alone_are_not_enough_since_the_export_has_no_place_for_them() -> None:
    decided = replace(WHOLE, assessors=(samples.ASSESSORS[1],))
    assert codes(decided, told=ALL_SEEN) == {"school_assessor"}
    assert codes(replace(WHOLE, assessors=samples.ASSESSORS), told=ALL_SEEN) == set()


def test_a_row_that_was_absent_is_open_again_when_a_badge_comes_that_speaks_of_it() -> None:
    started = Work(
        rows={
            FIRST: Row(choice=Choice.NOT, reason=Reason.ABSENT),
            SECOND: Row(choice=Choice.NOT, reason=Reason.OUTDATED),
            THIRD: Row(choice=Choice.NOT, reason=Reason.ABSENT),
        }
    )
    changed = with_badges_changed(UNIT, seen(FIRST, SECOND), started)
    assert changed.rows == {
        SECOND: Row(choice=Choice.NOT, reason=Reason.OUTDATED),
        THIRD: Row(choice=Choice.NOT, reason=Reason.ABSENT),
        FOURTH: Row(choice=Choice.NOT, reason=Reason.ABSENT),
    }


def test_a_row_is_absent_again_when_the_badge_goes_that_spoke_of_it() -> None:
    started = Work(rows={FIRST: Row(choice=Choice.ACCEPT), SECOND: Row(choice=Choice.IN_PART, remaining="osa")})
    changed = with_badges_changed(UNIT, seen(FIRST), started)
    assert changed.rows[FIRST] == Row(choice=Choice.ACCEPT)
    assert changed.rows[SECOND] == Row(choice=Choice.NOT, reason=Reason.ABSENT)


def test_what_was_accepted_before_is_proposed_where_nobody_has_decided() -> None:
    started = Work(rows={SECOND: Row(choice=Choice.NOT, reason=Reason.OUTDATED)})
    assert with_accepted_before((FIRST, SECOND), started).rows == {
        FIRST: Row(choice=Choice.ACCEPT),
        SECOND: Row(choice=Choice.NOT, reason=Reason.OUTDATED),
    }


def test_what_no_badge_speaks_of_fills_itself_and_leaves_choices_alone() -> None:
    started = Work(rows={THIRD: Row(choice=Choice.IN_PART, remaining="yksi osa")})
    filled = with_absent_filled(UNIT, seen(FIRST, SECOND), started)
    assert filled.rows == {
        THIRD: Row(choice=Choice.IN_PART, remaining="yksi osa"),
        FOURTH: Row(choice=Choice.NOT, reason=Reason.ABSENT),
    }
    assert open_rows(UNIT, filled) == (FIRST, SECOND)


def test_accepting_all_that_was_shown_leaves_suggestions_and_parts_to_a_person() -> None:
    evidence = (
        seen(FIRST) | seen(SECOND, matched=Matched.CLOSE) | seen(THIRD, outcome=Outcome.IN_PART, matched=Matched.TEXT)
    )
    rows = with_shown_accepted(UNIT, evidence, Work()).rows
    assert rows == {FIRST: Row(choice=Choice.ACCEPT), FOURTH: Row(choice=Choice.NOT, reason=Reason.ABSENT)}


def test_accepting_a_group_leaves_the_other_groups() -> None:
    rows = with_shown_accepted(UNIT, ALL_SEEN, Work(), group="Ennen").rows
    assert set(rows) == {FIRST, SECOND}


@pytest.mark.parametrize(
    ("decided", "worth"),
    [
        (WHOLE, 15.0),
        (work(), None),
        (replace(WHOLE, route=Route.DEMONSTRATION), None),
        (replace(WHOLE, route=Route.DEMONSTRATION, grade=3), 15.0),
    ],
)
def test_only_a_whole_unit_that_was_shown_has_points(decided: Work, worth: float | None) -> None:
    assert points(UNIT, decided) == worth


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (samples.found_unit(samples.unit(version=None)), "recognition.unit_incomplete"),
        (samples.found_unit(replace(UNIT, requirements=())), "recognition.unit_incomplete"),
        (samples.found_unit(replace(UNIT, register_number=None)), "recognition.unit_incomplete"),
        (samples.found_unit(until=TODAY - timedelta(days=1)), "recognition.peruste_ended"),
    ],
)
def test_a_unit_that_cannot_be_recognised_today_is_refused(found: object, code: str) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        check_unit(found, today=TODAY)
    assert caught.value.code == code


def test_the_last_day_of_the_transition_still_counts() -> None:
    check_unit(samples.found_unit(until=TODAY), today=TODAY)


def test_the_clock_and_the_time_for_a_correction_are_fourteen_days_unless_the_school_says_otherwise() -> None:
    assert answer_by(TODAY, SchoolRules()) == date(2026, 12, 7)
    assert correct_by(TODAY, SchoolRules(correction_days=30)) == date(2026, 12, 23)


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        (SchoolRules(deciders=3), "recognition.deciders"),
        (SchoolRules(answer_days=0), "recognition.days"),
        (SchoolRules(correction_days=91), "recognition.days"),
        (SchoolRules(oid="1.2.246.562.24.44651722625"), "recognition.oid"),
    ],
)
def test_rules_that_cannot_be_are_refused(rules: SchoolRules, code: str) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        check_rules(rules)
    assert caught.value.code == code


CHOICES = st.lists(st.sampled_from([*Choice, None]), min_size=4, max_size=4)


def chosen(choices: list[Choice | None], route: Route) -> Work:
    keys = (FIRST, SECOND, THIRD, FOURTH)
    rows = {
        key: Row(choice=choice, reason=Reason.MISMATCH, remaining="x")
        for key, choice in zip(keys, choices, strict=True)
    }
    return replace(samples.work(route, UNIT, accepted=0), rows=rows)


@given(CHOICES, st.sampled_from(Route))
def test_recognised_and_remaining_partition_the_unit_for_any_choices(
    choices: list[Choice | None], route: Route
) -> None:
    parts = split(UNIT, chosen(choices, route))
    assert sorted((*parts.recognised, *parts.remaining)) == sorted((FIRST, SECOND, THIRD, FOURTH))
    assert not set(parts.recognised) & set(parts.remaining)
    assert (parts.coverage is Coverage.WHOLE) == (not parts.remaining)


@given(CHOICES, st.sampled_from(Route))
def test_a_unit_stands_in_exactly_one_list_of_the_export_for_any_choices(
    choices: list[Choice | None], route: Route
) -> None:
    made = replace(samples.recognised(route, whole=True), work=chosen(choices, route))
    blocks = ehoks_blocks(made)
    whole = split(UNIT, made.work).coverage is Coverage.WHOLE
    assert set(blocks) == {RECOGNISED if whole else TO_LEARN}


@given(CHOICES, st.sampled_from(Route), st.sampled_from([None, True, False]))
def test_half_done_work_is_read_back_as_it_was_written(
    choices: list[Choice | None], route: Route, funded: bool | None
) -> None:
    kept = replace(chosen(choices, route), funded=funded, words="Tervetuloa", identity_seen=True)
    assert work_from_json(work_to_json(kept)) == kept
