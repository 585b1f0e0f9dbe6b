"""A table that people typed in a spreadsheet: bytes or pasted text to cells, cells to fields, and back to CSV."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from issuer.domain.errors import InvalidRequestError

MOST_BYTES = 4 << 20
MOST_ROWS = 10_000
MOST_COLUMNS = 250
MOST_CHARACTERS = 2_000  # of a cell

PERSON, NAME, LANGUAGE, DAY, NARRATIVE, CONTACT = "person", "name", "language", "day", "narrative", "contact"
# As they stand in the empty table, in this order; the v-columns come before the last two.
HEADINGS: Final = {
    PERSON: "henkilo",
    NAME: "nimi",
    LANGUAGE: "kieli",
    DAY: "paiva",
    NARRATIVE: "kertomus",
    CONTACT: "yhteystieto",
}
_KNOWN: Final = {
    PERSON: ("henkilo", "henkilö", "osallistuja", "nro", "numero", "deltagare", "person", "participant", "number"),
    NAME: ("nimi", "namn", "name"),
    LANGUAGE: ("kieli", "språk", "language"),
    DAY: ("paiva", "päivä", "päiväys", "pvm", "datum", "dag", "day", "date"),
    NARRATIVE: ("kertomus", "kuvaus", "teksti", "berättelse", "text", "narrative", "story"),
    CONTACT: ("yhteystieto", "sähköposti", "puhelin", "kontakt", "e-post", "contact", "email", "e-mail", "phone"),
}
_FIELD_OF: Final = {word: field for field, words in _KNOWN.items() for word in words}
_REQUIREMENT = re.compile(r"v0*([1-9]\d{0,2})", re.ASCII)
_SEPARATORS = (";", "\t", ",")
_LINE_END = re.compile(r"[\r\n]")
_EXCEL = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what spreadsheets take for the beginning of a formula


class TableError(InvalidRequestError):
    """A table that cannot be read.

    Attributes:
        row, column: where, both from 1; 0 where it concerns the whole.
    """

    def __init__(self, code: str, *, row: int = 0, column: int = 0) -> None:
        self.row, self.column = row, column
        super().__init__(f"row {row} column {column}" if row else "", code=code, pointer="/table")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Cells as they were typed, without the white space around them.

    Attributes:
        rows: (number, cells): the number counts as the spreadsheet does, from 1, the heading included; rows without
            anything in them are left out. All rows have equally many cells.
        has_heading: the first row names columns.
    """

    rows: tuple[tuple[int, tuple[str, ...]], ...]
    has_heading: bool

    @property
    def width(self) -> int:
        """Columns."""
        return len(self.rows[0][1])


def requirement_field(position: int) -> str:
    """The field, and heading, of a requirement by its number in the unit: ``v01``."""
    return f"v{position:02d}"


def read_table(data: bytes) -> Table:
    """Read a CSV file.

    Args:
        data: separated by ``;``, comma or tab, in UTF-8 with or without its mark, or in Windows-1252.

    Raises:
        TableError: ``batch.too_large``, ``batch.excel``, ``batch.not_text``, or what `read_text` raises.
    """
    if len(data) > MOST_BYTES:
        raise TableError("batch.too_large")
    if data.startswith(_EXCEL):
        raise TableError("batch.excel")
    return read_text(_decoded(data))


def read_text(text: str) -> Table:
    """Read what was pasted, or a decoded file.

    Raises:
        TableError: ``batch.too_large``, ``batch.not_text``, ``batch.empty``, ``batch.quotes``, ``batch.cell_long``,
            ``batch.too_wide``, ``batch.too_many_rows``.
    """
    if len(text) > MOST_BYTES:
        raise TableError("batch.too_large")
    if "\0" in text:
        raise TableError("batch.not_text")
    records = _records(text, _separator(text))
    rows = [(number, cells) for number, cells in records if any(cells)]
    if not rows:
        raise TableError("batch.empty")
    has_heading = known_headings(rows[0][1]) > 1
    if len(rows) - has_heading > MOST_ROWS:
        raise TableError("batch.too_many_rows")
    if len(rows) == 1 and has_heading:
        raise TableError("batch.empty")
    width = max(len(cells) for _, cells in rows)
    if width > MOST_COLUMNS:
        raise TableError("batch.too_wide")
    padded = tuple((number, (*cells, *("",) * (width - len(cells)))) for number, cells in rows)
    return Table(rows=padded, has_heading=has_heading)


