"""Who is signed in: the session cookie, read on every staff page."""

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import Response

from issuer.db.repositories.people import StaffRecord
from issuer.services import sign_in
from issuer.services.outside import Outside

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


def signed_in(outside: Outside, cookie: SessionCookie) -> Callable[[Request], StaffRecord]:
    """Return a dependency that gives who is signed in, or raises SignInFirstError."""

    def check(request: Request) -> StaffRecord:
        value = cookie.read(request)
        found = sign_in.session(outside, value) if value is not None else None
        if found is None:
            raise SignInFirstError
        return found

    return check
