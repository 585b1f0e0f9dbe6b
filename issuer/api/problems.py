"""From a refusal's code to an answer in RFC 9457 form: the one map from error to HTTP status."""

from collections.abc import Mapping, Sequence

from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from issuer.domain.errors import (
    ConflictError,
    DomainError,
    ForbiddenError,
    IdempotencyMismatchError,
    InvalidFormError,
    InvalidRequestError,
    LintError,
    NotFoundError,
    NotYetError,
    PoolExhaustedError,
    StoreBusyError,
    TellingWordError,
)
from schemas import strict_json
from schemas.errors import DocumentError
from schemas.strict_json import JsonObject

MEDIA_TYPE = "application/problem+json"

# A lint failure is the request's doing: what was asked for would make a badge that our own verifier refuses.
_STATUS: Mapping[type[DomainError], int] = {
    NotFoundError: 404,
    ForbiddenError: 403,
    ConflictError: 409,
    InvalidFormError: 422,
    InvalidRequestError: 422,
    IdempotencyMismatchError: 422,
    TellingWordError: 422,
    LintError: 422,
    PoolExhaustedError: 503,
    NotYetError: 503,
    StoreBusyError: 503,
}
_TITLES: Mapping[int, str] = {
    400: "The request is malformed",
    401: "A valid bearer token is needed",
    403: "This is not allowed",
    404: "There is nothing here for you",
    405: "This method is not offered here",
    406: "No form that you accept is offered",
    408: "The request did not arrive in time",
    409: "The present state does not allow this",
    413: "The request is too large",
    415: "This media type is not read here",
    422: "The request breaks a rule",
    429: "Too many requests",
    500: "Something went wrong with us; nothing was given and nothing was withdrawn",
    503: "Not possible just now",
}


class Fault(BaseModel):
    """One place of the request that breaks a rule."""

    model_config = ConfigDict(extra="forbid")

    code: str = Field(examples=["request.invalid"])
    pointer: str = Field(description="RFC 6901 pointer into the request", examples=["/activity_start"])
    detail: str = Field(description="For developers; never a person's data", examples=["must be YYYY-MM"])


class Problem(BaseModel):
    """What went wrong, as RFC 9457 has it. `code` is stable; texts may change."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(default="about:blank", examples=["about:blank"])
    title: str = Field(examples=["The request breaks a rule"])
    status: int = Field(ge=400, le=599, examples=[422])
    code: str = Field(examples=["request.invalid"])
    detail: str = ""
    pointer: str = ""
    errors: list[Fault] = []


def problem(
    status: int,
    code: str,
    *,
    detail: str = "",
    errors: Sequence[Fault] = (),
    pointer: str = "",
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return a problem answer.

    Args:
        status: 400–599.
        code: stable dotted code.
        detail: for developers, without personal data.
        errors: places of the request, when there are several.
        pointer: place of the request, when there is one.
        headers: further headers, such as ``Retry-After``.
    """
    title = _TITLES.get(status, "The request was refused")
    body = Problem(title=title, status=status, code=code, detail=detail, pointer=pointer, errors=list(errors))
    content = strict_json.write(_shown(body))
    return Response(content, status_code=status, media_type=MEDIA_TYPE, headers=dict(headers or {}))


def _shown(body: Problem) -> JsonObject:
    """Leave out what is empty: a reader should see only what was said."""
    return body.model_dump(exclude_defaults=True) | {"type": body.type}


def of_domain(error: DomainError) -> Response:
    """Return the answer to a refusal of a rule."""
    return problem(status_of(error), error.code, detail=error.detail, pointer=error.pointer)


def of_document(error: DocumentError) -> Response:
    """Return the answer to a body that is not the JSON we read: 413 for what is too large, else 400."""
    status = 413 if error.code == "input.limits" else 400
    return problem(status, error.code, detail=error.detail, pointer=error.pointer)


def status_of(error: DomainError) -> int:
    """Return the HTTP status of a refusal; of a class that is not in the map, 422."""
    for kind in type(error).__mro__:
        status = _STATUS.get(kind) if issubclass(kind, DomainError) else None
        if status is not None:
            return status
    return 422


# For OpenAPI: the answers that every route of the API may give beside its own.
def answers(*statuses: int) -> dict[int | str, dict[str, object]]:
    """Return the `responses` of a route that may answer with these problems."""
    return {
        status: {"description": _TITLES[status], "content": {MEDIA_TYPE: {"schema": _SCHEMA_REFERENCE}}}
        for status in statuses
    }


_SCHEMA_REFERENCE: dict[str, str] = {"$ref": "#/components/schemas/Problem"}
