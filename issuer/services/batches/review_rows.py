"""The second pair of eyes on a batch: rows are approved or returned, the rest at once only after enough was opened."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from issuer.db.repositories.batch_records import BatchRecord, RowRecord
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.batch_check import Entry
from issuer.domain.errors import ConflictError, ForbiddenError
from issuer.domain.permissions import StaffMember
from issuer.services.batches.batch_cells import key_of
from issuer.services.batches.check_rows import found_unit, read_row
from issuer.services.coaching.note_reading import note_reading
from issuer.services.outside import Outside


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewState:
    """How far the review is.

    Attributes:
        to_open: numbers of the flagged and drawn rows that have not been opened yet.
        undecided: how many rows are neither approved nor returned.
    """

    to_open: tuple[int, ...]
    undecided: int
    approved: int
    returned: int

    @property
    def rest_may_go(self) -> bool:
        """Whether the rest may be approved at once (screens.md B13)."""
        return not self.to_open


def review_state(rows: Sequence[RowRecord]) -> ReviewState:
    """Say how far the review of these rows is."""
    under = [row for row in rows if row.state in {"review", "approved", "returned"}]
    return ReviewState(
        to_open=tuple(row.number for row in under if (row.flagged or row.drawn) and not row.opened),
        undecided=sum(row.state == "review" for row in under),
        approved=sum(row.state == "approved" for row in under),
        returned=sum(row.state == "returned" for row in under),
    )


def open_row(outside: Outside, who: StaffMember, batch_id: str, number: int) -> tuple[RowRecord, Entry]:
    """Show one row to its reviewer; that it was opened, and read, is noted in the same transaction."""
    with outside.database.write() as uow:
        batch = reviewed_batch(uow, who, batch_id)
        row = uow.batches.row(batch_id, number)
        if row.state not in {"review", "approved", "returned"} or row.person_id is None:
            raise ConflictError(batch_id, code="state.conflict")
        with key_of(outside, batch_id):
            entry = read_row(outside, batch, found_unit(uow, batch), row)
        note_reading(uow, outside, who, [row.person_id], what="batch_row", why="review")
        uow.batches.mark(batch_id, [number], opened=True)
    return row, entry


def decide(outside: Outside, who: StaffMember, batch_id: str, number: int, *, approve: bool) -> None:
    """Approve or return one row that was opened. Raises ConflictError ``batch.not_opened``."""
    with outside.database.write() as uow:
        reviewed_batch(uow, who, batch_id)
        if not uow.batches.row(batch_id, number).opened:
            raise ConflictError(batch_id, code="batch.not_opened")
        states = ("review", "approved", "returned")
        if not uow.batches.move_rows(
            batch_id, from_states=states, to="approved" if approve else "returned", numbers=[number]
        ):
            raise ConflictError(batch_id, code="state.conflict")
        action = "batch.row_approved" if approve else "batch.row_returned"
        refs = (("batch", batch_id), ("row", str(number)))
        uow.audit.append(Act(at=outside.now(), actor=who.actor, action=action, refs=refs))


def approve_rest(outside: Outside, who: StaffMember, batch_id: str) -> int:
    """Approve all undecided rows; return how many. Raises ConflictError ``batch.open_first``."""
    with outside.database.write() as uow:
        reviewed_batch(uow, who, batch_id)
        state = review_state(uow.batches.rows(batch_id, states=("review", "approved", "returned")))
        if not state.rest_may_go:
            raise ConflictError(batch_id, code="batch.open_first")
        moved = uow.batches.move_rows(batch_id, from_states=("review",), to="approved")
        refs = (("batch", batch_id), ("rows", str(moved)))
        uow.audit.append(Act(at=outside.now(), actor=who.actor, action="batch.rest_approved", refs=refs))
    return moved


def reviewed_batch(uow: UnitOfWork, who: StaffMember, batch_id: str) -> BatchRecord:
    """The batch, when it is under review and this person is its reviewer.

    Raises:
        ForbiddenError: ``batch.not_reviewer``: the drafter, or anybody else than the chosen reviewer.
        ConflictError: it is not under review.
    """
    batch = uow.batches.get(batch_id, who.institution_id)
    if who.id != batch.reviewer_id or who.id == batch.drafter_id:
        raise ForbiddenError(batch_id, code="batch.not_reviewer")
    if batch.state != "review":
        raise ConflictError(batch_id, code="state.conflict")
    return batch


def approved_digest(batch: BatchRecord, rows: Sequence[RowRecord]) -> bytes:
    """SHA-256 of exactly what the reviewer confirms: the batch and each approved row as it is stored."""
    digest = hashlib.sha256(f"{batch.id}\n{batch.unit}\n".encode())
    for row in rows:
        digest.update(f"{row.number}\n{row.revision}\n".encode() + hashlib.sha256(row.cells or b"").digest())
    return digest.digest()
