"""What a staff route needs: someone signed in whose roles allow the act that the route names."""

from dataclasses import dataclass

from fastapi import Request

from issuer.domain.errors import ForbiddenError
from issuer.domain.permissions import Permission, StaffMember
from issuer.pages.signed_in import SessionCookie, SignInFirstError
from issuer.services import sign_in
from issuer.services.outside import Outside


@dataclass(frozen=True, slots=True, eq=False)
class Needs:
    """A dependency: gives who is signed in, or raises SignInFirstError or ForbiddenError.

    A test finds `permission` on every staff route, so that none is open by oversight.
    """

    outside: Outside
    cookie: SessionCookie
    permission: Permission

    def __call__(self, request: Request) -> StaffMember:
        """Look the web session up and hold the roles against the permission."""
        value = self.cookie.read(request)
        who = sign_in.session(self.outside, value) if value is not None else None
        if who is None:
            raise SignInFirstError
        if not who.may(self.permission):
            raise ForbiddenError(self.permission.value)
        return who


@dataclass(frozen=True, slots=True)
class Access:
    """Makes the dependencies of one application: ``Depends(access(Permission.PEOPLE_READ))``."""

    outside: Outside
    cookie: SessionCookie

    def __call__(self, permission: Permission) -> Needs:
        """Return the dependency for one permission."""
        return Needs(self.outside, self.cookie, permission)
