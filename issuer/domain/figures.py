"""What is counted, in which tables, and how a quarter's happenings become the figures of a release.

A happening names no person, badge or case: it is written when it happens, with its month only, and stays when people
are erased. Decisions are counted, never badges, where a school's recognition is told (domain.md section 16).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import product
from typing import Final

from issuer.domain.errors import InvalidRequestError
from issuer.domain.follow_up import POSITIVE, Answer, Moment
from issuer.domain.suppression import AtMost, Cell, Figures, Sum

_QUARTERS: Final = 4
_MONTHS: Final = 3
_FIRST_YEAR, _LAST_YEAR = 2020, 2199


class Happening(StrEnum):
    """What can be counted."""

    ISSUED = "issued"  # a badge was signed
    TAKEN = "taken"  # its holder kept it
    SHARED = "shared"  # its holder made a first link to it
    PRESENTED = "presented"  # a case was opened at a school
    DECIDED = "decided"  # a school decided


class Coverage(StrEnum):
    """What a decision recognised; the codes of `issuer.domain.recognition.Coverage`."""

    WHOLE = "whole"
    PART = "part"
    REFUSED = "refused"


POINTS: Final = "points"
ROUTES: Final = ("0001", "0002", "0003")
LANGUAGES: Final = ("fi", "sv", "en")
WAITS: Final = (("0-7", 7), ("8-14", 14), ("15-30", 30), ("31-", None))
"""Classes of days from asking to decision, inclusive ends (privacy.md PT6)."""
SOON: Final = ("0-7", "8-14")
"""The classes that count as decided soon, where there are too few decisions for all four."""
BY_ROUTE: Final[Mapping[str, str]] = {f"whole_{route}": route for route in ROUTES}
"""Measures of a unit: accepted as a whole by one way each."""
ASKED: Final = ("asked", "positive", "other", "not_reached")
"""Measures of follow-up: all who were to be asked are those three together (domain.md section 16)."""

_DECIDED: Final = "decided"
_COVERAGES: Final = ("whole", "part", "refused")
_PACE: Final = ("soon", "later")
_OF_BADGES: Final = ("issued", "taken", "shared")
_OF_DECISIONS: Final = (_DECIDED, *_COVERAGES, POINTS)
_FOLLOW_UP: Final = "follow_up"
TABLES: Final[Mapping[str, tuple[str, ...]]] = {
    "unit": (*_OF_BADGES, "presented", *_OF_DECISIONS, *BY_ROUTE, *_PACE),
    "language": _OF_BADGES,
    "school": ("presented", *_OF_DECISIONS, *_PACE),
    "route": ("whole", "part"),  # a refusal has no route
    "wait": (_DECIDED,),
    _FOLLOW_UP: ASKED,
}
"""The ready tables and their measures, in the order in which they are shown (privacy.md PT4)."""
MEASURES: Final = (*_OF_BADGES, "presented", *_OF_DECISIONS, *_PACE)
"""Those of which there is a total; follow-up has none, since the same people are asked three times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One happening.

    Attributes:
        month: first day of the month.
        unit: code of the unit ("106889"); None where there is none.
        language: of the badge.
        school: id of the school.
        points: recognised osp; 0 but for whole units.
        wait: days from asking to decision.
    """

    what: Happening
    month: date
    unit: str | None = None
    language: str | None = None
    school: str | None = None
    route: str | None = None
    coverage: Coverage | None = None
    points: int = 0
    wait: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The rows of a release: fixed before it is counted, so that a row does not tell that something happened.

    Attributes:
        units: code → osp of a whole unit.
        schools: ids.
    """

    units: Mapping[str, int]
    schools: Sequence[str]


def quarter_of(day: date) -> str:
    """The quarter of a day: "2026-Q4"."""
    return f"{day.year}-Q{(day.month - 1) // _MONTHS + 1}"


def months_of(quarter: str) -> tuple[date, date]:
    """First month of a quarter and first month after it. Raises InvalidRequestError unless it is like "2026-Q4"."""
    year, mark, number = quarter[:4], quarter[4:6], quarter[6:]
    good = year.isdecimal() and mark == "-Q" and number in {"1", "2", "3", "4"} and year.isascii()
    if not good or not _FIRST_YEAR <= int(year) <= _LAST_YEAR:
        raise InvalidRequestError("a quarter is written 2026-Q4", code="statistics.quarter", pointer="/quarter")
    begin = date(int(year), (int(number) - 1) * _MONTHS + 1, 1)
    last = int(number) == _QUARTERS
    return begin, date(begin.year + last, 1 if last else begin.month + _MONTHS, 1)


def wait_class(days: int) -> str:
    """The class of a number of days."""
    return next(name for name, most in WAITS if most is None or days <= most)


def rows_of(frame: Frame) -> Mapping[str, tuple[str, ...]]:
    """The rows of each table."""
    return {
        "unit": tuple(sorted(frame.units)),
        "language": LANGUAGES,
        "school": tuple(sorted(frame.schools)),
        "route": ROUTES,
        "wait": tuple(name for name, _ in WAITS),
        _FOLLOW_UP: tuple(moment.value for moment in Moment),
    }


def count(events: Iterable[Event], frame: Frame) -> Counter[Cell]:
    """Count happenings into the cells of all tables; what has no row in a table is in its total alone."""
    rows = {table: frozenset(names) for table, names in rows_of(frame).items()}
    counts: Counter[Cell] = Counter()
    for event in events:
        for measure, amount in _measures(event):
            if measure in MEASURES:
                counts[Cell("", "", measure)] += amount
            for table, row in _places(event):
                if measure in TABLES[table] and row in rows[table]:
                    counts[Cell(table, row, measure)] += amount
    return counts


