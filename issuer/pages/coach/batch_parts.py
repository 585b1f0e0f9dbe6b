"""What the pages of batches share: path parts, the batch's words, the sentence of a fault, downloads."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import Depends, Path
from fastapi.responses import RedirectResponse, Response

from issuer.domain.batch_check import Problem
from issuer.domain.batch_table import HEADINGS, NARRATIVE, write_table
from issuer.domain.telling_words import telling_words
from issuer.pages.catalogue_text import Shown, shown
from issuer.pages.forms import Form, posted
from issuer.services.batches.show_batch import BatchView, RowView
from verifier.templating import Text

BatchId = Annotated[str, Path(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
RowNumber = Annotated[int, Path(ge=1, le=10_000_000)]
Sent = Annotated[Form, Depends(posted)]
SEE_OTHER = 303
CURRENT = "/batches"
STEPS = ("file", "columns", "repair", "confirm")


def to(path: str) -> Response:
    """Lead on after a form."""
    return RedirectResponse(path, status_code=SEE_OTHER)


def csv_file(data: bytes, name: str) -> Response:
    """A table to keep; its name tells nothing (privacy.md PN7)."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(data, media_type="text/csv; charset=utf-8", headers=headers)


def unit_name(view: BatchView, language: str) -> Shown:
    """Name of the unit as the page shows it."""
    if view.unit is None:
        return Shown(text=str(view.record.unit), lang=None)
    return shown(view.unit.name, language)


def field_name(t: Text, field: str) -> str:
    """A field as the page calls it: v12 is called v12."""
    return t(f"batch.field.{field}") if field in HEADINGS else field


def fault_text(t: Text, cause: str, field: str, cells: Mapping[str, str]) -> str:
    """What is wrong and how to put it right."""
    word = ""
    if cause == "narrative.telling_word":
        found = next((one for one in telling_words(cells.get(NARRATIVE, "")) if one.level == "B"), None)
        word = found.word if found is not None else ""
    return t(f"batch.cause.{cause}", field=field_name(t, field), word=word)


def fault_rows(t: Text, views: Sequence[RowView]) -> bytes:
    """Problem rows as CSV: row, column, class, what to do, and the cell as it is."""
    rows = [
        [t("batch.csv.row"), t("batch.csv.column"), t("batch.csv.problem"), t("batch.csv.what"), t("batch.csv.cell")]
    ]
    for view in views:
        rows += [
            [
                str(view.row.number),
                HEADINGS.get(field, field),
                t(f"batch.problem.{problem}"),
                fault_text(t, cause, field, view.cells),
                view.cells.get(field, ""),
            ]
            for problem, cause, field in view.row.problems
        ]
    return write_table(rows)


def classes(t: Text, view: BatchView) -> list[tuple[str, str, int]]:
    """(class, its words, how many rows) of each class that occurs, in the order of the classes."""
    return [(one.value, t(f"batch.problem.{one}"), view.faults[one]) for one in Problem if view.faults.get(one)]
