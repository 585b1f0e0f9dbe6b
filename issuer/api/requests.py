"""One ASGI layer around all routes: logs each answer by path template and turns a crash into a plain 500."""

import secrets
import time
from collections.abc import Callable

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from issuer.operation_log import event, failure

CrashAnswer = Callable[[Scope, str], Response]


class RequestLog:
    """Logs method, path template, status and time; never the path itself, which may hold a token.

    Args:
        app: the application inside.
        crash_answer: makes the 500 from the scope and a short reference that also stands in the log.
    """

    def __init__(self, app: ASGIApp, *, crash_answer: CrashAnswer) -> None:
        self._app, self._crash_answer = app, crash_answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and log its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started_at, status = time.perf_counter(), 0

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            reference = secrets.token_hex(4).upper()
            failure("http.crashed", error, fault=reference, path=path_template(scope))
            if status:
                raise  # the answer had begun; the server closes the connection
            await self._crash_answer(scope, reference)(scope, receive, watched)
        milliseconds = round((time.perf_counter() - started_at) * 1000, 1)
        event(
            "http.answered",
            method=scope["method"] if scope["method"] in _METHODS else "other",
            path=path_template(scope),
            status=status,
            milliseconds=milliseconds,
        )


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def path_template(scope: Scope) -> str:
    """Return the template of the route that answered, for example ``/s/{token}``; "-" when there was none."""
    return str(getattr(scope.get("route"), "path", "-"))
