"""Queries: the people of an institution as its administrator sees them, and invitations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy import insert as insert_into
from sqlalchemy.orm import Session

from issuer.db.models import people
from issuer.db.models import ways_in as tables
from issuer.domain.permissions import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffRecord:
    """Someone of an institution; `sealed` holds the name, under the key of that person."""

    id: str
    sealed: bytes | None
    roles: tuple[Role, ...]
    trades: tuple[tuple[str, date | None], ...]
    last_seen: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationRow:
    """An invitation; `sealed` holds name and mail address, under a key with the invitation's id."""

    id: str
    institution_id: str
    token_sha256: bytes
    roles: frozenset[Role]
    sealed: bytes | None
    invited_by: str | None
    created_at: datetime
    expires_at: datetime


class StaffRepository:
    """The people of an institution within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of_institution(self, institution_id: str) -> list[StaffRecord]:
        """Everyone who has not left, in the order in which they came; three queries however many there are."""
        query = (
            select(people.Staff.id, people.Staff.sealed, people.Staff.signed_in_at)
            .where(people.Staff.institution_id == institution_id, people.Staff.ended_at.is_(None))
            .order_by(people.Staff.created_at, people.Staff.id)
        )
        rows = self._session.execute(query).all()
        ids = [row.id for row in rows]
        roles: dict[str, list[Role]] = {one: [] for one in ids}
        trades: dict[str, list[tuple[str, date | None]]] = {one: [] for one in ids}
        role_query = select(people.StaffRole.staff_id, people.StaffRole.role).where(people.StaffRole.staff_id.in_(ids))
        for staff_id, role in self._session.execute(role_query):
            roles[staff_id].append(Role(role))
        trade = people.StaffTrade
        trade_query = select(trade.staff_id, trade.trade, trade.inducted_on).where(trade.staff_id.in_(ids))
        for staff_id, code, inducted_on in self._session.execute(trade_query.order_by(trade.trade)):
            trades[staff_id].append((code, inducted_on))
        order = list(Role).index
        return [
            StaffRecord(
                id=row.id,
                sealed=row.sealed,
                roles=tuple(sorted(roles[row.id], key=order)),
                trades=tuple(trades[row.id]),
                last_seen=row.signed_in_at,
            )
            for row in rows
        ]

    def sealed_names(self, staff_ids: Sequence[str]) -> dict[str, bytes | None]:
        """The sealed names of these people, also of those who have left."""
        query = select(people.Staff.id, people.Staff.sealed).where(people.Staff.id.in_(staff_ids))
        return {row.id: row.sealed for row in self._session.execute(query)}

    def set_sealed(self, staff_id: str, sealed: bytes) -> None:
        """Store a name anew."""
        self._session.execute(update(people.Staff).where(people.Staff.id == staff_id).values(sealed=sealed))

    def count_with_role(self, institution_id: str, role: Role) -> int:
        """How many of an institution have a role and have not left."""
        query = (
            select(func.count())
            .select_from(people.Staff)
            .join(people.StaffRole, people.StaffRole.staff_id == people.Staff.id)
            .where(
                people.Staff.institution_id == institution_id,
                people.Staff.ended_at.is_(None),
                people.StaffRole.role == role.value,
            )
        )
        return self._session.execute(query).scalar_one()

    def end(self, staff_id: str, *, now: datetime) -> None:
        """Note that someone has left."""
        self._session.execute(update(people.Staff).where(people.Staff.id == staff_id).values(ended_at=now))

    def add_invitation(self, row: InvitationRow) -> None:
        """Insert an invitation."""
        self._session.execute(
            insert_into(tables.Invitation).values(
                id=row.id,
                institution_id=row.institution_id,
                token_sha256=row.token_sha256,
                roles=" ".join(sorted(row.roles)),
                sealed=row.sealed,
                invited_by=row.invited_by,
                created_at=row.created_at,
                expires_at=row.expires_at,
            )
        )

    def open_invitations(self, institution_id: str, *, now: datetime) -> list[InvitationRow]:
        """Invitations that can still be accepted, oldest first."""
        query = (
            select(tables.Invitation)
            .where(
                tables.Invitation.institution_id == institution_id,
                tables.Invitation.accepted_at.is_(None),
                tables.Invitation.expires_at > now,
            )
            .order_by(tables.Invitation.created_at)
        )
        return [_invitation(row) for row in self._session.execute(query).scalars()]

    def open_invitation(self, token_sha256: bytes, *, now: datetime) -> InvitationRow | None:
        """The invitation of a token while it can be accepted, or None."""
        query = select(tables.Invitation).where(
            tables.Invitation.token_sha256 == token_sha256,
            tables.Invitation.accepted_at.is_(None),
            tables.Invitation.expires_at > now,
        )
        row = self._session.execute(query).scalar_one_or_none()
        return _invitation(row) if row is not None else None

    def accept_invitation(self, invitation_id: str, *, now: datetime) -> bool:
        """Use an invitation up; what was sealed in it goes. False when somebody was faster."""
        query = (
            update(tables.Invitation)
            .where(tables.Invitation.id == invitation_id, tables.Invitation.accepted_at.is_(None))
            .values(accepted_at=now, sealed=None)
            .returning(tables.Invitation.id)
        )
        return self._session.execute(query).scalar_one_or_none() is not None

    def lapsed_invitations(self, *, now: datetime) -> list[str]:
        """Ids of invitations that ended without being accepted."""
        query = select(tables.Invitation.id).where(
            tables.Invitation.accepted_at.is_(None), tables.Invitation.expires_at <= now
        )
        return list(self._session.execute(query).scalars())

    def remove_invitations(self, ids: Sequence[str]) -> None:
        """Delete invitations that nobody accepted."""
        self._session.execute(
            delete(tables.Invitation).where(tables.Invitation.id.in_(ids), tables.Invitation.accepted_at.is_(None))
        )


def _invitation(row: tables.Invitation) -> InvitationRow:
    return InvitationRow(
        id=row.id,
        institution_id=row.institution_id,
        token_sha256=row.token_sha256,
        roles=frozenset(Role(one) for one in row.roles.split()),
        sealed=row.sealed,
        invited_by=row.invited_by,
        created_at=row.created_at,
        expires_at=row.expires_at,
    )
