"""Puts a credential into a PNG and takes it out again, byte for byte and bounded; pixels are never decoded."""

import re
import struct
import zlib
from collections.abc import Iterator
from typing import Literal, NamedTuple

from schemas.baking_svg import bake_svg, read_svg
from schemas.container import (
    CONTAINER,
    MAX_CREDENTIAL_BYTES,
    MAX_IMAGE_BYTES,
    UNREADABLE,
    Baked,
    Generation,
    check_credential,
    limit_reached,
)
from schemas.errors import DocumentError

__all__ = ["Baked", "Generation", "bake_png", "bake_svg", "read_png", "read_svg"]

MAX_CHUNKS = 512

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_KEYWORDS: dict[bytes, Generation] = {
    b"openbadgecredential": "ob3",
    b"clrcredential": "clr",
    b"openbadges": "ob2",
}
_TEXT_CHUNKS = (b"iTXt", b"tEXt", b"zTXt")
_CHUNK_TYPE = re.compile(rb"[A-Za-z]{4}")
_HEADER_BYTES = 13
_FRAME_BYTES = 12  # length, type and CRC of a chunk
_ITXT_FLAGS = 2
_ZLIB = 15


class _Chunk(NamedTuple):
    start: int
    end: int
    kind: bytes
    content: bytes


def read_png(png: bytes) -> Baked:
    """Return the one credential of a PNG.

    Args:
        png: at most 4 MiB, 512 chunks, 1 MiB of credential after inflating; all inclusive.

    Raises:
        DocumentError: ``input.unreadable`` (no PNG, cut short, no credential inside), ``input.container`` (two
            carriers of any generation, wrong CRC, bytes after the end, malformed carrier), ``input.limits`` (a bound).

    Source: OB 3.0 section 5.3; PNG section 11.3.4.5.
    """
    carriers = [chunk for chunk in _chunks(png) if _generation(chunk)]
    if not carriers:
        raise DocumentError(UNREADABLE, detail="no credential in this PNG")
    if len(carriers) > 1:  # another reader might take the other carrier
        raise DocumentError(CONTAINER, detail=f"{len(carriers)} credentials")
    (carrier,) = carriers
    generation = _generation(carrier)
    if generation == "ob2" and carrier.kind == b"tEXt":
        return Baked("ob2", _checked(carrier.content.partition(b"\0")[2]))
    if carrier.kind != b"iTXt" or generation is None:
        raise DocumentError(CONTAINER, detail=f"a credential in {carrier.kind.decode('ascii')}")
    return Baked(generation, _checked(_international_text(carrier.content)))


def bake_png(
    png: bytes, credential: bytes, *, generation: Literal["ob3", "clr"] = "ob3", replace: bool = False
) -> bytes:
    """Return the PNG with the credential in one uncompressed iTXt chunk before the image data.

    Args:
        png: a whole PNG; every other chunk is kept as it is.
        credential: JSON or compact JWS, UTF-8, at most 1 MiB.
        generation: the keyword under which it goes.
        replace: drop a credential that is already there; otherwise it is refused.

    Raises:
        DocumentError: as `read_png`; ``input.container`` if there is a credential already.

    Source: OB 3.0 section 5.3.1.
    """
    check_credential(credential)
    chunks = list(_chunks(png))
    kept = [chunk for chunk in chunks if not _generation(chunk)]
    if len(kept) != len(chunks) and not replace:
        raise DocumentError(CONTAINER, detail="there is a credential already")
    keyword = next(word for word, meaning in _KEYWORDS.items() if meaning == generation)
    # keyword, compression flag 0, method 0, empty language tag, empty translated keyword, text
    content = keyword + b"\0\0\0\0\0" + credential
    baked = bytearray(_SIGNATURE)
    placed = False
    for chunk in kept:
        if chunk.kind == b"IDAT" and not placed:
            baked += _framed(b"iTXt", content)
            placed = True
        baked += png[chunk.start : chunk.end]
    if len(baked) > MAX_IMAGE_BYTES:
        raise limit_reached("the image would be too large")
    return bytes(baked)


def _chunks(png: bytes) -> Iterator[_Chunk]:
    """Yield every chunk of a whole PNG: CRC right, IHDR first and only once, image data, IEND last."""
    if len(png) > MAX_IMAGE_BYTES:
        raise limit_reached(f"{len(png)} bytes of image")
    if not png.startswith(_SIGNATURE):
        raise DocumentError(UNREADABLE, detail="not a PNG")
    at, seen = len(_SIGNATURE), set[bytes]()
    for number in range(MAX_CHUNKS):
        chunk = _chunk_at(png, at)
        if (number == 0) != (chunk.kind == b"IHDR") or (number == 0 and len(chunk.content) != _HEADER_BYTES):
            raise DocumentError(CONTAINER, detail="IHDR is not first, or not the only one")
        at = chunk.end
        seen.add(chunk.kind)
        yield chunk
        if chunk.kind == b"IEND":
            break
    else:
        raise limit_reached(f"more than {MAX_CHUNKS} chunks")
    if at != len(png):
        raise DocumentError(CONTAINER, detail="bytes after IEND")
    if b"IDAT" not in seen:
        raise DocumentError(UNREADABLE, detail="no image data")


def _chunk_at(png: bytes, at: int) -> _Chunk:
    if at + _FRAME_BYTES > len(png):
        raise DocumentError(UNREADABLE, detail="cut short")
    length, kind = struct.unpack_from(">I4s", png, at)
    end = at + _FRAME_BYTES + length
    if end > len(png) or not _CHUNK_TYPE.fullmatch(kind):
        raise DocumentError(UNREADABLE, detail="a chunk longer than the file, or of no type")
    content = png[at + 8 : end - 4]
    if zlib.crc32(kind + content) != int.from_bytes(png[end - 4 : end], "big"):
        raise DocumentError(CONTAINER, detail=f"wrong CRC of {kind.decode('ascii')}")
    return _Chunk(at, end, kind, content)


def _generation(chunk: _Chunk) -> Generation | None:
    if chunk.kind not in _TEXT_CHUNKS:
        return None
    return _KEYWORDS.get(chunk.content.partition(b"\0")[0])


def _international_text(content: bytes) -> bytes:
    _, _, rest = content.partition(b"\0")
    if len(rest) < _ITXT_FLAGS or rest[0] > 1 or rest[1] != 0:
        raise DocumentError(CONTAINER, detail="unknown compression of the credential")
    _, after_language, rest_of_text = rest[_ITXT_FLAGS:].partition(b"\0")
    _, after_keyword, text = rest_of_text.partition(b"\0")
    if not after_language or not after_keyword:
        raise DocumentError(CONTAINER, detail="malformed iTXt")
    return _inflated(text) if rest[0] else text


def _inflated(data: bytes) -> bytes:
    machine = zlib.decompressobj(_ZLIB)
    try:
        text = machine.decompress(data, MAX_CREDENTIAL_BYTES + 1)
    except zlib.error as problem:
        raise DocumentError(CONTAINER, detail="damaged compressed text") from problem
    if len(text) > MAX_CREDENTIAL_BYTES:
        raise limit_reached("the text inflates beyond the bound")
    if not machine.eof or machine.unused_data:
        raise DocumentError(CONTAINER, detail="compressed text cut short, or bytes after it")
    return text


def _checked(text: bytes) -> bytes:
    if len(text) > MAX_CREDENTIAL_BYTES:
        raise limit_reached(f"{len(text)} bytes of credential")
    if not text:
        raise DocumentError(UNREADABLE, detail="an empty credential")
    return text


def _framed(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
