"""Finds a colleague: everyone of another institution is the same as absent."""

from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.errors import NotFoundError
from issuer.domain.permissions import StaffMember


def colleague(uow: UnitOfWork, who: StaffMember | None, staff_id: str) -> StaffMember:
    """Return a member of staff of the same institution.

    Args:
        who: None: the operator's command line, which may reach everyone.

    Raises:
        NotFoundError: nobody with this id, somebody who has left, or somebody of another institution.
    """
    found = uow.people.staff(staff_id)
    if found is None or (who is not None and found.institution_id != who.institution_id):
        raise NotFoundError("staff")
    return found
