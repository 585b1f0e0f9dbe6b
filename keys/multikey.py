"""Public keys as Multikey text (CID 1.0, sections 2.2.2 and 2.4)."""

from functools import lru_cache
from typing import cast, get_args

from keys import base58
from keys.errors import KeyFormatError, UnknownKeyTypeError
from keys.public_key import MULTICODEC, KeyKind, PublicKey

_KINDS = {header: kind for kind, header in MULTICODEC.items() if kind in get_args(KeyKind)}
_MAX_CHARACTERS = 1024  # the longest that we read, P-384, has 70; others are named as unknown, not as malformed


def encode(key: PublicKey) -> str:
    """The key as `z` + base58btc(header + bytes)."""
    return key.multibase()


@lru_cache(maxsize=1024)
def decode(text: str) -> PublicKey:
    """The key of a Multikey text.

    Args:
        text: base58btc only; other bases of multibase are refused, as CID 2.4 asks for Multikey.

    Raises:
        KeyFormatError: not `z`, wrong alphabet, length or header, a point off the curve, or text that is not
            the one that `encode` writes.
        UnknownKeyTypeError: a sound multicodec header of a key that we do not read.
    """
    if not text.startswith("z") or len(text) > _MAX_CHARACTERS:
        raise KeyFormatError("a Multikey is base58btc and starts with z")
    data = base58.decode(text[1:])
    kind = _KINDS.get(data[:2])
    if kind is None:
        raise UnknownKeyTypeError(f"multicodec header {data[:2].hex()}")
    key = PublicKey(cast("KeyKind", kind), data[2:])
    if key.multibase() != text:
        raise KeyFormatError("the Multikey text is not canonical")
    return key
