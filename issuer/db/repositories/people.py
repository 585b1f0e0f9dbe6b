"""Queries: participants, staff with roles and trades, one-time links, web sessions and bearer tokens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from issuer.db.models import people as tables
from issuer.domain.permissions import Role, StaffMember


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """A web session; `way` is how its owner came in, None for one from before that was noted."""

    id_sha256: bytes
    created_at: datetime
    seen_at: datetime
    ends_at: datetime
    way: str | None


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

    def add_staff(self, member: StaffMember, *, sealed: bytes | None, now: datetime) -> None:
        """Insert a member of staff with roles and trades."""
        first = min(member.roles, key=list(Role).index)
        self._session.execute(
            insert(tables.Staff).values(
                id=member.id, institution_id=member.institution_id, role=first.value, sealed=sealed, created_at=now
            )
        )
        self.set_roles(member.id, member.roles)
        for trade in sorted(member.trades):
            self.add_trade(member.id, trade, inducted_on=None, now=now)

    def set_roles(self, staff_id: str, roles: frozenset[Role]) -> None:
        """Let a member of staff have exactly these roles."""
        self._session.execute(delete(tables.StaffRole).where(tables.StaffRole.staff_id == staff_id))
        rows = [{"staff_id": staff_id, "role": role.value} for role in sorted(roles)]
        self._session.execute(insert(tables.StaffRole), rows)

    def add_trade(self, staff_id: str, trade: str, *, inducted_on: date | None, now: datetime) -> None:
        """Record a trade of a work coach; recorded again, it gets the new day of induction."""
        self.remove_trade(staff_id, trade)
        self._session.execute(
            insert(tables.StaffTrade).values(staff_id=staff_id, trade=trade, inducted_on=inducted_on, recorded_at=now)
        )

    def remove_trade(self, staff_id: str, trade: str) -> None:
        """Take a trade away again."""
        self._session.execute(
            delete(tables.StaffTrade).where(tables.StaffTrade.staff_id == staff_id, tables.StaffTrade.trade == trade)
        )

    def staff(self, staff_id: str) -> StaffMember | None:
        """A member of staff who has not left, or None."""
        query = select(tables.Staff).where(tables.Staff.id == staff_id, tables.Staff.ended_at.is_(None))
        return self._member(self._session.execute(query).scalar_one_or_none())

    def first_with_role(self, role: Role) -> StaffMember | None:
        """The longest-serving member of staff with a role, or None."""
        query = (
            select(tables.Staff)
            .join(tables.StaffRole, tables.StaffRole.staff_id == tables.Staff.id)
            .where(tables.StaffRole.role == role.value, tables.Staff.ended_at.is_(None))
            .order_by(tables.Staff.created_at)
            .limit(1)
        )
        return self._member(self._session.execute(query).scalar_one_or_none())

    def add_link(
        self, token_sha256: bytes, staff_id: str, *, expires_at: datetime, browser_sha256: bytes | None = None
    ) -> None:
        """Insert a one-time sign-in link; with a browser it works only there."""
        self._session.execute(
            insert(tables.SignInLink).values(
                token_sha256=token_sha256, staff_id=staff_id, expires_at=expires_at, browser_sha256=browser_sha256
            )
        )

    def link_works(self, token_sha256: bytes, *, now: datetime, browser_sha256: bytes | None = None) -> bool:
        """Tell whether a link could be used now and in this browser; it is not used by asking."""
        query = select(tables.SignInLink.staff_id).where(*_usable(token_sha256, now, browser_sha256))
        return self._session.execute(query).scalar_one_or_none() is not None

    def use_link(
        self, token_sha256: bytes, *, now: datetime, browser_sha256: bytes | None = None
    ) -> tuple[str, bool] | None:
        """Use a link once; return the staff reference and whether it was asked for by mail, or None."""
        query = (
            update(tables.SignInLink)
            .where(*_usable(token_sha256, now, browser_sha256))
            .values(used_at=now)
            .returning(tables.SignInLink.staff_id, tables.SignInLink.browser_sha256)
        )
        row = self._session.execute(query).one_or_none()
        return (row.staff_id, row.browser_sha256 is not None) if row is not None else None

    def add_session(
        self, id_sha256: bytes, staff_id: str, *, now: datetime, ends_at: datetime, way: str | None = None
    ) -> None:
        """Insert a web session; `way` tells how its owner came in. The staff row keeps when that was last."""
        self._session.execute(
            insert(tables.WebSession).values(
                id_sha256=id_sha256, staff_id=staff_id, created_at=now, seen_at=now, ends_at=ends_at, way=way
            )
        )
        self._session.execute(update(tables.Staff).where(tables.Staff.id == staff_id).values(signed_in_at=now))

    def session_staff(self, id_sha256: bytes, *, now: datetime, idle_since: datetime) -> StaffMember | None:
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
        return self._member(self._session.execute(query).scalar_one_or_none())

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

    def sessions(self, staff_id: str, *, now: datetime, idle_since: datetime) -> list[SessionRow]:
        """The living web sessions of a member of staff, newest first."""
        query = (
            select(tables.WebSession)
            .where(
                tables.WebSession.staff_id == staff_id,
                tables.WebSession.ends_at > now,
                tables.WebSession.seen_at > idle_since,
            )
            .order_by(tables.WebSession.created_at.desc())
        )
        return [
            SessionRow(
                id_sha256=row.id_sha256,
                created_at=row.created_at,
                seen_at=row.seen_at,
                ends_at=row.ends_at,
                way=row.way,
            )
            for row in self._session.execute(query).scalars()
        ]

    def replace_session(self, id_sha256: bytes, new_sha256: bytes, *, now: datetime) -> bool:
        """Give a session another id; False when it is not there."""
        query = (
            update(tables.WebSession)
            .where(tables.WebSession.id_sha256 == id_sha256)
            .values(id_sha256=new_sha256, seen_at=now)
            .returning(tables.WebSession.staff_id)
        )
        return self._session.execute(query).scalar_one_or_none() is not None

    def end_sessions(self, staff_id: str) -> None:
        """Forget all sessions of a member of staff."""
        self._session.execute(delete(tables.WebSession).where(tables.WebSession.staff_id == staff_id))

    def _member(self, row: tables.Staff | None) -> StaffMember | None:
        if row is None:
            return None
        roles = select(tables.StaffRole.role).where(tables.StaffRole.staff_id == row.id)
        trades = select(tables.StaffTrade.trade).where(tables.StaffTrade.staff_id == row.id)
        return StaffMember(
            id=row.id,
            institution_id=row.institution_id,
            roles=frozenset(Role(role) for role in self._session.execute(roles).scalars()),
            trades=frozenset(self._session.execute(trades).scalars()),
        )


def _usable(token_sha256: bytes, now: datetime, browser_sha256: bytes | None) -> tuple[ColumnElement[bool], ...]:
    link = tables.SignInLink
    anywhere = link.browser_sha256.is_(None)
    here = anywhere if browser_sha256 is None else or_(anywhere, link.browser_sha256 == browser_sha256)
    return (link.token_sha256 == token_sha256, link.used_at.is_(None), link.expires_at > now, here)
