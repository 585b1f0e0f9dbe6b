"""The cookie by which we know the browser again that asked for a sign-in; it lets nobody in by itself."""

import secrets
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import Response

_HOUR_SECONDS = 3600
_MAX_CHARACTERS = 100


@dataclass(frozen=True, slots=True)
class BrowserCookie:
    """`__Host-b` over https, a plain name on a trial machine without TLS.

    Attributes:
        secure: whether pages are reached by https.
    """

    secure: bool

    @property
    def name(self) -> str:
        """Browsers keep `__Host-` cookies only over https."""
        return "__Host-b" if self.secure else "b"

    def read(self, request: Request) -> str | None:
        """Return the browser's secret, or None."""
        value = request.cookies.get(self.name)
        return value if value and len(value) <= _MAX_CHARACTERS else None

    def ensure(self, request: Request) -> str:
        """Return the browser's secret, a new one where it has none; `put` it on the answer."""
        return self.read(request) or secrets.token_urlsafe(32)

    def put(self, response: Response, value: str) -> None:
        """Let the browser keep its secret for an hour; Lax, since links in mails come from elsewhere."""
        response.set_cookie(
            self.name, value, max_age=_HOUR_SECONDS, path="/", secure=self.secure, httponly=True, samesite="lax"
        )
