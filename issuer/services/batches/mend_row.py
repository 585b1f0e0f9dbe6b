"""Changes the cells of one row, takes a row out, or puts it back; then checks what the change may have touched."""

from collections.abc import Mapping

from issuer.db.repositories.batch_records import BatchRecord
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.batch_table import MOST_CHARACTERS
from issuer.domain.errors import ConflictError, InvalidRequestError
from issuer.domain.permissions import StaffMember
from issuer.services.batches.batch_cells import key_of, opened_cells, sealed_cells
from issuer.services.batches.check_rows import check_some
from issuer.services.outside import Outside


class RowChangedError(ConflictError):
    """A colleague has changed the row since it was shown: both values are shown, one is chosen.

    Attributes:
        number: of the row.
        theirs: its cells now, by field; `revision` goes with them.
    """

    code = "batch.row_changed"

    def __init__(self, number: int, theirs: Mapping[str, str], revision: int) -> None:
        self.number, self.theirs, self.revision = number, theirs, revision
        super().__init__(pointer=f"/row-{number}")


def mend(
    outside: Outside, who: StaffMember, batch_id: str, number: int, changes: Mapping[str, str], *, revision: int
) -> None:
    """Give fields of a row other values.

    Args:
        changes: by field; fields that the table has no column for are refused.
        revision: of the row as it was shown.

    Raises:
        RowChangedError: somebody was faster; nothing was changed.
        InvalidRequestError: ``text.length``, or ``form.choice`` for an unknown field.
        ConflictError: the batch is past mending, or its cells are gone.
    """
    for field, value in changes.items():
        if len(value) > MOST_CHARACTERS:
            raise InvalidRequestError(code="text.length", pointer=f"/row-{number}-{field}")
    with outside.database.write() as uow, key_of(outside, batch_id):
        batch = _open_batch(uow, who, batch_id)
        row = uow.batches.row(batch_id, number)
        cells = list(opened_cells(outside, batch_id, row))
        if row.revision != revision or row.state != "open":
            raise RowChangedError(number, _by_field(batch, cells), row.revision)
        for field, value in changes.items():
            if field not in batch.mapping:
                raise InvalidRequestError(code="form.choice", pointer=f"/row-{number}-{field}")
            cells[batch.mapping.index(field)] = value.strip()
        sealed = sealed_cells(outside, batch_id, number, cells)
        if not uow.batches.edit_row(batch_id, row, cells=sealed, editor=who.id):
            raise ConflictError(batch_id, code="state.conflict")
        check_some(outside, uow, batch, [number])
        _note(outside, uow, who, batch_id, number, "batch.row_mended")


def take_out(outside: Outside, who: StaffMember, batch_id: str, number: int) -> None:
    """Take a row out of the batch; `put_back` undoes it. Raises ConflictError when it is out already."""
    _move(outside, who, batch_id, number, "open", "removed")


def put_back(outside: Outside, who: StaffMember, batch_id: str, number: int) -> None:
    """Put a row back that was taken out. Raises ConflictError when it is in."""
    _move(outside, who, batch_id, number, "removed", "open")


def _move(outside: Outside, who: StaffMember, batch_id: str, number: int, from_state: str, to: str) -> None:
    with outside.database.write() as uow:
        batch = _open_batch(uow, who, batch_id)
        if not uow.batches.move_rows(batch_id, from_states=(from_state,), to=to, numbers=[number]):
            raise ConflictError(batch_id, code="state.conflict")
        row = uow.batches.row(batch_id, number)
        others = uow.batches.numbers_of(batch_id, [row.person_id]) if row.person_id is not None else []
        check_some(outside, uow, batch, sorted({number, *others}))
        _note(outside, uow, who, batch_id, number, "batch.row_removed" if to == "removed" else "batch.row_put_back")


def _open_batch(uow: UnitOfWork, who: StaffMember, batch_id: str) -> BatchRecord:
    batch = uow.batches.get(batch_id, who.institution_id)
    if batch.state != "repair":
        raise ConflictError(batch_id, code="state.conflict")
    return batch


def _by_field(batch: BatchRecord, cells: list[str]) -> dict[str, str]:
    return {field: cell for field, cell in zip(batch.mapping, cells, strict=True) if field is not None}


def _note(outside: Outside, uow: UnitOfWork, who: StaffMember, batch_id: str, number: int, action: str) -> None:
    refs = (("batch", batch_id), ("row", str(number)))
    uow.audit.append(Act(at=outside.now(), actor=who.actor, action=action, refs=refs))
