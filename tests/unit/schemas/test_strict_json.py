"""Strict reading of JSON: every refusal with its code, every bound at its edge and one step beyond."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import strict_json
from schemas.errors import DocumentError

ENCODING, JSON, LIMITS = "input.encoding", "input.json", "input.limits"


def code_of(data, **bounds):
    with pytest.raises(DocumentError) as refusal:
        strict_json.read(data, **bounds)
    return refusal.value.code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xef\xbb\xbf{}", ENCODING),
        ('{"a":1}'.encode("utf-16"), ENCODING),
        ('{"a":1}'.encode("utf-16-le"), ENCODING),
        ('{"a":1}'.encode("utf-32"), ENCODING),
        (b'"\xff"', ENCODING),
        (b'"\xc0\xaf"', ENCODING),
        (b'"\xed\xa0\x80"', ENCODING),
        (rb'{"a":"\ud800"}', ENCODING),
        (rb'{"\udc00":1}', ENCODING),
        (rb'["\udc00\ud800"]', ENCODING),
        (rb'{"a":"\u0000"}', ENCODING),
        (b'{"a":"\x00"}', ENCODING),
        (b"", JSON),
        (b" ", JSON),
        (b"[1] [2]", JSON),
        (b'{"a":1,}', JSON),
        (b"{'a':1}", JSON),
        (b'"open', JSON),
        (b'["a\\"]', JSON),
        (b'{"issuer":"a","issuer":"b"}', JSON),
        (rb'{"issuer":"a","\u0069ssuer":"b"}', JSON),
        (b'{"a":{"b":1,"b":1}}', JSON),
        (b'{"a":NaN}', JSON),
        (b'{"a":Infinity}', JSON),
        (b'{"a":-Infinity}', JSON),
        (b'{"a":1e400}', JSON),
        (b'{"a":-1e400}', JSON),
        (b'{"a":9007199254740992}', JSON),
        (b'{"a":-9007199254740992}', JSON),
        (b'{"a":' + b"9" * 5000 + b"}", JSON),
        (b'"a\nb"', JSON),
        (b"[01]", JSON),
    ],
)
def test_what_is_not_strict_json_is_refused_with_its_code(data, code):
    assert code_of(data) == code


def test_ordinary_document_comes_through():
    text = '{"nimi":"Työpaja","a":[1,-0.5,true,null,"\\u00e4\\ud83d\\ude00"],"b":{}}'.encode()
    assert strict_json.read(text) == {"nimi": "Työpaja", "a": [1, -0.5, True, None, "ä😀"], "b": {}}


@pytest.mark.parametrize("number", [9007199254740991, -9007199254740991, 0])
def test_largest_exact_integers_are_accepted(number):
    assert strict_json.read(str(number).encode()) == number


def test_depth_at_the_bound_is_accepted_and_one_deeper_refused():
    assert strict_json.read(b"[" * 32 + b"]" * 32)
    assert code_of(b"[" * 33 + b"]" * 33) == JSON
    assert strict_json.read(b'{"a":' * 3 + b"1" + b"}" * 3, max_depth=3)
    assert code_of(b'{"a":' * 3 + b"[1]" + b"}" * 3, max_depth=3) == JSON


def test_brackets_inside_strings_are_no_depth():
    assert strict_json.read(b'["' + b"[{" * 1000 + rb"\"[[[\\" + b'"]') == ["[{" * 1000 + '"[[[\\']


def test_number_of_values_at_the_bound_is_accepted_and_one_more_refused():
    assert strict_json.read(b"[" + b"0," * 1998 + b"0]")
    assert code_of(b"[" + b"0," * 1999 + b"0]") == LIMITS
    assert strict_json.read(b"[" + b"[ ]," * 1998 + b"{}]")
    assert code_of(b"[" + b"[]," * 1999 + b"{}]") == LIMITS


def test_empty_brackets_inside_strings_do_not_buy_more_values():
    assert code_of(b'["' + b"[]" * 3000 + b'",' + b"0," * 2000 + b"0]") == LIMITS


def test_bytes_at_the_bound_are_accepted_and_one_more_refused():
    assert strict_json.read(b'"abc"', max_bytes=5) == "abc"
    assert code_of(b'"abc" ', max_bytes=5) == LIMITS


def test_string_at_the_bound_is_accepted_and_one_byte_more_refused():
    assert strict_json.read(b'["' + b"x" * 8 + b'"]', max_string_bytes=8)
    assert code_of(b'["' + b"x" * 9 + b'"]', max_string_bytes=8) == LIMITS
    assert code_of(b'{"' + b"x" * 9 + b'":1}', max_string_bytes=8) == LIMITS
    assert code_of('["ääääx"]'.encode(), max_string_bytes=8) == LIMITS


@pytest.mark.parametrize(
    "data",
    [
        b"[" * (1 << 20),
        b'{"a":' * 200_000,
        b'"' + rb"\"" * 500_000,
        rb"\"" * 500_000,
        b'"' * (1 << 20),
        b"[" + b"[]," * 300_000,
        b"[" + b"[]," * 300_000 + b"0]",
        b"[" + b'"",' * 300_000 + b'""]',
        b"\\" * (1 << 20),
    ],
)
def test_megabyte_made_to_stall_a_reader_is_refused_quickly(data):
    started = time.process_time()
    code_of(data)
    assert time.process_time() - started < 1


@pytest.mark.parametrize("data", [b"[]", b'"text"', b"1", b"null"])
def test_only_an_object_is_an_object(data):
    with pytest.raises(DocumentError) as refusal:
        strict_json.read_object(data)
    assert refusal.value.code == JSON


def test_object_is_read_with_the_same_bounds():
    assert strict_json.read_object(b'{"a":1}') == {"a": 1}
    with pytest.raises(DocumentError) as refusal:
        strict_json.read_object(b'{"a":[1,2]}', max_values=3)
    assert refusal.value.code == LIMITS


def test_written_json_is_compact_and_keeps_the_order():
    assert strict_json.write({"b": 1, "a": ["ä", None, True, 0.5]}) == '{"b":1,"a":["ä",null,true,0.5]}'.encode()


def test_nan_is_never_written():
    with pytest.raises(ValueError, match="Out of range"):
        strict_json.write({"a": float("nan")})


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])), inner, max_size=4
        )
    ),
    max_leaves=30,
)


@given(VALUES, st.booleans())
def test_what_is_written_is_read_back(value, ascii_only):
    assert strict_json.read(json.dumps(value, ensure_ascii=ascii_only).encode()) == value
    assert strict_json.read(strict_json.write(value)) == value


def _count(value):
    if isinstance(value, dict):
        return 1 + sum(map(_count, value.values()))
    return 1 + sum(map(_count, value)) if isinstance(value, list) else 1


@given(VALUES)
def test_the_count_of_values_is_exact(value):
    data = json.dumps(value).encode()
    assert strict_json.read(data, max_values=_count(value)) == value
    assert code_of(data, max_values=_count(value) - 1) == LIMITS


@given(st.binary(max_size=60) | st.text(st.sampled_from('[]{}",:\\u0 1ae'), max_size=40).map(str.encode))
def test_any_bytes_give_a_value_or_a_document_error(data):
    try:
        value = strict_json.read(data)
    except DocumentError as refusal:
        code = refusal.code
    else:
        code, expected = "", json.loads(data)
        assert value == expected
    assert code in ("", ENCODING, JSON, LIMITS)