def known_headings(cells: Iterable[str]) -> int:
    """How many of these cells name a column that we know."""
    return sum(field_of(cell) is not None for cell in cells)


def field_of(heading: str) -> str | None:
    """The field that a heading names, or None."""
    folded = fold(heading)
    found = _REQUIREMENT.fullmatch(folded)
    return requirement_field(int(found[1])) if found else _FIELD_OF.get(folded)


def fold(heading: str) -> str:
    """A heading without what people write differently: case, form, spaces around it."""
    return unicodedata.normalize("NFC", heading).casefold().strip().strip("\ufeff:.* ")


def guess_columns(headings: Sequence[str], requirements: int) -> tuple[str | None, ...]:
    """What each column means by its heading; a field is used once, numbers beyond the unit's requirements never."""
    used: set[str] = set()
    columns: list[str | None] = []
    allowed = {*HEADINGS, *(requirement_field(one) for one in range(1, requirements + 1))}
    for heading in headings:
        field = field_of(heading)
        fits = field in allowed and field not in used
        columns.append(field if fits else None)
        if field is not None and fits:
            used.add(field)
    return tuple(columns)


def missing_columns(columns: Sequence[str | None]) -> tuple[str, ...]:
    """Needed fields that no column has: person, day, and ``v`` where there is no requirement at all."""
    have = set(columns)
    missing = [field for field in (PERSON, DAY) if field not in have]
    if not any(field and _REQUIREMENT.fullmatch(field) for field in have):
        missing.append("v")
    return tuple(missing)


def empty_table(requirements: int, people: Iterable[tuple[str, str]] = ()) -> bytes:
    """The table to fill in, for a unit with this many requirements.

    Args:
        requirements: 1 upwards.
        people: (number, name) of those to write in; nobody unless asked for.
    """
    v = [requirement_field(one) for one in range(1, requirements + 1)]
    head = [HEADINGS[PERSON], HEADINGS[NAME], HEADINGS[LANGUAGE], HEADINGS[DAY], *v]
    head += [HEADINGS[NARRATIVE], HEADINGS[CONTACT]]
    rows = [[number, name, *("",) * (len(head) - 2)] for number, name in people]
    return write_table([head, *rows])


def write_table(rows: Iterable[Sequence[str]], *, separator: str = ";") -> bytes:
    """CSV for spreadsheets: UTF-8 with its mark, lines ended by CR LF, nothing that would run as a formula."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    """A spreadsheet shows the apostrophe's cell as text; we take it away again when reading."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _plain(cell: str) -> str:
    stripped = cell.strip()
    return stripped[1:] if stripped.startswith("'") and stripped[1:].startswith(_FORMULA) else stripped


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as problem:
        raise TableError("batch.not_text") from problem


def _separator(text: str) -> str:
    """The sign that makes the first record name most known columns, or else gives it most cells."""
    first = _LINE_END.split(text.lstrip("\ufeff\r\n"), 1)[0][:20_000]
    best, score = _SEPARATORS[0], (0, 0)
    for sign in _SEPARATORS:
        cells = next(csv.reader([first], delimiter=sign), [])
        if (known_headings(cells), len(cells)) > score:
            best, score = sign, (known_headings(cells), len(cells))
    return best


def _records(text: str, separator: str) -> list[tuple[int, tuple[str, ...]]]:
    records: list[tuple[int, tuple[str, ...]]] = []
    lines = io.StringIO(text.removeprefix("\ufeff"), newline="")
    reader = csv.reader(lines, delimiter=separator, strict=True)
    try:
        for number, cells in enumerate(reader, start=1):
            if len(records) > MOST_ROWS + 1:
                raise TableError("batch.too_many_rows")
            plain = tuple(_plain(cell) for cell in cells)
            for column, cell in enumerate(plain, start=1):
                if len(cell) > MOST_CHARACTERS:
                    raise TableError("batch.cell_long", row=number, column=column)
            if any(plain):
                records.append((number, plain))
    except csv.Error as problem:
        raise TableError("batch.quotes", row=len(records) + 1, column=1) from problem
    return records
