"""Queries: decisions that were opened again, and results of demonstrations."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from issuer.db.models import recognition as tables


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerRow:
    """A decision that was opened again; `sealed` opens with the case's key, as the case's own column does.

    Attributes:
        number: of the decision, 1 upwards.
        opened_at, opened_by: when and by whom it was opened again.
        replaced_at: when another decision took its place; None while it still holds.
    """

    case_id: str
    number: int
    first_decider_id: str | None
    decider_id: str | None
    decided_at: datetime
    decision_sha256: bytes | None
    route: str | None
    coverage: str
    accepted: int
    in_part: int
    not_accepted: int
    points: float | None
    assessed_at: datetime | None
    opened_at: datetime
    opened_by: str
    replaced_at: datetime | None
    sealed: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRow:
    """A result of the demonstration of decision `number`; not confirmed while it is being written."""

    id: str
    case_id: str
    number: int
    result: str
    staff_id: str
    saved_at: datetime
    confirmed_at: datetime | None
    sha256: bytes | None
    sealed: bytes


class AgainQueries:
    """What happens to a case after its decision, within one transaction."""

    _session: Session

    def add_former(self, row: FormerRow) -> None:
        """Keep a decision that is opened again."""
        values = {name: getattr(row, name) for name in FormerRow.__slots__}
        self._session.execute(insert(tables.FormerDecision).values(values))

    def formers(self, case_id: str) -> list[FormerRow]:
        """The decisions of a case that were opened again, oldest first."""
        table = tables.FormerDecision
        query = select(table).where(table.case_id == case_id).order_by(table.number)
        return [
            FormerRow(**{name: getattr(row, name) for name in FormerRow.__slots__})
            for row in self._session.execute(query).scalars()
        ]

    def replace_formers(self, case_id: str, *, now: datetime) -> None:
        """Note that another decision took their place, in that decision's transaction."""
        table = tables.FormerDecision
        former = (table.case_id == case_id, table.replaced_at.is_(None))
        self._session.execute(update(table).where(*former).values(replaced_at=now))

    def save_result(self, row: ResultRow) -> None:
        """Keep a result that is being written, instead of an earlier one of the same decision."""
        table = tables.DemonstrationResult
        of_case = (table.case_id == row.case_id, table.confirmed_at.is_(None))
        self._session.execute(delete(table).where(*of_case))
        values = {name: getattr(row, name) for name in ResultRow.__slots__}
        self._session.execute(insert(table).values(values))

    def confirm_result(self, result_id: str, *, sha256: bytes, staff_id: str, now: datetime) -> None:
        """Note that a result was confirmed, in the transaction that changes the case."""
        table = tables.DemonstrationResult
        values = {"confirmed_at": now, "sha256": sha256, "staff_id": staff_id}
        self._session.execute(update(table).where(table.id == result_id).values(values))

    def results(self, case_id: str, number: int) -> list[ResultRow]:
        """The results of one decision's demonstration: confirmed ones in order, the one being written last."""
        table = tables.DemonstrationResult
        query = select(table).where(table.case_id == case_id, table.number == number).order_by(table.saved_at)
        rows = [
            ResultRow(**{name: getattr(row, name) for name in ResultRow.__slots__})
            for row in self._session.execute(query).scalars()
        ]
        return sorted(rows, key=lambda row: (row.confirmed_at is None, row.confirmed_at or row.saved_at))

    def empty_again(self, case_id: str) -> None:
        """Take everything personal out of former decisions and results; codes, days and counts stay."""
        former, result = tables.FormerDecision, tables.DemonstrationResult
        self._session.execute(update(former).where(former.case_id == case_id).values(sealed=None))
        self._session.execute(delete(result).where(result.case_id == case_id))