def _measures(event: Event) -> list[tuple[str, int]]:
    if event.what is not Happening.DECIDED:
        return [(event.what.value, 1)]
    if event.coverage is None or event.wait is None:
        raise ValueError("a decision without its outcome or its days")
    pace = _PACE[wait_class(event.wait) not in SOON]
    found = [(_DECIDED, 1), (event.coverage.value, 1), (POINTS, event.points), (pace, 1)]
    if event.coverage is Coverage.WHOLE:
        if event.route not in ROUTES:
            raise ValueError("a unit accepted without a way")
        found.append((f"whole_{event.route}", 1))
    return found


def _places(event: Event) -> list[tuple[str, str]]:
    wait = wait_class(event.wait) if event.wait is not None else None
    named = (("unit", event.unit), ("language", event.language), ("school", event.school), ("route", event.route))
    return [(table, row) for table, row in (*named, ("wait", wait)) if row is not None]


def _total_of(measure: str) -> Cell:
    """Where the rows of a table add up to: a total, or, for a way in all units, the row of that way."""
    return Cell("route", BY_ROUTE[measure], "whole") if measure in BY_ROUTE else Cell("", "", measure)


def figures(
    events: Iterable[Event], frame: Frame, answers: Mapping[tuple[Moment, Answer], int] | None = None
) -> Figures:
    """Return all counts of a release with what everybody knows about them.

    Where something counted has no row of its own in a table, a row "" stands for it, so that the rows add up to the
    total. It is never shown.

    Args:
        answers: counts of follow-up.
    """
    counted, rows = count(events, frame), rows_of(frame)
    asked = follow_up_figures(answers or {})
    counts = {Cell("", "", measure): counted[Cell("", "", measure)] for measure in MEASURES}
    counts.update(asked.counts)
    tables = {table: of_table for table, of_table in TABLES.items() if table != _FOLLOW_UP}
    for table, of_table in tables.items():
        counts |= {Cell(table, row, one): counted[Cell(table, row, one)] for row, one in product(rows[table], of_table)}
    sums = [*asked.sums]
    for table, of_table in tables.items():
        for measure in of_table:
            whole, parts = _total_of(measure), tuple(Cell(table, row, measure) for row in rows[table])
            left = counts[whole] - sum(counts[part] for part in parts)
            if left:
                counts[Cell(table, "", measure)] = left
                parts = (*parts, Cell(table, "", measure))
            sums.append(Sum(whole, parts))
    sums += _sums_of_decisions(counts)
    wholes = {cell: cell._replace(measure=Coverage.WHOLE.value) for cell in counts if cell.measure == POINTS}
    amounts = {points: whole for points, whole in wholes.items() if whole in counts}
    known = [
        Sum(Cell("unit", unit, POINTS), (Cell("unit", unit, Coverage.WHOLE.value),), (float(osp),))
        for unit, osp in frame.units.items()
        if counts[Cell("unit", unit, POINTS)] == osp * counts[Cell("unit", unit, Coverage.WHOLE.value)]
    ]
    most = max(frame.units.values(), default=0)
    at_most = [
        AtMost(points, whole, float(most))
        for points, whole in amounts.items()
        if counts[points] <= most * counts[whole]
    ]
    minor = frozenset(cell for cell in counts if cell.measure in {*BY_ROUTE, *_PACE})
    return Figures(counts=counts, sums=[*sums, *known], at_most=at_most, amounts=amounts, minor=minor)


def _sums_of_decisions(counts: Mapping[Cell, int]) -> list[Sum]:
    """In each row, decisions are whole, part and refused, and soon and later; a unit's whole ones are those by way."""
    sums = []
    for cell in counts:
        if cell.measure == _DECIDED and cell.table != "wait":
            sums += [_together(counts, cell, _COVERAGES), _together(counts, cell, _PACE)]
        elif cell.measure == Coverage.WHOLE and cell.table == "unit":
            sums.append(_together(counts, cell, tuple(BY_ROUTE)))
    for measure, is_soon in zip(_PACE, (True, False), strict=True):
        classes = tuple(Cell("wait", name, _DECIDED) for name, _ in WAITS if (name in SOON) is is_soon)
        sums.append(Sum(Cell("", "", measure), classes))
    return sums


def _together(counts: Mapping[Cell, int], whole: Cell, measures: tuple[str, ...]) -> Sum:
    parts = (whole._replace(measure=measure) for measure in measures)
    return Sum(whole, tuple(part for part in parts if part in counts))


def follow_up_figures(answers: Mapping[tuple[Moment, Answer], int], *, by_answer: bool = False) -> Figures:
    """Return the counts of follow-up with their sums; they hang together within a moment of asking alone.

    Args:
        by_answer: also tell study and work apart.
    """
    counts: dict[Cell, int] = {}
    sums: list[Sum] = []
    for moment in Moment:
        by = {answer: answers.get((moment, answer), 0) for answer in Answer}
        amounts = (sum(by.values()), sum(by[one] for one in POSITIVE), by[Answer.OTHER], by[Answer.NOT_REACHED])
        cells = [Cell(_FOLLOW_UP, moment.value, measure) for measure in ASKED]
        counts |= dict(zip(cells, amounts, strict=True))
        sums.append(Sum(cells[0], tuple(cells[1:])))
        if by_answer:
            apart = {Cell(_FOLLOW_UP, moment.value, one.value): by[one] for one in sorted(POSITIVE)}
            counts |= apart
            sums.append(Sum(cells[1], tuple(apart)))
    return Figures(counts=counts, sums=sums)
