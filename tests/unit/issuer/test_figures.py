"""Tests of counting: quarters, classes of waiting, which cells a happening counts in, what everybody knows."""

import random
from datetime import date

import pytest

from issuer.adapters.linear_outsider import LinearOutsider
from issuer.domain.errors import InvalidRequestError
from issuer.domain.figures import (
    TABLES,
    Coverage,
    Event,
    Frame,
    Happening,
    count,
    figures,
    months_of,
    quarter_of,
    wait_class,
)
from issuer.domain.suppression import Cell, hidden_cells, is_safe

FRAME = Frame(units={"106889": 15, "106890": 20}, schools=("one", "two"))
NOVEMBER = date(2026, 11, 1)


def decided(coverage: Coverage = Coverage.WHOLE, **more: object) -> Event:
    known = {"unit": "106889", "school": "one", "route": "0001", "wait": 9, "points": 15} | more
    return Event(what=Happening.DECIDED, month=NOVEMBER, coverage=coverage, **known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "quarter"),
    [
        (date(2026, 1, 1), "2026-Q1"),
        (date(2026, 3, 31), "2026-Q1"),
        (date(2026, 4, 1), "2026-Q2"),
        (date(2026, 12, 31), "2026-Q4"),
    ],
)
def test_a_day_belongs_to_one_quarter(day: date, quarter: str) -> None:
    assert quarter_of(day) == quarter
    begin, end = months_of(quarter)
    assert begin <= day < end


def test_the_last_quarter_ends_with_the_year() -> None:
    assert months_of("2026-Q4") == (date(2026, 10, 1), date(2027, 1, 1))


@pytest.mark.parametrize(
    "wrong", ["", "2026", "2026-Q5", "2026-Q0", "2026Q4", "26-Q4", "2026-Q44", "١٢٣٤-Q1", "1999-Q1"]
)
def test_what_is_no_quarter_is_refused(wrong: str) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        months_of(wrong)
    assert caught.value.code == "statistics.quarter"


@pytest.mark.parametrize(
    ("days", "name"), [(0, "0-7"), (7, "0-7"), (8, "8-14"), (14, "8-14"), (30, "15-30"), (31, "31-"), (400, "31-")]
)
def test_days_of_waiting_fall_into_classes(days: int, name: str) -> None:
    assert wait_class(days) == name


def test_a_decision_counts_once_in_each_table_that_has_its_row() -> None:
    counted = count([decided()], FRAME)
    assert {cell for cell, figure in counted.items() if figure} == {
        Cell("", "", "decided"),
        Cell("", "", "whole"),
        Cell("", "", "points"),
        Cell("unit", "106889", "whole"),
        Cell("unit", "106889", "points"),
        Cell("school", "one", "whole"),
        Cell("school", "one", "points"),
        Cell("route", "0001", "whole"),
        Cell("wait", "8-14", "decided"),
    }
    assert counted[Cell("unit", "106889", "points")] == 15


def test_an_unknown_unit_counts_in_the_total_and_in_a_row_that_is_never_shown() -> None:
    found = figures([decided(unit="999999")], FRAME)
    assert found.counts[Cell("", "", "whole")] == 1
    assert found.counts[Cell("unit", "", "whole")] == 1
    assert Cell("unit", "", "whole") in hidden_cells(found, LinearOutsider)


def test_a_decision_without_an_outcome_is_an_error() -> None:
    with pytest.raises(ValueError, match="outcome"):
        count([Event(what=Happening.DECIDED, month=NOVEMBER)], FRAME)


def quarter(chance: random.Random) -> list[Event]:
    """A few hundred happenings."""
    events = []
    for _ in range(chance.randint(0, 400)):
        unit = chance.choice([*FRAME.units, "106889"])
        what = chance.choice(list(Happening))
        if what is Happening.DECIDED:
            coverage = chance.choice(list(Coverage))
            points = FRAME.units[unit] if coverage is Coverage.WHOLE else 0
            route = chance.choice(["0001", "0001", "0002", "0003"])
            events.append(
                decided(
                    coverage,
                    unit=unit,
                    points=points,
                    route=route,
                    school=chance.choice(FRAME.schools),
                    wait=chance.randint(0, 40),
                )
            )
        else:
            language = None if what is Happening.PRESENTED else chance.choice(["fi", "fi", "sv"])
            school = chance.choice(FRAME.schools) if what is Happening.PRESENTED else None
            events.append(Event(what=what, month=NOVEMBER, unit=unit, language=language, school=school))
    return events


@pytest.mark.parametrize("seed", range(40))
def test_every_sum_of_a_release_is_true_and_no_small_count_of_it_can_be_worked_out(seed: int) -> None:
    events = quarter(random.Random(seed))  # noqa: S311  a draw that can be repeated
    found = figures(events, FRAME)
    for one in found.sums:
        weights = one.weights or (1,) * len(one.parts)
        assert found.counts[one.whole] == sum(
            w * found.counts[part] for w, part in zip(weights, one.parts, strict=True)
        )
    for bound in found.at_most:
        assert found.counts[bound.smaller] <= bound.times * found.counts[bound.larger]
    for table, measures in TABLES.items():
        for measure in measures:
            rows = [cell for cell in found.counts if cell.table == table and cell.measure == measure]
            assert sum(found.counts[cell] for cell in rows) == found.counts[Cell("", "", measure)]
    hidden = hidden_cells(found, LinearOutsider)
    attacker = LinearOutsider(found, hidden)
    unsafe = [cell for cell in hidden if cell not in found.amounts and not is_safe(*attacker.range_of(cell))]
    assert unsafe == []
