"""Random releases attacked by linear programmes: no hidden count can be worked out (privacy.md PT2, PT3)."""

import random

import pytest

from issuer.adapters.linear_outsider import LinearOutsider
from issuer.domain.figures import follow_up_figures
from issuer.domain.follow_up import Answer, Moment
from issuer.domain.suppression import LIMIT, AtMost, Cell, Figures, Sum, hidden_cells

RELEASES = 1_000
PORTIONS = 10
MEASURES = ("issued", "taken", "shared", "presented", "full", "part")


def release(chance: random.Random) -> Figures:
    """A release of one or two tables that break the same totals down, with or without bounds, and with follow-up."""
    measures = MEASURES[: chance.randint(1, len(MEASURES))]
    nested = chance.random() < 0.5
    usual = chance.choice([4, 8, 15, 30, 80])
    counts: dict[Cell, int] = {}
    rows = [str(row) for row in range(chance.randint(2, 6))]
    for row in rows:
        before: int | None = None
        for measure in measures:
            count = int(chance.expovariate(1 / usual))
            before = chance.randint(before * 3 // 4, before) if nested and before is not None else count
            counts[Cell("unit", row, measure)] = before
    for measure in measures:
        counts[Cell("", "", measure)] = sum(counts[Cell("unit", row, measure)] for row in rows)
    sums = [Sum(Cell("", "", m), tuple(Cell("unit", row, m) for row in rows)) for m in measures]
    if not nested and chance.random() < 0.5:
        sums += broken_down_again(chance, counts, measures)
    if chance.random() < 0.5:
        usual = chance.choice([0, 3, 12, 40])
        of_leavers = {(moment, answer): chance.randint(0, usual) for moment in Moment for answer in Answer}
        asked = follow_up_figures(of_leavers, by_answer=chance.random() < 0.5)
        counts |= asked.counts
        sums += asked.sums
    pairs = zip(measures[1:], measures, strict=False) if nested else ()
    at_most = [
        AtMost(Cell(table, row, smaller), Cell(table, row, larger))
        for smaller, larger in pairs
        for table, row in (("", ""), *(("unit", row) for row in rows))
    ]
    return Figures(counts=counts, sums=sums, at_most=at_most)


def broken_down_again(chance: random.Random, counts: dict[Cell, int], measures: tuple[str, ...]) -> list[Sum]:
    """The same totals by school."""
    schools = [f"school {place}" for place in range(chance.randint(2, 5))]
    for measure in measures:
        total = counts[Cell("", "", measure)]
        cuts = sorted(chance.randint(0, total) for _ in schools[1:])
        for school, low, high in zip(schools, [0, *cuts], [*cuts, total], strict=True):
            counts[Cell("school", school, measure)] = high - low
    return [Sum(Cell("", "", m), tuple(Cell("school", one, m) for one in schools)) for m in measures]


@pytest.mark.parametrize("portion", range(PORTIONS))
def test_no_hidden_count_can_be_worked_out_from_what_is_shown(portion: int) -> None:
    for seed in range(portion, RELEASES, PORTIONS):
        figures = release(random.Random(seed))  # noqa: S311  a draw that can be repeated
        hidden = hidden_cells(figures, LinearOutsider)
        assert {cell for cell, count in figures.counts.items() if count < LIMIT} <= hidden, seed
        # The attacker even knows what is shown without its rounding, and nothing at all of what is not shown.
        printed = {cell: 0 if cell in hidden else count for cell, count in figures.counts.items()}
        attacker = LinearOutsider(Figures(counts=printed, sums=figures.sums, at_most=figures.at_most), hidden)
        for cell in hidden:
            low, high = attacker.range_of(cell)
            assert low <= figures.counts[cell], (seed, cell)
            assert low < LIMIT, (seed, cell)
            assert high is None or (high > LIMIT and high - low >= LIMIT), (seed, cell)


def test_most_of_what_is_large_stays_shown() -> None:
    """Hiding everything would be safe, too, and of no use to anybody."""
    large = kept = 0
    for seed in range(50):
        figures = release(random.Random(seed))  # noqa: S311  a draw that can be repeated
        hidden = hidden_cells(figures, LinearOutsider)
        large += sum(count >= LIMIT for count in figures.counts.values())
        kept += len(figures.counts) - len(hidden)
    assert kept > large * 0.5
