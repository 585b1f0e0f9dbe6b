"""Puts the units that someone has into the groups of a qualification: each once, where least is left to do."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from issuer.domain.composition import Node

MOST_TRIALS: Final = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What a group holds and what it still needs.

    Attributes:
        shown: osp that count, at most the group's maximum.
        missing: osp still needed, at least; parts_missing: parts or required units still needed, at least.
        parts: units directly in it, and groups in it that hold a unit.
        units: in it and below.
    """

    shown: float
    missing: float
    parts: int
    parts_missing: int
    units: int

    @property
    def key(self) -> tuple[float, int, float]:
        """Less is better: missing points, then parts, then points that do not count."""
        return (self.missing, self.parts_missing, -self.shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """The best places found.

    Attributes:
        places: number of the group by unit.
        tallies: by number of the group.
        exact: False when there were too many ways to try them all.
    """

    places: Mapping[str, int]
    tallies: Mapping[int, Tally]
    exact: bool

    @property
    def key(self) -> tuple[float, int, float]:
        """Of the whole: less is better."""
        return self.tallies[0].key


def tally(root: Node, units_in: Mapping[int, Collection[str]], credits_of: Mapping[str, float]) -> dict[int, Tally]:
    """Count every group of a tree without alternatives.

    Args:
        root: number 0.
        units_in: units by number of the group that they are counted in.
        credits_of: osp of each unit.
    """
    found: dict[int, Tally] = {}
    _tally(root, units_in, credits_of, found)
    return found


def best_places(root: Node, complete: Collection[str], credits_of: Mapping[str, float]) -> Placed:
    """Place each complete unit once, so that the least is missing; among equals the earlier group of the source.

    A unit that no group has is passed over. Branch and bound: the bound counts undecided units everywhere at once.
    """
    homes: dict[str, list[int]] = {}
    for node in root.walk():
        for unit in node.units:
            if unit in complete:
                homes.setdefault(unit, []).append(node.number)
    ordered = sorted(homes, key=lambda unit: (len(homes[unit]) > 1, -credits_of[unit], unit))
    search = _Search(root, homes, ordered, credits_of)
    search.go(0, {})
    return Placed(
        places=search.best, tallies=_of_places(root, search.best, credits_of), exact=search.trials <= MOST_TRIALS
    )


@dataclass(slots=True)
class _Search:
    root: Node
    homes: Mapping[str, list[int]]
    ordered: list[str]
    credits_of: Mapping[str, float]
    best: dict[str, int] = field(default_factory=dict)
    best_key: tuple[float, int, float] | None = None
    trials: int = 0

    def go(self, at: int, places: dict[str, int]) -> None:
        """Decide the units from position `at` on."""
        while at < len(self.ordered) and len(self.homes[self.ordered[at]]) == 1:
            places = places | {self.ordered[at]: self.homes[self.ordered[at]][0]}
            at += 1
        if self.best_key is not None and self.trials > MOST_TRIALS:
            return
        self.trials += 1
        bound = self._bound(at, places)
        if self.best_key is not None and bound >= self.best_key:
            return
        if at == len(self.ordered):
            self.best, self.best_key = places, bound
            return
        unit = self.ordered[at]
        for home in self.homes[unit]:
            self.go(at + 1, places | {unit: home})

    def _bound(self, at: int, places: Mapping[str, int]) -> tuple[float, int, float]:
        """The key of the whole when each undecided unit counts in all its groups; exact when all are decided."""
        units_in: dict[int, list[str]] = {}
        for unit, home in places.items():
            units_in.setdefault(home, []).append(unit)
        for unit in self.ordered[at:]:
            for home in self.homes[unit]:
                units_in.setdefault(home, []).append(unit)
        return tally(self.root, units_in, self.credits_of)[self.root.number].key


def _of_places(root: Node, places: Mapping[str, int], credits_of: Mapping[str, float]) -> dict[int, Tally]:
    units_in: dict[int, list[str]] = {}
    for unit, home in places.items():
        units_in.setdefault(home, []).append(unit)
    return tally(root, units_in, credits_of)


def _tally(
    node: Node, units_in: Mapping[int, Collection[str]], credits_of: Mapping[str, float], found: dict[int, Tally]
) -> Tally:
    below = [(child, _tally(child, units_in, credits_of, found)) for child in node.children]
    direct = units_in.get(node.number, ())
    points = sum(credits_of[unit] for unit in direct) + sum(each.shown for _, each in below)
    shown = min(points, node.most) if node.most is not None else points
    demanded = [each for child, each in below if child.number not in node.optional]
    absent = [unit for unit in node.required if unit not in direct]
    parts = len(direct) + sum(each.units > 0 for _, each in below)
    inner = sum(each.missing for each in demanded) + sum(credits_of[unit] for unit in absent)
    inner_parts = sum(each.parts_missing for each in demanded) + len(absent)
    found[node.number] = Tally(
        shown=shown,
        missing=max((node.least or 0) - shown, inner, 0),
        parts=parts,
        parts_missing=max((node.parts_least or 0) - parts, inner_parts, 0),
        units=len(direct) + sum(each.units for _, each in below),
    )
    return found[node.number]
