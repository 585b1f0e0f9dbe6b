"""Draws QR codes as SVG and PNG: error correction M, a quiet zone of four modules, black on white."""

import struct
import zlib

import qrcode
from qrcode.exceptions import DataOverflowError

from schemas.errors import DocumentError

QUIET_ZONE = 4  # modules; ISO/IEC 18004 section 9.1
_LARGEST_VERSION = 40


def svg(text: str, *, module_mm: float = 0.40, border: int = QUIET_ZONE) -> str:
    """Return an SVG of one path on a white ground.

    Args:
        text: what the code says.
        module_mm: side of one module in millimetres; the size of the image follows from it.
        border: quiet zone in modules.

    Raises:
        DocumentError: ``qr.too_long``: the text does not fit into version 40.
    """
    return sized_svg(text, module_mm=module_mm, border=border)[0]


def sized_svg(text: str, *, module_mm: float = 0.40, border: int = QUIET_ZONE) -> tuple[str, float]:
    """Return the SVG of `svg` and the length of its side in millimetres, for programs that set it on a page."""
    rows = _matrix(text)
    side = len(rows) + 2 * border
    size = f"{side * module_mm:.2f}mm"
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" viewBox="0 0 {side} {side}" '
        f'shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/>'
        f'<path d="{_path(rows, border)}"/></svg>'
    )
    return drawing, side * module_mm


def png(text: str, *, scale: int = 8, border: int = QUIET_ZONE) -> bytes:
    """Return a PNG of one bit a pixel.

    Args:
        text: what the code says.
        scale: pixels a module, 1 or more.
        border: quiet zone in modules.

    Raises:
        DocumentError: ``qr.too_long``, as `svg`.
    """
    if scale < 1:
        raise ValueError("scale is at least one pixel")
    rows = _matrix(text)
    side = (len(rows) + 2 * border) * scale
    white = _scanline([], side)
    edge = [False] * border
    lines = [white * (border * scale)]
    for row in rows:
        pixels = [dark for dark in (*edge, *row, *edge) for _ in range(scale)]
        lines.append(_scanline(pixels, side) * scale)
    lines.append(white * (border * scale))
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    data = zlib.compress(b"".join(lines), 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def version(text: str) -> int:
    """Return the version (1 to 40) that the text needs at level M.

    Raises:
        DocumentError: ``qr.too_long``.
    """
    return (len(_matrix(text)) - 17) // 4


def _matrix(text: str) -> list[list[bool]]:
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=0)
    code.add_data(text, optimize=0)
    try:
        code.make(fit=True)
    except (DataOverflowError, ValueError) as problem:  # qrcode raises either, by length
        raise DocumentError("qr.too_long", detail=f"{len(text)} signs") from problem
    return [[bool(module) for module in row] for row in code.modules]


def _path(rows: list[list[bool]], border: int) -> str:
    """Return runs of dark modules as one path: each run a rectangle one module high."""
    steps = []
    for y, row in enumerate(rows, border):
        start: int | None = None
        for x, dark in enumerate([*row, False], border):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                steps.append(f"M{start} {y}h{x - start}v1H{start}z")
                start = None
    return "".join(steps)


def _scanline(dark: list[bool], side: int) -> bytes:
    """Return one line of a 1-bit greyscale image: filter byte, then pixels, 1 for white."""
    bits = "".join("0" if pixel else "1" for pixel in dark) or "1" * side
    width = (side + 7) // 8
    return b"\x00" + int(bits.ljust(width * 8, "0"), 2).to_bytes(width, "big")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
