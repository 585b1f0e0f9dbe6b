"""Screen G3: the released figures of a quarter for anybody, as page and as CSV; both hold the same cells."""

import csv
import io
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.errors import NotFoundError
from issuer.domain.figures import TABLES
from issuer.pages.frame import Face, Frame
from issuer.pages.stops import not_here
from issuer.services.outside import Outside
from issuer.services.statistics.read_release import quarters, read_release
from schemas.strict_json import JsonObject, JsonValue
from verifier.templating import Text

Quarter = Annotated[str, Path(pattern=r"^20[2-9][0-9]-Q[1-4]$", description="For example 2026-Q4")]
NOT_SHOWN = "–"
_SEE_OTHER = 303


def router(outside: Outside, frame: Frame) -> APIRouter:
    """Return the routes ``/stats``, ``/stats/{quarter}`` and ``/stats/{quarter}/figures.csv``."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/stats")
    def newest(request: Request) -> Response:
        released = quarters(outside)
        if released:
            return RedirectResponse(f"/stats/{released[0]}", status_code=_SEE_OTHER)
        return frame.render(request, "statistics.html", Face(screen="G3"), quarter=None, quarters=[], tables=[])

    @routes.get("/stats/{quarter}")
    def release(request: Request, quarter: Quarter) -> Response:
        try:
            found = read_release(outside, quarter)
        except NotFoundError:
            return not_here(frame, request)
        t = frame.text(request)
        return frame.render(
            request,
            "statistics.html",
            Face(screen="G3"),
            quarter=quarter,
            quarters=quarters(outside),
            totals=_cells(found.content["totals"]),
            tables=_tables(found.content, t, frame.language(request)),
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


def _tables(content: JsonObject, t: Text, language: str) -> list[dict[str, object]]:
    tables = content["tables"]
    if not isinstance(tables, dict):
        raise TypeError("tables of a release")
    return [
        {
            "name": name,
            "measures": measures,
            "rows": [
                {"name": _name(name, row, t, language), "cells": _cells(row["cells"])} for row in _rows(tables[name])
            ],
        }
        for name, measures in TABLES.items()
    ]


def _rows(rows: JsonValue) -> list[JsonObject]:
    if not isinstance(rows, list):
        raise TypeError("rows of a release")
    return [row for row in rows if isinstance(row, dict)]


def _cells(cells: JsonValue) -> dict[str, object]:
    if not isinstance(cells, dict):
        raise TypeError("cells of a release")
    return dict(cells)


def _name(table: str, row: JsonObject, t: Text, language: str) -> str:
    """What a row is called: units and schools by their own names, the rest in words."""
    named = row["row"]
    if isinstance(named, dict):
        own = named.get(language.partition("-")[0]) or named.get("fi")
        code = row["code"]
        return f"{own} ({str(code).removeprefix('tutkinnonosat_')})" if code else str(own)
    return t(f"stats.row.{table}.{named}")


def _csv(content: JsonObject, t: Text, language: str) -> str:
    """One line a cell; what is not shown is a dash, as on the page."""
    written = io.StringIO()
    out = csv.writer(written, lineterminator="\r\n")
    out.writerow([t(f"stats.csv.{name}") for name in ("quarter", "table", "row", "measure", "figure")])
    quarter = content["quarter"]
    for measure, figure in _cells(content["totals"]).items():
        out.writerow([quarter, t("stats.table.total"), "", t(f"stats.measure.{measure}"), _told(figure)])
    for table in _tables(content, t, language):
        for row in table["rows"]:  # type: ignore[attr-defined]
            for measure, figure in row["cells"].items():
                name = t(f"stats.table.{table['name']}")
                out.writerow([quarter, name, _plain(row["name"]), t(f"stats.measure.{measure}"), _told(figure)])
    return "\ufeff" + written.getvalue()  # the mark lets spreadsheets read ä and ö


def _told(figure: object) -> str:
    return NOT_SHOWN if figure is None else str(figure)


def _plain(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return "'" + text if text[:1] in "=+-@\t\r" else text
