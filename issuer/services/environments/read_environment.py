"""Reads sites and matrices of one institution, as pages and other services of the desk show them."""

from collections.abc import Mapping
from dataclasses import dataclass

from issuer.db.repositories.environments import EnvironmentRepository
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.catalogue_choice import CatalogueUnit
from issuer.domain.errors import ConflictError, NotFoundError
from issuer.domain.learning_environment import Report, Site, Task, UnitMap
from issuer.domain.permissions import StaffMember
from issuer.domain.recognition_rules import standing
from issuer.domain.unit_ref import UnitRef
from issuer.services.outside import Outside
from issuer.services.search_units import find_unit


class EditedMeanwhileError(ConflictError):
    """Somebody else changed what was edited; both versions are to be shown, and nothing was changed."""

    code = "state.conflict"


@dataclass(frozen=True, slots=True, kw_only=True)
class MapRow:
    """One unit of a site: how much of it is worked out, and its published versions, newest first."""

    unit: UnitRef
    found: CatalogueUnit | None
    at_work: int
    elsewhere: int
    open: int
    reports: tuple[Report, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteView:
    """A site with its tasks and units."""

    site: Site
    tasks: tuple[Task, ...]
    maps: tuple[MapRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixView:
    """The matrix of one unit on one site, with the unit as the catalogue has it now."""

    site: Site
    tasks: tuple[Task, ...]
    found: CatalogueUnit
    unit_map: UnitMap
    reports: tuple[Report, ...]

    @property
    def unit(self) -> UnitRef:
        """What is meant, as addresses have it."""
        return self.unit_map.unit

    @property
    def positions(self) -> Mapping[str, int]:
        """Position of each requirement of the unit by its key."""
        return {one.key: one.position for one in self.found.unit.requirements}

    def task(self, number: int) -> Task:
        """The task with this number. Raises NotFoundError."""
        return _task(self.tasks, number)


def task_of(view: SiteView, number: int) -> Task:
    """The task of a site with this number. Raises NotFoundError."""
    return _task(view.tasks, number)


def unit_meant(outside: Outside, typed: str) -> UnitRef:
    """The unit that a person means by its number (106889) or by number and peruste (106889-7614470).

    Raises:
        NotFoundError: ``unit.unknown`` at ``/unit``.
    """
    if "-" in typed:
        return UnitRef.read(typed.strip())
    found = find_unit(outside.database, typed, now=outside.now())
    if found is None:
        raise NotFoundError("unit", code="unit.unknown", pointer="/unit")
    return UnitRef.of(found.unit)


def _task(tasks: tuple[Task, ...], number: int) -> Task:
    for task in tasks:
        if task.number == number:
            return task
    raise NotFoundError("task", code="task.unknown")


def sites(outside: Outside, who: StaffMember) -> tuple[SiteView, ...]:
    """All sites of the institution."""
    with outside.database.read() as uow:
        known = uow.environments.sites(who.institution_id)
        return tuple(_site_view(uow, site) for site in known)


def site(outside: Outside, who: StaffMember, site_id: str) -> SiteView:
    """One site. Raises NotFoundError."""
    with outside.database.read() as uow:
        return _site_view(uow, uow.environments.site(site_id, who.institution_id))


def matrix(outside: Outside, who: StaffMember, site_id: str, unit: UnitRef) -> MatrixView:
    """The matrix of a unit on a site. Raises NotFoundError."""
    with outside.database.read() as uow:
        return matrix_in(uow, who, site_id, unit)


def matrix_in(uow: UnitOfWork, who: StaffMember, site_id: str, unit: UnitRef, *, lock: bool = False) -> MatrixView:
    """The same within a transaction; `lock` lets editors come one after the other."""
    found_site = uow.environments.site(site_id, who.institution_id)
    unit_map = uow.environments.unit_map(site_id, unit, lock=lock)
    found = uow.catalogue.unit_of(unit)
    if unit_map is None or found is None:
        raise NotFoundError("map", code="map.unknown")
    return MatrixView(
        site=found_site,
        tasks=uow.environments.tasks(site_id),
        found=found,
        unit_map=unit_map,
        reports=_of_unit(uow.environments, found_site, unit),
    )


def _of_unit(environments: EnvironmentRepository, found: Site, unit: UnitRef) -> tuple[Report, ...]:
    reports = environments.reports(found.institution_id, site_id=found.id)
    return tuple(report for report in reports if report.unit == unit)


def _site_view(uow: UnitOfWork, found: Site) -> SiteView:
    tasks = uow.environments.tasks(found.id)
    task_ids = {task.id for task in tasks}
    reports = uow.environments.reports(found.institution_id, site_id=found.id)
    rows = []
    for unit_map in uow.environments.maps(found.institution_id, site_id=found.id):
        unit = uow.catalogue.unit_of(unit_map.unit)
        at_work, elsewhere = standing(unit.unit, unit_map, task_ids) if unit else (frozenset[str](), frozenset[str]())
        rows.append(
            MapRow(
                unit=unit_map.unit,
                found=unit,
                at_work=len(at_work),
                elsewhere=len(elsewhere - at_work),
                open=len(unit.unit.requirements) - len(at_work | elsewhere) if unit else 0,
                reports=tuple(report for report in reports if report.unit == unit_map.unit),
            )
        )
    return SiteView(site=found, tasks=tasks, maps=tuple(rows))
