"""Reads the rules of composition (rakenne) of a qualification: what every choice needs, and what excludes what.

The source says bounds and roles, and leaves the rest to people; docs/decisions/0022 gives the reading.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count, product
from typing import Final

from issuer.domain.catalogue_structure import Group, Structure, UnitPlace

# Roles of which a student takes one: competence area and qualification title.
_ONE_OF: Final = ("osaamisala", "tutkintonimike")
_NUMBERED: Final = re.compile(r"(?:vaihtoehto|alternativ)\s*\d", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A group as it is counted.

    Attributes:
        number: 0 for the root, then in the order of the source.
        units: names of the units that stand directly in it, each once; required: those that must be there.
        least, most: osp; parts_least: parts (units and groups) that are needed. None where the source sets no bound.
        children: groups that count beside each other; optional: numbers of those that need not be filled.
        alternatives: sets of groups of which one is taken; empty once `choices` has chosen.
        left_out: groups that the choice passed over.
        open_places: groups without any unit of the catalogue: local units, other qualifications, university studies.
    """

    number: int
    group: Group
    units: tuple[str, ...]
    required: tuple[str, ...]
    least: float | None
    most: float | None
    parts_least: int | None
    children: tuple["Node", ...] = ()
    optional: frozenset[int] = frozenset()
    alternatives: tuple[tuple["Node", ...], ...] = ()
    left_out: tuple["Node", ...] = ()
    open_places: tuple[Group, ...] = ()

    def walk(self) -> Iterator["Node"]:
        """This node and all below it that count, in the order of the source."""
        yield self
        for child in self.children:
            yield from child.walk()


def tree_of(structure: Structure, names: Mapping[str, str]) -> Node:
    """Read a structure.

    Args:
        structure: one way of completing; the catalogue's reader keeps its depth to 40.
        names: what a unit is called here, by its id in the source; leaves that lead nowhere are passed over.
    """
    return _node(structure.root, names, count())


def choices(node: Node, wanted: frozenset[str] = frozenset()) -> Iterator[Node]:
    """Every way of taking one group from each set of alternatives, in the order of the source.

    Args:
        node: of `tree_of`.
        wanted: codes of competence areas and titles; where one of a set is among them, the others are passed over.
    """
    child_ways = [list(choices(child, wanted)) for child in node.children]
    set_ways: list[list[tuple[Node, tuple[Node, ...]]]] = []
    for one_of in node.alternatives:
        named = tuple(each for each in one_of if each.group.code in wanted) or one_of
        set_ways.append(
            [
                (way, tuple(other for other in one_of if other is not each))
                for each in named
                for way in choices(each, wanted)
            ]
        )
    for children in product(*child_ways):
        for taken in product(*set_ways):
            chosen = (*children, *(way for way, _ in taken))
            yield replace(
                node,
                children=tuple(sorted(chosen, key=lambda child: child.number)),
                alternatives=(),
                left_out=tuple(other for _, others in taken for other in others),
            )


def choice_count(node: Node) -> int:
    """How many ways `choices` would give, without making them."""
    ways = 1
    for child in node.children:
        ways *= choice_count(child)
    for one_of in node.alternatives:
        ways *= sum(choice_count(each) for each in one_of)
    return ways


def _node(group: Group, names: Mapping[str, str], numbers: Iterator[int]) -> Node:
    number = next(numbers)
    places = [part for part in group.parts if isinstance(part, UnitPlace) and part.unit_id in names]
    groups = [part for part in group.parts if isinstance(part, Group)]
    filled = [each for each in groups if any(place.unit_id in names for place in each.places())]
    nodes = [_node(each, names, numbers) for each in filled]
    sets = _alternatives(group, nodes, has_units=bool(places))
    taken = {node.number for one_of in sets for node in one_of}
    children = tuple(node for node in nodes if node.number not in taken)
    bounds = group.bounds
    return Node(
        number=number,
        group=group,
        units=_named(places, names),
        required=_named([place for place in places if place.required], names),
        least=_least(bounds.credits_min, bounds.credits_max),
        most=bounds.credits_max,
        parts_least=bounds.parts_min,
        children=children,
        optional=_optional(group, children),
        alternatives=sets,
        open_places=tuple(each for each in groups if each not in filled),
    )


def _named(places: list[UnitPlace], names: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names[place.unit_id] for place in places if place.unit_id is not None))


def _least(least: float | None, most: float | None) -> float | None:
    """A minimum above the maximum is a slip of the source: the maximum is all that can be asked for."""
    return min(least, most) if least is not None and most is not None else least


def _alternatives(group: Group, nodes: list[Node], *, has_units: bool) -> tuple[tuple[Node, ...], ...]:
    """Sets of child groups of which one is taken: by role, by numbered name, or because each fills the group alone."""
    found = [tuple(node for node in nodes if node.group.role == role) for role in _ONE_OF]
    rest = [node for node in nodes if node.group.role not in _ONE_OF]
    numbered = tuple(node for node in rest if _NUMBERED.match(node.group.name.fi or node.group.name.sv))
    found.append(numbered)
    rest = [node for node in rest if node not in numbered]
    most, alone = group.bounds.credits_max, tuple(rest)
    by_points = most is not None and most > 0 and all((node.least or 0) >= most for node in rest)
    by_parts = group.bounds.parts_max == 1 and not has_units
    if by_points or by_parts:
        found.append(alone)
    return tuple(one_of for one_of in found if len(one_of) > 1)


def _optional(group: Group, children: tuple[Node, ...]) -> frozenset[int]:
    """Child groups that need not all be filled: together they ask for more than the group may hold."""
    most, parts_most = group.bounds.credits_max, group.bounds.parts_max
    too_much = most is not None and sum(node.least or 0 for node in children) > most
    too_many = parts_most is not None and len(children) > parts_most
    return frozenset(node.number for node in children) if too_much or too_many else frozenset()
