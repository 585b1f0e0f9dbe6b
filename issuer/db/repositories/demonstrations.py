"""Queries: demonstrations with their assessors, talks and results."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, insert, or_, select, update
from sqlalchemy.orm import Session

from issuer.db.models.demonstrations import Demonstration, DemonstrationVersion
from issuer.db.models.people import Person
from issuer.domain.demonstration import Kind, State
from issuer.domain.errors import ConflictError
from issuer.domain.unit_ref import UnitRef


@dataclass(frozen=True, slots=True, kw_only=True)
class DemonstrationRow:
    """One demonstration in codes and days; what is personal in it stands sealed in its newest version.

    Attributes:
        institution_id: the provider that plans it; school_id: the school that was asked, if it has a desk here.
        grade: 1–5, only of a school's demonstration.
        decided_on: a Helsinki day.
    """

    id: str
    institution_id: str
    school_id: str | None
    person_id: str
    unit: UnitRef
    kind: Kind
    state: State
    revision: int
    begins_on: date | None
    ends_on: date | None
    requested_at: datetime | None
    confirmed_at: datetime | None
    grade: int | None
    decided_on: date | None
    created_at: datetime


class DemonstrationRepository:
    """Demonstrations with their assessors, talks and results, within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, row: DemonstrationRow) -> None:
        """Insert a new one; its first version follows by `add_version`."""
        self._session.execute(
            insert(Demonstration).values(
                id=row.id,
                institution_id=row.institution_id,
                person_id=row.person_id,
                unit_code=row.unit.code,
                peruste_id=row.unit.peruste_id,
                created_at=row.created_at,
                **_changing(row),
            )
        )

    def change(self, row: DemonstrationRow, *, seen: int) -> None:
        """Store the new state of one that stood at revision `seen`. Raises ConflictError when somebody was faster."""
        done = self._session.execute(
            update(Demonstration)
            .where(Demonstration.id == row.id, Demonstration.revision == seen)
            .values(**_changing(row))
            .returning(Demonstration.id)
        ).scalar_one_or_none()
        if done is None:
            raise ConflictError(code="demonstration.changed")

    def add_version(self, row: DemonstrationRow, *, act: str, staff_id: str, sealed: bytes, at: datetime) -> None:
        """Keep what it says now, beside all it said before."""
        self._session.execute(
            insert(DemonstrationVersion).values(
                demonstration_id=row.id,
                revision=row.revision,
                state=row.state.value,
                act=act,
                staff_id=staff_id,
                at=at,
                sealed=sealed,
            )
        )

    def get(self, demonstration_id: str) -> DemonstrationRow | None:
        """One demonstration, or None."""
        row = self._session.get(Demonstration, demonstration_id)
        return None if row is None else _row(row)

    def content(self, row: DemonstrationRow) -> bytes:
        """The sealed content of its newest version."""
        version = self._session.get(DemonstrationVersion, (row.id, row.revision))
        if version is None:
            raise LookupError("a demonstration has a version for its revision")
        return version.sealed

    def history(self, demonstration_id: str) -> list[tuple[int, State, str, str, datetime]]:
        """(revision, state, act, staff id, when), oldest first."""
        query = (
            select(DemonstrationVersion)
            .where(DemonstrationVersion.demonstration_id == demonstration_id)
            .order_by(DemonstrationVersion.revision)
        )
        rows = self._session.execute(query).scalars()
        return [(one.revision, State(one.state), one.act, one.staff_id, one.at) for one in rows]

    def of(self, person_id: str, unit: UnitRef) -> list[DemonstrationRow]:
        """Demonstrations of a person in a unit, oldest first."""
        return self._rows(
            Demonstration.person_id == person_id,
            Demonstration.unit_code == unit.code,
            Demonstration.peruste_id == unit.peruste_id,
        )

    def of_person(self, person_id: str) -> list[DemonstrationRow]:
        """All demonstrations of a person, oldest first."""
        return self._rows(Demonstration.person_id == person_id)

    def at_desk(self, institution_id: str, states: Sequence[State]) -> list[DemonstrationRow]:
        """Those that a provider plans or a school was asked for, in these states, oldest first."""
        asked = (Demonstration.school_id == institution_id) & Demonstration.requested_at.is_not(None)
        return self._rows(
            or_(Demonstration.institution_id == institution_id, asked),
            Demonstration.state.in_([state.value for state in states]),
            Demonstration.person_id.in_(select(Person.id).where(Person.erased_at.is_(None))),
        )

    def _rows(self, *conditions: ColumnElement[bool]) -> list[DemonstrationRow]:
        query = select(Demonstration).where(*conditions).order_by(Demonstration.created_at, Demonstration.id)
        return [_row(row) for row in self._session.execute(query).scalars()]


def _changing(row: DemonstrationRow) -> dict[str, object]:
    return {
        "school_id": row.school_id,
        "kind": row.kind.value,
        "state": row.state.value,
        "revision": row.revision,
        "begins_on": row.begins_on,
        "ends_on": row.ends_on,
        "requested_at": row.requested_at,
        "confirmed_at": row.confirmed_at,
        "grade": row.grade,
        "decided_on": row.decided_on,
    }


def _row(row: Demonstration) -> DemonstrationRow:
    return DemonstrationRow(
        id=row.id,
        institution_id=row.institution_id,
        school_id=row.school_id,
        person_id=row.person_id,
        unit=UnitRef(row.unit_code, row.peruste_id),
        kind=Kind(row.kind),
        state=State(row.state),
        revision=row.revision,
        begins_on=row.begins_on,
        ends_on=row.ends_on,
        requested_at=row.requested_at,
        confirmed_at=row.confirmed_at,
        grade=row.grade,
        decided_on=row.decided_on,
        created_at=row.created_at,
    )
