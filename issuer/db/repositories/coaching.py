"""Queries: participants with consents, periods, goals, reviews and observations, put together from their parts."""

from collections.abc import Iterable

from sqlalchemy import select

from issuer.db.models.catalogue import CatalogueQualification, CatalogueRequirement, CatalogueUnit
from issuer.db.repositories.catalogue_rows import unit_value
from issuer.db.repositories.observations import ObservationQueries
from issuer.db.repositories.participants import ParticipantQueries
from issuer.db.repositories.periods import PeriodQueries
from issuer.db.repositories.readings import ReadingQueries
from issuer.domain.catalogue_text import Text
from issuer.domain.unit_ref import UnitRef


class CoachingRepository(ParticipantQueries, ReadingQueries, ObservationQueries, PeriodQueries):
    """Participants with consents, periods, goals, reviews and observations, within one transaction."""

    def unit_outlines(self, units: Iterable[UnitRef]) -> dict[UnitRef, tuple[Text, tuple[str, ...]]]:
        """Name and requirement keys (in the order of the source) of each of these units that is in the catalogue.

        Two queries, however many units; the revision is chosen as `CatalogueRepository.unit_of` does.
        """
        wanted = frozenset(units)
        query = (
            select(CatalogueUnit, CatalogueQualification)
            .join(CatalogueQualification, CatalogueQualification.id == CatalogueUnit.qualification_id)
            .where(
                CatalogueUnit.code.in_({one.code for one in wanted}),
                CatalogueQualification.peruste_id.in_({one.peruste_id for one in wanted}),
                CatalogueQualification.newest.is_(True),
            )
            .order_by(CatalogueQualification.demo.desc(), CatalogueUnit.position.desc())  # the last one stays
        )
        chosen: dict[UnitRef, tuple[int, Text]] = {}
        for unit, qualification in self._session.execute(query).all():
            ref = UnitRef(unit.code or "", qualification.peruste_id)
            if ref in wanted:
                chosen[ref] = (unit.id, unit_value(unit, qualification, None).name)
        keys: dict[int, list[str]] = {}
        rows = self._session.execute(
            select(CatalogueRequirement.unit_id, CatalogueRequirement.key)
            .where(CatalogueRequirement.unit_id.in_([unit_id for unit_id, _ in chosen.values()]))
            .order_by(CatalogueRequirement.unit_id, CatalogueRequirement.position)
        )
        for row in rows:
            keys.setdefault(row.unit_id, []).append(row.key)
        return {ref: (name, tuple(keys.get(unit_id, ()))) for ref, (unit_id, name) in chosen.items()}
