"""Codes that people type: 80 bits as 16 signs without look-alikes, in groups of four; reading forgives much."""

from typing import Final

BYTES: Final = 10
SIGNS: Final = 16
MOST_TYPED: Final = 64
_GROUP = 4
_BITS = 5
# Crockford's base32: without I, L, O and U. What is read for one of those is taken for its look-alike.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MEANT = str.maketrans("OILU", "011V")
_BETWEEN = str.maketrans("", "", "-–—‐‑.,:_/\u00ad\u200b\ufeff")


def write(value: bytes) -> str:
    """Return the 16 signs of ten bytes. Raises ValueError for any other length."""
    if len(value) != BYTES:
        raise ValueError("a typed code has ten bytes")
    number = int.from_bytes(value)
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(_BITS * (SIGNS - 1), -1, -_BITS))


def read(typed: str) -> str | None:
    """Return the 16 signs that somebody meant, or None for what cannot be a code.

    Lower case, white space and dashes anywhere do not matter; O is read as 0, I and L as 1, U as V.
    """
    if len(typed) > MOST_TYPED:
        return None
    signs = "".join(typed.split()).translate(_BETWEEN).upper().translate(_MEANT)
    return signs if len(signs) == SIGNS and set(signs) <= set(_ALPHABET) else None


def grouped(signs: str) -> str:
    """Return the signs in groups of four, as they stand on paper."""
    return " ".join(signs[at : at + _GROUP] for at in range(0, len(signs), _GROUP))
