"""Reads releases: the quarters there are, one of them as it left the house, and when the first will be made."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import NotFoundError
from issuer.domain.figures import months_of, quarter_of
from issuer.services.outside import Outside
from issuer.services.statistics.make_release import has_rows
from schemas import strict_json
from schemas.strict_json import JsonObject, JsonValue

_MOST_VALUES = 100_000


@dataclass(frozen=True, slots=True)
class ReadRelease:
    """A release: its bytes, and what they say."""

    document: bytes
    content: JsonObject


def quarters(outside: Outside) -> list[str]:
    """The quarters that were released, newest first."""
    with outside.database.read() as uow:
        return uow.statistics.quarters()


def read_release(outside: Outside, quarter: str) -> ReadRelease:
    """One release. Raises InvalidRequestError for what is no quarter, NotFoundError for one that was not released."""
    months_of(quarter)
    with outside.database.read() as uow:
        document = uow.statistics.release(quarter)
    if document is None:
        raise NotFoundError("release")
    return ReadRelease(document, strict_json.read_object(document, max_values=_MOST_VALUES))


def first_release_on(outside: Outside) -> date:
    """The earliest day of a first release: after the first quarter before which a unit was known here."""
    _, end = months_of(quarter_of(helsinki_day(outside.now())))
    if has_rows(outside, quarter_of(helsinki_day(outside.now()))):
        return end
    return months_of(quarter_of(end))[1]


def rows_of_table(content: JsonObject, table: str) -> list[JsonObject]:
    """The rows of a table of a release; none where it was made before there was such a table."""
    tables = content["tables"]
    rows = tables.get(table, []) if isinstance(tables, dict) else None
    if not isinstance(rows, list):
        raise TypeError("tables of a release")
    return [row for row in rows if isinstance(row, dict)]


def cells_of(cells: JsonValue) -> Mapping[str, int | None]:
    """Cells by measure; None: not shown."""
    if not isinstance(cells, dict):
        raise TypeError("cells of a release")
    return {measure: figure if isinstance(figure, int) else None for measure, figure in cells.items()}
