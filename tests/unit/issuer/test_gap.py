"""What is missing of a unit and of a qualification: by hand-made cases and by the perusteet of ../shared."""

from dataclasses import replace

import pytest
from peruste_samples import read_shared

from issuer.demo.load_catalogue import demo_catalogue
from issuer.domain.gap import qualification_gap, unit_gap

MANDATORY = ("106945", "106877", "106878", "106879")
SMALL_MACHINES = ("106899", "106887", "106888", "106889")
COMMON = ("106727", "106728", "106729")
COMMON_OF_WOOD = ("400012", "400013", "400014")


def codes(*numbers):
    return frozenset(f"tutkinnonosat_{number}" for number in numbers)


def walk(group):
    yield group
    for child in group.children:
        yield from walk(child)


def named(gap, name):
    return [group for group in walk(gap.root) if group.group.name.fi == name]


def bicycle():
    return next(unit for one in demo_catalogue().qualifications for unit in one.units if unit.number == "106889")


def test_exactly_the_missing_requirements_are_listed_in_the_catalogues_order():
    unit = bicycle()
    keys = [one.key for one in unit.requirements]
    gap = unit_gap(unit, {keys[4], keys[0], "of-another-unit"})
    assert [one.key for one in gap.shown] == [keys[0], keys[4]]
    assert [one.key for one in gap.missing] == [key for key in keys if key not in (keys[0], keys[4])]
    assert [one.key for one in gap.next_steps] == [keys[1], keys[2], keys[3]]
    assert not gap.all_shown


def test_a_unit_without_requirements_is_never_all_shown():
    assert not unit_gap(replace(bicycle(), requirements=()), ()).all_shown


@pytest.mark.parametrize(("shown", "near"), [(7, False), (8, True), (9, False)])
def test_near_means_four_fifths_and_not_all(shown, near):
    unit = bicycle()  # nine requirements
    keys = [one.key for one in unit.requirements][:shown]
    assert unit_gap(unit, keys).near is near


def test_a_qualification_without_structure_has_no_rules_to_show():
    assert qualification_gap(demo_catalogue().qualifications[0], ()) is None


@pytest.mark.shared
def test_twenty_one_of_twenty_eight_leave_exactly_the_other_seven(shared):
    unit = next(one for one in read_shared(shared, "7614470").units if one.number == "106889")
    keys = [one.key for one in unit.requirements]
    assert len(keys) == 28
    gap = unit_gap(unit, set(keys[::-1][:21]))
    assert [one.key for one in gap.missing] == keys[:7]
    assert [one.key for one in gap.next_steps] == keys[:3]


@pytest.mark.shared
def test_with_nothing_shown_a_whole_vehicle_qualification_is_missing(shared):
    gap = qualification_gap(read_shared(shared, "7614470"), ())
    assert (gap.root.tally.shown, gap.root.tally.missing, gap.root.needed) == (0, 180.0, 180.0)
    assert gap.exact
    assert not gap.nothing_missing


@pytest.mark.shared
def test_a_unit_of_many_leaves_counts_once(shared):
    qualification = read_shared(shared, "7614470")
    places = [place.unit_id for place in qualification.structures[0].root.places()]
    source = next(unit.source_id for unit in qualification.units if unit.number == "106889")
    assert len(places) == 209
    assert places.count(source) > 3
    gap = qualification_gap(qualification, codes("106889"))
    assert (gap.root.tally.shown, gap.root.tally.missing, gap.root.tally.units) == (15.0, 165.0, 1)
    assert sum(len(group.placed) for group in walk(gap.root)) == 1


@pytest.mark.shared
def test_units_go_where_the_title_needs_them_and_common_units_stay_missing(shared):
    gap = qualification_gap(read_shared(shared, "7614470"), codes(*MANDATORY, *SMALL_MACHINES))
    assert gap.chosen == ("osaamisala_1008", "tutkintonimikkeet_10069")
    (title,) = named(gap, "Pienkonemekaanikko")
    assert title.tally.missing == 0
    (common,) = named(gap, "Yhteiset tutkinnon osat")
    assert (common.tally.missing, [unit.number for unit in common.candidates]) == (35.0, list(COMMON))
    assert [len(group.left_out) for group in named(gap, "Ajoneuvotekniikan osaamisala")] == [3]


@pytest.mark.shared
def test_the_wanted_title_is_counted_with_even_where_another_is_nearer(shared):
    wanted = frozenset({"osaamisala_1008", "tutkintonimikkeet_10066"})
    gap = qualification_gap(read_shared(shared, "7614470"), codes(*MANDATORY, *SMALL_MACHINES), wanted=wanted)
    assert gap.chosen == ("osaamisala_1008", "tutkintonimikkeet_10066")
    assert gap.root.tally.missing > 35.0


@pytest.mark.shared
def test_points_beyond_a_groups_maximum_do_not_count(shared):
    wanted = frozenset({"osaamisala_1008", "tutkintonimikkeet_10069"})
    more = codes(*MANDATORY, *SMALL_MACHINES, "106900", "106901", "106902", "106903", "106904")
    gap = qualification_gap(read_shared(shared, "7614470"), more, wanted=wanted)
    tallies = [group.tally.shown for group in walk(gap.root) if group.most == 30.0]
    assert max(tallies) <= 30.0
    assert gap.root.tally.missing == 35.0  # only the common units


@pytest.mark.shared
def test_required_leaves_are_named_before_anything_else_can_fill_their_group(shared):
    gap = qualification_gap(read_shared(shared, "6942140"), codes("103910"))
    assert gap.chosen == ("osaamisala_1775",)
    (area,) = named(gap, "Kukka- ja puutarhakaupan osaamisala")
    (inner,) = area.children
    assert [unit.number for unit in inner.placed] == ["103910"]
    assert [unit.number for unit in inner.candidates] == ["103911"]
    assert (inner.tally.missing, inner.tally.parts_missing) == (30.0, 1)


@pytest.mark.shared
def test_groups_without_units_are_open_places_and_never_missing_by_themselves(shared):
    gap = qualification_gap(read_shared(shared, "3932281"), codes("105444"))
    group = next(one for one in walk(gap.root) if one.group.name.fi == "Valinnaiset tutkinnon osat 2")
    assert len(group.open_places) == 4
    assert group.tally.missing == 20.0


@pytest.mark.shared
def test_the_second_way_of_completing_counts_parts_where_points_have_no_bounds(shared):
    qualification = read_shared(shared, "1718932")
    gap = qualification_gap(qualification, codes("100359"), mode="naytto")
    assert (gap.mode, gap.modes) == ("naytto", ("ops", "naytto"))
    assert gap.root.needed is None
    assert gap.root.tally.parts_missing > 0
    assert not gap.nothing_missing
    assert qualification_gap(qualification, codes("100359"), mode="unknown").mode == "ops"


@pytest.mark.shared
def test_all_that_the_rules_ask_for_leaves_nothing_missing_and_is_not_called_completed(shared):
    wood = codes("105444", "105426", "105440", "105422", "105423", *COMMON_OF_WOOD)
    gap = qualification_gap(read_shared(shared, "3932281"), wood)
    assert gap.root.tally.missing == 9.0  # the free choice among common units is an open place
    assert not gap.nothing_missing
    assert not hasattr(gap, "completed")
