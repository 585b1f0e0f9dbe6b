"""Bytes of a stranger's JSON to values: UTF-8, unique member names, exact numbers, bounded size, depth and count."""

import json
import math
import re
from itertools import accumulate
from typing import NoReturn, TypeAlias, TypeVar

import orjson

from schemas.errors import DocumentError

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"
JsonObject: TypeAlias = dict[str, JsonValue]

ENCODING = "input.encoding"
JSON = "input.json"
LIMITS = "input.limits"

_LARGEST_INTEGER = 2**53 - 1
_INTEGER_SIGNS = 17  # of 2^53 - 1 with its minus sign
_UTF8_MARK = b"\xef\xbb\xbf"

_NOT_NUMBERS = bytes(set(range(256)) - set(b"-.0123456789"))
# Every other number is read the same way by everybody.
_FEW_DIGITS = 16
_ODD_NUMBER = re.compile(rb"[-.]|[0-9][eE]|[0-9]{16}")

_EMPTY = re.compile(rb"\[[ \t\r\n]*+\]|\{[ \t\r\n]*+\}")
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_ROUND = bytes.maketrans(b"[]{}", b"()()")
_STEPS = {ord("("): 1, ord(")"): -1}

_Item = TypeVar("_Item")


def read(
    data: bytes,
    *,
    max_bytes: int = 1 << 20,
    max_depth: int = 32,
    max_values: int = 2000,
    max_string_bytes: int = 256 << 10,
) -> JsonValue:
    """Return the value of one JSON text.

    Args:
        data: the whole text.
        max_bytes: largest accepted text, inclusive.
        max_depth: deepest accepted nesting of arrays and objects, inclusive.
        max_values: most values of any kind, containers included, inclusive.
        max_string_bytes: longest string or member name in UTF-8 bytes, inclusive.

    Raises:
        DocumentError: ``input.encoding`` (mark, UTF-16, NUL, lone surrogate), ``input.json`` (not JSON, repeated name,
            number that a double cannot hold, too deep) or ``input.limits``. Nothing else leaves.

    Source: RFC 8259 sections 4, 6 and 8.1; RFC 7493 section 2.
    """
    if len(data) > max_bytes:
        raise DocumentError(LIMITS, detail=f"{len(data)} bytes")
    plain = _read_plain(data, max_depth, max_values, max_string_bytes)
    if plain is not None:
        return plain[0]
    text = _decode(data)
    outside = _outside_strings(data)[0]
    if _too_deep(outside, max_depth):
        raise DocumentError(JSON, detail=f"nested deeper than {max_depth}")
    if _too_many(outside, max_values):
        raise DocumentError(LIMITS, detail=f"more than {max_values} values")
    try:
        value: JsonValue = _DECODER.decode(text)
    except (ValueError, RecursionError) as problem:
        if isinstance(problem, DocumentError):
            raise
        raise DocumentError(JSON, detail=str(problem)) from problem
    if len(data) > max_string_bytes or b"\\u" in data:
        _check_strings(value, max_string_bytes)
    return value


def read_object(
    data: bytes,
    *,
    max_bytes: int = 1 << 20,
    max_depth: int = 32,
    max_values: int = 2000,
    max_string_bytes: int = 256 << 10,
) -> JsonObject:
    """As `read`, and the text must be one object (``input.json`` otherwise)."""
    value = read(
        data, max_bytes=max_bytes, max_depth=max_depth, max_values=max_values, max_string_bytes=max_string_bytes
    )
    if not isinstance(value, dict):
        raise DocumentError(JSON, detail="not an object")
    return value


def write(value: JsonValue) -> bytes:
    """Return compact UTF-8 JSON; members keep their order; NaN and infinities raise ValueError."""
    return _ENCODER.encode(value).encode("utf-8")


def _decode(data: bytes) -> str:
    if data.startswith(_UTF8_MARK):
        raise DocumentError(ENCODING, detail="byte order mark")
    if b"\x00" in data:
        raise DocumentError(ENCODING, detail="U+0000, or a wider encoding than UTF-8")
    try:
        return data.decode("utf-8", "strict")
    except UnicodeDecodeError as problem:
        raise DocumentError(ENCODING, detail=str(problem)) from problem


