"""The only home of zxing-cpp: reads the text of a QR code from a picture, in memory, within bounds."""

import io
from typing import Final

import zxingcpp
from PIL import Image, UnidentifiedImageError

from schemas.compact_code import is_compact

MAX_FRAME_BYTES: Final = 100_000  # one camera frame as JPEG
MAX_PICTURE_BYTES: Final = 4 << 20
_MAX_PIXELS = 24_000_000  # a photograph of a phone
_SIDE = 2400  # larger pictures are made smaller: codes that fill a part of them still have several pixels a module
_FORMATS = ("JPEG", "PNG", "WEBP")
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
PICTURE_STARTS: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")
_MAX_TEXT = 8192  # a version 40 code holds 7,089 digits


class NotAPicture(Exception):  # noqa: N818  a state of the input
    """The bytes are no picture that we read, or it has too many pixels."""


def read_code(picture: bytes, *, most_bytes: int = MAX_PICTURE_BYTES, small_first: bool = True) -> str | None:
    """Return the text of a QR code in `picture`, or None when there is none.

    Of several the small signed code goes before others: it is answered at once, while a link leads elsewhere.

    Args:
        picture: JPEG, PNG or WebP; at most 24 million pixels.
        most_bytes: largest accepted picture, inclusive.
        small_first: False where a link is wanted, since only that leads to the whole badge.

    Raises:
        NotAPicture: too large, or not a picture.
    """
    if len(picture) > most_bytes:
        raise NotAPicture("too many bytes")
    grey = _grey(picture)
    read = [str(found.text) for found in zxingcpp.read_barcodes(grey, formats=_QR) if found.text]
    texts = [text for text in read if len(text) <= _MAX_TEXT]
    return next((text for text in texts if is_compact(text) is small_first), texts[0] if texts else None)


def text_of_picture(data: bytes) -> str | None:
    """Return the text of a code when the bytes are a picture with one; None for all else."""
    if not data.startswith(PICTURE_STARTS):
        return None
    try:
        return read_code(data)
    except NotAPicture:
        return None


def _grey(picture: bytes) -> Image.Image:
    """Decode to at most 2,400 pixels a side, in grey."""
    try:
        image = Image.open(io.BytesIO(picture), formats=_FORMATS)
        if image.width * image.height > _MAX_PIXELS:
            raise NotAPicture("too many pixels")
        image.draft("L", (_SIDE, _SIDE))
        image.thumbnail((_SIDE, _SIDE))
        return _on_white(image)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Warning, Image.DecompressionBombError) as error:
        raise NotAPicture(type(error).__name__) from error


def _on_white(image: Image.Image) -> Image.Image:
    """Put a transparent picture on white: black modules on nothing are black on white."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layers = image.convert("RGBA")
        paper = Image.new("RGBA", layers.size, "white")
        return Image.alpha_composite(paper, layers).convert("L")
    return image.convert("L")
