"""Queries: the outbox of effects. Written in the transaction of the act, taken by one runner at a time, never lost."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, insert, or_, select, update
from sqlalchemy.orm import Session

from issuer.db.models.trail import OutboxRow


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxJob:
    """An effect that is due. `payload` is JSON text of random ids and codes; `attempts` counts this one in."""

    id: str
    kind: str
    payload: str
    attempts: int


class OutboxRepository:
    """The outbox within one transaction. A row is done once `done_at` is set; with a `failure` it is a dead letter."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, job_id: str, kind: str, payload: str, *, now: datetime, due_at: datetime) -> None:
        """Insert an effect."""
        row = {"id": job_id, "kind": kind, "payload": payload, "created_at": now, "due_at": due_at, "attempts": 0}
        self._session.execute(insert(OutboxRow).values(**row))

    def claim(
        self, *, now: datetime, until: datetime, only: Collection[str] = (), but: Collection[str] = ()
    ) -> OutboxJob | None:
        """Take the effect that is due longest and whose lease is over; it goes to one taker only.

        Args:
            until: of the new lease.
            only, but: kinds to look for, and kinds to leave alone.
        """
        due = (
            select(OutboxRow.id)
            .where(
                OutboxRow.done_at.is_(None),
                OutboxRow.due_at <= now,
                or_(OutboxRow.lease_until.is_(None), OutboxRow.lease_until < now),
            )
            .order_by(OutboxRow.due_at, OutboxRow.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if only:
            due = due.where(OutboxRow.kind.in_(only))
        if but:
            due = due.where(OutboxRow.kind.not_in(but))
        query = (
            update(OutboxRow)
            .where(OutboxRow.id.in_(select(due.cte("due").c.id)))
            .values(lease_until=until, attempts=OutboxRow.attempts + 1)
            .returning(OutboxRow.id, OutboxRow.kind, OutboxRow.payload, OutboxRow.attempts)
        )
        row = self._session.execute(query).one_or_none()
        return _job(row) if row is not None else None

    def get(self, job_id: str) -> OutboxJob | None:
        """An effect that is not done yet, or None."""
        query = select(OutboxRow.id, OutboxRow.kind, OutboxRow.payload, OutboxRow.attempts).where(
            OutboxRow.id == job_id, OutboxRow.done_at.is_(None)
        )
        row = self._session.execute(query).one_or_none()
        return _job(row) if row is not None else None

    def release_all(self) -> None:
        """Give up all leases: only for a runner that knows itself to be the only one."""
        self._session.execute(update(OutboxRow).where(OutboxRow.done_at.is_(None)).values(lease_until=None))

    def waiting(self, *, now: datetime, limit: int) -> list[OutboxJob]:
        """Up to `limit` due effects that are not done, taken or not, oldest first."""
        query = (
            select(OutboxRow.id, OutboxRow.kind, OutboxRow.payload, OutboxRow.attempts)
            .where(OutboxRow.done_at.is_(None), OutboxRow.due_at <= now)
            .order_by(OutboxRow.due_at, OutboxRow.id)
            .limit(limit)
        )
        return [_job(row) for row in self._session.execute(query)]

    def keep(self, job_id: str, *, until: datetime) -> None:
        """Lengthen a lease."""
        self._change(job_id, lease_until=until)

    def put_back(self, job_id: str, *, due_at: datetime, attempts: int, failure: str | None = None) -> None:
        """Let an effect be tried again from `due_at` on; `attempts` is how many tries count so far."""
        self._change(job_id, due_at=due_at, lease_until=None, attempts=attempts, failure=failure)

    def finish(self, job_id: str, *, now: datetime, failure: str | None = None) -> None:
        """Mark an effect done, or given up with the code of its failure."""
        self._change(job_id, done_at=now, lease_until=None, failure=failure)

    def dead(self) -> list[tuple[str, str, str]]:
        """(id, kind, failure) of the effects that were given up."""
        query = select(OutboxRow.id, OutboxRow.kind, OutboxRow.failure).where(
            OutboxRow.done_at.is_not(None), OutboxRow.failure.is_not(None)
        )
        return [(row.id, row.kind, row.failure or "") for row in self._session.execute(query)]

    def _change(self, job_id: str, **values: object) -> None:
        self._session.execute(update(OutboxRow).where(OutboxRow.id == job_id).values(**values))


def _job(row: Row[str, str, str, int]) -> OutboxJob:
    return OutboxJob(id=row.id, kind=row.kind, payload=row.payload, attempts=row.attempts)
