"""RFC 8785: numbers and order as ECMAScript has them, compared with another implementation."""

import math
import struct

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from schemas.canonical_json import canonicalise

# RFC 8785, appendix B: bits of the double, expected text.
APPENDIX_B = [
    ("0000000000000000", "0"),
    ("8000000000000000", "0"),
    ("0000000000000001", "5e-324"),
    ("8000000000000001", "-5e-324"),
    ("7fefffffffffffff", "1.7976931348623157e+308"),
    ("ffefffffffffffff", "-1.7976931348623157e+308"),
    ("4340000000000000", "9007199254740992"),
    ("c340000000000000", "-9007199254740992"),
    ("4430000000000000", "295147905179352830000"),
    ("44b52d02c7e14af5", "9.999999999999997e+22"),
    ("44b52d02c7e14af6", "1e+23"),
    ("44b52d02c7e14af7", "1.0000000000000001e+23"),
    ("444b1ae4d6e2ef4e", "999999999999999700000"),
    ("444b1ae4d6e2ef4f", "999999999999999900000"),
    ("444b1ae4d6e2ef50", "1e+21"),
    ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
    ("3eb0c6f7a0b5ed8d", "0.000001"),
    ("41b3de4355555553", "333333333.3333332"),
    ("41b3de4355555554", "333333333.33333325"),
    ("41b3de4355555555", "333333333.3333333"),
    ("41b3de4355555556", "333333333.3333334"),
    ("41b3de4355555557", "333333333.33333343"),
    ("becbf647612f3696", "-0.0000033333333333333333"),
    ("43143ff3c1cb0959", "1424953923781206.2"),
]


@pytest.mark.parametrize(("bits", "text"), APPENDIX_B)
def test_numbers_of_the_standard_are_written_as_it_says(bits, text):
    (number,) = struct.unpack(">d", bytes.fromhex(bits))
    assert canonicalise(number) == text.encode()
    assert canonicalise({"n": [number]}) == b'{"n":[' + text.encode() + b"]}"


def test_example_of_the_standard_is_written_as_it_says():
    value = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": '€$\x0f\nA\'B"\\\\"/',
        "literals": [None, True, False],
    }
    assert (
        canonicalise(value)
        == (
            '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
            '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
        ).encode()
    )


def test_members_are_sorted_by_utf16_units_and_not_by_code_points():
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    text = canonicalise(dict.fromkeys(names, 0)).decode()
    assert [
        text.index(name if name != "\r" else "\\r") for name in ("\r", "1", "\x80", "ö", "€", "😀", "\ufb33")
    ] == sorted(text.index(name if name != "\r" else "\\r") for name in names)


@pytest.mark.parametrize(
    "value",
    [math.nan, math.inf, -math.inf, [math.nan], 2**53, {"a": -(2**53)}, {"a": [10**30]}, ["\ud800"], {"\udc00😀": 1}],
)
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises(ValueError):  # noqa: PT011 – the class is the contract
        canonicalise(value)


@pytest.mark.parametrize("value", [{("a",): 1}, {"a": object()}, b"bytes"])
def test_what_is_not_json_is_refused(value):
    with pytest.raises(ValueError):  # noqa: PT011 – the class is the contract
        canonicalise(value)


def test_lone_surrogate_beside_a_real_is_refused():
    with pytest.raises(ValueError):  # noqa: PT011 – the class is the contract
        canonicalise({"a": ["\ud800", 1.5]})


def test_text_that_looks_like_numbers_stays_text():
    assert canonicalise({"a": "x:1.0,[2e5", "b": 1}) == b'{"a":"x:1.0,[2e5","b":1}'


NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=5),
    max_leaves=20,
)


@given(VALUES)
def test_every_value_equals_another_implementation(value):
    assert canonicalise(value) == rfc8785.dumps(value)


@given(st.binary(min_size=8, max_size=8))
def test_every_double_equals_another_implementation(data):
    (number,) = struct.unpack(">d", data)
    if math.isfinite(number):
        assert canonicalise([number]) == rfc8785.dumps([number])
