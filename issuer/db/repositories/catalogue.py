"""The catalogue in the database: revisions are added and never changed, units and codes are found."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import delete, exists, func, insert, select, text, update
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.elements import ColumnElement

from issuer.db.models.catalogue import (
    CatalogueQualification,
    CatalogueRequirement,
    CatalogueUnit,
    CatalogueUnitCode,
)
from issuer.db.repositories.catalogue_rows import (
    code_row,
    code_value,
    qualification_row,
    qualification_value,
    requirement_row,
    requirement_value,
    unit_row,
    unit_value,
)
from issuer.domain.catalogue import Qualification, Unit, UnitCode, normal_code
from issuer.domain.catalogue_choice import CatalogueUnit as FoundUnit
from issuer.domain.catalogue_choice import UnitHit, best_unit
from issuer.domain.unit_ref import UnitRef

_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What became of a revision: added, or there already. `others` counts other revisions of the same peruste."""

    added: bool
    others: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeChanges:
    """What an import of unit codes changed."""

    added: int
    changed: int
    unchanged: int


class CatalogueRepository:
    """The catalogue within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, qualification: Qualification, *, imported_at: datetime) -> Stored:
        """Add a revision unless the same content is there; the newest by its own time becomes the one in use."""
        self._lock()
        revisions = self._session.execute(
            select(CatalogueQualification.digest).where(
                CatalogueQualification.peruste_id == qualification.peruste_id,
                CatalogueQualification.demo.is_(qualification.demo),
            )
        ).scalars()
        digests = set(revisions)
        if qualification.digest in digests:
            return Stored(added=False, others=len(digests) - 1)
        row = qualification_row(qualification) | {"imported_at": imported_at, "newest": False}
        qualification_id = self._session.execute(
            insert(CatalogueQualification).returning(CatalogueQualification.id), row
        ).scalar_one()
        self._add_units(qualification.units, qualification_id)
        self._choose_newest(qualification.peruste_id, demo=qualification.demo)
        return Stored(added=True, others=len(digests))

    def unit(self, code: str, *, today: date, register_number: str | None = None) -> FoundUnit | None:
        """The unit meant by a code (`106889` or `tutkinnonosat_106889`), with its requirements.

        Args:
            today: a Helsinki day; a qualification in force goes before others (see `best_unit`).
            register_number: diaarinumero, to name the qualification; None lets `best_unit` choose.
        """
        query = (
            select(CatalogueUnit, CatalogueQualification)
            .join(CatalogueQualification, CatalogueQualification.id == CatalogueUnit.qualification_id)
            .where(CatalogueUnit.code == normal_code(code), CatalogueQualification.newest.is_(True))
        )
        if register_number is not None:
            query = query.where(CatalogueQualification.register_number == register_number)
        version = self.versions((normal_code(code),)).get(normal_code(code))
        pairs = self._session.execute(query).all()
        candidates = [
            FoundUnit(unit=unit_value(unit, row, version), qualification=qualification_value(row))
            for unit, row in pairs
        ]
        best = best_unit(candidates, today)
        if best is None:
            return None
        unit_id = next(unit.id for (unit, _), one in zip(pairs, candidates, strict=True) if one is best)
        requirements = tuple(requirement_value(row) for row in self._requirements((unit_id,))[unit_id])
        return FoundUnit(unit=replace(best.unit, requirements=requirements), qualification=best.qualification)

    def unit_of(self, ref: UnitRef) -> FoundUnit | None:
        """The unit in its qualification's newest revision, with requirements; a real import goes before the demo's."""
        query = (
            select(CatalogueUnit, CatalogueQualification)
            .join(CatalogueQualification, CatalogueQualification.id == CatalogueUnit.qualification_id)
            .where(
                CatalogueUnit.code == ref.code,
                CatalogueQualification.peruste_id == ref.peruste_id,
                CatalogueQualification.newest.is_(True),
            )
            .order_by(CatalogueQualification.demo, CatalogueUnit.position)
            .limit(1)
        )
        pair = self._session.execute(query).one_or_none()
        if pair is None:
            return None
        unit = unit_value(pair[0], pair[1], self.versions((ref.code,)).get(ref.code))
        requirements = tuple(requirement_value(row) for row in self._requirements((pair[0].id,))[pair[0].id])
        return FoundUnit(unit=replace(unit, requirements=requirements), qualification=qualification_value(pair[1]))

    def qualification(self, peruste_id: str, *, digest: str | None = None, demo: bool = False) -> Qualification | None:
        """A whole revision: the newest one, or the one with this digest."""
        query = select(CatalogueQualification).where(
            CatalogueQualification.peruste_id == peruste_id, CatalogueQualification.demo.is_(demo)
        )
        wanted = CatalogueQualification.newest.is_(True) if digest is None else CatalogueQualification.digest == digest
        row = self._session.execute(query.where(wanted)).scalar_one_or_none()
        return None if row is None else qualification_value(row, self._units(row))

    def revisions(self, peruste_id: str) -> list[Qualification]:
        """All revisions of a peruste without their units, newest first, the demo's last."""
        rows = self._session.execute(
            select(CatalogueQualification).where(CatalogueQualification.peruste_id == peruste_id)
        ).scalars()
        ordered = sorted(rows, key=lambda row: (not row.demo, row.newest, row.imported_at), reverse=True)
        return [qualification_value(row) for row in ordered]

    def newest(self) -> list[Qualification]:
        """The newest revision of every peruste without its units; where a real import stands, without the demo's."""
        query = select(CatalogueQualification).where(CatalogueQualification.newest.is_(True))
        rows = self._session.execute(query.order_by(CatalogueQualification.demo.desc())).scalars()
        return list({row.peruste_id: qualification_value(row) for row in rows}.values())

    def versions(self, codes: Iterable[str]) -> dict[str, int]:
        """The newest known version of each of these codes."""
        wanted = sorted(set(codes))
        found: dict[str, int] = {}
        for start in range(0, len(wanted), _CHUNK):
            query = (
                select(CatalogueUnitCode.code, func.max(CatalogueUnitCode.version))
                .where(CatalogueUnitCode.code.in_(wanted[start : start + _CHUNK]))
                .group_by(CatalogueUnitCode.code)
            )
            found.update(self._session.execute(query).all())
        return found

    def search(self, words: Sequence[str], *, limit: int) -> list[UnitHit]:
        """Units of the newest revisions, then codes of the national list, in which every folded word stands.

        Args:
            words: of `search_words`.
            limit: most units and most codes read; the order among more than these is that of their codes.
        """
        if not words:
            return []
        query = (
            select(CatalogueUnit, CatalogueQualification)
            .join(CatalogueQualification, CatalogueQualification.id == CatalogueUnit.qualification_id)
            .where(CatalogueQualification.newest.is_(True), *_each_in(CatalogueUnit.search, words))
            .order_by(CatalogueQualification.demo, CatalogueUnit.code, CatalogueUnit.id)
            .limit(limit)
        )
        pairs = self._session.execute(query).all()
        versions = self.versions(unit.code for unit, _ in pairs if unit.code)
        headers = {row.id: qualification_value(row) for _, row in pairs}
        hits = [
            UnitHit(
                unit=unit_value(unit, row, versions.get(unit.code or "")),
                qualification=headers[row.id],
                code=None,
                requirement_count=unit.requirement_count,
            )
            for unit, row in pairs
        ]
        return hits + self._search_codes(words, limit)

    def put_codes(self, codes: Sequence[UnitCode], *, demo: bool = False) -> CodeChanges:
        """Add or correct unit codes. Versions that a newer list no longer has stay; a real list replaces demo facts."""
        table = CatalogueUnitCode
        if not demo:
            listed = {code.code for code in codes}
            old = self._session.execute(select(table.code).where(table.demo.is_(True))).scalars().all()
            self._session.execute(delete(table).where(table.demo.is_(True), table.code.in_(listed.intersection(old))))
        present = {(row.code, row.version): row for row in self._session.execute(select(table)).scalars()}
        real = {code for (code, _), row in present.items() if not row.demo}
        new = [code for code in codes if (code.code, code.version) not in present and not (demo and code.code in real)]
        changed = [
            code
            for code in codes
            if (row := present.get((code.code, code.version))) is not None
            and (row.demo == demo and code_value(row) != code)
        ]
        if new:
            self._session.execute(insert(table), [code_row(code, demo=demo) for code in new])
        for code in changed:
            values = code_row(code, demo=demo)
            self._session.execute(
                update(table).where(table.code == code.code, table.version == code.version).values(**values)
            )
        return CodeChanges(added=len(new), changed=len(changed), unchanged=len(codes) - len(new) - len(changed))

    def _search_codes(self, words: Sequence[str], limit: int) -> list[UnitHit]:
        """The newest version of codes that no imported qualification has a unit for."""
        newer = exists().where(
            _CODE_AGAIN.c.code == CatalogueUnitCode.code, _CODE_AGAIN.c.version > CatalogueUnitCode.version
        )
        imported = exists().where(CatalogueUnit.code == CatalogueUnitCode.code)
        query = (
            select(CatalogueUnitCode)
            .where(~newer, ~imported, *_each_in(CatalogueUnitCode.search, words))
            .order_by(CatalogueUnitCode.code)
            .limit(limit)
        )
        return [
            UnitHit(unit=None, qualification=None, code=code_value(row), requirement_count=0)
            for row in self._session.execute(query).scalars()
        ]

    def _add_units(self, units: Sequence[Unit], qualification_id: int) -> None:
        if not units:
            return
        rows = [unit_row(unit, qualification_id) for unit in units]
        ids = self._session.execute(
            insert(CatalogueUnit).returning(CatalogueUnit.id, sort_by_parameter_order=True), rows
        ).scalars()
        requirements = [
            requirement_row(requirement, unit_id)
            for unit, unit_id in zip(units, ids.all(), strict=True)
            for requirement in unit.requirements
        ]
        if requirements:
            self._session.execute(insert(CatalogueRequirement), requirements)

    def _units(self, row: CatalogueQualification) -> list[Unit]:
        units = (
            self._session.execute(
                select(CatalogueUnit)
                .where(CatalogueUnit.qualification_id == row.id)
                .order_by(CatalogueUnit.position, CatalogueUnit.id)
            )
            .scalars()
            .all()
        )
        versions = self.versions(unit.code for unit in units if unit.code)
        requirements = self._requirements([unit.id for unit in units])
        return [unit_value(unit, row, versions.get(unit.code or ""), requirements[unit.id]) for unit in units]

    def _requirements(self, unit_ids: Sequence[int]) -> dict[int, list[CatalogueRequirement]]:
        found: dict[int, list[CatalogueRequirement]] = {unit_id: [] for unit_id in unit_ids}
        for start in range(0, len(unit_ids), _CHUNK):
            query = (
                select(CatalogueRequirement)
                .where(CatalogueRequirement.unit_id.in_(unit_ids[start : start + _CHUNK]))
                .order_by(CatalogueRequirement.unit_id, CatalogueRequirement.position)
            )
            for row in self._session.execute(query).scalars():
                found[row.unit_id].append(row)
        return found

    def _choose_newest(self, peruste_id: str, *, demo: bool) -> None:
        same = (CatalogueQualification.peruste_id == peruste_id, CatalogueQualification.demo.is_(demo))
        rows = self._session.execute(select(CatalogueQualification.id, CatalogueQualification.revision).where(*same))
        # without a time of its own a revision counts as old; among equals the one imported last
        newest, _ = max(rows, key=lambda row: (row[1] is not None, row[1].timestamp() if row[1] else 0.0, row[0]))
        self._session.execute(
            update(CatalogueQualification).where(*same).values(newest=CatalogueQualification.id == newest)
        )

    def _lock(self) -> None:
        """One import at a time, so that exactly one revision is the newest. SQLite took its write lock at BEGIN."""
        if self._session.get_bind().dialect.name == "postgresql":
            self._session.execute(text("LOCK TABLE catalogue_qualification IN SHARE ROW EXCLUSIVE MODE"))


_CODE_AGAIN = CatalogueUnitCode.__table__.alias("newer_code")


def _each_in(column: InstrumentedAttribute[str], words: Sequence[str]) -> list[ColumnElement[bool]]:
    return [column.contains(word, autoescape=True) for word in words]
