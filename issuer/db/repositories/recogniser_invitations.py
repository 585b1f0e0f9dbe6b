"""Queries: one-time links for outside recognisers, and what they answered."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from issuer.db.models.environments import RecogniserInvitation


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A link that was made for the recogniser of one matrix.

    Attributes:
        answer: confirmed or remarks; None while nobody answered.
        seen: `UnitMap.seen` of what was answered.
        remarks_key: whose key seals the remarks; None without remarks.
    """

    id: str
    map_id: str
    created_at: datetime
    expires_at: datetime
    answered_at: datetime | None
    answer: str | None
    seen: str | None
    remarks_key: str | None
    remarks_sealed: bytes | None

    def open_at(self, now: datetime) -> bool:
        """Tell whether the link still works."""
        return self.answered_at is None and now < self.expires_at


class InvitationQueries:
    """Part of the repository of environments."""

    _session: Session

    def add_invitation(
        self, invitation_id: str, map_id: str, *, token_sha256: bytes, now: datetime, until: datetime
    ) -> None:
        """Insert a link; earlier ones for the same matrix end now."""
        table = RecogniserInvitation
        self._session.execute(
            update(table)
            .where(table.map_id == map_id, table.answered_at.is_(None), table.expires_at > now)
            .values(expires_at=now)
        )
        values = {"id": invitation_id, "map_id": map_id, "created_at": now, "expires_at": until}
        self._session.execute(insert(table).values(token_sha256=token_sha256, **values))

    def invitations(self, map_id: str) -> tuple[Invitation, ...]:
        """Links of a matrix, newest first."""
        table = RecogniserInvitation
        query = select(table).where(table.map_id == map_id).order_by(table.created_at.desc(), table.id)
        return tuple(_value(row) for row in self._session.execute(query).scalars())

    def open_invitation(self, token_sha256: bytes, *, now: datetime, lock: bool = False) -> Invitation | None:
        """The living link with this token; None for unknown, answered and ended ones."""
        table = RecogniserInvitation
        query = select(table).where(
            table.token_sha256 == token_sha256, table.answered_at.is_(None), table.expires_at > now
        )
        row = self._session.execute(query.with_for_update() if lock else query).scalar_one_or_none()
        return _value(row) if row is not None else None

    def answer_invitation(
        self, invitation_id: str, *, answer: str, seen: str, remarks: tuple[str, bytes] | None, now: datetime
    ) -> None:
        """Keep the answer; `remarks` are key and sealed text."""
        key, sealed = remarks if remarks is not None else (None, None)
        self._session.execute(
            update(RecogniserInvitation)
            .where(RecogniserInvitation.id == invitation_id)
            .values(answer=answer, seen=seen, answered_at=now, remarks_key=key, remarks_sealed=sealed)
        )


def _value(row: RecogniserInvitation) -> Invitation:
    return Invitation(
        id=row.id,
        map_id=row.map_id,
        created_at=row.created_at,
        expires_at=row.expires_at,
        answered_at=row.answered_at,
        answer=row.answer,
        seen=row.seen,
        remarks_key=row.remarks_key,
        remarks_sealed=row.remarks_sealed,
    )
