"""The small code's bytes: what is written is read, nothing else is, and it fits a QR code of version 10."""

from dataclasses import replace

import compact_world as world
import pytest
from hypothesis import given
from hypothesis import strategies as st
from peruste_samples import read_shared

from schemas import qr_code
from schemas.compact_code import (
    MAX_SIGNS,
    PREFIX,
    CompactCodeError,
    UnitClaims,
    bitmap,
    month_number,
    month_of,
    order_digest,
    payload,
    positions,
    take_apart,
)


@pytest.mark.parametrize("claims", [world.CLAIMS, world.NO_UNIT, replace(world.CLAIMS, by_school=True)])
def test_what_is_written_is_read(claims):
    assert take_apart(world.code(claims)).claims == claims


def test_white_space_around_a_scanned_code_is_set_aside():
    assert take_apart(f"\n {world.code()}\r\n").claims == world.CLAIMS


@given(st.sets(st.integers(0, 255), max_size=60))
def test_bits_are_positions_and_back(places):
    assert positions(bitmap(sorted(places))) == tuple(sorted(places))


def test_a_month_is_a_number_and_back():
    assert [month_of(month_number(month_of(number))) for number in (0, 322, 1199)] == [
        month_of(0),
        month_of(322),
        month_of(1199),
    ]


def test_another_order_of_requirements_has_another_name():
    keys = list(world.REQUIREMENTS)
    assert order_digest(1, 2, keys) != order_digest(1, 2, keys[::-1])
    assert order_digest(1, 2, keys) != order_digest(1, 3, keys)


def largest(requirements: int) -> world.Claims:
    """A unit with so many requirements, all shown, and every other value as long as it gets."""
    unit = UnitClaims(code=999_999, qualification=9_999_999, order=b"\xff" * 4, shown=bitmap(range(requirements)))
    return replace(world.CLAIMS, unit=unit, index=131_071, given=1000, signed=1030, activity=(970, 990), by_school=True)


def test_a_unit_of_sixty_requirements_fits_version_ten():
    code = world.code(largest(60))
    assert (len(code) <= MAX_SIGNS, qr_code.version(code)) == (True, 10)


def test_a_hundred_and_twelve_requirements_fit_and_one_more_is_refused():
    longest = world.code(largest(112))
    assert (len(longest) <= MAX_SIGNS, qr_code.version(longest)) == (True, 10)
    with pytest.raises(CompactCodeError, match=r"compact\.too_long"):
        world.code(largest(113))


@pytest.mark.shared
def test_every_unit_of_the_real_qualifications_fits_with_a_part_of_each_kind(shared):
    sizes = [
        len(unit.requirements)
        for peruste_id in ("7614470", "6942140", "3932281", "1718932")
        for unit in read_shared(shared, peruste_id).units
        if unit.requirements
    ]
    assert max(sizes) == 56
    for size in set(sizes):
        fullest = replace(largest(size), by_school=False)
        last = replace(fullest.unit, shown=bitmap(range(size - 1)), in_part=bitmap([size - 1]))
        assert qr_code.version(world.code(replace(fullest, unit=last))) <= 10


def test_311_signs_are_what_version_ten_holds():
    text = world.code()
    assert qr_code.version(PREFIX + "A" * (MAX_SIGNS - len(PREFIX))) == 10
    assert qr_code.version(PREFIX + "A" * (MAX_SIGNS + 1 - len(PREFIX))) == 11
    assert text.isascii()


@pytest.mark.parametrize(
    "change",
    [
        {"credential": bytes(15)},
        {"digest": bytes(31)},
        {"given": 1200, "signed": 1200},
        {"signed": 321},
        {"activity": (323, 323)},
        {"activity": (319, 318)},
        {"activity": (-1, 3)},
        {"status_list": bytes(9)},
        {"index": -1},
        {"index": 1 << 32},
        {"scope": 0},
        {"scope": 3},
        {"unit": None},
        {"achievement": bytes(16)},
    ],
)
def test_claims_outside_their_bounds_are_not_written(change):
    with pytest.raises(CompactCodeError, match=r"compact\.claims"):
        payload(replace(world.CLAIMS, **change))


@given(st.text(max_size=400))
def test_no_text_makes_the_reader_fail_otherwise(text):
    for candidate in (text, PREFIX + text):
        with pytest.raises(CompactCodeError):
            take_apart(candidate)
