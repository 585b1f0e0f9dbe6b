"""Tells staff who has a slip, since when and until when, and who needs one: never what stands on it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from issuer.domain.permissions import StaffMember
from issuer.services.coaching.find_participants import located
from issuer.services.outside import Outside
from issuer.services.own.make_slip import MOST_AT_ONCE

UNUSED_AFTER: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipState:
    """The person's slip, ended or not."""

    made_at: datetime
    works_until: datetime


def slip_state(outside: Outside, who: StaffMember, number: str) -> SlipState | None:
    """The slip of a participant of `who`'s house, or None before the first one; nothing personal is opened.

    Raises:
        NotFoundError: no such participant here.
    """
    with outside.database.read() as uow:
        slip = uow.own_access.slip(located(uow, who, number).person_id)
    return SlipState(made_at=slip.made_at, works_until=slip.works_until) if slip is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipsToSee:
    """By running numbers, so that no name is opened.

    Attributes:
        unused: slips that nobody has used for 14 days: (number, when made), oldest first.
        missing: how many wait for a badge without ever having had a slip; at most 100 are told.
    """

    unused: tuple[tuple[str, datetime], ...]
    missing: int


def slips_to_see(outside: Outside, who: StaffMember) -> SlipsToSee:
    """What there is to do about slips in `who`'s house."""
    now = outside.now()
    with outside.database.read() as uow:
        unused = uow.own_access.unused_slips(who.institution_id, made_before=now - UNUSED_AFTER, now=now)
        rows = [(uow.coaching.participant(person, who.institution_id), made) for person, made in unused]
        missing = uow.own_access.waiting_without_slip(who.institution_id, limit=MOST_AT_ONCE)
    return SlipsToSee(unused=tuple((row.code, made) for row, made in rows if row is not None), missing=len(missing))
