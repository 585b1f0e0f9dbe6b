"""Opens a case for the school's staff: one reading row that its learner sees, where the learner is one of ours."""

import uuid

from issuer.db.repositories.readings import ReadingRow
from issuer.db.repositories.recognition import CaseRow
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.errors import NotFoundError
from issuer.domain.permissions import Role, StaffMember
from issuer.domain.recognition_terms import SchoolRules
from issuer.services.outside import Outside
from issuer.services.recognition.stored_case import Case, open_stored
from issuer.services.staff.staff_names import names


def read_case(outside: Outside, who: StaffMember, ref: str) -> Case:
    """Open a case of the own school.

    Raises:
        NotFoundError: no such case here, or it has been forgotten or withdrawn.
    """
    with outside.database.write() as uow:
        row = uow.recognition.of_school(ref, who.institution_id)
        if row.sealed is None:
            raise NotFoundError("case")
        note_readings(outside, uow, who, [row], what="case")
        return open_stored(outside, uow, row)


def note_readings(outside: Outside, uow: UnitOfWork, who: StaffMember, rows: list[CaseRow], *, what: str) -> None:
    """Insert one reading for the learners of these cases whom this installation knows (privacy.md PA1, PA4)."""
    people = uow.recognition.with_readings([row.person_id for row in rows if row.person_id is not None])
    if not people:
        return
    reading = ReadingRow(
        id=str(uuid.uuid4()),
        at=outside.now(),
        institution_id=who.institution_id,
        staff_id=who.id,
        role=min(who.roles, key=list(Role).index).value,
        what=what,
        why="recognition",
        how="page" if what == "case" else "list",
    )
    uow.coaching.add_reading(reading, people)


def school_rules(outside: Outside, who: StaffMember) -> SchoolRules:
    """How the own school works."""
    with outside.database.read() as uow:
        return uow.recognition.rules(who.institution_id)


def staff_name(outside: Outside, staff_id: str) -> str:
    """The name of a colleague; "" for none."""
    with outside.database.read() as uow:
        return names(outside, uow, [staff_id]).get(staff_id, "")
