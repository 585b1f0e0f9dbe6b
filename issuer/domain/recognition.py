"""A case at a school: its states, what is decided of each requirement, the routes, and what a decision must hold.

The school decides, row by row; nothing here decides by itself (privacy.md PV6). Words: domain.md section 12.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Final

from issuer.domain.agreement import Outcome
from issuer.domain.badge_evidence import Seen
from issuer.domain.catalogue import Unit
from issuer.domain.catalogue_choice import CatalogueUnit
from issuer.domain.errors import DomainError, InvalidFormError, InvalidRequestError

MOST_WORDS: Final = 500
MOST_NAME: Final = 120
MOST_LINES: Final = 20
MOST_ASSESSORS: Final = 4
LEAST_ASSESSORS_OF_DEMONSTRATION: Final = 2  # a teacher and someone from working life (domain.md section 4, fact 5)
GRADES: Final = (1, 2, 3, 4, 5)


class CaseState(StrEnum):
    """Uusi, kesken, odottaa vastausta, päätetty; withdrawn by the person who asked."""

    NEW = "new"
    IN_WORK = "in_work"
    WAITING = "waiting"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


OPEN: Final = frozenset({CaseState.NEW, CaseState.IN_WORK, CaseState.WAITING})


class Choice(StrEnum):
    """What the school decides of one requirement."""

    ACCEPT = "accept"
    IN_PART = "in_part"
    NOT = "not"


class Reason(StrEnum):
    """Why a requirement was not accepted (screens.md F2)."""

    ABSENT = "absent"
    MISMATCH = "mismatch"
    OUTDATED = "outdated"
    EVIDENCE = "evidence"
    DEMONSTRATION = "demonstration"
    ISSUER = "issuer"
    OTHER = "other"


class Route(StrEnum):
    """How the competence is verified: the code of osaamisentodentamisenprosessi."""

    DIRECT = "0001"
    ASSESSORS = "0002"
    DEMONSTRATION = "0003"


class Coverage(StrEnum):
    """What became of the unit as a whole."""

    WHOLE = "whole"
    PART = "part"
    REFUSED = "refused"


class Check(StrEnum):
    """What the verifier said of a badge of the case, as far as a decision needs it."""

    IN_ORDER = "in_order"
    WITHDRAWN = "withdrawn"
    ALTERED = "altered"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True)
class Row:
    """What is decided of one requirement so far; everything may still be open.

    Attributes:
        words: the reason in the decider's own words; remaining: what is still to learn.
    """

    choice: Choice | None = None
    reason: Reason | None = None
    words: str = ""
    remaining: str = ""


@dataclass(frozen=True, slots=True)
class Assessor:
    """Who assesses: `at_work` for a representative of working life, else of the school."""

    name: str
    organisation: str = ""
    business_id: str = ""
    at_work: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DemonstrationPlan:
    """The demonstration (näyttö) that a person is led to; the school arranges it.

    Attributes:
        place_kind: code of ammatillisennaytonsuorituspaikka: 1 workplace, 2 school, 3 both.
        tasks: what is shown, a line each.
        begins_on, ends_on: Helsinki days, inclusive.
    """

    place: str = ""
    business_id: str = ""
    description: str = ""
    place_kind: int = 1
    tasks: tuple[str, ...] = ()
    begins_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A decision on its way: half-done work is kept as it is.

    Attributes:
        rows: by requirement key of the learner's unit.
        sent_on: day on which it was sent to the assessors.
        grade: 1–5, only by the school's own assessor.
        funded: rahoituksen piirissä; the school's own choice, None until it is made.
        identity_seen: the counsellor looked at an identity document.
        words: to the learner, beside the reasons.
        shown_on: day on which the demonstration was assessed as passed; known only after the decision.
    """

    rows: Mapping[str, Row] = field(default_factory=dict)
    route: Route | None = None
    sent_on: date | None = None
    assessors: tuple[Assessor, ...] = ()
    plan: DemonstrationPlan = DemonstrationPlan()
    grade: int | None = None
    funded: bool | None = None
    identity_seen: bool = False
    words: str = ""
    shown_on: date | None = None


@dataclass(frozen=True, slots=True)
class Split:
    """A unit's requirements by what was decided: each stands in exactly one of the three."""

    recognised: tuple[str, ...]
    in_part: tuple[str, ...]
    not_accepted: tuple[str, ...]

    @property
    def remaining(self) -> tuple[str, ...]:
        """What is still to learn: all that was not accepted wholly."""
        return self.in_part + self.not_accepted

    @property
    def coverage(self) -> Coverage:
        """The unit as a whole."""
        if not self.recognised:
            return Coverage.REFUSED if not self.in_part else Coverage.PART
        return Coverage.PART if self.remaining else Coverage.WHOLE


