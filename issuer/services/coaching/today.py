"""Counts what waits for somebody's hands today; no name is opened, so nothing is noted as read."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.badge_draft import DraftState
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.demonstration import State
from issuer.domain.participant import ParticipantState
from issuer.domain.permissions import Permission, Role, StaffMember
from issuer.services.coaching.list_people import Line, all_lines
from issuer.services.environments.changed_requirements import changed_units
from issuer.services.outside import Outside
from issuer.services.own.make_slip import MOST_AT_ONCE
from issuer.services.own.slip_state import UNUSED_AFTER

_ENDS_SOON: Final = timedelta(days=60)
_MARKED_SINCE: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One row of what waits: what (a code), how many, since or until when, and where it is done."""

    what: str
    count: int
    href: str
    since: datetime | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Exact counts inside the house (domain.md section 16)."""

    in_period: int
    unseen: int
    near: int
    issued: int
    year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """Rows sorted by age, the oldest first; figures only for those who may read about people."""

    waiting: tuple[Waiting, ...]
    figures: Figures | None


def today(outside: Outside, who: StaffMember) -> Today:
    """Gather what waits for this person."""
    rows: list[Waiting] = []
    figures = None
    now = outside.now()
    with outside.database.read() as uow:
        if who.may(Permission.DRAFT_REVIEW) or who.may(Permission.DRAFT_EDIT):
            rows += _drafts(uow, who)
        if who.may(Permission.PEOPLE_READ):
            lines, _ = all_lines(uow, outside, who, with_names=False)
            rows += _people(uow, who, lines)
            figures = _figures(uow, who, lines, helsinki_day(now))
        if who.may(Permission.PEOPLE_EDIT):
            rows += _unmailed(uow, who)
            rows += _slips(uow, who, now)
        if who.may(Permission.ENVIRONMENT_READ):
            rows += _ending(uow, who, helsinki_day(now))
        if who.may(Permission.SCHOOL_DESK):
            rows += _asked(uow, who)
        if Role.RESPONSIBLE_PERSON in who.roles:
            concerns, raised_at = uow.erasures.waiting_concerns(who.institution_id)
            if concerns:
                rows.append(Waiting(what="concern", count=concerns, href="/concerns", since=raised_at))
            marked = uow.coaching.marked_readings(who.institution_id, since=now - _MARKED_SINCE)
            if marked:
                rows.append(Waiting(what="marked", count=len(marked), href="/readings", since=marked[-1].at))
    if who.may(Permission.ENVIRONMENT_EDIT):
        changed = changed_units(outside, who)
        if changed:
            rows.append(Waiting(what="changed", count=len(changed), href="/units"))
    waiting = sorted(rows, key=lambda one: one.since.timestamp() if one.since is not None else now.timestamp())
    return Today(waiting=tuple(waiting), figures=figures)


def _drafts(uow: UnitOfWork, who: StaffMember) -> list[Waiting]:
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


def _asked(uow: UnitOfWork, who: StaffMember) -> list[Waiting]:
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


def _unmailed(uow: UnitOfWork, who: StaffMember) -> list[Waiting]:
    """Messages that wait for paper, and participants whose mail a server has refused."""
    waiting, bounced = uow.notices.to_print(who.institution_id), uow.notices.bounced(who.institution_id)
    rows = []
    if waiting:
        rows.append(Waiting(what="to_print", count=len(waiting), href="/notices", since=waiting[0].created_at))
    if bounced:
        rows.append(Waiting(what="bounced", count=len(bounced), href="/notices", since=bounced[0].bounced_at))
    return rows


def _slips(uow: UnitOfWork, who: StaffMember, now: datetime) -> list[Waiting]:
    """Slips that nobody has used for 14 days, and badges that wait for people without a slip."""
    unused = uow.own_access.unused_slips(who.institution_id, made_before=now - UNUSED_AFTER, now=now)
    missing = uow.own_access.waiting_without_slip(who.institution_id, limit=MOST_AT_ONCE)
    rows = []
    if unused:
        rows.append(Waiting(what="slips", count=len(unused), href="/slips", since=unused[0][1]))
    if missing:
        rows.append(Waiting(what="slips_missing", count=len(missing), href="/slips"))
    return rows


def _ending(uow: UnitOfWork, who: StaffMember, day: date) -> list[Waiting]:
    """Recognitions in force that end within 60 days and have no newer one after them."""
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
