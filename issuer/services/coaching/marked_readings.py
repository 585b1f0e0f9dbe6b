"""Lists readings that somebody responsible should look at, with the reader's name and without the participants'."""

from datetime import datetime

from issuer.db.repositories.readings import ReadingRow
from issuer.domain.permissions import StaffMember
from issuer.services.outside import Outside
from issuer.services.staff.staff_names import names


def marked_readings(outside: Outside, who: StaffMember, *, since: datetime) -> list[tuple[ReadingRow, str]]:
    """Return marked readings at the institution since a time, newest first, each with its reader's name."""
    with outside.database.read() as uow:
        rows = uow.coaching.marked_readings(who.institution_id, since=since)
        known = names(outside, uow, [row.staff_id for row in rows])
    return [(row, known.get(row.staff_id, "")) for row in rows]
