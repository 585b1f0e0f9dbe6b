"""Queries: who has read whose data, and how often lately."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from issuer.db.models.coaching import Reading, ReadingPerson


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingRow:
    """One reading (privacy.md PA2).

    Attributes:
        role: of the reader then; what, why, how: codes; `how` is ``page`` or ``list``.
        marked: ``outside`` (not one of the reader's own people), ``many`` (more than 50 an hour), or None.
    """

    id: str
    at: datetime
    institution_id: str
    staff_id: str
    role: str
    what: str
    why: str
    how: str
    marked: str | None = None


class ReadingQueries:
    """Readings within one transaction."""

    _session: Session

    def add_reading(self, row: ReadingRow, person_ids: Sequence[str]) -> None:
        """Insert a reading and whose data it opens."""
        self._session.execute(
            insert(Reading).values(
                id=row.id,
                at=row.at,
                institution_id=row.institution_id,
                staff_id=row.staff_id,
                role=row.role,
                what=row.what,
                why=row.why,
                how=row.how,
                marked=row.marked,
            )
        )
        people = [{"reading_id": row.id, "person_id": one} for one in dict.fromkeys(person_ids)]
        if people:
            self._session.execute(insert(ReadingPerson), people)

    def readings_of(
        self, person_id: str, *, limit: int | None = 500, since: datetime | None = None, marked: bool = False
    ) -> list[ReadingRow]:
        """Readings of a person's data, newest first; since a time, and only marked ones, when these are given."""
        query = (
            select(Reading)
            .join(ReadingPerson, ReadingPerson.reading_id == Reading.id)
            .where(ReadingPerson.person_id == person_id)
            .order_by(Reading.at.desc(), Reading.id)
            .limit(limit)
        )
        if since is not None:
            query = query.where(Reading.at >= since)
        if marked:
            query = query.where(Reading.marked.is_not(None))
        return [_row(one) for one in self._session.execute(query).scalars()]

    def marked_readings(self, institution_id: str, *, since: datetime) -> list[ReadingRow]:
        """Marked readings at an institution since a time, newest first."""
        query = (
            select(Reading)
            .where(Reading.institution_id == institution_id, Reading.marked.is_not(None), Reading.at >= since)
            .order_by(Reading.at.desc(), Reading.id)
        )
        return [_row(one) for one in self._session.execute(query).scalars()]

    def people_read(self, staff_id: str, *, since: datetime) -> int:
        """How many different people's pages someone has opened since a time; lists do not count."""
        query = (
            select(func.count(func.distinct(ReadingPerson.person_id)))
            .join(Reading, Reading.id == ReadingPerson.reading_id)
            .where(Reading.staff_id == staff_id, Reading.at >= since, Reading.how == "page")
        )
        return self._session.execute(query).scalar_one()


def _row(record: Reading) -> ReadingRow:
    return ReadingRow(
        id=record.id,
        at=record.at,
        institution_id=record.institution_id,
        staff_id=record.staff_id,
        role=record.role,
        what=record.what,
        why=record.why,
        how=record.how,
        marked=record.marked,
    )
