"""What a new batch can be about: recognised units of the sites, who can look at it, and the empty table to fill in."""

from dataclasses import dataclass

from issuer.domain.batch_table import empty_table, requirement_field, write_table
from issuer.domain.catalogue_choice import CatalogueUnit, helsinki_day
from issuer.domain.participant import ParticipantState
from issuer.domain.permissions import ALLOWED, Permission, StaffMember
from issuer.domain.unit_ref import UnitRef
from issuer.services.batches.show_batch import opened_names
from issuer.services.batches.start_batch import unit_of
from issuer.services.coaching.note_reading import note_list
from issuer.services.outside import Outside
from issuer.services.staff.staff_names import names


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceChoice:
    """A unit that a site is recognised for today."""

    unit: UnitRef
    site_id: str
    site_name: str
    found: CatalogueUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """Places, and (id, name) of those who may look at a batch of this person."""

    places: tuple[PlaceChoice, ...]
    reviewers: tuple[tuple[str, str], ...]


def choices(outside: Outside, who: StaffMember) -> Choices:
    """Return what a new batch of this person can be about."""
    today = helsinki_day(outside.now())
    with outside.database.read() as uow:
        sites = {site.id: site.name for site in uow.environments.sites(who.institution_id)}
        reports = [one for one in uow.environments.reports(who.institution_id) if one.in_force(today)]
        pairs = dict.fromkeys((one.unit, one.site_id) for one in reports)
        found = {unit: uow.catalogue.unit_of(unit) for unit in dict.fromkeys(unit for unit, _ in pairs)}
        colleagues = [
            one
            for one in uow.staff.of_institution(who.institution_id)
            if one.id != who.id and not ALLOWED[Permission.DRAFT_REVIEW].isdisjoint(one.roles)
        ]
        shown = names(outside, uow, [one.id for one in colleagues])
    places = [
        PlaceChoice(unit=unit, site_id=site_id, site_name=sites.get(site_id, ""), found=known)
        for unit, site_id in pairs
        if (known := found[unit]) is not None and known.unit.can_be_awarded
    ]
    return Choices(places=tuple(places), reviewers=tuple((one.id, shown.get(one.id, "")) for one in colleagues))


def table(outside: Outside, who: StaffMember, unit: UnitRef, *, with_people: bool) -> bytes:
    """The empty table for a unit; with numbers and names of active participants only when asked for, which is noted.

    Raises:
        NotFoundError, ConflictError: no such unit, or not one for badges.
    """
    if not with_people:
        with outside.database.read() as uow:
            return empty_table(len(unit_of(uow, unit).requirements))
    with outside.database.write() as uow:
        requirements = len(unit_of(uow, unit).requirements)
        towards = uow.coaching.units_of_all(who.institution_id)
        rows = [
            row
            for row in uow.coaching.participants(who.institution_id)
            if row.state is ParticipantState.ACTIVE and unit in towards.get(row.person_id, ())
        ]
        note_list(uow, outside, who, [row.person_id for row in rows], what="batch_table")
        shown = opened_names(outside, uow, [row.person_id for row in rows])
    return empty_table(requirements, [(row.code, shown.get(row.person_id, "")) for row in rows])


def key_sheet(outside: Outside, unit: UnitRef, language: str) -> bytes:
    """Which v-number is which requirement of a unit, as CSV."""
    with outside.database.read() as uow:
        requirements = unit_of(uow, unit).requirements
    return write_table(
        [
            (requirement_field(one.position), one.text.in_language(one.text.language_for(language)))
            for one in requirements
        ]
    )
