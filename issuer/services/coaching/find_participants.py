"""Finds one participant for a member of staff of the same institution; opening the name notes the reading."""

from issuer.db.person_keys import PersonErasedError
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.errors import NotFoundError
from issuer.domain.participant import Participant, ParticipantRow
from issuer.domain.permissions import StaffMember
from issuer.services.coaching.note_reading import Why, note_reading
from issuer.services.coaching.personal import open_personal, participant_of
from issuer.services.outside import Outside

LONGEST_NUMBER = 9


def get(outside: Outside, who: StaffMember, person_id: str, *, what: str, why: Why = "coaching") -> Participant:
    """Open a participant by the inner reference, with one reading row.

    Raises:
        NotFoundError: unknown, erased, or of another institution.
    """
    with outside.database.write() as uow:
        row = uow.coaching.participant(person_id, who.institution_id)
        return opened(uow, outside, who, row, what=what, why=why)


def by_number(outside: Outside, who: StaffMember, number: str, *, what: str, why: Why = "coaching") -> Participant:
    """Open a participant by the running number as it stands in addresses ("014"), with one reading row.

    Raises:
        NotFoundError: unknown, erased, or not a number.
    """
    with outside.database.write() as uow:
        return opened(uow, outside, who, located(uow, who, number), what=what, why=why)


def locate(outside: Outside, who: StaffMember, number: str) -> ParticipantRow:
    """Find a participant without opening anything personal: nothing is read. Raises NotFoundError."""
    with outside.database.read() as uow:
        return located(uow, who, number)


def located(uow: UnitOfWork, who: StaffMember, number: str) -> ParticipantRow:
    """The same within a transaction. Raises NotFoundError."""
    row = None
    if number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER:
        row = uow.coaching.by_number(who.institution_id, int(number))
    if row is None or row.code != number:
        raise NotFoundError("participant")
    return row


def opened(
    uow: UnitOfWork,
    outside: Outside,
    who: StaffMember,
    row: ParticipantRow | None,
    *,
    what: str,
    why: Why = "coaching",
) -> Participant:
    """Open a participant within a writing transaction, noting the reading first. Raises NotFoundError."""
    if row is None:
        raise NotFoundError("participant")
    note_reading(uow, outside, who, [row.person_id], what=what, why=why)
    sealed = uow.coaching.sealed(row.person_id)
    if sealed is None:
        raise NotFoundError("participant")
    try:
        personal = open_personal(outside, row.person_id, sealed)
    except PersonErasedError as gone:
        raise NotFoundError("participant") from gone
    return participant_of(row, personal, uow.coaching.units_of(row.person_id))
