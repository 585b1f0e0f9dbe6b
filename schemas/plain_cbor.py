"""Reads and writes the few CBOR forms of derived proofs and small codes, shortest encoding only (RFC 8949, 4.2.1)."""

from typing import TypeAlias

PlainCbor: TypeAlias = "int | bytes | list[PlainCbor] | dict[int, PlainCbor]"

_UNSIGNED, _BYTES, _ARRAY, _MAP = 0, 2, 4, 5
_LONGEST_HEAD = 27  # eight further bytes; 28 to 30 are reserved, 31 is indefinite length
_DIRECT = 24
_MAX_DEPTH = 3


class CborError(ValueError):
    """Not one of the forms that we read."""


def read(data: bytes) -> PlainCbor:
    """The value of bytes that hold exactly one item made of unsigned integers, byte strings, arrays and maps.

    Tags are not read: a general decoder would build dates, big numbers or regular expressions from hostile bytes.

    Raises:
        CborError: any other form, a head longer than it need be, an indefinite length, a repeated key, a key that is
            no integer, nesting beyond 3, or bytes left over or missing.
    """
    value, end = _item(data, 0, 1)
    if end != len(data):
        raise CborError("bytes are left over")
    return value


def write(value: PlainCbor) -> bytes:
    """The one encoding of a value: shortest heads, keys of maps from low to high.

    Raises:
        CborError: an integer below 0 or of more than eight bytes.
    """
    if isinstance(value, int):
        return _written_head(_UNSIGNED, value)
    if isinstance(value, bytes):
        return _written_head(_BYTES, len(value)) + value
    if isinstance(value, list):
        return _written_head(_ARRAY, len(value)) + b"".join(write(one) for one in value)
    entries = sorted(value.items())  # unsigned keys: from low to high is also the order of their encodings
    return _written_head(_MAP, len(value)) + b"".join(write(key) + write(one) for key, one in entries)


def _written_head(major: int, number: int) -> bytes:
    if 0 <= number < _DIRECT:
        return bytes([major << 5 | number])
    for power, size in enumerate((1, 2, 4, 8)):
        if 0 <= number < 1 << (8 * size):
            return bytes([major << 5 | _DIRECT + power]) + number.to_bytes(size, "big")
    raise CborError("an integer outside the range")


def _head(data: bytes, at: int) -> tuple[int, int, int]:
    if at >= len(data):
        raise CborError("cut short")
    major, short = data[at] >> 5, data[at] & 31
    if short < _DIRECT:
        return major, short, at + 1
    if short > _LONGEST_HEAD:
        raise CborError("reserved or indefinite length")
    size = 1 << (short - _DIRECT)
    digits = data[at + 1 : at + 1 + size]
    number = int.from_bytes(digits, "big")
    if len(digits) != size or number < (_DIRECT if size == 1 else 1 << (4 * size)):
        raise CborError("cut short, or a head longer than it need be")
    return major, number, at + 1 + size


def _item(data: bytes, at: int, depth: int) -> tuple[PlainCbor, int]:
    major, number, at = _head(data, at)
    if major == _UNSIGNED:
        return number, at
    if number > len(data) - at:  # every element has at least one byte
        raise CborError("longer than its input")
    if major == _BYTES:
        return data[at : at + number], at + number
    if major not in (_ARRAY, _MAP) or depth > _MAX_DEPTH:
        raise CborError("a form that is not read, or nested too deeply")
    return _array(data, at, number, depth) if major == _ARRAY else _map(data, at, number, depth)


def _array(data: bytes, at: int, length: int, depth: int) -> tuple[PlainCbor, int]:
    items: list[PlainCbor] = []
    for _ in range(length):
        item, at = _item(data, at, depth + 1)
        items.append(item)
    return items, at


def _map(data: bytes, at: int, length: int, depth: int) -> tuple[PlainCbor, int]:
    items: dict[int, PlainCbor] = {}
    for _ in range(length):
        key, at = _item(data, at, depth + 1)
        if not isinstance(key, int) or key in items:
            raise CborError("a key is repeated or no integer")
        items[key], at = _item(data, at, depth + 1)
    return items, at
