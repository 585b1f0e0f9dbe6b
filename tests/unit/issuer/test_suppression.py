"""Tests of hiding small counts: what is hidden, what an outsider can still work out, and how counts are rounded."""

from itertools import product

import pytest

from issuer.adapters.linear_outsider import LinearOutsider
from issuer.domain.suppression import AtMost, Cell, Figures, Sum, hidden_cells, is_safe, shown

TOTAL = Cell("", "", "issued")


def one_row(*counts: int) -> Figures:
    """A total and its parts."""
    parts = tuple(Cell("unit", str(place), "issued") for place in range(len(counts)))
    whole = {TOTAL: sum(counts)}
    return Figures(counts=whole | dict(zip(parts, counts, strict=True)), sums=[Sum(TOTAL, parts)])


def rows_hidden(figures: Figures) -> set[str]:
    return {cell.row for cell in hidden_cells(figures, LinearOutsider)}


@pytest.mark.parametrize(("count", "told"), [(10, 10), (12, 10), (13, 15), (17, 15), (18, 20), (100, 100)])
def test_a_count_is_shown_as_the_nearest_five(count: int, told: int) -> None:
    assert shown(count) == told


@pytest.mark.parametrize(
    ("low", "high", "safe"),
    [(0, None, True), (0, 11, True), (5, 15, True), (0, 10, False), (10, 40, False), (9, 18, False), (0, 9, False)],
)
def test_a_range_is_safe_only_if_it_is_wide_and_leaves_open_whether_the_count_is_small(
    low: int, high: int | None, safe: bool
) -> None:
    assert is_safe(low, high) is safe


def test_nothing_is_hidden_where_nothing_is_small() -> None:
    assert hidden_cells(one_row(10, 20, 30), LinearOutsider) == frozenset()


def test_a_single_small_count_takes_the_smallest_other_one_with_it() -> None:
    assert rows_hidden(one_row(3, 40, 12, 60)) == {"0", "2"}


def test_a_small_total_is_hidden_with_all_its_parts() -> None:
    assert hidden_cells(one_row(4, 5), LinearOutsider) == {*one_row(4, 5).counts}


def test_nought_is_hidden_like_any_small_count() -> None:
    assert rows_hidden(one_row(0, 40, 12, 60)) == {"0", "2"}


def test_a_bound_between_counts_is_reckoned_with() -> None:
    """Issued is hidden, taken is shown: so at least as many were issued."""
    issued, taken = Cell("unit", "a", "issued"), Cell("unit", "a", "taken")
    figures = Figures(counts={issued: 16, taken: 15}, sums=[], at_most=[AtMost(taken, issued)])
    assert LinearOutsider(figures, frozenset({issued})).range_of(issued) == (15, None)


def test_hiding_a_cell_later_is_the_same_as_hiding_it_at_once() -> None:
    figures = one_row(3, 40, 12, 60)
    small, other = (Cell("unit", row, "issued") for row in ("0", "2"))
    later = LinearOutsider(figures, frozenset({small}))
    later.forget(other)
    assert later.range_of(small) == LinearOutsider(figures, frozenset({small, other})).range_of(small)


@pytest.mark.parametrize("counts", [(0, 3, 12), (10, 11, 2), (5, 5, 5), (0, 0, 10), (9, 14, 30)])
def test_the_outsider_finds_what_trying_all_numbers_finds(counts: tuple[int, int, int]) -> None:
    figures = one_row(*counts)
    hidden = frozenset(cell for cell, count in figures.counts.items() if count < 10)
    outsider = LinearOutsider(figures, hidden)
    parts = [cell for cell in figures.counts if cell != TOTAL]
    ranges = [range(61) if cell in hidden else [figures.counts[cell]] for cell in parts]
    totals = range(10**6) if TOTAL in hidden else [figures.counts[TOTAL]]
    worlds = [world for world in product(*ranges) if sum(world) in totals]
    for place, cell in enumerate(parts):
        found = {world[place] for world in worlds}
        least, most = outsider.range_of(cell)
        assert least == min(found)
        assert most == max(found) or (most is None and max(found) == 60)


def test_points_are_hidden_where_the_count_is_that_they_go_with() -> None:
    whole, points = Cell("", "", "whole"), Cell("", "", "points")
    figures = Figures(counts={whole: 4, points: 60}, sums=[Sum(points, (whole,), (15.0,))], amounts={points: whole})
    assert hidden_cells(figures, LinearOutsider) == {whole, points}


def test_points_that_give_a_count_away_are_hidden_though_they_are_no_count() -> None:
    """Two hidden counts under one hidden total: points of 15 and 20 each, shown as a total, would leave one world."""
    parts = [Cell("unit", "a", "whole"), Cell("unit", "b", "whole")]
    total, points = Cell("", "", "whole"), Cell("", "", "points")
    counts = {parts[0]: 8, parts[1]: 12, total: 20, points: 8 * 15 + 12 * 20}
    sums = [Sum(total, tuple(parts)), Sum(points, tuple(parts), (15.0, 20.0))]
    hidden = hidden_cells(Figures(counts=counts, sums=sums, amounts={points: total}), LinearOutsider)
    assert parts[0] in hidden
    assert LinearOutsider(Figures(counts=counts, sums=sums), hidden).range_of(parts[0]) == (0, 20)


def test_the_followed_up_example_of_the_privacy_rules() -> None:
    """privacy.md PT6: 40 leavers, 22 in work or study, 13 elsewhere, 5 not reached."""
    left, *parts = (Cell("", "", name) for name in ("left", "positive", "other", "not_reached"))
    counts = dict(zip([left, *parts], (40, 22, 13, 5), strict=True))
    hidden = hidden_cells(Figures(counts=counts, sums=[Sum(left, tuple(parts))]), LinearOutsider)
    told = {cell.measure: None if cell in hidden else shown(count) for cell, count in counts.items()}
    assert told == {"left": 40, "positive": 20, "other": None, "not_reached": None}
