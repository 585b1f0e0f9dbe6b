"""What can be chosen for a participant's work: sites of the house, and units: those mapped on a site come first."""

from dataclasses import dataclass

from issuer.domain.catalogue import UNIT_PREFIX
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import NotFoundError
from issuer.domain.permissions import StaffMember
from issuer.domain.unit_ref import UnitRef
from issuer.services.outside import Outside


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkChoices:
    """Pairs for selects: ids of sites with their inner names, written unit references with names."""

    sites: tuple[tuple[str, str], ...]
    units: tuple[tuple[str, str], ...]


def work_choices(outside: Outside, who: StaffMember, language: str, *, also: tuple[UnitRef, ...] = ()) -> WorkChoices:
    """Read sites and units.

    Args:
        language: of the page; names of units are in it where they can be.
        also: units that are offered, too: those already chosen.
    """
    own = language.partition("-")[0]
    with outside.database.read() as uow:
        sites = uow.environments.sites(who.institution_id)
        used = {one.unit for one in uow.environments.maps(who.institution_id)}
        used |= {unit for units in uow.coaching.units_of_all(who.institution_id).values() for unit in units}
        names = {ref: name for ref, (name, _) in uow.coaching.unit_outlines({*used, *also}).items()}
    ordered = sorted(names.items(), key=lambda one: one[1].in_language(own))
    return WorkChoices(
        sites=tuple((site.id, site.name) for site in sites),
        units=tuple(
            (str(ref), f"{name.in_language(own)} ({ref.code.removeprefix(UNIT_PREFIX)})") for ref, name in ordered
        ),
    )


def unit_by_number(outside: Outside, number: str) -> UnitRef:
    """The unit meant by a typed number, ``106889``. Raises NotFoundError ``unit.unknown`` at its field."""
    digits = number.strip()
    if digits.isascii() and digits.isdigit():
        with outside.database.read() as uow:
            found = uow.catalogue.unit(digits, today=helsinki_day(outside.now()))
        if found is not None:
            return UnitRef.of(found.unit)
    raise NotFoundError("unit", code="unit.unknown", pointer="/unit_number")