def _read_plain(data: bytes, max_depth: int, max_values: int, max_string_bytes: int) -> tuple[JsonValue] | None:
    """Return the value of an ordinary text by the quick parser, or None: then the strict one has to look.

    The quick one keeps the last of two members of one name. It is only believed when the value, written again, has as
    many strings as the text: each member that it dropped would be missing with its name.
    """
    if (b"\\" in data and b"\\u" in data) or b"\x00" in data or len(data) > max_string_bytes:
        return None
    outside, quotes = _outside_strings(data)
    if _too_deep(outside, max_depth) or _too_many(outside, max_values) or _has_odd_numbers(outside):
        return None
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        return None
    return (value,) if _without_escapes(orjson.dumps(value)).count(b'"') == quotes else None


def _has_odd_numbers(outside: bytes) -> bool:
    """Say whether a number is other than a plain integer of few digits."""
    signs = outside.translate(None, _NOT_NUMBERS)
    if not signs:
        return False
    exponents = outside.count(b"E") + outside.count(b"e") - outside.count(b"true") - outside.count(b"false")
    few = len(signs) < _FEW_DIGITS and signs.isdigit() and not exponents
    return not few and _ODD_NUMBER.search(outside) is not None


def _without_escapes(data: bytes) -> bytes:
    """Without escape pairs each quote opens or closes a string. A backslash outside a string stops any parser."""
    return data.replace(rb"\\", b"").replace(rb"\"", b"") if b"\\" in data else data


def _outside_strings(data: bytes) -> tuple[bytes, int]:
    """Return the text without what its strings hold, and the number of quotes."""
    parts = _without_escapes(data).split(b'"')
    return b'"'.join(parts[::2]), len(parts) - 1


def _too_deep(outside: bytes, max_depth: int) -> bool:
    """Bound the depth on the signs outside strings, before a parser can recurse."""
    brackets = outside.translate(_ROUND, _NOT_BRACKETS)
    if len(brackets) <= 2 * max_depth:
        return False
    if b"(" * (max_depth + 1) in brackets:
        return True
    left = brackets
    for _ in range(max_depth):  # each turn takes the innermost pairs away
        left = left.replace(b"()", b"")
        if not left:
            return False
    return max(accumulate(map(_STEPS.__getitem__, brackets)), default=0) > max_depth


def _too_many(outside: bytes, max_values: int) -> bool:
    # a document of n values has one sign before each but the first: a comma, or the bracket that it opens
    values = 1 + outside.count(b",") + outside.count(b"[") + outside.count(b"{")
    return values > max_values and values - len(_EMPTY.findall(outside)) > max_values


def _check_strings(value: JsonValue, max_string_bytes: int) -> None:
    """Refuse what only escapes can bring in (lone surrogates, U+0000), and strings beyond the bound."""
    pending: list[JsonValue] = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            pending.extend(item)
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)
        elif isinstance(item, str):
            _check_string(item, max_string_bytes)


def _check_string(text: str, max_string_bytes: int) -> None:
    try:
        size_bytes = len(text.encode("utf-8", "strict"))
    except UnicodeEncodeError as problem:
        raise DocumentError(ENCODING, detail="a lone surrogate") from problem
    if "\x00" in text:
        raise DocumentError(ENCODING, detail="U+0000")
    if size_bytes > max_string_bytes:
        raise DocumentError(LIMITS, detail=f"a string of {size_bytes} bytes")


def _members(pairs: list[tuple[str, _Item]]) -> dict[str, _Item]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise DocumentError(JSON, detail="a member name occurs twice")
    return members


def _integer(digits: str) -> int:
    if len(digits) > _INTEGER_SIGNS or abs(int(digits)) > _LARGEST_INTEGER:
        raise DocumentError(JSON, detail="an integer beyond 2^53 - 1")
    return int(digits)


def _real(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise DocumentError(JSON, detail="a number beyond the range of a double")
    return value


def _constant(name: str) -> NoReturn:
    raise DocumentError(JSON, detail=f"{name} is not JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_members, parse_int=_integer, parse_float=_real, parse_constant=_constant)
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
