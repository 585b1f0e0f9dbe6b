"""Queries: self-assessments, the views of coaches, and what both agreed on."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, insert, select, update
from sqlalchemy.orm import Session, aliased

from issuer.db.models.agreements import AgreementResult, AgreementSheet, AgreementView
from issuer.db.models.people import Person
from issuer.domain.agreement import Agreed, Channel, Outcome, Result, ResultState, Side
from issuer.domain.errors import ConflictError
from issuer.domain.unit_ref import UnitRef

_IN_ONE_QUERY = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewRow:
    """The newest view of one side on one requirement; `sealed` holds what it says."""

    key: str
    version: int
    staff_id: str | None
    at: datetime
    sealed: bytes


class AgreementRepository:
    """Self-assessments, the views of coaches, and what both agreed on, within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def revision(self, person_id: str, unit: UnitRef) -> int:
        """How many times the sheet was changed; 0 for none."""
        query = select(AgreementSheet.revision).where(*_sheet(person_id, unit))
        return self._session.execute(query).scalar_one_or_none() or 0

    def change(self, person_id: str, unit: UnitRef, *, seen: int | None = None) -> None:
        """Count one change and keep others off the sheet until this is over.

        Args:
            seen: the revision that the writer saw; None writes whatever the sheet says.

        Raises:
            ConflictError: ``agreement.changed``: somebody else was faster.
        """
        query = update(AgreementSheet).where(*_sheet(person_id, unit)).values(revision=AgreementSheet.revision + 1)
        done = self._session.execute(query.returning(AgreementSheet.revision)).scalar_one_or_none()
        if done is None:
            values = {"person_id": person_id, "unit_code": unit.code, "peruste_id": unit.peruste_id, "revision": 1}
            self._session.execute(insert(AgreementSheet).values(values))
            done = 1
        if seen is not None and done != seen + 1:
            raise ConflictError(code="agreement.changed")

    def add_view(self, person_id: str, unit: UnitRef, side: Side, row: ViewRow) -> None:
        """Append one side's view."""
        self._session.execute(
            insert(AgreementView).values(
                id=str(uuid.uuid4()),
                person_id=person_id,
                unit_code=unit.code,
                peruste_id=unit.peruste_id,
                side=side.value,
                requirement_key=row.key,
                version=row.version,
                staff_id=row.staff_id,
                at=row.at,
                sealed=row.sealed,
            )
        )

    def views(self, person_id: str, unit: UnitRef, side: Side) -> dict[str, ViewRow]:
        """The newest view of a side by requirement."""
        table = AgreementView
        query = (
            select(table)
            .where(table.person_id == person_id, table.unit_code == unit.code, table.peruste_id == unit.peruste_id)
            .where(table.side == side.value)
            .order_by(table.version)
        )
        return {
            row.requirement_key: ViewRow(
                key=row.requirement_key, version=row.version, staff_id=row.staff_id, at=row.at, sealed=row.sealed
            )
            for row in self._session.execute(query).scalars()
        }

    def add_result(
        self, person_id: str, unit: UnitRef, result: Result, *, channel: Channel | None, device_staff_id: str | None
    ) -> None:
        """Append what stands on one requirement now."""
        self._session.execute(
            insert(AgreementResult).values(
                id=str(uuid.uuid4()),
                person_id=person_id,
                unit_code=unit.code,
                peruste_id=unit.peruste_id,
                requirement_key=result.key,
                version=result.version,
                state=result.state.value,
                outcome=result.outcome.value if result.outcome is not None else None,
                in_part_wanted=result.in_part_wanted,
                elsewhere_only=result.elsewhere_only,
                coach_id=result.coach_id,
                channel=channel.value if channel is not None else None,
                device_staff_id=device_staff_id,
                at=result.at,
            )
        )

    def results(self, person_id: str, unit: UnitRef) -> dict[str, Result]:
        """The newest entry by requirement."""
        return self._newest([person_id], unit).get((person_id, unit), {})

    def agreed(self, person_id: str, unit: UnitRef) -> dict[str, Agreed]:
        """What coach and participant both confirmed, by requirement."""
        return _agreed(self.results(person_id, unit))

    def agreed_of(self, person_ids: Sequence[str]) -> dict[tuple[str, UnitRef], dict[str, Agreed]]:
        """The same for many people and all their units, by person and unit; one query for 500 people."""
        found: dict[tuple[str, UnitRef], dict[str, Agreed]] = {}
        for start in range(0, len(person_ids), _IN_ONE_QUERY):
            for place, results in self._newest(person_ids[start : start + _IN_ONE_QUERY]).items():
                found[place] = _agreed(results)
        return found

    def shown_of(self, institution_id: str) -> dict[tuple[str, UnitRef], frozenset[str]]:
        """Keys agreed as shown, by person and unit, of all people of an institution; one query, columns only."""
        table, newer = AgreementResult, aliased(AgreementResult)
        place = (table.person_id, table.unit_code, table.peruste_id, table.requirement_key)
        same = [getattr(newer, column.key) == column for column in place]
        query = (
            select(*place)
            .join(Person, Person.id == table.person_id)
            .where(
                Person.institution_id == institution_id,
                Person.erased_at.is_(None),
                table.state == ResultState.AGREED.value,
                table.outcome == Outcome.SHOWN.value,
                ~exists().where(*same, newer.version > table.version),
            )
        )
        found: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
        for person_id, code, peruste_id, key in self._session.execute(query):
            found[person_id, code, peruste_id].add(key)
        return {(one, UnitRef(code, peruste)): frozenset(keys) for (one, code, peruste), keys in found.items()}

    def _newest(
        self, person_ids: Sequence[str] | Select[str], unit: UnitRef | None = None
    ) -> dict[tuple[str, UnitRef], dict[str, Result]]:
        table = AgreementResult
        which: list[ColumnElement[bool]] = [table.person_id.in_(person_ids)]
        if unit is not None:
            which += [table.unit_code == unit.code, table.peruste_id == unit.peruste_id]
        place = (table.person_id, table.unit_code, table.peruste_id, table.requirement_key)
        last = select(*place, func.max(table.version).label("version")).where(*which).group_by(*place).subquery()
        same = and_(*(column == last.c[column.key] for column in place), table.version == last.c.version)
        found: defaultdict[tuple[str, UnitRef], dict[str, Result]] = defaultdict(dict)
        for row in self._session.execute(select(table).join(last, same)).scalars():
            found[row.person_id, UnitRef(row.unit_code, row.peruste_id)][row.requirement_key] = _result(row)
        return dict(found)


def _sheet(person_id: str, unit: UnitRef) -> tuple[ColumnElement[bool], ...]:
    return (
        AgreementSheet.person_id == person_id,
        AgreementSheet.unit_code == unit.code,
        AgreementSheet.peruste_id == unit.peruste_id,
    )


def _result(row: AgreementResult) -> Result:
    return Result(
        key=row.requirement_key,
        version=row.version,
        state=ResultState(row.state),
        outcome=Outcome(row.outcome) if row.outcome is not None else None,
        coach_id=row.coach_id,
        at=row.at,
        in_part_wanted=row.in_part_wanted,
        elsewhere_only=row.elsewhere_only,
    )


def _agreed(results: dict[str, Result]) -> dict[str, Agreed]:
    return {key: agreed for key, result in results.items() if (agreed := result.agreed()) is not None}
