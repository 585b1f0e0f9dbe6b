"""Makes a picture of work fit to keep: decoded and encoded anew, so that place, time and hidden small copies go."""

import io
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from issuer.domain.errors import InvalidRequestError

MOST_BYTES: Final = 4 << 20
_MOST_PIXELS = 24_000_000
_SIDE = 1600
_FORMATS = ("JPEG", "PNG", "WEBP")
_QUALITY = 82


def clean_picture(picture: bytes, *, pointer: str = "/picture") -> bytes:
    """Return the picture as JPEG of at most 1,600 pixels a side, upright, with nothing but the image (PE3).

    Raises:
        InvalidRequestError: ``picture.large`` (more than 4 MiB or 24 million pixels) or ``picture.kind``.
    """
    if len(picture) > MOST_BYTES:
        raise InvalidRequestError(code="picture.large", pointer=pointer)
    try:
        image = Image.open(io.BytesIO(picture), formats=_FORMATS)
        if image.width * image.height > _MOST_PIXELS:
            raise InvalidRequestError(code="picture.large", pointer=pointer)
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((_SIDE, _SIDE))
        clean = Image.new("RGB", upright.size, "white")
        layers = upright.convert("RGBA")
        clean.paste(layers, mask=layers.getchannel("A"))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Warning, Image.DecompressionBombError) as error:
        raise InvalidRequestError(type(error).__name__, code="picture.kind", pointer=pointer) from error
    kept = io.BytesIO()
    clean.save(kept, "JPEG", quality=_QUALITY, optimize=True)
    return kept.getvalue()
