"""What a school's assessor records of a demonstration: one fault per case, and what each leaves of a decision."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import recognised_units as samples
from hypothesis import given
from hypothesis import strategies as st

from issuer.domain.demonstration_result import DemonstrationResult, Result, check_result, settled
from issuer.domain.errors import InvalidFormError
from issuer.domain.recognition import (
    Assessor,
    Choice,
    Coverage,
    DemonstrationPlan,
    Reason,
    Route,
    Row,
    Work,
    awaits_demonstration,
    points,
    split,
)
from issuer.domain.recognition_record import result_from_json, result_to_json

UNIT = samples.unit()
TODAY = date(2026, 11, 23)
WHOLE = replace(samples.work(Route.DEMONSTRATION, UNIT, accepted=4), plan=samples.past_plan())
PART = replace(samples.work(Route.DEMONSTRATION, UNIT, accepted=2), plan=samples.past_plan())
PASSED = DemonstrationResult(result=Result.PASSED, day=TODAY, grade=4, assessors=samples.ASSESSORS)
NOT_PASSED = replace(PASSED, result=Result.NOT_PASSED, grade=None, words="jarrujen säätö")
NOT_HELD = DemonstrationResult(result=Result.NOT_HELD)


def codes(told: DemonstrationResult, work: Work = WHOLE, *, assessor: bool = True, today: date = TODAY) -> set[str]:
    try:
        check_result(UNIT, work, told, is_assessor=assessor, today=today)
    except InvalidFormError as error:
        return {fault.code.removeprefix("recognition.") for fault in error.faults}
    return set()


@pytest.mark.parametrize(
    ("told", "work"), [(PASSED, WHOLE), (replace(PASSED, grade=None), PART), (NOT_PASSED, WHOLE), (NOT_HELD, WHOLE)]
)
def test_a_result_that_lacks_nothing_is_taken(told: DemonstrationResult, work: Work) -> None:
    assert codes(told, work) == set()


@pytest.mark.parametrize(
    ("told", "work", "code"),
    [
        (replace(PASSED, grade=None), WHOLE, "grade_missing"),
        (replace(PASSED, grade=6), WHOLE, "grade_value"),
        (PASSED, PART, "grade_part"),
        (replace(NOT_PASSED, grade=2), WHOLE, "grade_not_passed"),
        (replace(NOT_PASSED, words=""), WHOLE, "remaining_missing"),
        (replace(PASSED, day=None), WHOLE, "result_day"),
        (replace(PASSED, day=TODAY + timedelta(days=1)), WHOLE, "result_day_outside"),
        (replace(PASSED, day=date(2026, 11, 15)), WHOLE, "result_day_outside"),
        (replace(PASSED, assessors=samples.ASSESSORS[:1]), WHOLE, "two_assessors"),
        (replace(PASSED, assessors=(samples.ASSESSORS[1],) * 2), WHOLE, "two_assessors"),
        (
            replace(PASSED, assessors=(samples.ASSESSORS[0], Assessor("Taina", at_work=True))),
            WHOLE,
            "organisation_missing",
        ),
        (PASSED, replace(WHOLE, plan=replace(samples.past_plan(), ends_on=TODAY + timedelta(days=1))), "grade_before"),
        (PASSED, replace(WHOLE, route=Route.DIRECT), "nothing_to_show"),
        (PASSED, replace(WHOLE, grade=3), "nothing_to_show"),
        (replace(NOT_HELD, grade=3), WHOLE, "grade_not_passed"),
        (replace(NOT_HELD, begins_on=TODAY), WHOLE, "days_missing"),
        (replace(NOT_HELD, begins_on=TODAY, ends_on=TODAY - timedelta(days=1)), WHOLE, "days_reversed"),
        (
            replace(NOT_HELD, begins_on=TODAY - timedelta(days=2), ends_on=TODAY - timedelta(days=1)),
            WHOLE,
            "days_past",
        ),
    ],
)
def test_each_fault_of_a_result_has_its_code(told: DemonstrationResult, work: Work, code: str) -> None:
    assert codes(told, work) == {code}


def test_who_is_no_assessor_of_the_school_records_nothing() -> None:
    assert codes(PASSED, assessor=False) == {"result_not_assessor"}


def test_the_last_day_of_the_demonstration_may_be_the_day_of_its_assessment() -> None:
    assert codes(replace(PASSED, day=date(2026, 11, 18)), today=date(2026, 11, 18)) == set()


def test_nothing_has_points_before_the_result_and_a_passed_whole_unit_has_them_after() -> None:
    assert (awaits_demonstration(WHOLE), points(UNIT, WHOLE)) == (True, None)
    after = settled(WHOLE, PASSED)
    assert (awaits_demonstration(after), points(UNIT, after), after.grade) == (False, 15.0, 4)


def test_a_part_that_was_shown_waits_no_longer_though_it_has_no_grade() -> None:
    after = settled(PART, replace(PASSED, grade=None))
    assert (awaits_demonstration(after), split(UNIT, after).coverage, points(UNIT, after)) == (
        False,
        Coverage.PART,
        None,
    )


def test_one_that_was_not_passed_leaves_everything_to_learn_and_keeps_what_remained() -> None:
    key = UNIT.requirements[0].key
    work = replace(WHOLE, rows={**WHOLE.rows, key: Row(choice=Choice.IN_PART, remaining="osien valinta")})
    after = settled(work, NOT_PASSED)
    assert split(UNIT, after).coverage is Coverage.REFUSED
    assert after.rows[key] == Row(Choice.NOT, Reason.DEMONSTRATION, remaining="osien valinta")
    assert {row.choice for row in after.rows.values()} == {Choice.NOT}


def test_new_days_of_one_that_was_not_held_take_the_place_of_the_old_ones() -> None:
    days = {"begins_on": TODAY, "ends_on": TODAY + timedelta(days=1)}
    after = settled(WHOLE, replace(NOT_HELD, **days))
    assert after.plan == replace(WHOLE.plan, **days)
    assert settled(WHOLE, NOT_HELD) == WHOLE
    assert settled(WHOLE, None) == WHOLE


DAYS = st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1))
RESULTS = st.builds(
    DemonstrationResult,
    result=st.sampled_from(Result),
    day=DAYS,
    grade=st.none() | st.integers(1, 5),
    words=st.text(max_size=20),
    assessors=st.sampled_from([(), samples.ASSESSORS]),
    begins_on=DAYS,
    ends_on=DAYS,
)


@given(RESULTS)
def test_a_result_is_read_back_as_it_was_written(told: DemonstrationResult) -> None:
    assert result_from_json(result_to_json(told)) == told


@given(st.lists(st.sampled_from(Choice), min_size=4, max_size=4), RESULTS)
def test_for_any_result_a_requirement_is_recognised_or_remains_and_never_both(
    choices: list[Choice], told: DemonstrationResult
) -> None:
    rows = {one.key: Row(choice=choice) for one, choice in zip(UNIT.requirements, choices, strict=True)}
    work = Work(rows=rows, route=Route.DEMONSTRATION, plan=DemonstrationPlan())
    before, after = split(UNIT, work), split(UNIT, settled(work, told))
    assert sorted((*after.recognised, *after.remaining)) == sorted(rows)
    assert set(after.recognised) <= set(before.recognised)
    assert after.recognised == (() if told.result is Result.NOT_PASSED else before.recognised)
