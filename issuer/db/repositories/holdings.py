"""Queries: badges from elsewhere, own words, wishes to the coach, and what a participant hides from the own list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from issuer.db.models import awards
from issuer.db.models import holdings as tables


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedRow:
    """A badge from elsewhere; `sealed` says what was read of it, `sealed_bytes` are the file."""

    id: str
    person_id: str
    verdict: str
    sealed: bytes
    sealed_bytes: bytes
    checked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WishRow:
    """What a participant asks of the coach."""

    id: str
    person_id: str
    institution_id: str
    kind: str
    credential_id: str | None
    unit_code: str | None
    peruste_id: str | None
    sealed: bytes | None
    asked_at: datetime
    done_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRow:
    """A record of all badges; `tbs` and `document` are sealed under the person's key."""

    id: str
    person_id: str
    institution_id: str
    state: str
    kid: str
    tbs: bytes
    tbs_sha256: bytes
    document: bytes | None
    created_at: datetime


class HoldingRepository:
    """Within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def hidden(self, person_id: str) -> frozenset[str]:
        """The badges that a person hides from the own list."""
        query = select(tables.HiddenBadge.credential_id).where(tables.HiddenBadge.person_id == person_id)
        return frozenset(self._session.execute(query).scalars())

    def hide(self, person_id: str, credential_id: str, *, now: datetime) -> None:
        """Hide a badge; hiding it twice is the same."""
        if credential_id not in self.hidden(person_id):
            self._session.execute(
                insert(tables.HiddenBadge).values(credential_id=credential_id, person_id=person_id, hidden_at=now)
            )

    def bring_back(self, person_id: str, credential_id: str) -> None:
        """Show a hidden badge in the own list again."""
        self._session.execute(
            delete(tables.HiddenBadge).where(
                tables.HiddenBadge.person_id == person_id, tables.HiddenBadge.credential_id == credential_id
            )
        )

    def replaced_by(self, person_id: str) -> dict[str, str]:
        """For each of a person's badges that was replaced, the badge that took its place."""
        query = select(awards.Credential.id, awards.Credential.replaced_by).where(
            awards.Credential.person_id == person_id, awards.Credential.replaced_by.is_not(None)
        )
        return {row.id: str(row.replaced_by) for row in self._session.execute(query)}

    def words(self, person_id: str) -> bytes | None:
        """The sealed own words, or None."""
        query = select(tables.OwnWords.sealed).where(tables.OwnWords.person_id == person_id)
        return self._session.execute(query).scalar_one_or_none()

    def keep_words(self, person_id: str, sealed: bytes | None, *, now: datetime) -> None:
        """Keep own words instead of those before; None takes them away."""
        self._session.execute(delete(tables.OwnWords).where(tables.OwnWords.person_id == person_id))
        if sealed is not None:
            self._session.execute(insert(tables.OwnWords).values(person_id=person_id, sealed=sealed, changed_at=now))

    def add_wish(self, wish: WishRow) -> None:
        """Insert a wish."""
        values = {name: getattr(wish, name) for name in WishRow.__slots__}
        self._session.execute(insert(tables.OwnWish).values(**values))

    def wishes(self, person_id: str) -> list[WishRow]:
        """What a person has asked, newest first."""
        query = (
            select(tables.OwnWish)
            .where(tables.OwnWish.person_id == person_id)
            .order_by(tables.OwnWish.asked_at.desc(), tables.OwnWish.id)
        )
        return [_wish(row) for row in self._session.execute(query).scalars()]

    def open_wishes(self, institution_id: str) -> list[WishRow]:
        """What waits for an answer at a provider, oldest first."""
        query = (
            select(tables.OwnWish)
            .where(tables.OwnWish.institution_id == institution_id, tables.OwnWish.done_at.is_(None))
            .order_by(tables.OwnWish.asked_at, tables.OwnWish.id)
        )
        return [_wish(row) for row in self._session.execute(query).scalars()]

    def close_wish(self, wish_id: str, institution_id: str, *, now: datetime) -> WishRow | None:
        """Note that a wish was answered; None when it is not open at this institution."""
        query = (
            update(tables.OwnWish)
            .where(
                tables.OwnWish.id == wish_id,
                tables.OwnWish.institution_id == institution_id,
                tables.OwnWish.done_at.is_(None),
            )
            .values(done_at=now)
            .returning(tables.OwnWish)
        )
        row = self._session.execute(query).scalar_one_or_none()
        return _wish(row) if row is not None else None

    def add_imported(self, badge: ImportedRow) -> None:
        """Keep a badge from elsewhere."""
        values = {name: getattr(badge, name) for name in ImportedRow.__slots__}
        self._session.execute(insert(tables.ImportedBadge).values(**values))

    def imported(self, person_id: str) -> list[ImportedRow]:
        """A person's badges from elsewhere, newest first."""
        query = (
            select(tables.ImportedBadge)
            .where(tables.ImportedBadge.person_id == person_id)
            .order_by(tables.ImportedBadge.checked_at.desc(), tables.ImportedBadge.id)
        )
        return [_imported(row) for row in self._session.execute(query).scalars()]

    def remove_imported(self, person_id: str, badge_id: str) -> bool:
        """Forget a badge from elsewhere; False when there is none such."""
        query = (
            delete(tables.ImportedBadge)
            .where(tables.ImportedBadge.person_id == person_id, tables.ImportedBadge.id == badge_id)
            .returning(tables.ImportedBadge.id)
        )
        return self._session.execute(query).scalar_one_or_none() is not None

    def reserve_records(self, person_id: str, records: Sequence[RecordRow]) -> None:
        """Store the exact bytes to sign, in place of all earlier records of the person."""
        self._session.execute(delete(tables.BadgesRecord).where(tables.BadgesRecord.person_id == person_id))
        rows = [{name: getattr(one, name) for name in RecordRow.__slots__} for one in records]
        self._session.execute(insert(tables.BadgesRecord), rows)

    def records(self, person_id: str) -> list[RecordRow]:
        """The newest records of a person; more than one only where the badges did not fit into one."""
        query = select(tables.BadgesRecord).where(tables.BadgesRecord.person_id == person_id)
        rows = self._session.execute(query.order_by(tables.BadgesRecord.id)).scalars()
        return [RecordRow(**{name: getattr(row, name) for name in RecordRow.__slots__}) for row in rows]

    def store_record(self, record_id: str, document: bytes) -> bool:
        """Keep the signed bytes; False when the record was given up for a newer one meanwhile."""
        query = (
            update(tables.BadgesRecord)
            .where(tables.BadgesRecord.id == record_id, tables.BadgesRecord.state == "reserved")
            .values(state="signed", document=document)
            .returning(tables.BadgesRecord.id)
        )
        return self._session.execute(query).scalar_one_or_none() is not None

    def forget_records(self, before: datetime) -> int:
        """Delete records made before a moment; return how many. They can be made again from the badges."""
        query = (
            delete(tables.BadgesRecord).where(tables.BadgesRecord.created_at < before).returning(tables.BadgesRecord.id)
        )
        return len(list(self._session.execute(query).scalars()))

    def forget_person(self, person_id: str) -> None:
        """Delete everything here that is tied to a person (privacy.md PX1)."""
        for table in (
            tables.HiddenBadge,
            tables.OwnWords,
            tables.OwnWish,
            tables.ImportedBadge,
            tables.BadgesRecord,
        ):
            self._session.execute(delete(table).where(table.person_id == person_id))


def _wish(row: tables.OwnWish) -> WishRow:
    return WishRow(**{name: getattr(row, name) for name in WishRow.__slots__})


def _imported(row: tables.ImportedBadge) -> ImportedRow:
    return ImportedRow(**{name: getattr(row, name) for name in ImportedRow.__slots__})
