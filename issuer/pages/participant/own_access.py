"""What a participant's route needs: an own living web session. Its cookie is another one than staff's."""

from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import Response

from issuer.domain.holder import Holder
from issuer.services.outside import Outside
from issuer.services.own import own_session

_MAX_COOKIE_CHARACTERS = 200
_YEAR_SECONDS = 365 * 24 * 3600


class ComeInFirstError(Exception):
    """A participant's page was asked for without a living own session: the way in is ``/c``."""


@dataclass(frozen=True, slots=True)
class OwnCookie:
    """The cookie of a participant's session: `__Host-p` over https, `p` on a trial machine without TLS.

    Attributes:
        secure: whether pages are reached by https.
        together: the other cookie (`t`), of a view that a supporter opened on the own device. Neither cookie's value
            works as the other one, so that the supporter's browser opens no page of the participant alone.
    """

    secure: bool
    together: bool = False

    @property
    def name(self) -> str:
        """Browsers keep `__Host-` cookies only over https, so http://localhost needs another name."""
        name = "t" if self.together else "p"
        return f"__Host-{name}" if self.secure else name

    def read(self, request: Request) -> str | None:
        """Return the cookie's value, or None for none or one that cannot be ours."""
        value = request.cookies.get(self.name)
        if not value or len(value) > _MAX_COOKIE_CHARACTERS:
            return None
        return value if value.startswith(own_session.TOGETHER) == self.together else None

    def put(self, response: Response, value: str, *, shared_device: bool) -> None:
        """Hand the cookie out; on a shared device it ends with the browser."""
        age = None if shared_device else _YEAR_SECONDS
        response.set_cookie(self.name, value, max_age=age, path="/", secure=self.secure, httponly=True, samesite="lax")

    def take_back(self, response: Response) -> None:
        """Let the browser forget it and everything that it kept of us (privacy.md PR7)."""
        response.delete_cookie(self.name, path="/", secure=self.secure, httponly=True, samesite="lax")
        response.headers["Clear-Site-Data"] = '"cache", "storage"'


@dataclass(frozen=True, slots=True, eq=False)
class OwnAccess:
    """A dependency that gives the holder: ``who: Holder = Depends(OwnAccess(outside, own_cookie))``.

    A test finds it on every participant route, so that none is open by oversight.
    """

    outside: Outside
    cookie: OwnCookie

    def __call__(self, request: Request) -> Holder:
        """Look the session up. Raises ComeInFirstError without a living one."""
        value = self.cookie.read(request)
        holder = own_session.session(self.outside, value) if value is not None else None
        if holder is None:
            raise ComeInFirstError
        return holder
