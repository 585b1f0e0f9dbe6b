"""Rules of composition: generated qualifications against a slow oracle that tries every choice and every place."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.domain.catalogue_structure import Bounds, Group, Structure, UnitPlace
from issuer.domain.catalogue_text import NO_TEXT, Text
from issuer.domain.composition import choices, tree_of
from issuer.domain.unit_assignment import MOST_TRIALS, best_places

UNITS = "abcdef"
CREDITS = st.sampled_from([0.0, 5.0, 10.0, 15.0, 30.0])


@st.composite
def groups(draw, depth=0, role=""):
    """A group of up to three parts below it, with units of six, which may stand in many places."""
    leaves = [
        UnitPlace(unit_id=unit, required=draw(st.booleans()) and draw(st.booleans()))
        for unit in draw(st.lists(st.sampled_from(UNITS), max_size=3, unique=True))
    ]
    below = []
    if depth < 2:
        for _ in range(draw(st.integers(0, 3 if depth == 0 else 2))):
            kind = draw(st.sampled_from(["määritelty", "määritelty", "osaamisala", "määrittelemätön"]))
            below.append(draw(groups(depth + 1, kind)))
    least = draw(st.none() | st.sampled_from([0.0, 10.0, 20.0, 45.0]))
    most = draw(st.none() | st.sampled_from([10.0, 30.0, 60.0]))
    numbered = depth > 0 and draw(st.integers(0, 4)) == 0
    return Group(
        name=Text(fi=f"Vaihtoehto {draw(st.integers(1, 3))}") if numbered else NO_TEXT,
        role=role,
        code=None,
        required=False,
        bounds=Bounds(
            credits_min=least,
            credits_max=most,
            parts_min=draw(st.none() | st.integers(0, 2)),
            parts_max=draw(st.none() | st.integers(1, 2)),
        ),
        parts=tuple(draw(st.permutations([*leaves, *below]))),
    )


def holds_units(group):
    return any(True for _ in group.places())


def split(group):
    """The oracle's own reading: (groups that count together, those of them that must be filled, sets of one-of)."""
    inner = [part for part in group.parts if isinstance(part, Group) and holds_units(part)]
    floor = {id(g): 0 if g.bounds.credits_min is None else least_of(g) for g in inner}
    areas = [g for g in inner if g.role == "osaamisala"]
    others = [g for g in inner if g.role != "osaamisala"]
    named = [g for g in others if g.name.fi.startswith("Vaihtoehto")]
    plain = [g for g in others if not g.name.fi.startswith("Vaihtoehto")]
    top, fewest = group.bounds.credits_max, group.bounds.parts_max
    sets = [s for s in (areas, named) if len(s) > 1]
    direct = any(isinstance(part, UnitPlace) for part in group.parts)
    each_fills = top is not None and all(floor[id(g)] >= top for g in plain)
    if len(plain) > 1 and (each_fills or (fewest == 1 and not direct)):
        sets.append(plain)
    apart = {id(g) for s in sets for g in s}
    together = [g for g in inner if id(g) not in apart]
    overfull = top is not None and sum(floor[id(g)] for g in together) > top
    overfull = overfull or (fewest is not None and len(together) > fewest)
    return together, ([] if overfull else together), sets


def least_of(group):
    least, most = group.bounds.credits_min, group.bounds.credits_max
    return least if most is None or least is None else min(least, most)


def worlds(group):
    """Every way of choosing: dicts from a group's identity to (groups in it, groups that must be filled)."""
    together, demanded, sets = split(group)
    for picked in product(*sets):
        for inner in product(*(list(worlds(g)) for g in (*together, *picked))):
            world = {id(group): ((*together, *picked), (*demanded, *picked))}
            for one in inner:
                world |= one
            yield world


