"""Base45 (RFC 9285): bytes as the 45 signs that QR codes store most densely, read in one spelling only."""

from typing import Final

SIGNS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES: Final = {sign: value for value, sign in enumerate(SIGNS)}
_BASE: Final = len(SIGNS)
_PAIR: Final = 3  # signs for two bytes; a last odd byte takes two


class Base45Error(ValueError):
    """Not Base45: another sign, a length that nothing encodes to, or a group above its bytes."""


def encode(data: bytes) -> str:
    """Three signs for two bytes, two for a last odd one; the last sign is never a space."""
    written = []
    for at in range(0, len(data) - 1, 2):
        number = data[at] << 8 | data[at + 1]
        written.append(SIGNS[number % _BASE] + SIGNS[number // _BASE % _BASE] + SIGNS[number // _BASE**2])
    if len(data) % 2:
        written.append(SIGNS[data[-1] % _BASE] + SIGNS[data[-1] // _BASE])
    return "".join(written)


def decode(text: str) -> bytes:
    """The bytes of a text; capital letters only. Work grows with its length, which the caller bounds.

    Raises:
        Base45Error: see the class.

    Source: RFC 9285, sections 4 and 6 ("implementations MUST reject").
    """
    try:
        values = [_VALUES[sign] for sign in text]
    except KeyError:
        raise Base45Error("a sign outside the alphabet") from None
    found = bytearray()
    for at in range(0, len(values), _PAIR):
        group = values[at : at + _PAIR]
        number = sum(value * _BASE**place for place, value in enumerate(group))
        size = len(group) - 1
        if size == 0 or number >= 1 << (8 * size):
            raise Base45Error("a group that no bytes encode to")
        found += number.to_bytes(size, "big")
    return bytes(found)
