"""Queries: links that show a badge, found by the SHA-256 of their tokens; daily counts; what stays of stopped ones.

A link changes only from what one has read (compare and set), so that of two changes at once none undoes the other.
"""

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.orm import Session

from issuer.db.models import awards as tables
from issuer.db.models.coaching import ParticipantRecord
from issuer.domain.share_parts import ALL_PARTS, Audience, Parts, ShareKind, read_parts, write_parts

_IN_ONE_QUERY = 500
Day = tuple[date, int]  # a day in Finland, and the openings of that day


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareRecord:
    """A link; `sealed` is what its owner calls it, under the person's key."""

    id: str
    credential_id: str
    person_id: str
    expires_at: datetime
    kind: ShareKind = ShareKind.ISSUED
    audience: Audience = Audience.ANYONE
    parts: Parts = ALL_PARTS
    sealed: bytes | None = None
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PastShareRecord:
    """What stays of a stopped link."""

    id: str
    credential_id: str
    kind: ShareKind
    audience: Audience
    ended_on: date


class ShareRepository:
    """Shares within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, share: ShareRecord, token_sha256: bytes, *, now: datetime, typed_sha256: bytes | None = None) -> None:
        """Insert a link."""
        self._session.execute(insert(tables.Share).values(_row(share, token_sha256, now, typed_sha256)))

    def add_all(self, shares: Sequence[ShareRecord], token_digests: Sequence[bytes], *, now: datetime) -> None:
        """Insert many links that are not printed."""
        rows = [_row(share, digest, now, None) for share, digest in zip(shares, token_digests, strict=True)]
        if rows:
            self._session.execute(insert(tables.Share), rows)

    def by_token(self, token_sha256: bytes, *, now: datetime) -> ShareRecord | None:
        """The link that lives now, by its token or its typed form; None for unknown, ended and stopped alike."""
        query = select(tables.Share).where(
            or_(tables.Share.token_sha256 == token_sha256, tables.Share.typed_sha256 == token_sha256),
            tables.Share.expires_at > now,
        )
        found = self._session.execute(query).scalar_one_or_none()
        return _share(found) if found is not None else None

    def first_of(self, credential_id: str) -> ShareRecord | None:
        """The link that was made with a badge of nobody's own view, or None. Never one that a participant made."""
        query = (
            select(tables.Share)
            .where(tables.Share.credential_id == credential_id, tables.Share.kind == ShareKind.ISSUED.value)
            .order_by(tables.Share.created_at)
            .limit(1)
        )
        found = self._session.execute(query).scalar_one_or_none()
        return _share(found) if found is not None else None

    def with_own_view(self, person_ids: Collection[str]) -> frozenset[str]:
        """Those of these persons who are participants: only they themselves make links (privacy.md PL1)."""
        wanted, found = sorted(set(person_ids)), set[str]()
        for start in range(0, len(wanted), _IN_ONE_QUERY):
            column = ParticipantRecord.person_id
            query = select(column).where(column.in_(wanted[start : start + _IN_ONE_QUERY]))
            found.update(self._session.execute(query).scalars())
        return frozenset(found)

    def of_person(self, person_id: str) -> list[ShareRecord]:
        """All links of a person, those that have ended among them, newest first."""
        query = (
            select(tables.Share)
            .where(tables.Share.person_id == person_id)
            .order_by(tables.Share.created_at.desc(), tables.Share.id)
        )
        return [_share(row) for row in self._session.execute(query).scalars()]

    def past_of_person(self, person_id: str) -> list[PastShareRecord]:
        """What stays of a person's stopped links, the last stopped first."""
        query = (
            select(tables.PastShare)
            .where(tables.PastShare.person_id == person_id)
            .order_by(tables.PastShare.ended_on.desc(), tables.PastShare.id)
        )
        return [
            PastShareRecord(
                id=row.id,
                credential_id=row.credential_id,
                kind=ShareKind(row.kind),
                audience=Audience(row.audience),
                ended_on=row.ended_on,
            )
            for row in self._session.execute(query).scalars()
        ]

    def narrow(self, share: ShareRecord, parts: Parts, expires_at: datetime, *, now: datetime) -> bool:
        """Let a living link show these parts until then; False when it is not as it was read any more."""
        return self._change(share, {"parts": write_parts(parts), "expires_at": expires_at}, now=now)

    def extend(self, share: ShareRecord, expires_at: datetime, *, now: datetime) -> bool:
        """Let a living link work until then; False when it is not as it was read any more."""
        return self._change(share, {"expires_at": expires_at}, now=now)

    def _change(self, share: ShareRecord, values: dict[str, object], *, now: datetime) -> bool:
        changed = self._session.execute(
            update(tables.Share)
            .where(
                tables.Share.id == share.id,
                tables.Share.parts == write_parts(share.parts),
                tables.Share.expires_at == share.expires_at,
                tables.Share.expires_at > now,
            )
            .values(**values)
            .returning(tables.Share.id)
        )
        return changed.scalar_one_or_none() is not None

    def stop(self, share_id: str, *, on: date) -> bool:
        """Take a link away with all that it held; day and counts stay for its owner. False when it was gone."""
        row = self._locked(share_id)
        if row is None:
            return False
        past_id = str(uuid.uuid4())  # a new one: nothing kept leads to the token
        self._session.execute(
            insert(tables.PastShare).values(
                id=past_id,
                credential_id=row.credential_id,
                person_id=row.person_id,
                kind=row.kind,
                audience=row.audience,
                ended_on=on,
            )
        )
        kept = [{"past_share_id": past_id, "day": day, "times": times} for day, times in self.openings(share_id)]
        if kept:
            self._session.execute(insert(tables.PastShareOpening), kept)
        self._delete([share_id])
        return True

    def count(self, share_id: str, day: date) -> bool:
        """Count one opening on a day; False when the link was stopped meanwhile."""
        if self._locked(share_id) is None:  # the lock keeps a stop, and another count, waiting until this one is kept
            return False
        done = self._session.execute(
            update(tables.ShareOpening)
            .where(tables.ShareOpening.share_id == share_id, tables.ShareOpening.day == day)
            .values(times=tables.ShareOpening.times + 1)
            .returning(tables.ShareOpening.times)
        ).scalar_one_or_none()
        if done is None:
            self._session.execute(insert(tables.ShareOpening).values(share_id=share_id, day=day, times=1))
        return True

    def openings(self, share_id: str) -> list[Day]:
        """(day, times) of a link, oldest first."""
        return self.openings_of([share_id]).get(share_id, [])

    def openings_of(self, share_ids: Sequence[str]) -> dict[str, list[Day]]:
        """(day, times) of each link, oldest first."""
        table = tables.ShareOpening
        query = select(table.share_id, table.day, table.times).where(table.share_id.in_(share_ids)).order_by(table.day)
        return _by_id((one, day, times) for one, day, times in self._session.execute(query))

    def past_openings_of(self, past_ids: Sequence[str]) -> dict[str, list[Day]]:
        """(day, times) of each stopped link, oldest first."""
        table = tables.PastShareOpening
        query = (
            select(table.past_share_id, table.day, table.times)
            .where(table.past_share_id.in_(past_ids))
            .order_by(table.day)
        )
        return _by_id((one, day, times) for one, day, times in self._session.execute(query))

    def forget_person(self, person_id: str) -> None:
        """Delete every link of a person and all that was counted."""
        self._delete(self._ids(tables.Share, tables.Share.person_id == person_id))
        self._delete_past(self._ids(tables.PastShare, tables.PastShare.person_id == person_id))

    def forget_ended(self, *, before: datetime, before_day: date) -> int:
        """Delete links that ended before an instant, and what stayed of those that were stopped before a day."""
        ended = self._ids(tables.Share, tables.Share.expires_at < before)
        past = self._ids(tables.PastShare, tables.PastShare.ended_on < before_day)
        self._delete(ended)
        self._delete_past(past)
        return len(ended) + len(past)

    def _locked(self, share_id: str) -> tables.Share | None:
        query = select(tables.Share).where(tables.Share.id == share_id).with_for_update()
        return self._session.execute(query).scalar_one_or_none()

    def _ids(self, table: type[tables.Share | tables.PastShare], condition: object) -> list[str]:
        query = select(table.id).where(condition)  # type: ignore[arg-type]  # a comparison of a column
        return list(self._session.execute(query).scalars())

    def _delete(self, ids: Sequence[str]) -> None:
        for start in range(0, len(ids), _IN_ONE_QUERY):
            some = ids[start : start + _IN_ONE_QUERY]
            self._session.execute(delete(tables.ShareOpening).where(tables.ShareOpening.share_id.in_(some)))
            self._session.execute(delete(tables.Share).where(tables.Share.id.in_(some)))

    def _delete_past(self, ids: Sequence[str]) -> None:
        for start in range(0, len(ids), _IN_ONE_QUERY):
            some = ids[start : start + _IN_ONE_QUERY]
            openings = tables.PastShareOpening
            self._session.execute(delete(openings).where(openings.past_share_id.in_(some)))
            self._session.execute(delete(tables.PastShare).where(tables.PastShare.id.in_(some)))


def _row(share: ShareRecord, token_sha256: bytes, now: datetime, typed_sha256: bytes | None) -> dict[str, object]:
    return {
        "id": share.id,
        "token_sha256": token_sha256,
        "typed_sha256": typed_sha256,
        "credential_id": share.credential_id,
        "person_id": share.person_id,
        "kind": share.kind.value,
        "audience": share.audience.value,
        "parts": write_parts(share.parts),
        "sealed": share.sealed,
        "created_at": now,
        "expires_at": share.expires_at,
    }


def _share(row: tables.Share) -> ShareRecord:
    return ShareRecord(
        id=row.id,
        credential_id=row.credential_id,
        person_id=row.person_id,
        expires_at=row.expires_at,
        kind=ShareKind(row.kind),
        audience=Audience(row.audience),
        parts=read_parts(row.parts),
        sealed=row.sealed,
        created_at=row.created_at,
    )


def _by_id(rows: Iterable[tuple[str, date, int]]) -> dict[str, list[Day]]:
    found: dict[str, list[Day]] = {}
    for one, day, times in rows:
        found.setdefault(one, []).append((day, times))
    return found
