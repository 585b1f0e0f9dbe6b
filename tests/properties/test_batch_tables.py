"""Tables come back as they were written, whatever separates, encodes and quotes them; no bytes crash the reader."""

import csv
import io
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from issuer.domain.batch_table import (
    TableError,
    empty_table,
    guess_columns,
    read_table,
    read_text,
    write_table,
)

HEADING = ("henkilo", "nimi", "kieli", "paiva", "v01", "v02", "kertomus", "yhteystieto")
WINDOWS = "".join(
    bytes([one]).decode("cp1252") for one in range(0x20, 0x100) if one not in {0x81, 0x8D, 0x8F, 0x90, 0x9D, 0x7F}
)


def cells(alphabet: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """What somebody may type; white space around a cell is not kept, nor an apostrophe that hides a formula."""
    return st.text(alphabet, max_size=40).map(str.strip).filter(lambda one: not one.startswith("'"))


def tables(alphabet: st.SearchStrategy[str]) -> st.SearchStrategy[list[list[str]]]:
    row = st.lists(cells(alphabet), min_size=len(HEADING), max_size=len(HEADING)).filter(any)
    return st.lists(row, min_size=1, max_size=8)


ANY = tables(st.characters(exclude_categories=("Cs",), exclude_characters="\0"))
LATIN = tables(st.sampled_from(WINDOWS + "\n"))


def written(rows: list[list[str]], separator: str, quoting: int, ending: str) -> str:
    """As a spreadsheet writes it: a CR of a cell is quoted, which Python does only where CR is part of a line's end."""
    if any("\r" in cell for row in rows for cell in row):
        quoting = csv.QUOTE_ALL
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, quoting=quoting, lineterminator=ending)
    writer.writerows([HEADING, *rows])
    return out.getvalue()


STYLES = {
    "separator": st.sampled_from(";,\t"),
    "quoting": st.sampled_from((csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC)),
    "ending": st.sampled_from(("\r\n", "\n")),
}


def plain(table) -> list[list[str]]:
    assert table.has_heading
    return [list(cells) for _, cells in table.rows[1:]]


@given(rows=ANY, mark=st.booleans(), **STYLES)
def test_a_table_in_utf_8_comes_back_as_it_was_written(rows, mark, separator, quoting, ending):
    text = written(rows, separator, quoting, ending)
    assert plain(read_table(text.encode("utf-8-sig" if mark else "utf-8"))) == rows
    assert plain(read_text(text)) == rows


@given(rows=LATIN, **STYLES)
def test_a_table_in_windows_1252_comes_back_as_it_was_written(rows, separator, quoting, ending):
    data = written(rows, separator, quoting, ending).encode("cp1252")
    try:
        data.decode()
    except UnicodeDecodeError:
        assert plain(read_table(data)) == rows


@given(rows=ANY)
def test_a_table_that_we_write_runs_no_formula_and_comes_back(rows):
    data = write_table([HEADING, *rows])
    for record in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in record)
    assert plain(read_table(data)) == rows


@given(data=st.binary(max_size=400))
def test_no_bytes_do_more_to_the_reader_than_a_named_refusal(data):
    with suppress(TableError):
        table = read_table(data)
        assert len({len(cells) for _, cells in table.rows}) == 1


@given(requirements=st.integers(1, 99))
def test_the_columns_of_our_own_empty_table_are_guessed_without_a_question(requirements):
    heading = read_text(empty_table(requirements).decode("utf-8-sig") + "1\r\n").rows[0][1]
    assert None not in guess_columns(heading, requirements)
    assert len(set(heading)) == len(heading) == requirements + 6
