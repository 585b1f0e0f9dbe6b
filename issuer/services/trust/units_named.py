"""Units by their references, as the catalogue has them."""

from collections.abc import Sequence

from issuer.domain.catalogue_choice import CatalogueUnit
from issuer.domain.unit_ref import UnitRef
from issuer.services.outside import Outside


def units_named(outside: Outside, refs: Sequence[UnitRef]) -> tuple[CatalogueUnit | None, ...]:
    """Return the units in the same order; None for one that the catalogue does not have."""
    with outside.database.read() as uow:
        return tuple(uow.catalogue.unit_of(ref) for ref in refs)
