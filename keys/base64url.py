"""Base64url without padding, canonical in both directions (RFC 7515 section 2)."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

from keys.errors import KeyFormatError

_TEXT = re.compile(r"[A-Za-z0-9_-]*")


def encode(data: bytes) -> str:
    """Bytes as base64url text without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """The bytes of base64url text.

    Raises:
        KeyFormatError: padding, foreign characters, an impossible length, or unused bits set: two texts for
            the same bytes would let a token be changed without breaking its signature.
    """
    if not _TEXT.fullmatch(text) or len(text) % 4 == 1:
        raise KeyFormatError("not base64url without padding")
    data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if encode(data) != text:
        raise KeyFormatError("base64url text is not canonical")
    return data
