"""Notes that staff read participants' data, in the transaction of the reading: no row, no read (privacy.md PA1–PA3)."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final, Literal

from issuer.db.repositories.readings import ReadingRow
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.permissions import Role, StaffMember
from issuer.services.outside import Outside

MOST_AN_HOUR: Final = 50
_HOUR = timedelta(hours=1)
# Those who answer for everybody's work: all participants of the institution are their own people.
_LEADS = frozenset({Role.SUPERVISOR, Role.RESPONSIBLE_PERSON})

Why = Literal["coaching", "award", "review", "duty", "recognition"]


def note_reading(
    uow: UnitOfWork,
    outside: Outside,
    who: StaffMember,
    person_ids: Sequence[str],
    *,
    what: str,
    why: Why = "coaching",
) -> None:
    """Insert one reading of somebody's page.

    Args:
        uow: a writing transaction; the same in which the data are read.
        person_ids: participants of `who`'s institution; nobody's data leave unless they stand here.
        what: code of the page or part, for example ``profile``; at most 24 characters.
        why: reason from the short list.
    """
    row = _row(outside, who, what, why, "page")
    uow.coaching.add_reading(replace(row, marked=_mark(uow, outside, who, person_ids)), person_ids)


def note_list(uow: UnitOfWork, outside: Outside, who: StaffMember, person_ids: Sequence[str], *, what: str) -> None:
    """Insert one reading that names the set of people whose names stand in a list; arguments as `note_reading`."""
    uow.coaching.add_reading(_row(outside, who, what, "coaching", "list"), person_ids)


def _row(outside: Outside, who: StaffMember, what: str, why: Why, how: Literal["page", "list"]) -> ReadingRow:
    return ReadingRow(
        id=str(uuid.uuid4()),
        at=outside.now(),
        institution_id=who.institution_id,
        staff_id=who.id,
        role=min(who.roles, key=list(Role).index).value,
        what=what,
        why=why,
        how=how,
    )


def _mark(uow: UnitOfWork, outside: Outside, who: StaffMember, person_ids: Sequence[str]) -> str | None:
    """Why the responsible person should look at this reading, or None."""
    if uow.coaching.people_read(who.id, since=outside.now() - _HOUR) + len(person_ids) > MOST_AN_HOUR:
        return "many"
    if not who.roles.isdisjoint(_LEADS):
        return None
    rows = [uow.coaching.participant(one, who.institution_id) for one in person_ids]
    strangers = {row.person_id for row in rows if row is not None and row.coach_id not in (who.id, None)}
    if strangers and not strangers <= uow.coaching.observed_by(who.id):
        return "outside"
    return None
