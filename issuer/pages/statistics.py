"""Screen G3: the released figures of a quarter for anybody, as page, in print and as CSV; all hold the same cells."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Path, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import NotFoundError
from issuer.domain.figures import BY_ROUTE, TABLES
from issuer.i18n import whole_day
from issuer.pages.frame import Face, Frame
from issuer.pages.stops import not_here
from issuer.services.outside import Outside
from issuer.services.statistics.read_release import cells_of, first_release_on, quarters, read_release, rows_of_table
from schemas.strict_json import JsonObject
from verifier.templating import Text

Quarter = Annotated[str, Path(pattern=r"^20[2-9][0-9]-Q[1-4]$", description="For example 2026-Q4")]
NOT_SHOWN = "–"
_SEE_OTHER = 303
# A table with many measures is shown in parts, each narrow enough for paper.
_PARTS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "unit": {
        "badges": ("issued", "taken", "shared", "presented"),
        "decisions": ("decided", "whole", "part", "refused", "points"),
        "ways": (*BY_ROUTE, "soon", "later"),
    },
    "school": {
        "decisions": ("presented", "decided", "whole", "part", "refused", "points"),
        "pace": ("soon", "later"),
    },
}
_CAVEATS: Final = ("voluntary", "follow_up")


@dataclass(frozen=True, slots=True)
class RowView:
    """One row: what it is called, and its cells by measure; None: not shown."""

    name: str
    cells: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class TableView:
    """One table as it is shown.

    Attributes:
        name: of the ready table; part: which of its parts, "" where it is shown whole.
    """

    name: str
    part: str
    measures: tuple[str, ...]
    rows: tuple[RowView, ...]

    @property
    def key(self) -> str:
        """Ends the keys of its texts: "unit_badges"."""
        return f"{self.name}_{self.part}" if self.part else self.name


def router(outside: Outside, frame: Frame) -> APIRouter:
    """Return the routes ``/stats``, ``/stats/{quarter}`` and ``/stats/{quarter}/figures.csv``."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/stats")
    def newest(request: Request) -> Response:
        released = quarters(outside)
        if released:
            return RedirectResponse(f"/stats/{released[0]}", status_code=_SEE_OTHER)
        first = whole_day(first_release_on(outside), frame.language(request))
        return frame.render(request, "statistics.html", Face(screen="G3"), quarter=None, first=first)

    @routes.get("/stats/{quarter}")
    def release(request: Request, quarter: Quarter) -> Response:
        try:
            found = read_release(outside, quarter)
        except NotFoundError:
            return not_here(frame, request)
        t, language = frame.text(request), frame.language(request)
        made = helsinki_day(datetime.fromisoformat(str(found.content["made_at"])))
        return frame.render(
            request,
            "statistics.html",
            Face(screen="G3"),
            quarter=quarter,
            quarters=quarters(outside),
            made=whole_day(made, language),
            totals=cells_of(found.content["totals"]),
            tables=_tables(found.content, t, language),
            caveats=_CAVEATS,
        )

    @routes.get("/stats/{quarter}/figures.csv")
    def figures(request: Request, quarter: Quarter) -> Response:
        try:
            found = read_release(outside, quarter)
        except NotFoundError:
            return not_here(frame, request)
        text = _csv(found.content, frame.text(request), frame.language(request))
        name = f'attachment; filename="pateva-{quarter}.csv"'
        headers = {"Content-Disposition": name, "Vary": "Accept-Language, Cookie"}
        return Response(text, media_type="text/csv; charset=utf-8", headers=headers)

    return routes


def _tables(content: JsonObject, t: Text, language: str) -> tuple[TableView, ...]:
    """The tables of a release in the order of `TABLES`; an older release may lack some, and measures of some."""
    found = []
    for name, measures in TABLES.items():
        rows = [(_name(name, row, t, language), cells_of(row["cells"])) for row in rows_of_table(content, name)]
        for place, (part, of_part) in enumerate(_PARTS.get(name, {"": measures}).items()):
            there = tuple(one for one in of_part if not rows or one in rows[0][1])
            if there and (rows or place == 0):
                shown = tuple(RowView(called, {one: cells[one] for one in there}) for called, cells in rows)
                found.append(TableView(name, part, there, shown))
    return tuple(found)


def _name(table: str, row: JsonObject, t: Text, language: str) -> str:
    """What a row is called: units and schools by their own names, the rest in words."""
    named = row["row"]
    if isinstance(named, dict):
        own = named.get(language.partition("-")[0]) or named.get("fi")
        code = row["code"]
        return f"{own} ({str(code).removeprefix('tutkinnonosat_')})" if code else str(own)
    return t(f"stats.row.{table}.{named}")


def _csv(content: JsonObject, t: Text, language: str) -> str:
    """One line a cell with its meaning; what is not shown is a dash, as on the page; last what to bear in mind."""
    written = io.StringIO()
    out = csv.writer(written, lineterminator="\r\n")
    columns = ("quarter", "table", "row", "measure", "figure", "meaning")
    out.writerow([t(f"stats.csv.{name}") for name in columns])
    quarter = str(content["quarter"])
    for table, row, measure, figure in _lines(content, t, language):
        told = NOT_SHOWN if figure is None else str(figure)
        named = t(f"stats.measure.{measure}")
        out.writerow([quarter, t(f"stats.table.{table}"), _plain(row), named, told, t(f"stats.meaning.{measure}")])
    for caveat in _CAVEATS:
        out.writerow([quarter, t("stats.csv.note"), "", "", "", t(f"stats.caveat.{caveat}")])
    out.writerow([quarter, t("stats.csv.note"), "", "", "", t("stats.rule")])
    return "\ufeff" + written.getvalue()  # the mark lets spreadsheets read ä and ö


def _lines(content: JsonObject, t: Text, language: str) -> Iterator[tuple[str, str, str, int | None]]:
    """Table, row, measure and figure of each cell, in the order of the page."""
    for measure, figure in cells_of(content["totals"]).items():
        yield "total", "", measure, figure
    for table in _tables(content, t, language):
        for row in table.rows:
            for measure, figure in row.cells.items():
                yield table.name, row.name, measure, figure


def _plain(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return "'" + text if text[:1] in "=+-@\t\r" else text
