"""Queries over the whole catalogue: which qualifications there are, when they came, units that are filtered."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from issuer.db.models.catalogue import CatalogueQualification, CatalogueUnit
from issuer.db.repositories.catalogue_rows import qualification_value, unit_value
from issuer.domain.catalogue import Qualification, Unit
from issuer.domain.unit_ref import UnitRef


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedUnit:
    """A unit without its requirements, which are only counted."""

    unit: Unit
    qualification: Qualification
    requirement_count: int


class CatalogueOverviewQueries:
    """Part of the repository of environments: what lists of units show."""

    _session: Session

    def qualifications(self) -> tuple[Qualification, ...]:
        """The newest revision of each qualification, without units; the demo's only where there is no real one."""
        query = (
            select(CatalogueQualification)
            .where(CatalogueQualification.newest.is_(True))
            .order_by(CatalogueQualification.demo, CatalogueQualification.name_fi, CatalogueQualification.peruste_id)
        )
        found: dict[str, Qualification] = {}
        for row in self._session.execute(query).scalars():
            found.setdefault(row.peruste_id, qualification_value(row))
        return tuple(found.values())

    def last_import(self) -> datetime | None:
        """When a qualification that is not the demo's was imported last; None for none."""
        query = select(func.max(CatalogueQualification.imported_at)).where(CatalogueQualification.demo.is_(False))
        return self._session.execute(query).scalar_one_or_none()

    def units_listed(
        self, *, peruste_id: str | None, units: Collection[UnitRef] | None, limit: int
    ) -> tuple[ListedUnit, ...]:
        """Units of the newest revisions, of one qualification or only these, by name.

        Args:
            limit: most units.
        """
        query = (
            select(CatalogueUnit, CatalogueQualification)
            .join(CatalogueQualification, CatalogueQualification.id == CatalogueUnit.qualification_id)
            .where(CatalogueQualification.newest.is_(True), CatalogueUnit.code.is_not(None))
            .order_by(CatalogueUnit.name_fi, CatalogueUnit.code, CatalogueQualification.demo)
            .limit(limit)
        )
        if peruste_id is not None:
            query = query.where(CatalogueQualification.peruste_id == peruste_id)
        if units is not None:
            wanted = [(unit.code, unit.peruste_id) for unit in units]
            query = query.where(tuple_(CatalogueUnit.code, CatalogueQualification.peruste_id).in_(wanted))
        found: dict[tuple[str | None, str], ListedUnit] = {}
        for unit, row in self._session.execute(query):
            one = ListedUnit(
                unit=unit_value(unit, row, None),
                qualification=qualification_value(row),
                requirement_count=unit.requirement_count,
            )
            found.setdefault((unit.code, row.peruste_id), one)
        return tuple(found.values())
