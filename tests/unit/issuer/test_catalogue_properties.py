"""Whatever happens to a peruste on its way, reading it ends in a value or in a named error."""

import json
import re
from copy import deepcopy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from peruste_samples import ALL_UNITS, peruste

from issuer.domain.catalogue import CatalogueError, Kind
from issuer.domain.peruste_reading import read_peruste
from schemas import strict_json
from schemas.errors import DocumentError

SMALL = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(min_value=-(2**53) + 1, max_value=2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
    | st.sampled_from(["<ul><li>a</li>", "tutkinnonosat_1", "15", "1659301200000", "&nbsp;", "a" * 300]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)
BYTES = json.dumps(peruste(), ensure_ascii=False).encode()


def paths(value, here=()):
    yield here
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from paths(inner, (*here, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from paths(inner, (*here, index))


PATHS = [path for path in paths(peruste()) if path]


def replace_at(source, path, value):
    owner = source
    for step in path[:-1]:
        owner = owner[step]
    owner[path[-1]] = value


def remove_at(source, path):
    owner = source
    for step in path[:-1]:
        owner = owner[step]
    del owner[path[-1]]


def check(source):
    """Read it; a unit that can be awarded then has all that a badge needs."""
    try:
        qualification = read_peruste(source)
    except CatalogueError:
        return
    ids = [unit.source_id for unit in qualification.units]
    assert len(set(ids)) == len(ids)
    for unit in qualification.units:
        keys = [requirement.key for requirement in unit.requirements]
        assert len(set(keys)) == len(keys)
        assert all(requirement.text for requirement in unit.requirements)
        if unit.can_be_awarded:
            assert unit.code
            assert unit.name
            assert unit.version
            assert unit.credits_max
            assert unit.requirements
            assert unit.register_number
            assert unit.kind is Kind.VOCATIONAL


@given(path=st.sampled_from(PATHS), value=SMALL)
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_value_in_any_place_is_read_or_refused_by_name(path, value):
    source = peruste()
    replace_at(source, path, value)
    check(source)


@given(path=st.sampled_from(PATHS))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_member_may_be_missing(path):
    source = peruste()
    remove_at(source, path)
    check(source)


@given(chosen=st.lists(st.sampled_from(ALL_UNITS), min_size=1, max_size=6), value=SMALL)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_mixture_of_formats_is_read(chosen, value):
    units = [make(index + 1, str(900_100 + index)) for index, make in enumerate(chosen)]
    source = peruste(*deepcopy(units), lisa=value)
    qualification = read_peruste(source)
    assert len(qualification.units) == len(units)
    expected = {"unit_2019": 3, "unit_2017": 2, "unit_2014": 3, "unit_targets": 2, "common_unit": 0}
    assert qualification.requirement_count == sum(expected[make.__name__] for make in chosen)


@given(source=SMALL)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_json_at_all_is_read_or_refused_by_name(source):
    check(source)


@given(cut=st.integers(min_value=0, max_value=len(BYTES) - 1))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_file_cut_anywhere_is_refused_with_its_place(cut):
    with pytest.raises(DocumentError) as refusal:
        strict_json.read(BYTES[:cut], max_bytes=1 << 20, max_values=100_000)
    assert refusal.value.code in ("input.json", "input.encoding")
    assert re.search(r"char \d+|position \d+|unexpected end of data", refusal.value.detail)


@given(place=st.integers(min_value=0, max_value=len(BYTES) - 1), byte=st.integers(min_value=0, max_value=255))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_changed_byte_is_read_or_refused_by_name(place, byte):
    data = bytearray(BYTES)
    data[place] = byte
    try:
        source = strict_json.read(bytes(data), max_bytes=1 << 20, max_values=100_000, max_depth=64)
    except DocumentError:
        return
    check(source)
