"""Queries: participants, staff, one-time links, web sessions and bearer tokens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from issuer.db.models import people as tables


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffRecord:
    """A member of staff by random reference; the name stays sealed."""

    id: str
    institution_id: str
    role: str


class PeopleRepository:
    """People within one transaction. Tokens come in as their SHA-256 only."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add_person(self, person_id: str, institution_id: str, *, sealed: bytes | None, now: datetime) -> None:
        """Insert a participant."""
        self._session.execute(
            insert(tables.Person).values(id=person_id, institution_id=institution_id, sealed=sealed, created_at=now)
        )

    def add_people(self, person_ids: Sequence[str], institution_id: str, *, now: datetime) -> None:
        """Insert many participants of whom nothing personal is kept yet."""
        rows = [{"id": one, "institution_id": institution_id, "created_at": now} for one in person_ids]
        self._session.execute(insert(tables.Person), rows)

    def person_institution(self, person_id: str) -> str | None:
        """The institution of a participant who is not erased, or None."""
        query = select(tables.Person.institution_id).where(
            tables.Person.id == person_id, tables.Person.erased_at.is_(None)
        )
        return self._session.execute(query).scalar_one_or_none()

    def add_staff(self, record: StaffRecord, *, sealed: bytes | None, now: datetime) -> None:
        """Insert a member of staff."""
        self._session.execute(
            insert(tables.Staff).values(
                id=record.id,
                institution_id=record.institution_id,
                role=record.role,
                sealed=sealed,
                created_at=now,
            )
        )

    def staff(self, staff_id: str) -> StaffRecord | None:
        """A member of staff who has not left, or None."""
        query = select(tables.Staff).where(tables.Staff.id == staff_id, tables.Staff.ended_at.is_(None))
        return _staff(self._session.execute(query).scalar_one_or_none())

    def first_with_role(self, role: str) -> StaffRecord | None:
        """The longest-serving member of staff with a role, or None."""
        query = (
            select(tables.Staff)
            .where(tables.Staff.role == role, tables.Staff.ended_at.is_(None))
            .order_by(tables.Staff.created_at)
            .limit(1)
        )
        return _staff(self._session.execute(query).scalar_one_or_none())

    def add_link(self, token_sha256: bytes, staff_id: str, *, expires_at: datetime) -> None:
        """Insert a one-time sign-in link."""
        self._session.execute(
            insert(tables.SignInLink).values(token_sha256=token_sha256, staff_id=staff_id, expires_at=expires_at)
        )

    def link_works(self, token_sha256: bytes, *, now: datetime) -> bool:
        """Tell whether a link could be used now; it is not used by asking."""
        query = select(tables.SignInLink.staff_id).where(
            tables.SignInLink.token_sha256 == token_sha256,
            tables.SignInLink.used_at.is_(None),
            tables.SignInLink.expires_at > now,
        )
        return self._session.execute(query).scalar_one_or_none() is not None

    def use_link(self, token_sha256: bytes, *, now: datetime) -> str | None:
        """Use a link once; return the staff reference, or None for an unknown, used or ended one."""
        query = (
            update(tables.SignInLink)
            .where(
                tables.SignInLink.token_sha256 == token_sha256,
                tables.SignInLink.used_at.is_(None),
                tables.SignInLink.expires_at > now,
            )
            .values(used_at=now)
            .returning(tables.SignInLink.staff_id)
        )
        return self._session.execute(query).scalar_one_or_none()

    def add_session(self, id_sha256: bytes, staff_id: str, *, now: datetime, ends_at: datetime) -> None:
        """Insert a web session."""
        self._session.execute(
            insert(tables.WebSession).values(
                id_sha256=id_sha256, staff_id=staff_id, created_at=now, seen_at=now, ends_at=ends_at
            )
        )

    def session_staff(self, id_sha256: bytes, *, now: datetime, idle_since: datetime) -> StaffRecord | None:
        """Whose living session this is, or None: unknown, ended, idle for too long, or the person has left."""
        query = (
            select(tables.Staff)
            .join(tables.WebSession, tables.WebSession.staff_id == tables.Staff.id)
            .where(
                tables.WebSession.id_sha256 == id_sha256,
                tables.WebSession.ends_at > now,
                tables.WebSession.seen_at > idle_since,
                tables.Staff.ended_at.is_(None),
            )
        )
        return _staff(self._session.execute(query).scalar_one_or_none())

    def touch_session(self, id_sha256: bytes, *, now: datetime) -> None:
        """Note that the session was used."""
        self._session.execute(
            update(tables.WebSession).where(tables.WebSession.id_sha256 == id_sha256).values(seen_at=now)
        )

    def end_session(self, id_sha256: bytes) -> None:
        """Forget a session."""
        self._session.execute(delete(tables.WebSession).where(tables.WebSession.id_sha256 == id_sha256))

    def add_api_token(self, token_sha256: bytes, institution_id: str, *, name: str, now: datetime) -> None:
        """Insert a bearer token."""
        self._session.execute(
            insert(tables.ApiToken).values(
                token_sha256=token_sha256, institution_id=institution_id, name=name, created_at=now
            )
        )

    def api_caller(self, token_sha256: bytes, *, now: datetime) -> tuple[str, str] | None:
        """(institution id, token name) of a living bearer token, or None."""
        query = select(tables.ApiToken).where(
            tables.ApiToken.token_sha256 == token_sha256, tables.ApiToken.revoked_at.is_(None)
        )
        row = self._session.execute(query).scalar_one_or_none()
        if row is None or (row.expires_at is not None and row.expires_at <= now):
            return None
        return row.institution_id, row.name


def _staff(row: tables.Staff | None) -> StaffRecord | None:
    return StaffRecord(id=row.id, institution_id=row.institution_id, role=row.role) if row is not None else None
