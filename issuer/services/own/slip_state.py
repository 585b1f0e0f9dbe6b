"""Tells staff whether a participant has a slip, since when and until when: never what stands on it."""

from dataclasses import dataclass
from datetime import datetime

from issuer.domain.permissions import StaffMember
from issuer.services.coaching.find_participants import located
from issuer.services.outside import Outside


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
