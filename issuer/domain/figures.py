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

_OF_UNITS: Final = ("issued", "taken", "shared", "presented", "whole", "part", "refused")
_OF_LANGUAGES: Final = ("issued", "taken", "shared")
_OF_SCHOOLS: Final = ("presented", "whole", "part", "refused")
_OF_ROUTES: Final = ("whole", "part")  # a refusal has no route
_DECIDED: Final = "decided"
TABLES: Final[Mapping[str, tuple[str, ...]]] = {
    "unit": (*_OF_UNITS, POINTS),
    "language": _OF_LANGUAGES,
    "school": (*_OF_SCHOOLS, POINTS),
    "route": _OF_ROUTES,
    "wait": (_DECIDED,),
}
"""The ready tables and their measures, in the order in which they are shown (privacy.md PT4)."""
MEASURES: Final = ("issued", "taken", "shared", "presented", _DECIDED, "whole", "part", "refused", POINTS)


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
    }


def count(events: Iterable[Event], frame: Frame) -> Counter[Cell]:
    """Count happenings into the cells of all tables; what has no row in a table is in its total alone."""
    rows = {table: frozenset(names) for table, names in rows_of(frame).items()}
    counts: Counter[Cell] = Counter()
    for event in events:
        for measure, amount in _measures(event):
            counts[Cell("", "", measure)] += amount
            for table, row in _places(event):
                if measure in TABLES[table] and row in rows[table]:
                    counts[Cell(table, row, measure)] += amount
    return counts


def _measures(event: Event) -> list[tuple[str, int]]:
    if event.what is not Happening.DECIDED:
        return [(event.what.value, 1)]
    if event.coverage is None:
        raise ValueError("a decision without its outcome")
    return [(_DECIDED, 1), (event.coverage.value, 1), (POINTS, event.points)]


def _places(event: Event) -> list[tuple[str, str]]:
    wait = wait_class(event.wait) if event.wait is not None else None
    named = (("unit", event.unit), ("language", event.language), ("school", event.school), ("route", event.route))
    return [(table, row) for table, row in (*named, ("wait", wait)) if row is not None]


def figures(events: Iterable[Event], frame: Frame) -> Figures:
    """Return all counts of a release with what everybody knows about them.

    Where something counted has no row of its own in a table, a row "" stands for it, so that the rows add up to the
    total. It is never shown.
    """
    counted, rows = count(events, frame), rows_of(frame)
    counts = {Cell("", "", measure): counted[Cell("", "", measure)] for measure in MEASURES}
    sums = [Sum(Cell("", "", _DECIDED), tuple(Cell("", "", one.value) for one in Coverage))]
    for table, of_table in TABLES.items():
        counts |= {Cell(table, row, one): counted[Cell(table, row, one)] for row, one in product(rows[table], of_table)}
        for measure in of_table:
            parts = tuple(Cell(table, row, measure) for row in rows[table])
            left = counts[Cell("", "", measure)] - sum(counts[part] for part in parts)
            if left:
                counts[Cell(table, "", measure)] = left
                parts = (*parts, Cell(table, "", measure))
            sums.append(Sum(Cell("", "", measure), parts))
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
    return Figures(counts=counts, sums=[*sums, *known], at_most=at_most, amounts=amounts)
