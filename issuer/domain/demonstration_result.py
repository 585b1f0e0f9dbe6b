"""What came of the demonstration that a decision led to: recorded by the school's own assessor, after its days.

Until then nothing is recognised: "osaaminen todettu, näyttö puuttuu" (mission DEM-2; docs/decisions/0040).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from issuer.domain.catalogue import Unit
from issuer.domain.errors import DomainError, InvalidFormError, InvalidRequestError
from issuer.domain.recognition import (
    GRADES,
    Assessor,
    Choice,
    Coverage,
    Reason,
    Row,
    Work,
    awaits_demonstration,
    faults_of_assessors,
    split,
)


class Result(StrEnum):
    """What came of it; after `NOT_HELD` it may still be held."""

    PASSED = "passed"
    NOT_PASSED = "not_passed"
    NOT_HELD = "not_held"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemonstrationResult:
    """One result.

    Attributes:
        day: on which it was assessed; None for one that was not held.
        grade: 1–5, for a whole unit that was passed; a part has none.
        words: what is still to learn, for one that was not passed.
        assessors: who assessed, at most four.
        begins_on, ends_on: new days of one that was not held, inclusive; None while they are open.
    """

    result: Result
    day: date | None = None
    grade: int | None = None
    words: str = ""
    assessors: tuple[Assessor, ...] = ()
    begins_on: date | None = None
    ends_on: date | None = None

    @property
    def is_final(self) -> bool:
        """Tell whether it settles the decision."""
        return self.result is not Result.NOT_HELD


def settled(work: Work, told: DemonstrationResult | None) -> Work:
    """The decision as it stands after its demonstration: what was accepted for showing is recognised, or not."""
    if told is None:
        return work
    if told.result is Result.NOT_HELD:
        begins, ends = told.begins_on or work.plan.begins_on, told.ends_on or work.plan.ends_on
        return replace(work, plan=replace(work.plan, begins_on=begins, ends_on=ends))
    if told.result is Result.PASSED:
        return replace(work, grade=told.grade, shown_on=told.day, assessors=told.assessors)
    rows = {
        key: row if row.choice is Choice.NOT else Row(Choice.NOT, Reason.DEMONSTRATION, remaining=row.remaining)
        for key, row in work.rows.items()
    }
    return replace(work, rows=rows, assessors=told.assessors)


def check_result(unit: Unit, work: Work, told: DemonstrationResult, *, is_assessor: bool, today: date) -> None:
    """Refuse a result that cannot be.

    Args:
        work: the decision that led to the demonstration, with the days that hold now.
        is_assessor: whether who records it is an assessor of this school.
        today: in Helsinki.

    Raises:
        InvalidFormError: one error a place, with codes ``recognition.…``.
    """
    faults: list[DomainError] = []
    if not is_assessor:
        faults.append(InvalidRequestError(code="recognition.result_not_assessor", pointer="/result"))
    if not awaits_demonstration(work) or split(unit, work).coverage is Coverage.REFUSED:
        faults.append(InvalidRequestError(code="recognition.nothing_to_show", pointer="/result"))
    if told.is_final:
        faults += [*_faults_of_day(work, told, today), *faults_of_assessors(told.assessors)]
        faults += _faults_of_grade(unit, work, told)
    else:
        faults += _faults_of_new_days(told, today)
    if faults:
        raise InvalidFormError(tuple(faults))


def _faults_of_day(work: Work, told: DemonstrationResult, today: date) -> Iterable[DomainError]:
    ends = work.plan.ends_on
    if ends is not None and today < ends:
        yield InvalidRequestError(code="recognition.grade_before", pointer="/result")
    elif told.day is None:
        yield InvalidRequestError(code="recognition.result_day", pointer="/day")
    elif told.day > today or (work.plan.begins_on is not None and told.day < work.plan.begins_on):
        yield InvalidRequestError(code="recognition.result_day_outside", pointer="/day")


def _faults_of_grade(unit: Unit, work: Work, told: DemonstrationResult) -> Iterable[DomainError]:
    whole = split(unit, work).coverage is Coverage.WHOLE
    if told.result is Result.NOT_PASSED:
        if told.grade is not None:
            yield InvalidRequestError(code="recognition.grade_not_passed", pointer="/grade")
        if not told.words:
            yield InvalidRequestError(code="recognition.remaining_missing", pointer="/words")
    elif whole and told.grade is None:
        yield InvalidRequestError(code="recognition.grade_missing", pointer="/grade")
    elif told.grade is not None and told.grade not in GRADES:
        yield InvalidRequestError(code="recognition.grade_value", pointer="/grade")
    elif told.grade is not None and not whole:
        yield InvalidRequestError(code="recognition.grade_part", pointer="/grade")


def _faults_of_new_days(told: DemonstrationResult, today: date) -> Iterable[DomainError]:
    if told.grade is not None:
        yield InvalidRequestError(code="recognition.grade_not_passed", pointer="/grade")
    if told.begins_on is None and told.ends_on is None:
        return
    if told.begins_on is None or told.ends_on is None:
        yield InvalidRequestError(code="recognition.days_missing", pointer="/begins_on")
    elif told.ends_on < told.begins_on:
        yield InvalidRequestError(code="recognition.days_reversed", pointer="/ends_on")
    elif told.ends_on < today:
        yield InvalidRequestError(code="recognition.days_past", pointer="/ends_on")
