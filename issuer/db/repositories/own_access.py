"""Queries: slips of participants, their codes and their own web sessions."""

from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from issuer.db.models import own_access as tables
from issuer.db.models.people import Person
from issuer.domain.holder import Holder


class OwnAccessRepository:
    """A participant's ways in, within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add_session(self, id_sha256: bytes, holder: Holder, *, now: datetime, ends_at: datetime) -> None:
        """Insert a web session."""
        self._session.execute(
            insert(tables.OwnSession).values(
                id_sha256=id_sha256,
                person_id=holder.person_id,
                shared_device=holder.shared_device,
                supported=holder.supported,
                created_at=now,
                seen_at=now,
                ends_at=ends_at,
            )
        )

    def living_session(self, id_sha256: bytes, *, now: datetime) -> tuple[Holder, datetime] | None:
        """Whose session this is and when it was last used; None for an unknown or ended one, or someone erased."""
        query = (
            select(tables.OwnSession, Person.institution_id)
            .join(Person, Person.id == tables.OwnSession.person_id)
            .where(
                tables.OwnSession.id_sha256 == id_sha256, tables.OwnSession.ends_at > now, Person.erased_at.is_(None)
            )
        )
        found = self._session.execute(query).one_or_none()
        if found is None:
            return None
        row, institution_id = found
        holder = Holder(
            person_id=row.person_id,
            institution_id=institution_id,
            shared_device=row.shared_device,
            supported=row.supported,
        )
        return holder, row.seen_at

    def touch_session(self, id_sha256: bytes, *, now: datetime) -> None:
        """Note that the session was used."""
        self._session.execute(
            update(tables.OwnSession).where(tables.OwnSession.id_sha256 == id_sha256).values(seen_at=now)
        )

    def end_session(self, id_sha256: bytes) -> None:
        """Forget a session."""
        self._session.execute(delete(tables.OwnSession).where(tables.OwnSession.id_sha256 == id_sha256))

    def end_sessions(self, person_id: str) -> None:
        """Forget all sessions of a person."""
        self._session.execute(delete(tables.OwnSession).where(tables.OwnSession.person_id == person_id))
