"""The cookie of a web session, and the refusal of those who have none."""

from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import Response

_MAX_COOKIE_CHARACTERS = 200


class SignInFirstError(Exception):
    """A staff page was asked for without a living web session."""


@dataclass(frozen=True, slots=True)
class SessionCookie:
    """The cookie of a web session: `__Host-s` over https, a plain name on a trial machine without TLS.

    Attributes:
        secure: whether pages are reached by https.
    """

    secure: bool

    @property
    def name(self) -> str:
        """Browsers keep `__Host-` cookies only over https, so http://localhost needs another name."""
        return "__Host-s" if self.secure else "s"

    def read(self, request: Request) -> str | None:
        """Return the cookie's value, or None for none or one that cannot be ours."""
        value = request.cookies.get(self.name)
        return value if value and len(value) <= _MAX_COOKIE_CHARACTERS else None

    def put(self, response: Response, value: str) -> None:
        """Hand the cookie out; it ends with the browser, and on our side after 30 idle minutes."""
        response.set_cookie(self.name, value, path="/", secure=self.secure, httponly=True, samesite="lax")

    def take_back(self, response: Response) -> None:
        """Let the browser forget it."""
        response.delete_cookie(self.name, path="/", secure=self.secure, httponly=True, samesite="lax")
