"""Queries: a unit as an older revision of its qualification has it, and which qualification took another's place."""

from dataclasses import replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from issuer.db.models.catalogue import CatalogueQualification, CatalogueRequirement, CatalogueUnit
from issuer.db.models.environments import Site, UnitMap
from issuer.db.repositories.catalogue_rows import qualification_value, requirement_value, unit_value
from issuer.domain.catalogue_choice import CatalogueUnit as FoundUnit
from issuer.domain.unit_ref import UnitRef


class OlderUnitQueries:
    """Part of the repository of environments."""

    _session: Session

    def unit_as_of(self, unit: UnitRef, digest: str) -> FoundUnit | None:
        """The unit with its requirements in the revision with this digest; None when that is not kept."""
        query = (
            select(CatalogueUnit, CatalogueQualification)
            .join(CatalogueQualification, CatalogueQualification.id == CatalogueUnit.qualification_id)
            .where(
                CatalogueUnit.code == unit.code,
                CatalogueQualification.peruste_id == unit.peruste_id,
                CatalogueQualification.digest == digest,
            )
            .order_by(CatalogueUnit.position)
            .limit(1)
        )
        pair = self._session.execute(query).one_or_none()
        if pair is None:
            return None
        rows = self._session.execute(
            select(CatalogueRequirement)
            .where(CatalogueRequirement.unit_id == pair[0].id)
            .order_by(CatalogueRequirement.position)
        ).scalars()
        requirements = tuple(requirement_value(row) for row in rows)
        return FoundUnit(
            unit=replace(unit_value(pair[0], pair[1], None), requirements=requirements),
            qualification=qualification_value(pair[1]),
        )

    def successor(self, unit: UnitRef, register_number: str) -> UnitRef | None:
        """The same unit code in a qualification that says it replaces this one; None for none.

        Args:
            register_number: diaarinumero of the qualification that may have been replaced.
        """
        query = (
            select(CatalogueQualification)
            .join(CatalogueUnit, CatalogueUnit.qualification_id == CatalogueQualification.id)
            .where(
                CatalogueUnit.code == unit.code,
                CatalogueQualification.newest.is_(True),
                CatalogueQualification.peruste_id != unit.peruste_id,
            )
            .order_by(CatalogueQualification.valid_from.desc(), CatalogueQualification.peruste_id.desc())
        )
        for row in self._session.execute(query).scalars():
            if register_number and register_number in qualification_value(row).replaces:
                return UnitRef(unit.code, row.peruste_id)
        return None

    def sites_by_unit(self, institution_id: str) -> dict[UnitRef, int]:
        """How many sites of an institution have each unit in use."""
        query = (
            select(UnitMap.unit_code, UnitMap.peruste_id, func.count())
            .join(Site, Site.id == UnitMap.site_id)
            .where(Site.institution_id == institution_id)
            .group_by(UnitMap.unit_code, UnitMap.peruste_id)
        )
        return {UnitRef(code, peruste): count for code, peruste, count in self._session.execute(query)}
