"""Demonstrations: at work or the school's own, their states, and what each step needs. Pure; the clock comes in."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import IntEnum, StrEnum
from typing import Final

from issuer.domain.agreement import Outcome
from issuer.domain.errors import ConflictError, InvalidRequestError

CORRECTION_TIME: Final = timedelta(days=14)
LONGEST: Final = timedelta(days=366)
MOST_TASKS: Final = 20
MOST_ASSESSORS: Final = 4


class Kind(StrEnum):
    """Two things that share a form and must never be confused (domain.md section 4, fact 5)."""

    WORK = "work"  # osaamisen osoittaminen työssä
    SCHOOL = "school"  # oppilaitoksen näyttö


class State(StrEnum):
    """Suunniteltu, annettu, arvioitu, hyväksytty, täydennettävä."""

    PLANNED = "planned"
    GIVEN = "given"
    ASSESSED = "assessed"
    APPROVED = "approved"
    TO_COMPLETE = "to_complete"


NEXT_STATES: Final[dict[State, frozenset[State]]] = {
    State.PLANNED: frozenset({State.GIVEN}),
    State.GIVEN: frozenset({State.ASSESSED}),
    State.ASSESSED: frozenset({State.APPROVED, State.TO_COMPLETE}),
    State.APPROVED: frozenset({State.GIVEN}),  # only by a correction that was asked for in time
    State.TO_COMPLETE: frozenset({State.PLANNED, State.GIVEN}),  # shown again, or a correction
}


class Side(StrEnum):
    """Which side an assessor stands for."""

    TEACHER = "teacher"
    WORKING_LIFE = "working_life"


class Decider(IntEnum):
    """ammatillisennaytonarvioinnistapaattaneet. Trap: 5 is the student in the list of the talk, and never here."""

    TEACHER = 1
    EMPLOYEE = 2
    EMPLOYER = 3
    SELF_EMPLOYED = 4
    OTHER_OF_PROVIDER = 5


class TalkMember(IntEnum):
    """ammatillisennaytonarviointikeskusteluunosallistuneet."""

    TEACHER = 1
    EMPLOYEE = 2
    EMPLOYER = 3
    SELF_EMPLOYED = 4
    STUDENT = 5
    NO_TALK = 6


_OF_SIDE: Final = {
    Side.TEACHER: frozenset({Decider.TEACHER, Decider.OTHER_OF_PROVIDER}),
    Side.WORKING_LIFE: frozenset({Decider.EMPLOYEE, Decider.EMPLOYER, Decider.SELF_EMPLOYED}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be shown, where and when. Everything in it is sealed under the participant's key.

    Attributes:
        requirement_keys: of the unit; tasks: the work, one line each (sisällön kuvaus).
        begins_on, ends_on: Helsinki days, both inclusive; None while not agreed.
        place_kind: code of ammatillisennaytonsuorituspaikka: 1 workplace, 2 school, 3 both.
        environment: what the place is for those who were not there (näyttöympäristön kuvaus).
        identity: how it is seen who stands there.
        adjustments: private unless `adjustments_shared`; they never enter a request otherwise.
        contact: a person at the school by name, with a way to reach them.
    """

    requirement_keys: tuple[str, ...]
    tasks: tuple[str, ...] = ()
    place: str = ""
    environment: str = ""
    place_kind: int = 1
    begins_on: date | None = None
    ends_on: date | None = None
    language: str = "fi"
    identity: str = ""
    adjustments: str = ""
    adjustments_shared: bool = False
    contact_name: str = ""
    contact_reach: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessor:
    """One of those who decide.

    Attributes:
        staff_id: of someone with an account; None for someone outside.
        decider: which code of the list of deciders.
        not_disqualified: the own statement that none of hallintolaki 27–29 § applies.
        inducted_on: day of the induction to assessing in this field; None for none recorded.
    """

    name: str
    organisation: str
    side: Side
    decider: Decider
    staff_id: str | None = None
    not_disqualified: bool = False
    inducted_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """Who answered for the school, and how; `staff_id` is set when it was said with an account of the school."""

    said_by: str
    said_on: date
    how: str
    staff_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """The school's yes: its assessors, and the days of the agreement within which the demonstration must lie.

    Attributes:
        special_reason: why both assessors are the school's own; empty for a teacher and working life.
        agreement_from, agreement_until: inclusive; None where the agreement sets no such day.
    """

    word: Word
    special_reason: str = ""
    agreement_from: date | None = None
    agreement_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The result of one requirement, with what was seen."""

    outcome: Outcome
    seen: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """The sheet of the talk.

    Attributes:
        own: the participant's own view by requirement key; own_declined: the participant did not want to give one.
        results: by requirement key.
        talk: who took part; deciders: numbers of the assessors who decided. The learner is never among them.
        grade: 1–5, only in a school's demonstration, on `grade_word` of the school.
        correction_words: what the participant asks to be corrected; asked on `correction_on`.
    """

    own: dict[str, Row] = field(default_factory=dict)
    own_declined: bool = False
    results: dict[str, Row] = field(default_factory=dict)
    talk: tuple[TalkMember, ...] = ()
    talk_on: date | None = None
    deciders: tuple[int, ...] = ()
    grade: int | None = None
    grade_word: Word | None = None
    decided_on: date | None = None
    explained: str = ""
    correction_words: str = ""
    correction_on: date | None = None

    @property
    def correction_until(self) -> date | None:
        """The last day on which a correction can be asked for, inclusive."""
        return self.decided_on + CORRECTION_TIME if self.decided_on is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """All that a demonstration says at a time.

    Attributes:
        learner: the participant's name as the school was told it, with the participant's yes; empty before.
    """

    plan: Plan
    assessors: tuple[Assessor, ...] = ()
    request_wanted: bool = False
    learner: str = ""
    school_name: str = ""
    confirmation: Confirmation | None = None
    assessment: Assessment = field(default_factory=Assessment)


def check_move(state: State, to: State) -> None:
    """Refuse a state that does not follow. Raises ConflictError ``demonstration.state``."""
    if to not in NEXT_STATES[state]:
        raise ConflictError(f"{state} to {to}", code="demonstration.state")


def check_plan(plan: Plan, unit_keys: tuple[str, ...]) -> None:
    """Hold a plan, which may be half-done, against the rules.

    Raises:
        InvalidRequestError: ``demonstration.requirements`` (none, or of another unit), ``demonstration.dates``
            (reversed, or longer than a year), ``demonstration.tasks``, ``demonstration.place_kind``.
    """
    if not plan.requirement_keys or not set(plan.requirement_keys) <= set(unit_keys):
        raise InvalidRequestError(code="demonstration.requirements", pointer="/requirement")
    if len(plan.tasks) > MOST_TASKS:
        raise InvalidRequestError(code="demonstration.tasks", pointer="/tasks")
    if plan.place_kind not in (1, 2, 3):
        raise InvalidRequestError(code="demonstration.place_kind", pointer="/place_kind")
    begins, ends = plan.begins_on, plan.ends_on
    if begins and ends and not begins <= ends <= begins + LONGEST:
        raise InvalidRequestError(code="demonstration.dates", pointer="/ends_on")


def check_request(content: Content) -> None:
    """A request to the school is whole, and the participant wants it sent.

    Raises:
        ConflictError: ``demonstration.no_permission``.
        InvalidRequestError: ``demonstration.incomplete``, at the first thing that is missing.
    """
    plan = content.plan
    wanted = (("tasks", plan.tasks), ("place", plan.place), ("begins_on", plan.begins_on), ("ends_on", plan.ends_on))
    for name, value in wanted:
        if not value:
            raise InvalidRequestError(code="demonstration.incomplete", pointer=f"/{name}")
    if not content.school_name:
        raise InvalidRequestError(code="demonstration.incomplete", pointer="/school")
    if not content.request_wanted:
        raise ConflictError(code="demonstration.no_permission", pointer="/request_wanted")


def check_assessors(kind: Kind, content: Content) -> None:
    """Hold those who decide against the rules of the kind.

    Raises:
        ConflictError: ``demonstration.assessors`` (a school needs two, work one), ``demonstration.same_assessor``,
            ``demonstration.learner_decides``, ``demonstration.sides`` (not teacher and working life, and no special
            reason), ``demonstration.side_code``, ``demonstration.disqualified`` (a statement is missing).
    """
    assessors = content.assessors
    if (kind is Kind.SCHOOL and len(assessors) != 2) or not 1 <= len(assessors) <= MOST_ASSESSORS:  # noqa: PLR2004 – law: two
        raise ConflictError(code="demonstration.assessors", pointer="/assessors")
    if len({_folded(one.name) for one in assessors}) < len(assessors) or _repeated_account(assessors):
        raise ConflictError(code="demonstration.same_assessor", pointer="/assessors")
    if content.learner and _folded(content.learner) in {_folded(one.name) for one in assessors}:
        raise ConflictError(code="demonstration.learner_decides", pointer="/assessors")
    if any(one.decider not in _OF_SIDE[one.side] for one in assessors):
        raise ConflictError(code="demonstration.side_code", pointer="/assessors")
    if kind is Kind.SCHOOL:
        sides = {one.side for one in assessors}
        special = content.confirmation is not None and bool(content.confirmation.special_reason)
        if sides != set(Side) and not (special and sides == {Side.TEACHER}):
            raise ConflictError(code="demonstration.sides", pointer="/assessors")
    if not all(one.not_disqualified for one in assessors):
        raise ConflictError(code="demonstration.disqualified", pointer="/assessors")


def check_given(kind: Kind, content: Content, *, today: date) -> None:
    """A demonstration was given: the plan is whole, the days have come, and the school's yes is there.

    Raises:
        ConflictError: ``demonstration.not_confirmed``, ``demonstration.outside_agreement``,
            ``demonstration.not_begun``, or as `check_assessors`.
        InvalidRequestError: ``demonstration.incomplete``.
    """
    plan, confirmation = content.plan, content.confirmation
    if kind is Kind.SCHOOL and confirmation is None:
        raise ConflictError(code="demonstration.not_confirmed")
    for name, value in (("tasks", plan.tasks), ("place", plan.place), ("begins_on", plan.begins_on)):
        if not value:
            raise InvalidRequestError(code="demonstration.incomplete", pointer=f"/{name}")
    if plan.begins_on is not None and plan.begins_on > today:
        raise ConflictError(code="demonstration.not_begun", pointer="/begins_on")
    if confirmation is not None and not inside_agreement(plan, confirmation):
        raise ConflictError(code="demonstration.outside_agreement", pointer="/begins_on")
    check_assessors(kind, content)


def inside_agreement(plan: Plan, confirmation: Confirmation) -> bool:
    """Tell whether all days lie within those of the agreement; both ends are inclusive."""
    begins = plan.begins_on
    ends = plan.ends_on or begins
    if begins is None or ends is None:
        return False
    early = confirmation.agreement_from is not None and begins < confirmation.agreement_from
    late = confirmation.agreement_until is not None and ends > confirmation.agreement_until
    return not early and not late


def check_assessed(content: Content, *, today: date) -> None:
    """The talk was held and each requirement has a result; self-assessment first.

    Raises:
        ConflictError: ``demonstration.self_assessment_first``, ``demonstration.results_missing``,
            ``demonstration.talk`` (nobody, the student alone, or "no talk" beside others), ``demonstration.deciders``.
        InvalidRequestError: ``demonstration.talk_day``.
    """
    sheet, keys = content.assessment, set(content.plan.requirement_keys)
    if not sheet.own_declined and not keys <= set(sheet.own):
        raise ConflictError(code="demonstration.self_assessment_first", pointer="/own")
    if keys != set(sheet.results):
        raise ConflictError(code="demonstration.results_missing", pointer="/results")
    talk = set(sheet.talk)
    if not talk or talk == {TalkMember.STUDENT} or (TalkMember.NO_TALK in talk and len(talk) > 1):
        raise ConflictError(code="demonstration.talk", pointer="/talk")
    if sheet.talk_on is not None and sheet.talk_on > today:
        raise InvalidRequestError(code="demonstration.talk_day", pointer="/talk_on")
    if not sheet.deciders or not set(sheet.deciders) <= set(range(len(content.assessors))):
        raise ConflictError(code="demonstration.deciders", pointer="/deciders")


def decision(content: Content) -> State:
    """What follows from the results: approved only when every requirement of the plan was shown."""
    shown = all(row.outcome is Outcome.SHOWN for row in content.assessment.results.values())
    return State.APPROVED if shown and content.assessment.results else State.TO_COMPLETE


def check_decision(kind: Kind, content: Content) -> None:
    """Close it: everyone who decides was inducted in this field, and a grade stands only on the school's word.

    Raises:
        ConflictError: ``demonstration.no_induction``, ``demonstration.grade_word``, ``demonstration.grade_not_passed``.
        InvalidRequestError: ``agreement.grade`` for a grade of a provider, ``demonstration.grade`` outside 1–5.
    """
    sheet = content.assessment
    if any(one.inducted_on is None for one in content.assessors):
        raise ConflictError(code="demonstration.no_induction", pointer="/assessors")
    if sheet.grade is None:
        return
    if kind is Kind.WORK:
        raise InvalidRequestError(code="agreement.grade", pointer="/grade")
    if not 1 <= sheet.grade <= 5:  # noqa: PLR2004 – arviointiasteikkoammatillinen15
        raise InvalidRequestError(code="demonstration.grade", pointer="/grade")
    if sheet.grade_word is None:
        raise ConflictError(code="demonstration.grade_word", pointer="/grade")
    if decision(content) is not State.APPROVED:
        raise ConflictError(code="demonstration.grade_not_passed", pointer="/grade")


def check_correction(sheet: Assessment, *, today: date) -> None:
    """A correction may be asked for within 14 days, and once.

    Raises:
        ConflictError: ``demonstration.correction_late``, ``demonstration.correction_asked``,
            ``demonstration.not_decided``.
    """
    until = sheet.correction_until
    if until is None:
        raise ConflictError(code="demonstration.not_decided")
    if today > until:
        raise ConflictError(code="demonstration.correction_late")
    if sheet.correction_on is not None:
        raise ConflictError(code="demonstration.correction_asked")


def display_state(*, all_shown: bool, states: tuple[tuple[Kind, State], ...]) -> str:
    """Code of the sentence for a unit in the sequence of demonstrations.

    Returns:
        ``approved``, ``to_complete``, ``assessed``, ``given``, ``planned`` of the school's demonstration that is
        furthest, ``demonstration_missing`` (osaaminen todettu, näyttö puuttuu) or ``open``.
    """
    of_school = {state for kind, state in states if kind is Kind.SCHOOL}
    for state in (State.APPROVED, State.ASSESSED, State.GIVEN, State.PLANNED, State.TO_COMPLETE):
        if state in of_school:
            return state.value
    return "demonstration_missing" if all_shown else "open"


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _repeated_account(assessors: tuple[Assessor, ...]) -> bool:
    accounts = [one.staff_id for one in assessors if one.staff_id is not None]
    return len(set(accounts)) < len(accounts)
