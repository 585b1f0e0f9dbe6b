"""Makes the figures of a quarter once: counts what happened, hides what must be hidden, and keeps the result."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from itertools import product
from zoneinfo import ZoneInfo

from issuer.db.repositories.statistics import UnitNames
from issuer.domain.audit import Act
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import ConflictError
from issuer.domain.figures import MEASURES, TABLES, Frame, figures, months_of, quarter_of, rows_of
from issuer.domain.suppression import LIMIT, STEP, Cell, Figures, hidden_cells, shown
from issuer.services.outside import Outside
from schemas import strict_json
from schemas.strict_json import JsonObject, JsonValue

FORMAT = "pateva.statistics/2"
CAVEATS = ("voluntary", "labour_market", "region")
"""What travels with every copy of the figures: who is in them did so freely, and what bears on them from outside."""
_HELSINKI = ZoneInfo("Europe/Helsinki")


def make_release(outside: Outside, quarter: str) -> bytes:
    """Return the release of a quarter as JSON; made now unless it was made before.

    Raises:
        InvalidRequestError: ``statistics.quarter``: not written like "2026-Q4".
        ConflictError: ``statistics.not_over``: the quarter still runs.
    """
    now = outside.now()
    if now < _moments(quarter)[1]:
        raise ConflictError(quarter, code="statistics.not_over")
    with outside.database.read() as uow:
        known = uow.statistics.release(quarter)
    if known is not None:
        return known
    frame, units, schools = _frame(outside, quarter)
    inner = counted(outside, quarter)
    hidden = hidden_cells(inner, outside.outsider)
    told = {cell: None if cell in hidden else shown(count) for cell, count in inner.counts.items()}
    names: dict[str, dict[str, JsonValue]] = {
        "unit": {code: {"fi": one.fi, "sv": one.sv, "en": one.en} for code, one in units.items()},
        "school": {key: {"fi": name} for key, name in schools.items()},
    }
    tables: dict[str, JsonValue] = {
        table: _table(table, rows, told, names.get(table, {})) for table, rows in rows_of(frame).items()
    }
    release: JsonObject = {
        "format": FORMAT,
        "quarter": quarter,
        "made_at": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "limit": LIMIT,
        "step": STEP,
        "caveats": [*CAVEATS],
        "totals": {measure: told[Cell("", "", measure)] for measure in MEASURES},
        "tables": tables,
    }
    return _keep(outside, quarter, strict_json.write(release))


def counted(outside: Outside, quarter: str) -> Figures:
    """Return all counts of a quarter, also of a running one, as they are before anything is hidden or rounded.

    They stay in the house: what leaves it is a release.

    Raises:
        InvalidRequestError: ``statistics.quarter``: not written like "2026-Q4".
    """
    since, after = _moments(quarter)
    frame, _, _ = _frame(outside, quarter)
    with outside.database.read() as uow:
        events = uow.statistics.events(since, after)
        answers = uow.followups.counts(*months_of(quarter))
    return figures(events, frame, answers)


def has_rows(outside: Outside, quarter: str) -> bool:
    """Whether a unit was known before a quarter began: without one its release would tell by its rows what happened."""
    return bool(_frame(outside, quarter)[0].units)


def _moments(quarter: str) -> tuple[datetime, datetime]:
    begin, end = months_of(quarter)
    return datetime.combine(begin, time(), _HELSINKI), datetime.combine(end, time(), _HELSINKI)


def _frame(outside: Outside, quarter: str) -> tuple[Frame, dict[str, UnitNames], dict[str, str]]:
    with outside.database.read() as uow:
        return uow.statistics.frame(_moments(quarter)[0])


def _keep(outside: Outside, quarter: str, document: bytes) -> bytes:
    """Keep a release unless another maker was quicker; return the one that is kept."""
    now = outside.now()
    with outside.database.write() as uow:
        uow.audit.lock()
        known = uow.statistics.release(quarter)
        if known is None:
            uow.statistics.add_release(quarter, document, now=now)
            uow.audit.append(Act(at=now, actor="system", action="statistics.released", decision=quarter))
    return document if known is None else known


def make_last(outside: Outside) -> str | None:
    """Make the release of the last whole quarter unless it is there; return the quarter if it was made now.

    An installation that knew no unit before that quarter has nothing to release.
    """
    begin, _ = months_of(quarter_of(helsinki_day(outside.now())))
    last = quarter_of(begin - timedelta(days=1))
    with outside.database.read() as uow:
        if uow.statistics.release(last) is not None:
            return None
    if not has_rows(outside, last):
        return None
    make_release(outside, last)
    return last


def _table(
    table: str, rows: tuple[str, ...], told: Mapping[Cell, int | None], names: Mapping[str, JsonValue]
) -> JsonValue:
    """Rows in order; a school is known by its name, never by an inner id."""
    cells: dict[str, dict[str, JsonValue]] = {row: {} for row in rows}
    for row, measure in product(rows, TABLES[table]):
        cells[row][measure] = told[Cell(table, row, measure)]
    return [
        {"row": names.get(row, row), "code": None if table == "school" else row, "cells": cells[row]} for row in rows
    ]
