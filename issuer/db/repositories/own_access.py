"""Queries: slips of participants, their own web sessions and passkeys."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.orm import Session

from issuer.db.models import own_access as tables
from issuer.db.models.awards import Credential
from issuer.db.models.people import Person
from issuer.domain.holder import Holder


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipRow:
    """A slip as stored: neither the link nor the typed code can be had from it."""

    person_id: str
    token_sha256: bytes
    code_digest: bytes
    made_at: datetime
    works_until: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPasskeyRow:
    """A participant's passkey as stored; `sealed` names the device."""

    id: str
    person_id: str
    credential_id: bytes
    public_key: bytes
    sign_count: int
    backed_up: bool
    sealed: bytes
    created_at: datetime
    used_at: datetime | None = None


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

    def replace_slip(self, slip: SlipRow) -> None:
        """Let this be the person's one slip; the one before stops."""
        self._session.execute(delete(tables.Slip).where(tables.Slip.person_id == slip.person_id))
        self._session.execute(insert(tables.Slip).values(**{name: getattr(slip, name) for name in SlipRow.__slots__}))

    def slip(self, person_id: str) -> SlipRow | None:
        """The person's slip, ended or not; None before the first one."""
        row = self._session.execute(select(tables.Slip).where(tables.Slip.person_id == person_id)).scalar_one_or_none()
        return _slip(row) if row is not None else None

    def slip_by_token(self, token_sha256: bytes, *, now: datetime, lock: bool = False) -> tuple[str, str] | None:
        """Whose living slip has this link: (person, institution), or None.

        Args:
            lock: hold the slip until the transaction ends, so that it cannot be replaced meanwhile.
        """
        return self._owner(tables.Slip.token_sha256 == token_sha256, now, lock=lock)

    def slip_by_code(self, code_digest: bytes, *, now: datetime, lock: bool = False) -> tuple[str, str] | None:
        """The same by the typed code."""
        return self._owner(tables.Slip.code_digest == code_digest, now, lock=lock)

    def _owner(self, which: ColumnElement[bool], now: datetime, *, lock: bool) -> tuple[str, str] | None:
        query = (
            select(Person.id, Person.institution_id)
            .join(tables.Slip, tables.Slip.person_id == Person.id)
            .where(which, tables.Slip.works_until > now, Person.erased_at.is_(None))
        )
        if lock:
            query = query.with_for_update(of=tables.Slip)
        row = self._session.execute(query).one_or_none()
        return (row.id, row.institution_id) if row is not None else None

    def slip_used(self, person_id: str, *, now: datetime) -> None:
        """Note that somebody came in by the slip."""
        self._session.execute(update(tables.Slip).where(tables.Slip.person_id == person_id).values(used_at=now))

    def unused_slips(self, institution_id: str, *, made_before: datetime, now: datetime) -> list[tuple[str, datetime]]:
        """(person, when made) of living slips that nobody has used, oldest first."""
        query = (
            select(tables.Slip.person_id, tables.Slip.made_at)
            .join(Person, Person.id == tables.Slip.person_id)
            .where(
                Person.institution_id == institution_id,
                Person.erased_at.is_(None),
                tables.Slip.used_at.is_(None),
                tables.Slip.made_at <= made_before,
                tables.Slip.works_until > now,
            )
            .order_by(tables.Slip.made_at, tables.Slip.person_id)
        )
        return [(row.person_id, row.made_at) for row in self._session.execute(query)]

    def waiting_without_slip(self, institution_id: str, *, limit: int) -> list[str]:
        """People of a house for whom a badge waits and who have no slip; at most `limit`, by when they came."""
        waits = select(Credential.person_id).where(Credential.state == "issued")
        query = (
            select(Person.id)
            .outerjoin(tables.Slip, tables.Slip.person_id == Person.id)
            .where(
                Person.institution_id == institution_id,
                Person.erased_at.is_(None),
                tables.Slip.person_id.is_(None),
                Person.id.in_(waits),
            )
            .order_by(Person.created_at, Person.id)
            .limit(limit)
        )
        return list(self._session.execute(query).scalars())

    def untaken(self, person_id: str) -> list[str]:
        """The person's issued badges that were neither kept nor refused, oldest first."""
        query = (
            select(Credential.id)
            .where(Credential.person_id == person_id, Credential.state == "issued")
            .order_by(Credential.created_at, Credential.id)
        )
        return list(self._session.execute(query).scalars())

    def add_passkey(self, row: OwnPasskeyRow) -> None:
        """Insert a passkey; its credential id must be new."""
        values = {name: getattr(row, name) for name in OwnPasskeyRow.__slots__}
        self._session.execute(insert(tables.OwnPasskey).values(**values))

    def passkeys(self, person_id: str) -> list[OwnPasskeyRow]:
        """All passkeys of a person, oldest first."""
        query = (
            select(tables.OwnPasskey)
            .where(tables.OwnPasskey.person_id == person_id)
            .order_by(tables.OwnPasskey.created_at, tables.OwnPasskey.id)
        )
        return [_passkey(row) for row in self._session.execute(query).scalars()]

    def passkey(self, credential_id: bytes) -> tuple[OwnPasskeyRow, str] | None:
        """The passkey of a credential and its owner's institution; None also when the owner was erased."""
        query = (
            select(tables.OwnPasskey, Person.institution_id)
            .join(Person, Person.id == tables.OwnPasskey.person_id)
            .where(tables.OwnPasskey.credential_id == credential_id, Person.erased_at.is_(None))
        )
        row = self._session.execute(query).one_or_none()
        return (_passkey(row[0]), row[1]) if row is not None else None

    def used_passkey(self, passkey_id: str, *, sign_count: int, now: datetime) -> None:
        """Note that a passkey was used, and its counter."""
        self._session.execute(
            update(tables.OwnPasskey)
            .where(tables.OwnPasskey.id == passkey_id)
            .values(sign_count=sign_count, used_at=now)
        )

    def remove_passkey(self, passkey_id: str, person_id: str) -> bool:
        """Delete a passkey of this person; False when there is none."""
        query = delete(tables.OwnPasskey).where(
            tables.OwnPasskey.id == passkey_id, tables.OwnPasskey.person_id == person_id
        )
        return self._session.execute(query.returning(tables.OwnPasskey.id)).scalar_one_or_none() is not None

    def forget_person(self, person_id: str) -> None:
        """Delete all ways in of a person (privacy.md PX1)."""
        for table in (tables.OwnSession, tables.Slip, tables.OwnPasskey):
            self._session.execute(delete(table).where(table.person_id == person_id))


def _slip(row: tables.Slip) -> SlipRow:
    return SlipRow(**{name: getattr(row, name) for name in SlipRow.__slots__})


def _passkey(row: tables.OwnPasskey) -> OwnPasskeyRow:
    return OwnPasskeyRow(**{name: getattr(row, name) for name in OwnPasskeyRow.__slots__})
