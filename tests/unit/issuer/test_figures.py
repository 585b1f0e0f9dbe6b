"""Tests of counting: quarters, classes of waiting, which cells a happening counts in, what everybody knows."""

import random
from datetime import date

import pytest

from issuer.adapters.linear_outsider import LinearOutsider
from issuer.domain.errors import InvalidRequestError
from issuer.domain.figures import (
    BY_ROUTE,
    TABLES,
    Coverage,
    Event,
    Frame,
    Happening,
    count,
    figures,
    follow_up_figures,
    months_of,
    quarter_of,
    wait_class,
)
from issuer.domain.follow_up import Answer, Moment
from issuer.domain.suppression import Cell, hidden_cells, is_safe, shown

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
        Cell("", "", "soon"),
        *(Cell("unit", "106889", one) for one in ("decided", "whole", "whole_0001", "points", "soon")),
        *(Cell("school", "one", one) for one in ("decided", "whole", "points", "soon")),
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


def test_a_unit_accepted_without_a_way_is_an_error() -> None:
    with pytest.raises(ValueError, match="way"):
        count([decided(route=None)], FRAME)


@pytest.mark.parametrize(("days", "pace"), [(0, "soon"), (14, "soon"), (15, "later"), (400, "later")])
def test_a_decision_within_fourteen_days_is_soon(days: int, pace: str) -> None:
    assert count([decided(wait=days)], FRAME)[Cell("school", "one", pace)] == 1


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


def left(chance: random.Random) -> dict[tuple[Moment, Answer], int]:
    """What became of people who left, often none, often only few of a kind."""
    usual = chance.choice([0, 3, 12, 40])
    return {(moment, answer): chance.randint(0, usual) for moment in Moment for answer in Answer}


@pytest.mark.parametrize("seed", range(40))
def test_every_sum_of_a_release_is_true_and_no_small_count_of_it_can_be_worked_out(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  a draw that can be repeated
    events, answers = quarter(chance), left(chance)
    found = figures(events, FRAME, answers)
    for one in found.sums:
        weights = one.weights or (1,) * len(one.parts)
        assert found.counts[one.whole] == sum(
            w * found.counts[part] for w, part in zip(weights, one.parts, strict=True)
        )
    for bound in found.at_most:
        assert found.counts[bound.smaller] <= bound.times * found.counts[bound.larger]
    for table, measures in TABLES.items():
        for measure in measures if table != "follow_up" else ():
            rows = [cell for cell in found.counts if cell.table == table and cell.measure == measure]
            way = BY_ROUTE.get(measure)
            total = Cell("", "", measure) if way is None else Cell("route", way, "whole")
            assert sum(found.counts[cell] for cell in rows) == found.counts[total]
    hidden = hidden_cells(found, LinearOutsider)
    attacker = LinearOutsider(found, hidden)
    unsafe = [cell for cell in hidden if cell not in found.amounts and not is_safe(*attacker.range_of(cell))]
    assert unsafe == []


FORTY = {
    (Moment.SIX_MONTHS, Answer.STUDY): 14,
    (Moment.SIX_MONTHS, Answer.OPEN_WORK): 8,
    (Moment.SIX_MONTHS, Answer.OTHER): 13,
    (Moment.SIX_MONTHS, Answer.NOT_REACHED): 5,
}  # privacy.md PT6: 40 left, 22 positive, 13 other, 5 not reached


def told(answers: dict[tuple[Moment, Answer], int], limit: int) -> dict[str, object]:
    """What is shown of six months."""
    found = follow_up_figures(answers)
    hidden = hidden_cells(found, LinearOutsider, limit=limit)
    return {cell.measure: None if cell in hidden else found.counts[cell] for cell in found.counts if cell.row == "six"}


def test_forty_who_left_are_exact_inside_and_by_the_rule_outside() -> None:
    assert told(FORTY, 5) == {"asked": 40, "positive": 22, "other": 13, "not_reached": 5}
    released = figures([], FRAME, FORTY)
    hidden = hidden_cells(released, LinearOutsider)
    cells = {measure: Cell("follow_up", "six", measure) for measure in ("asked", "positive", "other", "not_reached")}
    assert {name: None if cell in hidden else shown(released.counts[cell]) for name, cell in cells.items()} == {
        "asked": 40, "positive": 20, "other": None, "not_reached": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({Answer.STUDY: 15}, {"asked": 15, "positive": None, "other": None, "not_reached": None}),
        ({Answer.OTHER: 15}, {"asked": 15, "positive": None, "other": None, "not_reached": None}),
        ({Answer.STUDY: 4}, {"asked": None, "positive": None, "other": None, "not_reached": None}),
    ],
)
def test_all_or_none_of_a_small_group_is_not_told(answers: dict[Answer, int], said: dict[str, object]) -> None:
    """A share of 100 % or 0 % would tell of each one (privacy.md PT1)."""
    of_six = {(Moment.SIX_MONTHS, answer): count for answer, count in answers.items()}
    assert told(of_six, 10) == said


def test_only_study_and_the_open_labour_market_count_as_positive() -> None:
    for answer in Answer:
        found = follow_up_figures({(Moment.END, answer): 1}).counts
        assert found[Cell("follow_up", "end", "asked")] == 1
        assert found[Cell("follow_up", "end", "positive")] == (answer in {Answer.STUDY, Answer.OPEN_WORK})


def test_inside_the_house_study_and_work_are_told_apart_unless_one_is_small() -> None:
    found = follow_up_figures(FORTY, by_answer=True)
    assert not [cell for cell in hidden_cells(found, LinearOutsider, limit=5) if cell.row == "six"]
    few = follow_up_figures(FORTY | {(Moment.SIX_MONTHS, Answer.OPEN_WORK): 3}, by_answer=True)
    hidden = {cell.measure for cell in hidden_cells(few, LinearOutsider, limit=5) if cell.row == "six"}
    assert hidden == {"study", "open_work"}
