"""Queries: links that show a badge, found by the SHA-256 of their token, and their daily counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from issuer.db.models import awards as tables


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareRecord:
    """A living link."""

    id: str
    credential_id: str
    person_id: str
    expires_at: datetime


class ShareRepository:
    """Shares within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, share: ShareRecord, token_sha256: bytes, *, now: datetime) -> None:
        """Insert a link."""
        self._session.execute(
            insert(tables.Share).values(
                id=share.id,
                token_sha256=token_sha256,
                credential_id=share.credential_id,
                person_id=share.person_id,
                created_at=now,
                expires_at=share.expires_at,
            )
        )

    def add_all(self, shares: Sequence[ShareRecord], token_digests: Sequence[bytes], *, now: datetime) -> None:
        """Insert many links."""
        rows = [
            {
                "id": share.id,
                "token_sha256": digest,
                "credential_id": share.credential_id,
                "person_id": share.person_id,
                "created_at": now,
                "expires_at": share.expires_at,
            }
            for share, digest in zip(shares, token_digests, strict=True)
        ]
        if rows:
            self._session.execute(insert(tables.Share), rows)

    def by_token(self, token_sha256: bytes, *, now: datetime) -> ShareRecord | None:
        """The link that lives now, or None for unknown, ended and stopped alike."""
        query = select(tables.Share).where(
            tables.Share.token_sha256 == token_sha256,
            tables.Share.expires_at > now,
            tables.Share.stopped_at.is_(None),
        )
        return _share(self._session.execute(query).scalar_one_or_none())

    def first_of(self, credential_id: str) -> ShareRecord | None:
        """The link that was made when the badge was issued, or None."""
        query = (
            select(tables.Share)
            .where(tables.Share.credential_id == credential_id, tables.Share.stopped_at.is_(None))
            .order_by(tables.Share.created_at)
            .limit(1)
        )
        return _share(self._session.execute(query).scalar_one_or_none())

    def stop(self, share_id: str, *, now: datetime) -> None:
        """Stop a link for good."""
        self._session.execute(update(tables.Share).where(tables.Share.id == share_id).values(stopped_at=now))

    def count(self, share_id: str, day: date) -> None:
        """Count one opening on a day."""
        done = self._session.execute(
            update(tables.ShareOpening)
            .where(tables.ShareOpening.share_id == share_id, tables.ShareOpening.day == day)
            .values(times=tables.ShareOpening.times + 1)
            .returning(tables.ShareOpening.times)
        ).scalar_one_or_none()
        if done is None:
            self._session.execute(insert(tables.ShareOpening).values(share_id=share_id, day=day, times=1))

    def openings(self, share_id: str) -> list[tuple[date, int]]:
        """(day, times) of a link, oldest first."""
        query = (
            select(tables.ShareOpening.day, tables.ShareOpening.times)
            .where(tables.ShareOpening.share_id == share_id)
            .order_by(tables.ShareOpening.day)
        )
        return [(row.day, row.times) for row in self._session.execute(query)]


def _share(row: tables.Share | None) -> ShareRecord | None:
    if row is None:
        return None
    return ShareRecord(id=row.id, credential_id=row.credential_id, person_id=row.person_id, expires_at=row.expires_at)
