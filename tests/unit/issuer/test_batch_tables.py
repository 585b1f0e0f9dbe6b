"""Reading tables: each refusal by its code, the edge and one step beyond; and what single rows lack."""

import pytest

from issuer.domain.batch_check import suggested_number
from issuer.domain.batch_table import (
    MOST_CHARACTERS,
    MOST_ROWS,
    TableError,
    field_of,
    guess_columns,
    missing_columns,
    read_table,
    read_text,
    write_table,
)

HEAD = "henkilo;paiva;v01\n"


def refused(data: bytes) -> TableError:
    with pytest.raises(TableError) as caught:
        read_table(data)
    return caught.value


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"PK\x03\x04rest", "batch.excel"),
        (b"\xd0\xcf\x11\xe0rest", "batch.excel"),
        (b"\x81\x8d", "batch.not_text"),
        (b"a\x00b", "batch.not_text"),
        (b"", "batch.empty"),
        (b" ; ;\r\n", "batch.empty"),
        (HEAD.encode(), "batch.empty"),
        ((HEAD + '1;"2').encode(), "batch.quotes"),
        (b"x" * ((4 << 20) + 1), "batch.too_large"),
        ((HEAD + ";".join("x" * 251)).encode(), "batch.too_wide"),
    ],
)
def test_what_is_no_table_is_refused_by_its_reason(data, code):
    assert refused(data).code == code


def test_a_cell_may_have_2000_signs_and_not_one_more():
    assert read_text(f"{HEAD}1;2;{'a' * MOST_CHARACTERS}").width == 3
    error = refused(f"{HEAD}1;2;{'a' * (MOST_CHARACTERS + 1)}".encode())
    assert (error.code, error.row, error.column) == ("batch.cell_long", 2, 3)


def test_ten_thousand_rows_are_read_and_not_one_more():
    body = "1;1.1.2026;x\n"
    assert len(read_text(HEAD + body * MOST_ROWS).rows) == MOST_ROWS + 1
    assert refused((HEAD + body * (MOST_ROWS + 1)).encode()).code == "batch.too_many_rows"
    assert refused((body * (MOST_ROWS + 1)).encode()).code == "batch.too_many_rows"


def test_rows_keep_the_number_that_the_spreadsheet_shows():
    table = read_text(f"{HEAD}\n1;2;x\n;;\n3;4;x\n")
    assert [number for number, _ in table.rows] == [1, 3, 5]


def test_a_table_without_a_heading_is_read_as_rows():
    assert not read_text("014\t12.11.2026\tx\n").has_heading


@pytest.mark.parametrize(
    ("heading", "field"),
    [("Henkilö", "person"), ("PVM:", "day"), ("V7", "v07"), ("v 7", None), ("v000", None), ("diagnoosi", None)],
)
def test_headings_are_known_as_people_write_them(heading, field):
    assert field_of(heading) == field


def test_a_column_beyond_the_units_requirements_and_a_second_one_of_a_kind_are_not_guessed():
    assert guess_columns(("henkilo", "nro", "v01", "v03"), 2) == ("person", None, "v01", None)
    assert missing_columns(("person", None, None)) == ("day", "v")


def test_a_formula_is_written_as_text():
    assert (
        write_table([["=1+1", "+358 40 1234567", "-", "a=b"]]).decode("utf-8-sig")
        == "'=1+1;'+358 40 1234567;'-;a=b\r\n"
    )


@pytest.mark.parametrize(
    ("typed", "meant"), [("0l4", 14), ("O14", 14), ("015", 14), ("900", None), ("abc", None), ("", None)]
)
def test_a_number_that_is_nearly_right_is_offered(typed, meant):
    assert suggested_number(typed, {14, 22}) == meant


def test_two_numbers_that_are_as_near_are_not_offered():
    assert suggested_number("012", {14, 13}) is None
