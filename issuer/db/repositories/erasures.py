"""Queries: erasures asked for and done, the ledger that they are written in, concerns, and rows whose time is over."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.orm import Session

from issuer.db.models import erasures as tables
from issuer.db.models.awards import Credential
from issuer.db.repositories.forgetting import forget_rows
from issuer.db.repositories.keeping import KeepingQueries
from issuer.domain.badge_states import IN_FORCE
from issuer.domain.erasure import Badges, Erasure, ErasureState


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcernRow:
    """A concern about a reading; words and answer are sealed under the person's key."""

    id: str
    person_id: str
    institution_id: str
    reading_id: str | None
    sealed: bytes | None
    raised_at: datetime
    answered_at: datetime | None
    answered_by: str | None
    sealed_answer: bytes | None


class ErasureRepository(KeepingQueries):
    """Within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    # Erasures

    def add(self, erasure: Erasure) -> None:
        """Insert an erasure that was asked for, or one that a ledger names."""
        self._session.execute(
            insert(tables.ErasureRecord).values(
                person_id=erasure.person_id,
                badges=erasure.badges.value,
                state=erasure.state.value,
                asked_at=erasure.asked_at,
                due_at=erasure.due_at,
                done_at=erasure.done_at,
            )
        )

    def get(self, person_id: str) -> Erasure | None:
        """The erasure of a person, or None."""
        record = tables.ErasureRecord
        row = self._session.execute(select(record).where(record.person_id == person_id)).scalar_one_or_none()
        return _erasure(row) if row is not None else None

    def remove_waiting(self, person_id: str) -> bool:
        """Undo: tell whether there was one that had not begun."""
        record = tables.ErasureRecord
        query = (
            delete(record)
            .where(record.person_id == person_id, record.state == ErasureState.WAITING.value)
            .returning(record.person_id)
        )
        return self._session.execute(query).scalar_one_or_none() is not None

    def move(self, person_id: str, to: ErasureState, *, done_at: datetime | None = None) -> None:
        """Note how far an erasure has come."""
        query = update(tables.ErasureRecord).where(tables.ErasureRecord.person_id == person_id)
        self._session.execute(query.values(state=to.value, done_at=done_at))

    def unfinished(self, *, now: datetime) -> list[str]:
        """Persons whose erasure is due and not done, the oldest first."""
        record = tables.ErasureRecord
        query = (
            select(record.person_id)
            .where(record.state != ErasureState.DONE.value, record.due_at <= now)
            .order_by(record.due_at, record.person_id)
        )
        return list(self._session.execute(query).scalars())

    def erased(self) -> dict[str, Badges]:
        """All persons whose rows are gone, with what was to happen to their badges."""
        record = tables.ErasureRecord
        gone = (ErasureState.ROWS_GONE.value, ErasureState.DONE.value)
        query = select(record.person_id, record.badges).where(record.state.in_(gone))
        return {row.person_id: Badges(row.badges) for row in self._session.execute(query)}

    def badges_to_withdraw(self, person_id: str) -> list[tuple[str, str]]:
        """(badge, signing institution) of those in force, and of those withdrawn at the holder's wish already."""
        query = (
            select(Credential.id, Credential.institution_id, Credential.state, Credential.withdrawal_reason)
            .where(Credential.person_id == person_id)
            .order_by(Credential.id)
        )
        rows: list[Row[str, str, str, str | None]] = list(self._session.execute(query).all())
        return [
            (row.id, row.institution_id)
            for row in rows
            if row.state in IN_FORCE or (row.state == "withdrawn" and row.withdrawal_reason == "holder_wish")
        ]

    def has_in_force(self, person_id: str) -> bool:
        """Tell whether any badge of a person is in force."""
        query = select(Credential.id).where(Credential.person_id == person_id, Credential.state.in_(IN_FORCE)).limit(1)
        return self._session.execute(query).scalar_one_or_none() is not None

    def forget_everywhere(self, person_id: str) -> None:
        """Delete all rows of a person; badges keep their places as tombstones that lead to nobody."""
        forget_rows(self._session, person_id)

    # The ledger outside the database

    def ledger_id(self) -> str | None:
        """The ledger to which this database belongs, or None before the first start."""
        return self._session.execute(select(tables.ErasureLedger.ledger_id)).scalar_one_or_none()

    def belong_to(self, ledger_id: str) -> None:
        """Tie this database to a ledger."""
        self._session.execute(insert(tables.ErasureLedger).values(id=1, ledger_id=ledger_id))

    # Concerns

    def add_concern(self, row: ConcernRow) -> None:
        """Insert a concern."""
        values = {name: getattr(row, name) for name in ConcernRow.__slots__}
        self._session.execute(insert(tables.Concern).values(**values))

    def concerns_of(self, person_id: str) -> list[ConcernRow]:
        """A participant's concerns, newest first."""
        query = (
            select(tables.Concern)
            .where(tables.Concern.person_id == person_id)
            .order_by(tables.Concern.raised_at.desc(), tables.Concern.id)
        )
        return [_concern(row) for row in self._session.execute(query).scalars()]

    def open_concerns(self, institution_id: str) -> list[ConcernRow]:
        """Concerns at an institution that nobody has answered, oldest first."""
        query = (
            select(tables.Concern)
            .where(tables.Concern.institution_id == institution_id, tables.Concern.answered_at.is_(None))
            .order_by(tables.Concern.raised_at, tables.Concern.id)
        )
        return [_concern(row) for row in self._session.execute(query).scalars()]

    def waiting_concerns(self, institution_id: str) -> tuple[int, datetime | None]:
        """How many concerns wait for an answer, and since when."""
        query = select(func.count(), func.min(tables.Concern.raised_at)).where(
            tables.Concern.institution_id == institution_id, tables.Concern.answered_at.is_(None)
        )
        count, oldest = self._session.execute(query).one()
        return count, oldest

    def answer_concern(self, concern_id: str, *, staff_id: str, sealed: bytes, now: datetime) -> bool:
        """Keep the answer; tell whether none was there yet."""
        query = (
            update(tables.Concern)
            .where(tables.Concern.id == concern_id, tables.Concern.answered_at.is_(None))
            .values(answered_at=now, answered_by=staff_id, sealed_answer=sealed)
            .returning(tables.Concern.id)
        )
        return self._session.execute(query).scalar_one_or_none() is not None


def _erasure(row: tables.ErasureRecord) -> Erasure:
    return Erasure(
        person_id=row.person_id,
        badges=Badges(row.badges),
        state=ErasureState(row.state),
        asked_at=row.asked_at,
        due_at=row.due_at,
        done_at=row.done_at,
    )


def _concern(row: tables.Concern) -> ConcernRow:
    return ConcernRow(**{name: getattr(row, name) for name in ConcernRow.__slots__})
