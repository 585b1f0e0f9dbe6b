"""The cells of a batch's rows: sealed under the batch's own key, each for its own place, and opened together."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from issuer.db.person_keys import PersonErasedError
from issuer.db.repositories.batch_records import BatchRecord, RowRecord
from issuer.domain.errors import ConflictError
from issuer.services.outside import Outside
from issuer.services.sealed_values import open_value, seal_value

FILE = "batch_file"
MOST_FILE_NAME = 120


@contextmanager
def key_of(outside: Outside, batch_id: str) -> Iterator[None]:
    """Hold the batch's key at hand while many rows are opened or sealed. Nested use costs nothing but a query."""
    with outside.person_keys.held([batch_id]):
        yield


def sealed_cells(outside: Outside, batch_id: str, number: int, cells: Sequence[str]) -> bytes:
    """Seal the cells of one row."""
    return seal_value(outside, batch_id, f"batch_row/{number}", {"cells": list(cells)})


def opened_cells(outside: Outside, batch_id: str, row: RowRecord) -> tuple[str, ...]:
    """Open the cells of one row. Raises ConflictError ``batch.cells_gone`` once they are deleted."""
    if row.cells is None:
        raise ConflictError(batch_id, code="batch.cells_gone")
    try:
        cells = open_value(outside, batch_id, f"batch_row/{row.number}", row.cells)["cells"]
    except PersonErasedError as problem:
        raise ConflictError(batch_id, code="batch.cells_gone") from problem
    if not isinstance(cells, list):
        raise TypeError("cells are a list")
    return tuple(str(cell) for cell in cells)


def sealed_name(outside: Outside, batch_id: str, name: str) -> bytes:
    """Seal the name of a file: people name files after people."""
    return seal_value(outside, batch_id, FILE, {"name": name[:MOST_FILE_NAME]})


def opened_name(outside: Outside, batch: BatchRecord) -> str:
    """The name of the file; empty for pasted rows and once it is deleted."""
    if batch.sealed is None:
        return ""
    try:
        return str(open_value(outside, batch.id, FILE, batch.sealed)["name"])
    except PersonErasedError:
        return ""
