"""Takes the one credential out of a PDF's embedded files, and puts one in; the only home of pypdf.

Only the name tree of embedded files is read, nothing else of the PDF. pypdf parses a stranger's file here: callers
that take files from outside run this in a killable worker (security.md D5).
"""

import logging
import re
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any, NamedTuple

from pypdf import Configuration, PdfReader, PdfWriter, apply_configuration
from pypdf.errors import LimitReachedError, PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, StreamObject

from schemas import strict_json
from schemas.container import (
    CONTAINER,
    MAX_CREDENTIAL_BYTES,
    MAX_IMAGE_BYTES,
    UNREADABLE,
    Baked,
    check_credential,
    limit_reached,
)
from schemas.errors import DocumentError

MAX_FILES = 64
MAX_TREE_NODES = 128
MAX_OBJECTS = 50_000

_START = b"%PDF-"
_END_WITHIN = 2048  # ISO 32000-2, annex I: readers look in the last 1,024 bytes
_START_WITHIN = 1024
_NAMES = re.compile(r"[^\x00-\x1f/\\]{1,200}\.(json|jsonld|jws|jwt|1ob)", re.IGNORECASE)
_JWS = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+")
_BOUNDS = Configuration(
    maximum_declared_stream_length=MAX_IMAGE_BYTES,
    array_based_stream_maximum_output_length=MAX_IMAGE_BYTES,
    array_maximum_element_count=MAX_OBJECTS,
    dictionary_maximum_element_count=10_000,
    zlib_maximum_output_length=MAX_IMAGE_BYTES,
    zlib_maximum_recovery_input_length=0,
    lzw_maximum_output_length=MAX_IMAGE_BYTES,
    run_length_maximum_output_length=MAX_IMAGE_BYTES,
    stream_filters_maximum_length=2,
    stream_decoding_work_maximum_length=4 * MAX_IMAGE_BYTES,
    jbig2dec_binary=None,
    disable_legacy_handling=True,
)

logging.getLogger("pypdf").addHandler(logging.NullHandler())  # its warnings quote the file


class _File(NamedTuple):
    name: str
    content: bytes


def read_pdf(pdf: bytes) -> Baked:
    """Return the one credential among the embedded files of a PDF.

    An embedded file counts if its name ends in .json, .jsonld, .jws, .jwt or .1ob and it is a JSON object with
    ``@context`` (or no strict JSON at all, so that the fault is named later) or a compact JWS.

    Args:
        pdf: at most 4 MiB, 64 embedded files, 1 MiB for each; inclusive.

    Raises:
        DocumentError: ``input.unreadable`` (no PDF, no credential inside), ``input.container`` (broken, encrypted,
            two credentials) or ``input.limits``.
    """
    found = [file for file in _guarded(pdf) if _is_credential(file)]
    if not found:
        raise DocumentError(UNREADABLE, detail="no credential in this PDF")
    if len(found) > 1:
        raise DocumentError(CONTAINER, detail=f"{len(found)} credentials")
    return Baked("ob3", found[0].content)


def attach_to_pdf(pdf: bytes, credential: bytes, *, name: str = "badge.json") -> bytes:
    """Return the PDF with the credential as an embedded file.

    Args:
        pdf: a PDF of our own making.
        credential: JSON or compact JWS, UTF-8, at most 1 MiB.
        name: file name with one of the endings that `read_pdf` knows.

    Raises:
        DocumentError: as `read_pdf`; ``input.container`` if there is a credential already or the name does not fit.
    """
    check_credential(credential)
    if not _NAMES.fullmatch(name):
        raise DocumentError(CONTAINER, detail=f"the name {name!r}")
    if any(_is_credential(file) for file in _guarded(pdf)):
        raise DocumentError(CONTAINER, detail="there is a credential already")
    with apply_configuration(_BOUNDS):
        writer = PdfWriter(clone_from=BytesIO(pdf))
        writer.add_attachment(name, credential)
        with BytesIO() as out:
            writer.write(out)
            return out.getvalue()


