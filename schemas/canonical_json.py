"""Values to the one canonical JSON text of RFC 8785."""

import json
import re
from collections.abc import Callable, Iterable
from json.encoder import encode_basestring

from schemas.strict_json import JsonValue

_LARGEST_INTEGER = 2**53 - 1
_FIXED_FROM, _FIXED_TO = -6, 21  # ECMAScript writes 10^-7 < n < 10^21 without an exponent

_SORTED = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
# A real, an exponent or 16 digits after a structural sign; the same inside a string costs time only.
_SPECIAL_NUMBER = re.compile(r"[:,\[]-?(?:\d{16}|\d+[.e])")
_BEYOND_BMP = re.compile("[\U00010000-\U0010ffff]")


def canonicalise(value: JsonValue) -> bytes:
    """Return the canonical UTF-8 text of a JSON value.

    Raises:
        ValueError: an integer beyond 2^53 - 1, NaN or an infinity, a lone surrogate, or a member name that is no text.

    Source: RFC 8785 section 3.2.
    """
    try:
        text = _SORTED.encode(value)
    except TypeError as problem:
        raise ValueError("a member name is not text, or a value is not JSON") from problem
    # Python sorts by code point instead of UTF-16 unit, and writes reals otherwise than ECMAScript.
    if not text.isascii() and _BEYOND_BMP.search(text):
        text = _value(value, _by_utf16)
    elif isinstance(value, int | float) or _SPECIAL_NUMBER.search(text):
        text = _value(value, sorted)
    return text.encode("utf-8", "strict")


def _by_utf16(names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: name.encode("utf-16-be", "strict"))


def _value(value: JsonValue, order: Callable[[Iterable[str]], list[str]]) -> str:
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, dict):
        members = [f"{encode_basestring(name)}:{_value(value[name], order)}" for name in order(value)]
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join([_value(item, order) for item in value]) + "]"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return _number(value)


def _number(number: float) -> str:
    """Return a finite number as ECMAScript's Number::toString writes it.

    Source: RFC 8785 section 3.2.2.3.
    """
    if isinstance(number, int):
        if abs(number) > _LARGEST_INTEGER:
            raise ValueError("an integer beyond 2^53 - 1")
        return str(number)
    if number == 0:
        return "0"  # also for -0
    sign = "-" if number < 0 else ""
    mantissa, _, exponent = repr(abs(number)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    # the value is 0.digits × 10^point
    point = int(exponent or 0) + len(whole) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    return sign + _place_point(digits, point)


def _place_point(digits: str, point: int) -> str:
    if len(digits) <= point <= _FIXED_TO:
        return digits + "0" * (point - len(digits))
    if 0 < point <= _FIXED_TO:
        return f"{digits[:point]}.{digits[point:]}"
    if _FIXED_FROM < point <= 0:
        return "0." + "0" * -point + digits
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{fraction}e{point - 1:+d}"
