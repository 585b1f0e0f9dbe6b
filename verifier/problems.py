"""Problem answers of the verifier's HTTP interface (RFC 9457): a stable code, a title, nothing about our inside."""

from collections.abc import Mapping
from http import HTTPStatus

import orjson
from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"
# code → (status, title); the codes are part of the interface.
PROBLEMS: Mapping[str, tuple[HTTPStatus, str]] = {
    "usage": (HTTPStatus.BAD_REQUEST, "The request cannot be carried out as it was made"),
    "input.too_large": (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The input is larger than the limits allow"),
    "input.unsupported": (HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "This kind of input is not read"),
    "input.unreadable": (HTTPStatus.UNPROCESSABLE_ENTITY, "There is nothing in the input that could be judged"),
    "input.not_fetched": (HTTPStatus.UNPROCESSABLE_ENTITY, "The link could not be fetched"),
    "input.too_slow": (HTTPStatus.REQUEST_TIMEOUT, "The input did not arrive in time"),
    "too_many": (HTTPStatus.TOO_MANY_REQUESTS, "Too many requests; try again later"),
}


class Problem(Exception):  # noqa: N818  named for what it becomes
    """Ends a request with a problem answer.

    Attributes:
        code: a key of `PROBLEMS`.
        detail: one sentence for the caller's developer; holds nothing of the input but names of fields.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail

    def response(self, headers: Mapping[str, str] | None = None) -> Response:
        """Return the answer."""
        status, title = PROBLEMS[self.code]
        body = {"type": "about:blank", "title": title, "status": status.value, "code": self.code}
        if self.detail:
            body["detail"] = self.detail
        extra = {"Retry-After": "10"} if status is HTTPStatus.TOO_MANY_REQUESTS else {}
        return Response(orjson.dumps(body), status.value, {**extra, **(headers or {})}, MEDIA_TYPE)