def with_absent_filled(unit: Unit, seen: Mapping[str, Seen], work: Work) -> Work:
    """The work with "was not in the badge" in each row that nobody has decided and no badge speaks of."""
    rows = dict(work.rows)
    for one in unit.requirements:
        row = rows.get(one.key, Row())
        if row.choice is None and one.key not in seen:
            rows[one.key] = replace(row, choice=Choice.NOT, reason=Reason.ABSENT)
        elif row.choice is Choice.NOT and row.reason is None and one.key not in seen:
            rows[one.key] = replace(row, reason=Reason.ABSENT)
    return replace(work, rows=rows)


def with_badges_changed(unit: Unit, seen: Mapping[str, Seen], work: Work) -> Work:
    """The work after a badge came or went: what nobody speaks of any more is absent, what was absent is open again."""
    rows = {}
    for key, row in work.rows.items():
        spoken, filled = key in seen, row.choice is Choice.NOT and row.reason is Reason.ABSENT
        if (spoken and filled) or (not spoken and row.choice is not Choice.NOT):
            continue
        rows[key] = row
    return with_absent_filled(unit, seen, replace(work, rows=rows))


def with_accepted_before(keys: Iterable[str], work: Work) -> Work:
    """The work with those rows accepted that this school accepted before and that nobody has decided yet."""
    rows = dict(work.rows)
    for key in keys:
        if rows.get(key, Row()).choice is None:
            rows[key] = Row(choice=Choice.ACCEPT)
    return replace(work, rows=rows)


def with_shown_accepted(unit: Unit, seen: Mapping[str, Seen], work: Work, *, group: str | None = None) -> Work:
    """The work with all rows accepted that a badge says were shown; suggestions of a bridge are left to a person.

    Args:
        group: Finnish heading of one group of requirements; None for all.
    """
    rows = dict(work.rows)
    for one in unit.requirements:
        found = seen.get(one.key)
        here = group is None or one.group.fi == group
        if here and found is not None and found.outcome is Outcome.SHOWN and not found.is_suggestion:
            rows[one.key] = Row(choice=Choice.ACCEPT)
    return with_absent_filled(unit, seen, replace(work, rows=rows))


def split(unit: Unit, work: Work) -> Split:
    """Divide the unit's requirements; rows without a choice count as not accepted."""
    choices = {one.key: work.rows.get(one.key, Row()).choice for one in unit.requirements}
    return Split(
        recognised=tuple(key for key, choice in choices.items() if choice is Choice.ACCEPT),
        in_part=tuple(key for key, choice in choices.items() if choice is Choice.IN_PART),
        not_accepted=tuple(key for key, choice in choices.items() if choice not in (Choice.ACCEPT, Choice.IN_PART)),
    )


def points(unit: Unit, work: Work) -> float | None:
    """Competence points of a whole unit; a part has no official points and none are made up (domain.md section 10)."""
    if split(unit, work).coverage is not Coverage.WHOLE or awaits_demonstration(work):
        return None
    return unit.credits_min


def awaits_demonstration(work: Work) -> bool:
    """Tell whether what is accepted is still to be shown: nothing is recognised before the school has assessed it."""
    return work.route is Route.DEMONSTRATION and work.grade is None and work.shown_on is None


def open_rows(unit: Unit, work: Work) -> tuple[str, ...]:
    """Keys of the requirements without a choice."""
    return tuple(one.key for one in unit.requirements if work.rows.get(one.key, Row()).choice is None)


def check_unit(found: CatalogueUnit, *, today: date) -> None:
    """Refuse a unit of which nothing can be recognised today.

    Raises:
        InvalidRequestError: ``recognition.unit_incomplete`` or ``recognition.peruste_ended``.
    """
    if found.unit.code is None or found.unit.version is None or not found.unit.requirements:
        raise InvalidRequestError(code="recognition.unit_incomplete", pointer="/unit")
    if not found.unit.register_number:
        raise InvalidRequestError(code="recognition.unit_incomplete", pointer="/unit")
    if found.qualification.state(today).value in ("expired", "future"):
        raise InvalidRequestError(code="recognition.peruste_ended", pointer="/unit")


def check_decision(
    unit: Unit, seen: Mapping[str, Seen], work: Work, checks: Sequence[Check], *, is_assessor: bool, today: date
) -> None:
    """Refuse a decision that lacks something; a refusal of the whole needs reasons and nothing else.

    Args:
        seen: what the badges of the case say, by key of this unit.
        checks: of the badges, made again just now.
        is_assessor: whether who decides is an assessor of this school: only such a person gives a grade.
        today: in Helsinki; a demonstration that is not over has no grade.

    Raises:
        InvalidFormError: one error a place, with codes ``recognition.…``.
    """
    faults: list[DomainError] = [*_faults_of_rows(unit, seen, work)]
    parts = split(unit, work)
    accepts = bool(parts.recognised or parts.in_part)
    if accepts:
        faults += _faults_of_badges(checks)
        faults += _faults_of_route(work)
        if not work.identity_seen:
            faults.append(InvalidRequestError(code="recognition.identity", pointer="/identity_seen"))
    faults += _faults_of_grade(work, parts, is_assessor=is_assessor, today=today)
    if faults:
        raise InvalidFormError(tuple(faults))


