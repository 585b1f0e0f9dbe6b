"""Requests that change something on a page must come from our own pages (security.md section 11)."""

from collections.abc import Callable, Mapping

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def cross_site(method: str, headers: Mapping[str, str], own_origin: str) -> bool:
    """Tell whether a request may have been made by a page of somebody else.

    Args:
        method: of HTTP, upper case.
        headers: with lower-case names.
        own_origin: scheme, host and port of our pages.
    """
    if method in _SAFE:  # these never change anything
        return False
    site = headers.get("sec-fetch-site")
    return site not in ("same-origin", "none") if site is not None else headers.get("origin") != own_origin


class RefuseCrossSite:
    """Answers 403 to a changing request from elsewhere, on every path but those that never read the cookie.

    Args:
        app: the application inside.
        own_origin: scheme, host and port of our pages.
        cookieless: beginnings of paths that authenticate by bearer token or not at all.
        answer: makes the refusal.
    """

    def __init__(
        self, app: ASGIApp, *, own_origin: str, cookieless: tuple[str, ...], answer: Callable[[Scope], Response]
    ) -> None:
        self._app, self._own_origin, self._cookieless, self._answer = app, own_origin, cookieless, answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] == "http" and not scope["path"].startswith(self._cookieless):
            headers = Headers(scope=scope)
            if cross_site(scope["method"], headers, self._own_origin):
                await self._answer(scope)(scope, receive, send)
                return
        await self._app(scope, receive, send)