def _guarded(pdf: bytes) -> list[_File]:
    if len(pdf) > MAX_IMAGE_BYTES:
        raise limit_reached(f"{len(pdf)} bytes of PDF")
    if _START not in pdf[:_START_WITHIN]:
        raise DocumentError(UNREADABLE, detail="not a PDF")
    end = pdf[-_END_WITHIN:]
    if b"startxref" not in end or b"%%EOF" not in end:  # pypdf would search the whole file backwards, line by line
        raise DocumentError(CONTAINER, detail="a broken PDF: its end is missing")
    try:
        with apply_configuration(_BOUNDS):
            return list(_files(pdf))
    except DocumentError:
        raise
    except (LimitReachedError, RecursionError, MemoryError) as problem:
        raise limit_reached(f"a bound of the PDF reader: {problem}") from problem
    except (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        AssertionError,
        OSError,
    ) as problem:
        # pypdf raises all of these on damaged files
        raise DocumentError(CONTAINER, detail=f"a broken PDF: {problem!r}") from problem


def _files(pdf: bytes) -> Iterator[_File]:
    reader = PdfReader(BytesIO(pdf), strict=True, root_object_recovery_limit=0, xref_stream_maximum_entries=MAX_OBJECTS)
    if reader.is_encrypted:
        raise DocumentError(CONTAINER, detail="an encrypted PDF")
    tree = _member(_member(reader.trailer["/Root"].get_object(), "/Names"), "/EmbeddedFiles")
    if tree is None:
        return
    for number, specification in enumerate(_leaves(tree)):
        if number >= MAX_FILES:
            raise limit_reached(f"more than {MAX_FILES} embedded files")
        yield from _file(specification)


def _leaves(tree: DictionaryObject) -> Iterator[DictionaryObject]:
    """Yield the file specifications of a name tree; a loop ends by the bound on nodes."""
    pending, nodes = [tree], 0
    while pending:
        node = pending.pop()
        nodes += 1
        if nodes > MAX_TREE_NODES:
            raise limit_reached("the name tree is too large, or a loop")
        yield from _dictionaries(_array(node, "/Names")[1::2])
        pending.extend(_dictionaries(_array(node, "/Kids")[:MAX_TREE_NODES]))


def _array(node: DictionaryObject, key: str) -> list[Any]:
    value = node[key].get_object() if key in node else None
    return value if isinstance(value, ArrayObject) else []


def _dictionaries(values: list[Any]) -> Iterator[DictionaryObject]:
    for value in values:
        found = value.get_object()
        if isinstance(found, DictionaryObject):
            yield found


def _file(specification: DictionaryObject) -> Iterator[_File]:
    names = [str(specification[key]) for key in ("/UF", "/F") if key in specification]
    name = next((name for name in names if _NAMES.fullmatch(name)), None)
    embedded = _member(specification, "/EF")
    if name is None or embedded is None:
        return
    streams = {id(stream): stream for key in ("/F", "/UF") if (stream := _member(embedded, key)) is not None}
    if len(streams) > 1:
        raise DocumentError(CONTAINER, detail="one name for two embedded files")
    for stream in streams.values():
        if isinstance(stream, StreamObject):
            yield _File(name, _content(stream))


def _content(stream: StreamObject) -> bytes:
    """Return the decoded bytes: stored as they are, or one Flate without predictor; anything else is refused."""
    filters = stream.get("/Filter")
    filters = filters.get_object() if filters is not None else None
    kinds = [str(kind) for kind in filters] if isinstance(filters, list) else [str(filters)] if filters else []
    data: bytes = stream._data  # noqa: SLF001 – get_data() would run any chain of filters
    if kinds == ["/FlateDecode"] and "/DecodeParms" not in stream:
        data = _inflated(data)
    elif kinds:
        raise DocumentError(CONTAINER, detail=f"filters {kinds}")
    if len(data) > MAX_CREDENTIAL_BYTES:
        raise limit_reached("an embedded file is too large")
    return data


def _inflated(data: bytes) -> bytes:
    machine = zlib.decompressobj()
    try:
        content = machine.decompress(data, MAX_CREDENTIAL_BYTES + 1)
    except zlib.error as problem:
        raise DocumentError(CONTAINER, detail="damaged compressed file") from problem
    if len(content) <= MAX_CREDENTIAL_BYTES and not machine.eof:
        raise DocumentError(CONTAINER, detail="compressed file cut short")
    return content


def _member(holder: Any, key: str) -> Any:  # noqa: ANN401 – PDF values of any kind
    """Return the dictionary (or stream) under a key, None if there is none."""
    if not isinstance(holder, DictionaryObject) or key not in holder:
        return None
    value = holder[key].get_object()
    return value if isinstance(value, DictionaryObject) else None


def _is_credential(file: _File) -> bool:
    text = file.content.strip(b" \t\r\n")
    if not text.startswith(b"{"):
        return _JWS.fullmatch(text) is not None
    try:
        return "@context" in strict_json.read_object(text)
    except DocumentError:
        return True
