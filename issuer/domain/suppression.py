"""Which cells of a release are not shown, so that nobody can work out a small one (privacy.md PT1 to PT3).

All tables of a release are one system: cells that belong together by sums and by "never more than". What an outsider
knows is written down as bounds: a hidden cell is anywhere from nought, a shown one is known exactly. Rounding comes on
top and is not relied on: a manager who sees exact figures of the own house is an outsider, too. Cells below the limit
are hidden; then further ones, until the range that is left for each hidden cell is wide enough. Hiding more only widens
ranges, so that a cell once found safe stays safe.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol

LIMIT: Final = 10  # a count below it is not shown to anybody outside (shared README, settled)
STEP: Final = 5  # shown counts are rounded to it
_HALF: Final = STEP // 2


class Cell(NamedTuple):
    """Where a count stands. The totals of all tables of a release are the same cells, of no table and no row.

    Attributes:
        table: by what it is broken down, for example "unit"; empty for totals.
        row: which of them; empty for totals.
        measure: what is counted.
    """

    table: str
    row: str
    measure: str


class Sum(NamedTuple):
    """A whole and the parts that add up to it, each taken `weights` times (once where none are given)."""

    whole: Cell
    parts: tuple[Cell, ...]
    weights: tuple[float, ...] = ()


class AtMost(NamedTuple):
    """A count that cannot be larger than another, taken `times`: badges taken are badges issued."""

    smaller: Cell
    larger: Cell
    times: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """All counts of one release and what everybody knows about how they hang together.

    Attributes:
        counts: of each cell, 0 or more.
        sums, at_most: what holds between cells; all cells named are in `counts`.
        amounts: cells that count no people, such as points, each with the count that it goes with: it is hidden
            wherever that count is, and its own size is no secret.
        minor: cells that readers miss less than others: of two that would protect a small one, they go first.
    """

    counts: Mapping[Cell, int]
    sums: Sequence[Sum]
    at_most: Sequence[AtMost] = ()
    amounts: Mapping[Cell, Cell] = field(default_factory=dict)
    minor: frozenset[Cell] = frozenset()


class Outsider(Protocol):
    """Someone who knows what is shown and reckons with it."""

    def range_of(self, cell: Cell) -> tuple[int, int | None]:
        """Smallest and largest whole number that the cell can be; None: no end."""
        ...

    def holding(self, cell: Cell) -> frozenset[Cell]:
        """Shown cells that hold the range of a cell as narrow as it is; may be empty where none does it alone."""
        ...

    def forget(self, cell: Cell) -> None:
        """Take a cell out of what is shown."""
        ...


MakeOutsider = Callable[[Figures, frozenset[Cell]], Outsider]
"""From figures and the cells that are hidden at the beginning."""


def shown(count: int) -> int:
    """The count as it is shown: the nearest multiple of STEP."""
    return (count + _HALF) // STEP * STEP


def is_safe(low: int, high: int | None, limit: int = LIMIT) -> bool:
    """Whether a range leaves open if the count is small, and spans at least the limit (privacy.md PT2)."""
    return low < limit and (high is None or (high > limit and high - low >= limit))


def hidden_cells(figures: Figures, make_outsider: MakeOutsider, *, limit: int = LIMIT) -> frozenset[Cell]:
    """Return the cells that must not be shown.

    Args:
        figures: of the whole release.
        make_outsider: makes the one who reckons.
        limit: counts below it are small; another one than LIMIT only for figures that stay in their own house.
    """
    amounts: dict[Cell, list[Cell]] = {}
    for amount, count in figures.amounts.items():
        amounts.setdefault(count, []).append(amount)
    small = [cell for cell, count in figures.counts.items() if cell not in figures.amounts and count < limit]
    hidden = {one for cell in small for one in (cell, *amounts.get(cell, ()))}
    waiting = deque(small)
    outsider = make_outsider(figures, frozenset(hidden))
    neighbours, wholes = _neighbours(figures), frozenset(one.whole for one in figures.sums)
    while waiting:
        cell = waiting[0]
        if is_safe(*outsider.range_of(cell), limit):
            waiting.popleft()
            continue
        shown_near = outsider.holding(cell) or _around(cell, hidden, neighbours)
        more = min(shown_near, key=lambda one: _loss(one, figures, wholes), default=None)
        if more is None:  # nothing that hangs together with it is shown any more
            waiting.popleft()
            continue
        for one in (more, *amounts.get(more, ())):
            hidden.add(one)
            outsider.forget(one)
        if more not in figures.amounts:
            waiting.append(more)
    return frozenset(hidden)


def _neighbours(figures: Figures) -> dict[Cell, set[Cell]]:
    """The cells with which each stands in a sum or a bound."""
    found: dict[Cell, set[Cell]] = {cell: set() for cell in figures.counts}
    sums = [(one.whole, *one.parts) for one in figures.sums]
    together = [*sums, *((one.smaller, one.larger) for one in figures.at_most)]
    for group in together:
        for cell in group:
            found[cell].update(group)
    return found


def _around(cell: Cell, hidden: set[Cell], neighbours: dict[Cell, set[Cell]]) -> frozenset[Cell]:
    """The shown cells that hang together with a cell, directly or through hidden ones."""
    seen, edge = {cell}, {cell}
    while edge:
        around = set().union(*(neighbours[one] for one in edge)) - seen
        seen |= around
        edge = around & hidden
    return frozenset(seen - hidden)


def _loss(cell: Cell, figures: Figures, wholes: frozenset[Cell]) -> tuple[bool, bool, bool, int, bool, Cell]:
    """What readers lose by not seeing a cell: amounts least, totals most; a small count can itself pass for hidden.

    Where a part is all of its whole, the whole stays.
    """
    is_amount, is_minor = cell in figures.amounts, cell in figures.minor
    return not is_amount, not is_minor, not cell.table, figures.counts[cell], cell in wholes, cell
