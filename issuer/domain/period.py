"""Periods (jaksot) with talks, goals, pauses and the path after; service forms stay inside and sealed."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from issuer.domain.errors import ConflictError, InvalidRequestError

MOST_GOAL = 300
MOST_NOTES = 2_000
LONGEST = timedelta(days=5 * 366)
EARLIEST_START = timedelta(days=3 * 366)
LATEST_START = timedelta(days=366)


class PeriodKind(StrEnum):
    """Kinds of period (domain.md section 17)."""

    TRIAL = "trial"  # tutustumisjakso
    WORK = "work"  # työjakso
    COACHING = "coaching"  # valmennusjakso
    STUDY = "study"  # opiskelija työpajalla


class PeriodState(StrEnum):
    """A period is planned until the participant has accepted the start talk."""

    PLANNED = "planned"
    RUNNING = "running"
    ENDED = "ended"


class TalkKind(StrEnum):
    """Talks of a period."""

    START = "start"
    MID = "mid"
    END = "end"


class Attendee(StrEnum):
    """Who sits in a talk."""

    PARTICIPANT = "participant"
    SUPERVISOR = "supervisor"
    COACH = "coach"


class GoalKind(StrEnum):
    """Goals of the period, and of the time after it."""

    PERIOD = "period"
    FOLLOW_UP = "follow_up"


class GoalState(StrEnum):
    """States of a goal."""

    OPEN = "open"  # avoin
    REACHED = "reached"  # saavutettu
    CHANGED = "changed"  # muutettu
    GIVEN_UP = "given_up"  # luovuttu


class FollowUp(StrEnum):
    """The path after (domain.md section 16)."""

    STUDY = "study"
    OPEN_WORK = "open_work"
    SUPPORTED_WORK = "supported_work"
    OTHER_SERVICE = "other_service"
    NO_WORK = "no_work"
    OTHER = "other"
    UNKNOWN = "unknown"


class ServiceForm(StrEnum):
    """Under which service a period runs: internal, sealed, read by leads only, counted from five up."""

    REHABILITATIVE_WORK = "rehabilitative_work"
    WORK_TRYOUT = "work_tryout"
    PAY_SUBSIDY = "pay_subsidy"
    SOCIAL_REHABILITATION = "social_rehabilitation"
    YOUTH_WORKSHOP = "youth_workshop"
    KELA_REHABILITATION = "kela_rehabilitation"
    STUDY_AGREEMENT = "study_agreement"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A pause; it has no reason. `ends_on` is its last day, None while it lasts."""

    id: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkRow:
    """A talk without its words; `accepted_at` is the participant's yes."""

    id: str
    period_id: str
    kind: TalkKind
    held_on: date
    staff_id: str
    accepted_at: datetime | None
    accepted_how: str | None
    sealed: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalVersion:
    """One version of a goal; a version counts once the participant has accepted it."""

    goal_id: str
    version: int
    kind: GoalKind
    period_id: str
    state: GoalState
    at: datetime
    staff_id: str
    accepted_at: datetime | None
    accepted_how: str | None
    sealed: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodRow:
    """A period without anything personal in words. `ends_on` is the last day, planned or true."""

    id: str
    person_id: str
    institution_id: str
    kind: PeriodKind
    starts_on: date
    ends_on: date | None
    site_id: str | None
    state: PeriodState
    pauses: tuple[Pause, ...] = ()


def check_days(starts_on: date, ends_on: date | None, *, today: date) -> None:
    """Hold the days of a period against the rules.

    Raises:
        InvalidRequestError: ``period.start`` (too far away), ``period.reversed`` or ``period.long``.
    """
    if not today - EARLIEST_START <= starts_on <= today + LATEST_START:
        raise InvalidRequestError(code="period.start", pointer="/starts_on")
    if ends_on is not None and ends_on < starts_on:
        raise InvalidRequestError(code="period.reversed", pointer="/ends_on")
    if ends_on is not None and ends_on - starts_on > LONGEST:
        raise InvalidRequestError(code="period.long", pointer="/ends_on")


def check_start(period: PeriodRow, talk: TalkRow | None) -> None:
    """Let a period start only after a start talk that the participant accepted.

    Raises:
        ConflictError: ``period.not_planned``, ``period.no_start_talk`` or ``period.start_talk_not_accepted``.
    """
    if period.state is not PeriodState.PLANNED:
        raise ConflictError(code="period.not_planned")
    if talk is None:
        raise ConflictError(code="period.no_start_talk")
    if talk.accepted_at is None:
        raise ConflictError(code="period.start_talk_not_accepted")


def check_running(period: PeriodRow) -> None:
    """Raise ConflictError ``period.not_running`` unless it runs."""
    if period.state is not PeriodState.RUNNING:
        raise ConflictError(code="period.not_running")


def check_talk_day(period: PeriodRow, held_on: date, *, today: date) -> None:
    """Raise InvalidRequestError ``talk.day`` for a day to come, or long before the period."""
    if not period.starts_on - EARLIEST_START <= held_on <= today:
        raise InvalidRequestError(code="talk.day", pointer="/held_on")


def check_present(present: tuple[str, ...]) -> None:
    """A start talk needs participant, supervisor and coach; raise InvalidRequestError ``talk.present`` otherwise."""
    if set(present) != {one.value for one in Attendee}:
        raise InvalidRequestError(code="talk.present", pointer="/present")


def check_pause(period: PeriodRow, starts_on: date, ends_on: date | None) -> None:
    """Hold a pause against its period.

    Raises:
        InvalidRequestError: ``pause.reversed``, ``pause.outside`` or ``pause.overlap``.
    """
    if ends_on is not None and ends_on < starts_on:
        raise InvalidRequestError(code="pause.reversed", pointer="/ends_on")
    last = ends_on or starts_on
    if starts_on < period.starts_on or (period.ends_on is not None and last > period.ends_on):
        raise InvalidRequestError(code="pause.outside", pointer="/starts_on")
    for other in period.pauses:
        if starts_on <= (other.ends_on or date.max) and other.starts_on <= (ends_on or date.max):
            raise InvalidRequestError(code="pause.overlap", pointer="/starts_on")


def check_end(period: PeriodRow, last_day: date, *, today: date) -> None:
    """Hold the end of a period against the rules.

    Raises:
        ConflictError: ``period.not_running``.
        InvalidRequestError: ``period.reversed`` or ``period.end_to_come``.
    """
    check_running(period)
    if last_day < period.starts_on:
        raise InvalidRequestError(code="period.reversed", pointer="/ends_on")
    if last_day > today:
        raise InvalidRequestError(code="period.end_to_come", pointer="/ends_on")
