"""Plans, begins, pauses and ends a period; several may stand in one path, on several sites, and nothing restarts."""

import uuid
from dataclasses import dataclass, replace
from datetime import date

from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import ConflictError, InvalidRequestError, NotFoundError
from issuer.domain.participant import ParticipantState
from issuer.domain.period import (
    Pause,
    PeriodKind,
    PeriodRow,
    PeriodState,
    TalkKind,
    check_days,
    check_end,
    check_pause,
    check_running,
    check_start,
)
from issuer.domain.permissions import StaffMember
from issuer.services.coaching.find_participants import located
from issuer.services.coaching.talk_words import open_talk
from issuer.services.outside import Outside


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPeriod:
    """What is planned; `ends_on` may be left open."""

    kind: PeriodKind
    starts_on: date
    ends_on: date | None = None
    site_id: str | None = None


def plan(outside: Outside, who: StaffMember, number: str, new: NewPeriod) -> str:
    """Plan a period; it begins after the start talk. Return its id.

    Raises:
        NotFoundError: no such participant or site here.
        InvalidRequestError: see `check_days`.
        ConflictError: ``person.not_active``.
    """
    now = outside.now()
    check_days(new.starts_on, new.ends_on, today=helsinki_day(now))
    with outside.database.write() as uow:
        person = located(uow, who, number)
        if person.state is not ParticipantState.ACTIVE:
            raise ConflictError(code="person.not_active")
        if new.site_id is not None and new.site_id not in {
            one.id for one in uow.environments.sites(who.institution_id)
        }:
            raise NotFoundError("site", code="site.unknown", pointer="/site")
        row = PeriodRow(
            id=str(uuid.uuid4()),
            person_id=person.person_id,
            institution_id=who.institution_id,
            kind=new.kind,
            starts_on=new.starts_on,
            ends_on=new.ends_on,
            site_id=new.site_id,
            state=PeriodState.PLANNED,
        )
        uow.coaching.add_period(row, now=now)
        _note(uow, outside, who, row, "period.planned")
    return row.id


def begin(outside: Outside, who: StaffMember, number: str, period_id: str) -> None:
    """Let a period run, after a start talk that the participant accepted. Raises NotFoundError, ConflictError."""
    with outside.database.write() as uow:
        uow.audit.lock()
        row = period_of(uow, who, number, period_id)
        talks = [one for one in uow.coaching.talks([row.id]) if one.kind is TalkKind.START]
        accepted = next((one for one in talks if one.accepted_at is not None), None)
        check_start(row, accepted or (talks[0] if talks else None))
        uow.coaching.set_period(replace(row, state=PeriodState.RUNNING))
        _note(uow, outside, who, row, "period.begun")


def pause(outside: Outside, who: StaffMember, number: str, period_id: str, days: tuple[date, date | None]) -> None:
    """Pause a running period from a day, to a day or for the time being; no reason is asked.

    Raises:
        NotFoundError, ConflictError ``period.not_running``, InvalidRequestError of `check_pause`.
    """
    with outside.database.write() as uow:
        uow.audit.lock()
        row = period_of(uow, who, number, period_id)
        check_running(row)
        check_pause(row, *days)
        uow.coaching.add_pause(row.id, Pause(id=str(uuid.uuid4()), starts_on=days[0], ends_on=days[1]))
        _note(uow, outside, who, row, "period.paused")


def resume(outside: Outside, who: StaffMember, number: str, period_id: str, last_day: date) -> None:
    """End the open pause of a period; `last_day` is the pause's last, inclusive.

    Raises:
        NotFoundError: no such period, or no open pause.
        InvalidRequestError: ``pause.reversed``.
    """
    with outside.database.write() as uow:
        uow.audit.lock()
        row = period_of(uow, who, number, period_id)
        running = next((one for one in row.pauses if one.ends_on is None), None)
        if running is None:
            raise NotFoundError("pause")
        if last_day < running.starts_on:
            raise InvalidRequestError(code="pause.reversed", pointer="/ends_on")
        uow.coaching.end_pause(running.id, last_day)
        _note(uow, outside, who, row, "period.resumed")


def end(
    outside: Outside, who: StaffMember, number: str, period_id: str, last_day: date, *, anyway: bool = False
) -> None:
    """End a running period.

    Args:
        last_day: inclusive.
        anyway: the one who acts has read the warning that no path after the period is agreed.

    Raises:
        NotFoundError, ConflictError, InvalidRequestError: see `check_end`.
        InvalidRequestError: ``period.no_follow_up``: the warning, which does not block.
    """
    with outside.database.write() as uow:
        uow.audit.lock()
        row = period_of(uow, who, number, period_id)
        check_end(row, last_day, today=helsinki_day(outside.now()))
        reviews = [one for one in uow.coaching.talks([row.id]) if one.kind is TalkKind.END]
        agreed = any(open_talk(outside, row.person_id, one).follow_up is not None for one in reviews)
        if not agreed and not anyway:
            raise InvalidRequestError(code="period.no_follow_up", pointer="/anyway")
        uow.coaching.set_period(replace(row, state=PeriodState.ENDED, ends_on=last_day))
        _note(uow, outside, who, row, "period.ended")


def period_of(uow: UnitOfWork, who: StaffMember, number: str, period_id: str) -> PeriodRow:
    """A period of this participant. Raises NotFoundError."""
    person = located(uow, who, number)
    row = uow.coaching.period(period_id, who.institution_id)
    if row is None or row.person_id != person.person_id:
        raise NotFoundError("period")
    return row


def _note(uow: UnitOfWork, outside: Outside, who: StaffMember, row: PeriodRow, action: str) -> None:
    refs = (("person", row.person_id), ("period", row.id))
    uow.audit.append(Act(at=outside.now(), actor=who.actor, action=action, refs=refs))
