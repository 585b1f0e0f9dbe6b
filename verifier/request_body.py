"""Reads a request's body into memory within bounds of size and time; nothing of it reaches a disk."""

import asyncio
from collections.abc import Coroutine, Generator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect, Request

from verifier.problems import Problem

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

SECONDS = 15.0  # for the whole body
_MAX_PARTS = 24
_MAX_HEADER_BYTES = 4096
_MAX_BOUNDARY = 200


@dataclass(slots=True)
class FormPart:
    """One field of a form. `data` is what was sent; a text field is UTF-8."""

    name: str
    file_name: str | None = None
    data: bytearray = field(default_factory=bytearray)


async def read_body(request: Request, most_bytes: int, *, seconds: float = SECONDS) -> bytes:
    """Return the body, however it was sent.

    Raises:
        Problem: ``input.too_large`` (also while chunks arrive), ``input.too_slow``, ``input.unsupported`` for a
            content coding.
    """
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Problem("input.unsupported", "Content-Encoding")
    length = request.headers.get("content-length", "0")
    if not (length.isascii() and length.isdigit()) or int(length[:20]) > most_bytes:
        raise Problem("input.too_large")
    gathering = _gather(request, most_bytes)
    try:
        waits_for = gathering.send(None)
    except StopIteration as done:  # most bodies have arrived before they are asked for: then no clock is set
        whole: bytes = done.value
        return whole
    try:
        async with asyncio.timeout(seconds):
            return await _Begun(gathering, waits_for)
    except TimeoutError:
        raise Problem("input.too_slow") from None


async def _gather(request: Request, most_bytes: int) -> bytes:
    first, more = b"", bytearray()
    try:
        async for chunk in request.stream():
            if first:
                more += chunk
            else:
                first = chunk
            if len(first) + len(more) > most_bytes:
                raise Problem("input.too_large")
    except ClientDisconnect:
        raise Problem("usage", "the body ended early") from None
    return first + more if more else first


class _Begun:
    """Awaits a coroutine that has begun, and now waits for something."""

    def __init__(self, coroutine: Coroutine[object, object, bytes], waits_for: object) -> None:
        self._coroutine = coroutine
        self._waits_for = waits_for

    def __await__(self) -> Generator[object, object, bytes]:
        waits_for = self._waits_for
        try:
            while True:
                try:
                    answer = yield waits_for
                except BaseException as problem:  # noqa: BLE001  a cancellation: the coroutine has to hear of it
                    waits_for = self._coroutine.throw(problem)
                else:
                    waits_for = self._coroutine.send(answer)
        except StopIteration as done:
            whole: bytes = done.value
            return whole


def media_type(request: Request) -> str:
    """Return the media type of the body in lower case, without parameters; empty when none is given."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def form_parts(body: bytes, content_type: str) -> list[FormPart] | None:
    """Return the fields of a form, or None when `content_type` is not that of a form.

    Raises:
        Problem: ``usage``: broken, or more than 24 fields.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return _multipart(body, content_type)
    if kind != "application/x-www-form-urlencoded":
        return None
    try:
        fields = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=_MAX_PARTS, errors="strict")
    except ValueError:
        raise Problem("usage", "the form is broken") from None
    return [FormPart(name, None, bytearray(value.encode())) for name, value in fields]


class _Collector:
    """Callbacks of the parser: gathers parts in memory."""

    def __init__(self) -> None:
        self.parts: list[FormPart] = []
        self._headers: dict[str, bytes] = {}
        self._name = bytearray()
        self._value = bytearray()

    def callbacks(self) -> "MultipartCallbacks":
        return {
            "on_part_begin": self._headers.clear,
            "on_header_field": lambda data, start, end: self._grow(self._name, data[start:end]),
            "on_header_value": lambda data, start, end: self._grow(self._value, data[start:end]),
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_finished,
            "on_part_data": self._part_data,
        }

    @staticmethod
    def _grow(target: bytearray, more: bytes) -> None:
        target += more
        if len(target) > _MAX_HEADER_BYTES:
            raise Problem("usage", "a header of the form is too long")

    def _header_end(self) -> None:
        self._headers[self._name.decode("latin-1").lower()] = bytes(self._value)
        self._name.clear()
        self._value.clear()

    def _headers_finished(self) -> None:
        _, options = parse_options_header(self._headers.get("content-disposition", b""))
        name, file_name = options.get(b"name"), options.get(b"filename")
        if name is None or len(self.parts) >= _MAX_PARTS:
            raise Problem("usage", "a field without name, or too many fields")
        shown = None if file_name is None else file_name.decode("utf-8", "replace")
        self.parts.append(FormPart(name.decode("utf-8", "replace"), shown))

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        self.parts[-1].data += data[start:end]


def _multipart(body: bytes, content_type: str) -> list[FormPart]:
    _, options = parse_options_header(content_type)
    boundary = options.get(b"boundary", b"")
    if not 0 < len(boundary) <= _MAX_BOUNDARY:
        raise Problem("usage", "the form has no boundary")
    collector = _Collector()
    try:
        parser = MultipartParser(boundary, collector.callbacks())
        parser.write(body)
        parser.finalize()
    except FormParserError:
        raise Problem("usage", "the form is broken") from None
    return collector.parts