def _faults_of_rows(unit: Unit, seen: Mapping[str, Seen], work: Work) -> Iterable[DomainError]:
    for one in unit.requirements:
        row = work.rows.get(one.key, Row())
        if row.choice is None:
            yield InvalidRequestError(code="recognition.row_open", pointer=f"/row-{one.position}")
        elif row.choice in (Choice.ACCEPT, Choice.IN_PART) and one.key not in seen:
            yield InvalidRequestError(code="recognition.accepted_absent", pointer=f"/row-{one.position}")
        elif row.choice is Choice.IN_PART and not row.remaining:
            yield InvalidRequestError(code="recognition.remaining_missing", pointer=f"/remaining-{one.position}")
        elif row.choice is Choice.NOT and row.reason is None:
            yield InvalidRequestError(code="recognition.reason_missing", pointer=f"/reason-{one.position}")
        elif row.choice is Choice.NOT and row.reason is Reason.ABSENT and one.key in seen:
            yield InvalidRequestError(code="recognition.reason_untrue", pointer=f"/reason-{one.position}")
        elif row.choice is Choice.NOT and row.reason is Reason.OTHER and not row.words:
            yield InvalidRequestError(code="recognition.reason_words", pointer=f"/words-{one.position}")


def _faults_of_badges(checks: Sequence[Check]) -> Iterable[DomainError]:
    if not checks:
        yield InvalidRequestError(code="recognition.no_badge", pointer="/badges")
    codes = {
        Check.ALTERED: "recognition.badge_altered",
        Check.WITHDRAWN: "recognition.badge_withdrawn",
        Check.UNCHECKED: "recognition.badge_unchecked",
    }
    for place, check in enumerate(checks, start=1):
        if check is not Check.IN_ORDER:
            yield InvalidRequestError(code=codes[check], pointer=f"/badge-{place}")


def _faults_of_route(work: Work) -> Iterable[DomainError]:
    if work.route is None:
        yield InvalidRequestError(code="recognition.route_missing", pointer="/route")
    elif work.route is Route.ASSESSORS:
        if work.sent_on is None:
            yield InvalidRequestError(code="recognition.sent_on_missing", pointer="/sent_on")
        if not work.assessors:
            yield InvalidRequestError(code="recognition.assessors_missing", pointer="/assessor-1")
        elif all(one.at_work for one in work.assessors):  # eHOKS has a place for the school's own assessors alone
            yield InvalidRequestError(code="recognition.school_assessor", pointer="/assessor-1")
    elif work.route is Route.DEMONSTRATION:
        yield from _faults_of_plan(work)


def _faults_of_plan(work: Work) -> Iterable[DomainError]:
    plan = work.plan
    if not plan.place:
        yield InvalidRequestError(code="recognition.place_missing", pointer="/place")
    if not plan.tasks:
        yield InvalidRequestError(code="recognition.tasks_missing", pointer="/tasks")
    if plan.begins_on is None or plan.ends_on is None:
        yield InvalidRequestError(code="recognition.days_missing", pointer="/begins_on")
    elif plan.ends_on < plan.begins_on:
        yield InvalidRequestError(code="recognition.days_reversed", pointer="/ends_on")
    yield from faults_of_assessors(work.assessors)


def faults_of_assessors(assessors: Sequence[Assessor]) -> Iterable[DomainError]:
    """What a demonstration lacks in assessors: two, at least one of the school, each of working life with a house."""
    if len(assessors) < LEAST_ASSESSORS_OF_DEMONSTRATION or all(one.at_work for one in assessors):
        yield InvalidRequestError(code="recognition.two_assessors", pointer="/assessor-1")
    for place, one in enumerate(assessors, start=1):
        if one.at_work and not one.organisation:
            yield InvalidRequestError(code="recognition.organisation_missing", pointer=f"/organisation-{place}")


def _faults_of_grade(work: Work, parts: Split, *, is_assessor: bool, today: date) -> Iterable[DomainError]:
    if work.grade is None:
        return
    if work.grade not in GRADES:
        yield InvalidRequestError(code="recognition.grade_value", pointer="/grade")
    elif not is_assessor:
        yield InvalidRequestError(code="recognition.grade_not_assessor", pointer="/grade")
    elif work.route not in (Route.ASSESSORS, Route.DEMONSTRATION):
        yield InvalidRequestError(code="recognition.grade_route", pointer="/grade")
    elif parts.coverage is not Coverage.WHOLE:
        yield InvalidRequestError(code="recognition.grade_part", pointer="/grade")
    elif work.route is Route.DEMONSTRATION and work.plan.ends_on is not None and work.plan.ends_on > today:
        yield InvalidRequestError(code="recognition.grade_before", pointer="/grade")