def measure(group, world, where, points):
    """(missing points, missing parts, shown, units) of a group when each unit is where `where` says."""
    inside, demanded = world[id(group)]
    of = {id(g): measure(g, world, where, points) for g in inside}
    here = [unit for unit, place in where.items() if place == id(group)]
    total = sum(points[unit] for unit in here) + sum(one[2] for one in of.values())
    shown = total if group.bounds.credits_max is None else min(total, group.bounds.credits_max)
    required = {part.unit_id for part in group.parts if isinstance(part, UnitPlace) and part.required}
    absent = required.difference(here)
    parts = len(here) + sum(1 for one in of.values() if one[3])
    missing = sum(of[id(g)][0] for g in demanded) + sum(points[unit] for unit in absent)
    missing_parts = sum(of[id(g)][1] for g in demanded) + len(absent)
    missing = max(missing, (least_of(group) or 0) - shown, 0)
    missing_parts = max(missing_parts, (group.bounds.parts_min or 0) - parts, 0)
    return missing, missing_parts, shown, len(here) + sum(one[3] for one in of.values())


def oracle(root, complete, points):
    best = None
    for world in worlds(root):
        homes = {unit: [None] for unit in complete}
        pending = [root]
        while pending:
            group = pending.pop()
            pending.extend(world[id(group)][0])
            for part in group.parts:
                if isinstance(part, UnitPlace) and part.unit_id in homes and id(group) not in homes[part.unit_id]:
                    homes[part.unit_id].append(id(group))
        for picked in product(*homes.values()):
            missing, parts, shown, _ = measure(root, world, dict(zip(homes, picked, strict=True)), points)
            key = (missing, parts, -shown)
            best = key if best is None or key < best else best
    return best


def found(root, complete, points):
    tree = tree_of(Structure(mode="reformi", root=root), {unit: unit for unit in UNITS})
    return min(best_places(way, complete, points).key for way in choices(tree))


@settings(max_examples=300, deadline=None)
@given(groups(), st.sets(st.sampled_from(UNITS), max_size=4), st.lists(CREDITS, min_size=6, max_size=6))
def test_the_best_places_are_those_of_the_oracle(root, complete, sizes):
    points = dict(zip(UNITS, sizes, strict=True))
    assert found(root, complete, points) == oracle(root, complete, points)


@settings(max_examples=200, deadline=None)
@given(groups(), st.lists(st.sampled_from(UNITS), max_size=6), st.lists(CREDITS, min_size=6, max_size=6))
def test_one_more_unit_never_leaves_more_to_do(root, order, sizes):
    points = dict(zip(UNITS, sizes, strict=True))
    have = set()
    before = found(root, have, points)
    for unit in order:
        have.add(unit)
        now = found(root, have, points)
        assert now <= before
        before = now


@settings(max_examples=100, deadline=None)
@given(groups(), st.sets(st.sampled_from(UNITS)), st.lists(CREDITS, min_size=6, max_size=6))
def test_a_unit_counts_once_and_only_where_it_stands(root, complete, sizes):
    points = dict(zip(UNITS, sizes, strict=True))
    tree = tree_of(Structure(mode="reformi", root=root), {unit: unit for unit in UNITS})
    for way in choices(tree):
        placed = best_places(way, complete, points)
        nodes = {node.number: node for node in way.walk()}
        assert set(placed.places) <= complete
        assert all(unit in nodes[number].units for unit, number in placed.places.items())
        assert placed.tallies[0].units == len(placed.places)


def test_a_hostile_structure_ends_and_says_that_it_was_not_tried_out():
    units = [f"u{number}" for number in range(24)]
    many = tuple(
        Group(
            name=NO_TEXT,
            role="määritelty",
            code=None,
            required=False,
            bounds=Bounds(credits_min=17.0 + number, credits_max=31.0),
            parts=tuple(UnitPlace(unit_id=unit, required=False) for unit in units),
        )
        for number in range(12)
    )
    root = Group(name=NO_TEXT, role="", code=None, required=False, bounds=Bounds(), parts=many)
    tree = tree_of(Structure(mode="", root=root), {unit: unit for unit in units})
    points = {unit: 3.0 + number for number, unit in enumerate(units)}
    placed = best_places(tree, units, points)
    assert len(placed.places) == len(units)
    assert not placed.exact
    assert MOST_TRIALS < 10_000
