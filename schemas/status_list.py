"""Bits of a Bitstring Status List to and from their text: multibase base64url of one GZIP member."""

import base64
import binascii
import re
import zlib

from schemas.errors import DocumentError

CODE = "status.list"
MULTIBASE_BASE64URL = "u"
SMALLEST_ENTRIES = 131_072  # VC-BSL 3.3: a shorter list would single out its subjects
LARGEST_STATUS_SIZE = 64

_GZIP = 31  # zlib: a GZIP header and trailer are required, CRC and length are checked
_COMPRESSION = 6  # performance.md: 9 takes ten times as long for two per cent
_TEXT = re.compile(r"u[A-Za-z0-9_-]+")


def encode(bits: bytes) -> str:
    """Return ``u`` and base64url without padding of one GZIP member that holds `bits`.

    The same bits give the same text (no time in the GZIP header).

    Source: VC-BSL 3.3.
    """
    machine = zlib.compressobj(_COMPRESSION, zlib.DEFLATED, _GZIP)
    member = machine.compress(bits) + machine.flush()
    return MULTIBASE_BASE64URL + base64.urlsafe_b64encode(member).rstrip(b"=").decode("ascii")


def decode(text: str, *, max_coded: int = 1 << 20, max_bytes: int = 16 << 20) -> bytes:
    """Return the bits of an encodedList.

    Args:
        text: the member encodedList.
        max_coded: longest accepted text, inclusive.
        max_bytes: most bytes after inflating, inclusive.

    Raises:
        DocumentError: ``status.list`` for whatever is not exactly one whole GZIP member in strict base64url.

    Source: VC-BSL 3.4.
    """
    if len(text) > max_coded:
        raise DocumentError(CODE, detail="coded list too long")
    if not _TEXT.fullmatch(text):
        raise DocumentError(CODE, detail="not multibase base64url without padding")
    coded = text[1:]
    try:
        member = base64.urlsafe_b64decode(coded + "=" * (-len(coded) % 4))
    except binascii.Error as problem:
        raise DocumentError(CODE, detail="not base64url") from problem
    if base64.urlsafe_b64encode(member).rstrip(b"=").decode("ascii") != coded:
        raise DocumentError(CODE, detail="base64url with unused bits set")
    return _inflate(member, max_bytes)


def value_at(bits: bytes, index: int, size: int = 1) -> int:
    """Return entry `index` of a list whose entries have `size` bits; bit 0 is the left-most.

    Raises:
        DocumentError: ``status.list`` if the entry lies outside the list or `size` is not 1 to 64.
    """
    first = _first_bit(len(bits), index, size)
    start, end = first >> 3, (first + size + 7) >> 3
    window = int.from_bytes(bits[start:end], "big")
    return window >> (end * 8 - first - size) & ((1 << size) - 1)


def set_value(bits: bytearray, index: int, value: int, size: int = 1) -> None:
    """Write entry `index` in place; the counterpart of `value_at`.

    Raises:
        DocumentError: as `value_at`, or the value needs more than `size` bits.
    """
    first = _first_bit(len(bits), index, size)
    if not 0 <= value < 1 << size:
        raise DocumentError(CODE, detail=f"{value} does not fit into {size} bits")
    start, end = first >> 3, (first + size + 7) >> 3
    shift = end * 8 - first - size
    window = int.from_bytes(bits[start:end], "big") & ~(((1 << size) - 1) << shift)
    bits[start:end] = (window | value << shift).to_bytes(end - start, "big")


def _first_bit(list_bytes: int, index: int, size: int) -> int:
    if not 1 <= size <= LARGEST_STATUS_SIZE:
        raise DocumentError(CODE, detail=f"statusSize {size}")
    if index < 0 or (index + 1) * size > list_bytes * 8:
        raise DocumentError(CODE, detail=f"index {index} outside the list")
    return index * size


def _inflate(member: bytes, max_bytes: int) -> bytes:
    machine = zlib.decompressobj(_GZIP)
    try:
        bits = machine.decompress(member, max_bytes + 1)
    except zlib.error as problem:
        raise DocumentError(CODE, detail="damaged GZIP member") from problem
    if len(bits) > max_bytes:
        raise DocumentError(CODE, detail=f"inflates beyond {max_bytes} bytes")
    if not machine.eof:
        raise DocumentError(CODE, detail="GZIP member cut short")
    if machine.unused_data:
        raise DocumentError(CODE, detail="bytes after the GZIP member")
    return bits
