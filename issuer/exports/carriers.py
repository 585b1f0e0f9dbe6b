"""What carries a badge: PNG and SVG with the signed badge baked in, and a ZIP of all; the credential stays as it is."""

import zipfile
from collections.abc import Mapping
from io import BytesIO

from issuer.exports.badge_image import badge_png, badge_svg
from issuer.exports.certificate_pdf import FILE_NAME
from schemas import baking
from schemas.strict_json import JsonObject, read_object

# Neutral on purpose (privacy.md PN7).
JSON_NAME, PNG_NAME, SVG_NAME = "osaamismerkki.json", "osaamismerkki.png", "osaamismerkki.svg"
ZIP_NAME = "osaamismerkki.zip"
_MAX_BYTES = 1 << 20
_MAX_VALUES = 20_000
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first time that ZIP can tell: files tell no time of their own


def png(document: bytes) -> bytes:
    """Return the badge's picture, 640 × 640 pixels, with the signed badge in one iTXt chunk.

    Args:
        document: the signed badge, JSON, at most 1 MiB.

    Raises:
        DocumentError: not a badge of ours.

    Source: OB 3.0 section 5.3.
    """
    return baking.bake_png(badge_png(_achievement(document)), document)


def svg(document: bytes) -> bytes:
    """Return the badge's drawing with the signed badge as its first child. As `png`."""
    return baking.bake_svg(badge_svg(_achievement(document)).encode(), document)


def bundle(document: bytes, certificate: bytes | None) -> bytes:
    """Return a ZIP of the JSON, both pictures and the certificate, if there is one; the same input, the same bytes."""
    files = {JSON_NAME: document, PNG_NAME: png(document), SVG_NAME: svg(document)}
    if certificate is not None:
        files[FILE_NAME] = certificate
    return packed(files)


def packed(files: Mapping[str, bytes]) -> bytes:
    """Return a ZIP of files by name, in their order; the same input, the same bytes."""
    with BytesIO() as out:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, compress_type=zipfile.ZIP_DEFLATED)
        return out.getvalue()


def _achievement(document: bytes) -> JsonObject:
    badge = read_object(document, max_bytes=_MAX_BYTES, max_values=_MAX_VALUES)
    subject = badge.get("credentialSubject")
    achievement = subject.get("achievement") if isinstance(subject, dict) else None
    if not isinstance(achievement, dict):
        raise TypeError("a badge of ours has an achievement")
    return achievement
