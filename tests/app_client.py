"""Calls an ASGI application without a socket, from ordinary (synchronous) tests, as a browser at an address would."""

from contextlib import ExitStack
from functools import partial
from types import TracebackType
from typing import Any, Self

import httpx
from anyio.from_thread import start_blocking_portal


class AppClient:
    """An HTTP client of one application; it keeps cookies and follows no redirects.

    Args:
        app: the ASGI application.
        base_url: what the client thinks that it calls.
        address: of the client, as the application sees it.
        headers: sent with every request.
    """

    def __init__(self, app: Any, *, base_url: str, address: str = "127.0.0.1", headers: dict[str, str] | None = None):
        self._stack = ExitStack()
        self._portal = self._stack.enter_context(start_blocking_portal())
        transport = httpx.ASGITransport(app, client=(address, 50_000), raise_app_exceptions=False)
        self._client = httpx.AsyncClient(transport=transport, base_url=base_url, headers=headers)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._portal.call(self._client.aclose)
        self._stack.close()

    @property
    def cookies(self) -> httpx.Cookies:
        return self._client.cookies

    def request(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Ask for a path, or an absolute address of the same application."""
        call = partial(self._client.request, method, path, **more)
        return self._portal.call(call)

    def get(self, path: str, **more: Any) -> httpx.Response:
        """GET."""
        return self.request("GET", path, **more)

    def post(self, path: str, **more: Any) -> httpx.Response:
        """POST."""
        return self.request("POST", path, **more)
