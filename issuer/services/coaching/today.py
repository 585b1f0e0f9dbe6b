"""Counts what waits for somebody's hands today; no name is opened, so nothing is noted as read.

Each source is asked in a transaction of its own: one that fails is told as such and stops no other (screens.md B1).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, TypeVar

from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.badge_draft import DraftState
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.demonstration import State
from issuer.domain.participant import ParticipantState
from issuer.domain.permissions import Permission, Role, StaffMember
from issuer.services.coaching.list_people import Line, all_lines
from issuer.services.coaching.waiting import Waiting
from issuer.services.environments.changed_requirements import changed_units
from issuer.services.followups.call_list import due_now
from issuer.services.outside import Outside
from issuer.services.own.make_slip import MOST_AT_ONCE
from issuer.services.own.slip_state import UNUSED_AFTER
from issuer.services.questions.home_rows import at_provider, at_school
from issuer.services.questions.note_use import uses_of

_ENDS_SOON: Final = timedelta(days=60)
_MARKED_SINCE: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Exact counts inside the house (domain.md section 16)."""

    in_period: int
    unseen: int
    near: int
    issued: int
    year: int


@dataclass(frozen=True, slots=True)
class Uses:
    """How often schools accepted something by the provider's badges; None where the count is not shown."""

    count: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A source that could not be asked just now; the page says so, and the log says why."""

    source: str
    problem: Exception


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """Rows sorted by age, the oldest first; figures only for those who may read about people.

    Attributes:
        failed: sources that have no row because they could not be asked; never counted as nothing.
        uses: None for those who may not read about people.
    """

    waiting: tuple[Waiting, ...]
    figures: Figures | None
    failed: tuple[Failed, ...] = ()
    uses: Uses | None = None


_Found = TypeVar("_Found")
_Source = Callable[[UnitOfWork, Outside, StaffMember], list[Waiting]]


def today(outside: Outside, who: StaffMember) -> Today:
    """Gather what waits for this person."""
    rows: list[Waiting] = []
    failed: list[Failed] = []
    for source, permissions, ask in _SOURCES:
        if any(who.may(one) for one in permissions):
            rows += _safely(outside, who, source, ask, failed) or []
    people, uses = None, None
    if who.may(Permission.PEOPLE_READ):
        people = _safely(outside, who, "people", _of_people, failed)
        uses = _safely(outside, who, "uses", _uses, failed)
    if people is not None:
        rows += people[0]
    now = outside.now().timestamp()
    return Today(
        waiting=tuple(sorted(rows, key=lambda one: one.since.timestamp() if one.since is not None else now)),
        figures=people[1] if people is not None else None,
        failed=tuple(failed),
        uses=uses,
    )


def _safely(
    outside: Outside,
    who: StaffMember,
    source: str,
    ask: Callable[[UnitOfWork, Outside, StaffMember], _Found],
    failed: list[Failed],
) -> _Found | None:
    """What one source answers, or None where it fails."""
    try:
        with outside.database.read() as uow:
            return ask(uow, outside, who)
    except Exception as problem:  # noqa: BLE001  whatever one source meets, the others are shown
        failed.append(Failed(source=source, problem=problem))
        return None


def _of_people(uow: UnitOfWork, outside: Outside, who: StaffMember) -> tuple[list[Waiting], Figures]:
    lines, _ = all_lines(uow, outside, who, with_names=False)
    return _people(uow, who, lines), _figures(uow, who, lines, helsinki_day(outside.now()))


def _uses(uow: UnitOfWork, outside: Outside, who: StaffMember) -> Uses:
    return Uses(count=uses_of(uow, outside, who))


def _concerns(uow: UnitOfWork, outside: Outside, who: StaffMember) -> list[Waiting]:
    if Role.RESPONSIBLE_PERSON not in who.roles:
        return []
    rows = []
    concerns, raised_at = uow.erasures.waiting_concerns(who.institution_id)
    if concerns:
        rows.append(Waiting(what="concern", count=concerns, href="/concerns", since=raised_at))
    marked = uow.coaching.marked_readings(who.institution_id, since=outside.now() - _MARKED_SINCE)
    if marked:
        rows.append(Waiting(what="marked", count=len(marked), href="/readings", since=marked[-1].at))
    return rows


def _changed(_uow: UnitOfWork, outside: Outside, who: StaffMember) -> list[Waiting]:
    changed = changed_units(outside, who)
    return [Waiting(what="changed", count=len(changed), href="/units")] if changed else []


def _drafts(uow: UnitOfWork, _outside: Outside, who: StaffMember) -> list[Waiting]:
    kinds = []
    if who.may(Permission.DRAFT_REVIEW):
        kinds.append(("review", DraftState.IN_REVIEW))
    if who.may(Permission.DRAFT_EDIT):
        kinds += [
            ("accepted", DraftState.ACCEPTED),
            ("returned", DraftState.RETURNED),
            ("approved", DraftState.APPROVED),
        ]
    rows = []
    for what, state in kinds:
        drafts = uow.drafts.of_institution(who.institution_id, {state})
        if drafts:
            rows.append(Waiting(what=what, count=len(drafts), href="/drafts", since=drafts[0].changed_at))
    return rows


def _asked(uow: UnitOfWork, _outside: Outside, who: StaffMember) -> list[Waiting]:
    """What a school was asked for and has not answered, and what was shown and waits for its assessment."""
    kinds: list[tuple[str, tuple[State, ...]]] = [("asked", (State.PLANNED,))]
    if who.may(Permission.DEMONSTRATION_ASSESS):
        kinds.append(("assess", (State.GIVEN, State.ASSESSED)))
    rows = []
    for what, states in kinds:
        found = uow.demonstrations.at_desk(who.institution_id, states)
        waiting = [one.requested_at for one in found if one.confirmed_at is None or what == "assess"]
        if waiting:
            rows.append(Waiting(what=what, count=len(waiting), href="/demos-asked", since=waiting[0]))
    return rows


def _people(uow: UnitOfWork, who: StaffMember, lines: list[Line]) -> list[Waiting]:
    rows = []
    drafts = [one for one in uow.coaching.participants(who.institution_id) if one.state is ParticipantState.INTAKE]
    if drafts and who.may(Permission.PEOPLE_EDIT):
        first = min(drafts, key=lambda one: one.created_at)
        until = min(helsinki_day(one.lapses_at) for one in drafts if one.lapses_at is not None)
        rows.append(
            Waiting(what="intake", count=len(drafts), href="/people?sort=number", since=first.created_at, until=until)
        )
    wishes = uow.holdings.open_wishes(who.institution_id)
    if wishes and who.may(Permission.OBSERVATION_RECORD):
        rows.append(Waiting(what="wish", count=len(wishes), href="/wishes", since=wishes[0].asked_at))
    quiet = [one for one in lines if one.quiet and one.mine]
    if quiet and who.may(Permission.OBSERVATION_RECORD):
        rows.append(Waiting(what="quiet", count=len(quiet), href="/people?mine=1&quiet=1&sort=seen"))
    return rows


def _unmailed(uow: UnitOfWork, _outside: Outside, who: StaffMember) -> list[Waiting]:
    """Messages that wait for paper, and participants whose mail a server has refused."""
    waiting, bounced = uow.notices.to_print(who.institution_id), uow.notices.bounced(who.institution_id)
    rows = []
    if waiting:
        rows.append(Waiting(what="to_print", count=len(waiting), href="/notices", since=waiting[0].created_at))
    if bounced:
        rows.append(Waiting(what="bounced", count=len(bounced), href="/notices", since=bounced[0].bounced_at))
    return rows


def _slips(uow: UnitOfWork, outside: Outside, who: StaffMember) -> list[Waiting]:
    """Slips that nobody has used for 14 days, and badges that wait for people without a slip."""
    now = outside.now()
    unused = uow.own_access.unused_slips(who.institution_id, made_before=now - UNUSED_AFTER, now=now)
    missing = uow.own_access.waiting_without_slip(who.institution_id, limit=MOST_AT_ONCE)
    rows = []
    if unused:
        rows.append(Waiting(what="slips", count=len(unused), href="/slips", since=unused[0][1]))
    if missing:
        rows.append(Waiting(what="slips_missing", count=len(missing), href="/slips"))
    return rows


def _follow_ups(uow: UnitOfWork, outside: Outside, who: StaffMember) -> list[Waiting]:
    """People who have left and let us ask how they are, and whose time it is; nobody else is counted."""
    due = due_now(uow, outside, who.institution_id)
    if not due:
        return []
    leaver, moment = due[0]
    return [Waiting(what="follow_up", count=len(due), href="/followups", until=leaver.last_day(moment))]


def _ending(uow: UnitOfWork, outside: Outside, who: StaffMember) -> list[Waiting]:
    """Recognitions in force that end within 60 days and have no newer one after them."""
    day = helsinki_day(outside.now())
    reports = [one for one in uow.environments.reports(who.institution_id) if one.valid_until >= day]
    last = {(one.site_id, one.unit): one.valid_until for one in sorted(reports, key=lambda one: one.valid_until)}
    ending = [until for until in last.values() if until <= day + _ENDS_SOON]
    return [Waiting(what="ending", count=len(ending), href="/sites", until=min(ending))] if ending else []


def _figures(uow: UnitOfWork, who: StaffMember, lines: list[Line], day: date) -> Figures:
    running = uow.coaching.running_people(who.institution_id) - uow.coaching.paused_people(who.institution_id, day)
    issued = uow.drafts.of_institution(who.institution_id, {DraftState.ISSUED})
    return Figures(
        in_period=len(running),
        unseen=sum(one.quiet for one in lines if one.person_id in running),
        near=sum(one.near for one in lines),
        issued=sum(helsinki_day(one.changed_at).year == day.year for one in issued),
        year=day.year,
    )


# Each source by its name, with the permissions any of which lets somebody see its rows.
_SOURCES: Final[tuple[tuple[str, tuple[Permission, ...], _Source], ...]] = (
    ("drafts", (Permission.DRAFT_REVIEW, Permission.DRAFT_EDIT), _drafts),
    ("unmailed", (Permission.PEOPLE_EDIT,), _unmailed),
    ("slips", (Permission.PEOPLE_EDIT,), _slips),
    ("follow_up", (Permission.PEOPLE_EDIT,), _follow_ups),
    ("ending", (Permission.ENVIRONMENT_READ,), _ending),
    ("asked", (Permission.SCHOOL_DESK,), _asked),
    ("cases", (Permission.SCHOOL_DESK,), at_school),
    ("questions", (Permission.COMPETENCE_SIGN,), at_provider),
    ("concerns", (Permission.AUDIT_READ,), _concerns),
    ("changed", (Permission.ENVIRONMENT_EDIT,), _changed),
)
