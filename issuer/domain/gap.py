"""What is still missing: requirements of a unit, and points and parts of a whole qualification by its rules.

docs/decisions/0022 says how the rules of composition (rakenne) are read. Nothing here says "completed": a school does.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final

from issuer.domain.catalogue import Qualification, Requirement, Unit
from issuer.domain.catalogue_structure import Group, Structure
from issuer.domain.composition import Node, choice_count, choices, tree_of
from issuer.domain.unit_assignment import Placed, Tally, best_places

NEXT: Final = 3
MOST_CHOICES: Final = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitGap:
    """One unit: its requirements that are shown and those that are not, each in the catalogue's order."""

    shown: tuple[Requirement, ...]
    missing: tuple[Requirement, ...]

    @property
    def next_steps(self) -> tuple[Requirement, ...]:
        """The first three that are missing."""
        return self.missing[:NEXT]

    @property
    def all_shown(self) -> bool:
        """Tell whether every requirement is confirmed; this is never "completed"."""
        return bool(self.shown) and not self.missing

    @property
    def near(self) -> bool:
        """Tell whether at least four fifths are shown and something is missing (mission.md COA-10)."""
        total = len(self.shown) + len(self.missing)
        return bool(self.missing) and len(self.shown) * 5 >= total * 4


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupGap:
    """One group of a qualification, as far as someone has come in it.

    Attributes:
        needed, most: osp by the source; None where it sets no bound. parts_needed: the same for parts.
        placed: units that count here; elsewhere: complete units of this group that count in another group.
        candidates: units that can still fill it, in the order of the source.
        left_out: groups that stand beside the chosen one: other competence areas, titles, ways.
        open_places: what could fill it from outside the catalogue.
        optional: it need not be filled.
    """

    group: Group
    tally: Tally
    needed: float | None
    most: float | None
    parts_needed: int | None
    placed: tuple[Unit, ...]
    elsewhere: tuple[Unit, ...]
    candidates: tuple[Unit, ...]
    children: tuple["GroupGap", ...]
    left_out: tuple[Group, ...]
    open_places: tuple[Group, ...]
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QualificationGap:
    """A whole qualification by one way of completing, with the choice that leaves least to do.

    Attributes:
        modes: all ways of completing that the source has (suoritustapa).
        chosen: codes of the competence areas and titles that are counted with.
        exact: False when there were too many ways to try them all; then less might be missing than is said.
    """

    mode: str
    modes: tuple[str, ...]
    root: GroupGap
    chosen: tuple[str, ...]
    exact: bool

    @property
    def nothing_missing(self) -> bool:
        """Tell whether the rules are met by confirmed units; this is never "completed"."""
        return (self.root.tally.missing, self.root.tally.parts_missing) == (0, 0)


def unit_gap(unit: Unit, shown_keys: Collection[str]) -> UnitGap:
    """Split a unit's requirements. Keys that the unit does not have count for nothing."""
    return UnitGap(
        shown=tuple(one for one in unit.requirements if one.key in shown_keys),
        missing=tuple(one for one in unit.requirements if one.key not in shown_keys),
    )


def qualification_gap(
    qualification: Qualification,
    complete: Collection[str],
    *,
    mode: str | None = None,
    wanted: frozenset[str] = frozenset(),
) -> QualificationGap | None:
    """Hold complete units against the rules of composition.

    Args:
        qualification: with its units.
        complete: codes of units of which every requirement is confirmed; a unit counts once, wherever it stands.
        mode: a way of completing; None or an unknown one takes the first.
        wanted: codes of the competence area and title that the person aims at.

    Returns:
        None when the source has no structure.
    """
    if not qualification.structures:
        return None
    structure = _structure(qualification.structures, mode)
    units = {_name(unit): unit for unit in reversed(qualification.units)}
    tree = tree_of(structure, {unit.source_id: _name(unit) for unit in qualification.units})
    credits_of = {name: unit.credits_min or 0.0 for name, unit in units.items()}
    best: tuple[Node, Placed] | None = None
    for chosen in islice(choices(tree, wanted), MOST_CHOICES):
        placed = best_places(chosen, complete, credits_of)
        if best is None or placed.key < best[1].key:
            best = (chosen, placed)
    if best is None:
        return None
    root, placed = best
    return QualificationGap(
        mode=structure.mode,
        modes=tuple(each.mode for each in qualification.structures),
        root=_group_gap(root, placed, units, frozenset(complete), optional=False),
        chosen=tuple(node.group.code for node in root.walk() if node.group.code is not None),
        exact=placed.exact and choice_count(tree) <= MOST_CHOICES,
    )


def _structure(structures: tuple[Structure, ...], mode: str | None) -> Structure:
    return next((each for each in structures if each.mode == mode), structures[0])


def _name(unit: Unit) -> str:
    """What a unit is counted as: its code, so that the same unit under two ids counts once."""
    return unit.code or unit.source_id


def _group_gap(
    node: Node, placed: Placed, units: Mapping[str, Unit], complete: frozenset[str], *, optional: bool
) -> GroupGap:
    here = tuple(name for name in node.units if placed.places.get(name) == node.number)
    return GroupGap(
        group=node.group,
        tally=placed.tallies[node.number],
        needed=node.least,
        most=node.most,
        parts_needed=node.parts_least,
        placed=tuple(units[name] for name in here),
        elsewhere=tuple(units[name] for name in node.units if name in complete and name not in here),
        candidates=tuple(units[name] for name in node.units if name not in complete),
        children=tuple(
            _group_gap(child, placed, units, complete, optional=child.number in node.optional)
            for child in node.children
        ),
        left_out=tuple(each.group for each in node.left_out),
        open_places=node.open_places,
        optional=optional,
    )
