"""Reads the requirements of a unit, for choosing among them."""

from issuer.domain.catalogue import Requirement
from issuer.domain.unit_ref import UnitRef
from issuer.services.outside import Outside


def requirements(outside: Outside, unit: UnitRef) -> tuple[Requirement, ...]:
    """Return the requirements in the order of the source; none for a unit that is not in the catalogue."""
    with outside.database.read() as uow:
        found = uow.catalogue.unit_of(unit)
    return found.unit.requirements if found is not None else ()
