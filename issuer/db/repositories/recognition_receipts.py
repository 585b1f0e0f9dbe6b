"""Queries: receipts of a school's decisions, and the endorsement of each badge beside them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, insert, select, update
from sqlalchemy.orm import Session, aliased

from issuer.db.models import awards
from issuer.db.models import recognition as tables
from issuer.domain.badge_states import IN_FORCE, UNFINISHED


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptRow:
    """The receipt of one decision of a case; `superseded_at` once another decision has taken its place."""

    credential_id: str
    case_id: str
    person_id: str
    created_at: datetime
    decision_number: int = 1
    superseded_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndorsementRow:
    """The endorsement of one badge, in the order of the receipt; both bytes sealed under the receipt's person."""

    credential_id: str
    place: int
    tbs: bytes | None
    tbs_sha256: bytes
    signed: bytes | None


class ReceiptQueries:
    """Receipts within one transaction."""

    _session: Session

    def add_receipt(self, row: ReceiptRow, endorsements: list[EndorsementRow]) -> None:
        """Insert a receipt with its endorsements, in the transaction that reserves its credential."""
        values = {name: getattr(row, name) for name in ReceiptRow.__slots__}
        self._session.execute(insert(tables.RecognitionReceipt).values(values))
        for one in endorsements:
            values = {name: getattr(one, name) for name in EndorsementRow.__slots__}
            self._session.execute(insert(tables.ReceiptEndorsement).values(values))

    def has_receipt(self, case_id: str) -> bool:
        """Tell whether any decision of a case had a receipt."""
        table = tables.RecognitionReceipt
        query = select(table.credential_id).where(table.case_id == case_id).limit(1)
        return self._session.execute(query).scalar_one_or_none() is not None

    def receipt(self, case_id: str, number: int) -> ReceiptRow | None:
        """The receipt of one decision of a case, or None."""
        table = tables.RecognitionReceipt
        query = select(table).where(table.case_id == case_id, table.decision_number == number)
        row = self._session.execute(query).scalar_one_or_none()
        return _receipt(row) if row is not None else None

    def receipts_of(self, person_id: str) -> list[ReceiptRow]:
        """All receipts of a participant."""
        query = select(tables.RecognitionReceipt).where(tables.RecognitionReceipt.person_id == person_id)
        return [_receipt(row) for row in self._session.execute(query).scalars()]

    def endorsements(self, credential_id: str) -> list[EndorsementRow]:
        """The endorsements beside a receipt, in its order."""
        table = tables.ReceiptEndorsement
        query = select(table).where(table.credential_id == credential_id).order_by(table.place)
        return [
            EndorsementRow(**{name: getattr(row, name) for name in EndorsementRow.__slots__})
            for row in self._session.execute(query).scalars()
        ]

    def renew_endorsement(self, one: EndorsementRow, *, tbs: bytes, tbs_sha256: bytes) -> None:
        """Store fresh bytes for an endorsement that waited too long."""
        self._session.execute(
            update(tables.ReceiptEndorsement).where(*_this(one)).values(tbs=tbs, tbs_sha256=tbs_sha256)
        )

    def store_endorsement(self, one: EndorsementRow, *, signed: bytes) -> None:
        """Store a signed endorsement."""
        self._session.execute(update(tables.ReceiptEndorsement).where(*_this(one)).values(signed=signed))

    def supersede_receipts(self, case_id: str, *, before: int, now: datetime) -> None:
        """Note that another decision took the place of those before it, in that decision's transaction."""
        table = tables.RecognitionReceipt
        former = (table.case_id == case_id, table.decision_number < before, table.superseded_at.is_(None))
        self._session.execute(update(table).where(*former).values(superseded_at=now))

    def superseded(self, case_id: str) -> list[ReceiptRow]:
        """The receipts of a case whose decision was replaced."""
        table = tables.RecognitionReceipt
        query = select(table).where(table.case_id == case_id, table.superseded_at.is_not(None))
        return [_receipt(row) for row in self._session.execute(query).scalars()]

    def unfinished_receipts(self, limit: int = 50) -> list[tuple[str, int]]:
        """(case, decision) of receipts that lack an endorsement, though their credential has not failed."""
        table, beside = tables.RecognitionReceipt, tables.ReceiptEndorsement
        lacking = exists().where(beside.credential_id == table.credential_id, beside.signed.is_(None))
        query = (
            select(table.case_id, table.decision_number)
            .join(awards.Credential, awards.Credential.id == table.credential_id)
            .where(lacking, table.superseded_at.is_(None), awards.Credential.state != "failed")
            .order_by(table.created_at)
            .limit(limit)
        )
        return [(row.case_id, row.decision_number) for row in self._session.execute(query)]

    def receipts_to_end(self, limit: int = 50) -> list[str]:
        """Cases with a receipt in force whose decision was replaced, once no newer receipt is still on its way."""
        table, newer = tables.RecognitionReceipt, aliased(tables.RecognitionReceipt)
        coming = aliased(awards.Credential)
        on_its_way = exists().where(
            and_(
                newer.case_id == table.case_id,
                newer.superseded_at.is_(None),
                coming.id == newer.credential_id,
                coming.state.in_(sorted(UNFINISHED)),
            )
        )
        query = (
            select(table.case_id)
            .join(awards.Credential, awards.Credential.id == table.credential_id)
            .where(table.superseded_at.is_not(None), awards.Credential.state.in_(sorted(IN_FORCE)), ~on_its_way)
            .distinct()
            .limit(limit)
        )
        return list(self._session.execute(query).scalars())


def _this(one: EndorsementRow) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    table = tables.ReceiptEndorsement
    return table.credential_id == one.credential_id, table.place == one.place


def _receipt(row: tables.RecognitionReceipt) -> ReceiptRow:
    return ReceiptRow(**{name: getattr(row, name) for name in ReceiptRow.__slots__})
