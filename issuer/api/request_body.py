"""Bytes of a request to a checked model: bounded reading, strict JSON, closed models, a pointer for every fault."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from issuer.api.problems import Fault
from schemas import strict_json
from verifier.request_body import read_body

MAX_BODY_BYTES = 64 << 10
_MAX_FAULTS = 20

Model = TypeVar("Model", bound=BaseModel)


class MediaTypeError(Exception):
    """The body is of a media type that the route does not read."""


class BrokenRulesError(Exception):
    """The body is JSON, but not the one that the route reads.

    Attributes:
        faults: at least one, at most 20.
    """

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("request.invalid")
        self.faults = faults


def json_bytes(max_bytes: int = MAX_BODY_BYTES) -> Callable[[Request], Awaitable[bytes]]:
    """Return a dependency that reads a JSON body of at most `max_bytes` bytes, inclusive, within 15 seconds.

    The dependency raises MediaTypeError, or the verifier's Problem for what is too large or too slow.
    """

    async def read(request: Request) -> bytes:
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != "application/json":
            raise MediaTypeError
        return await read_body(request, max_bytes)

    return read


def parse(body: bytes, model: type[Model]) -> Model:
    """Return the checked request.

    Raises:
        DocumentError: not strict JSON, or not an object.
        BrokenRulesError: an unknown, missing or malformed member.
    """
    value = strict_json.read_object(body, max_bytes=max(MAX_BODY_BYTES, len(body)), max_depth=8)
    try:
        # JSON mode: texts become dates, but no number becomes a text
        return model.model_validate_json(strict_json.write(value), strict=True)
    except ValidationError as problem:
        faults = problem.errors(include_url=False, include_context=False, include_input=False)[:_MAX_FAULTS]
        raise BrokenRulesError(tuple(_fault(fault["loc"], fault["type"], fault["msg"]) for fault in faults)) from None


def _fault(place: tuple[int | str, ...], kind: str, message: str) -> Fault:
    pointer = "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in place)
    code = "request.unknown_member" if kind == "extra_forbidden" else "request.invalid"
    return Fault(code=code, pointer=pointer, detail=message)
