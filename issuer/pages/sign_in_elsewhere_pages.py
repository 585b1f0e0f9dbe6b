"""The login of an organisation (OpenID Connect): out to its page and back, and invitations accepted either way."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response

from issuer.domain.errors import DomainError, NotFoundError
from issuer.domain.permissions import Permission, StaffMember
from issuer.operation_log import event
from issuer.pages.access import Access
from issuer.pages.attempts import Attempts
from issuer.pages.browser_cookie import BrowserCookie
from issuer.pages.forms import Form, page_errors, posted
from issuer.pages.frame import Face, Frame
from issuer.pages.sign_in_pages import FACE, Door
from issuer.pages.signed_in import SessionCookie
from issuer.services.identity_provider import Answer, IdentityRefusedError
from issuer.services.outside import Outside
from issuer.services.staff import accept_invitation
from issuer.services.staff.accept_invitation import OpenInvitation
from issuer.services.ways_in import own_account, sign_in_elsewhere

Token = Annotated[str, Path(max_length=200)]
Posted = Annotated[Form, Depends(posted)]
_MAX_STATE, _MAX_CODE = 200, 4000


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/oidc…``, ``/in/oidc/back`` and ``/invite/{token}``."""
    routes = APIRouter(include_in_schema=False)
    door = Door(outside, frame, cookie, BrowserCookie(frame.secure), Attempts(outside.clock))
    account = Depends(Access(outside, cookie)(Permission.OWN_ACCOUNT))

    @routes.post("/oidc")
    def begin(request: Request) -> Response:
        return _leave(door, request)

    @routes.post("/me/oidc")
    def link(request: Request, who: StaffMember = account) -> Response:
        own_account.check_may_add(outside, who, cookie.read(request) or "")
        return _leave(door, request, who=who)

    @routes.get(sign_in_elsewhere.RETURN_PATH)
    def back(request: Request, state: str = "", code: str = "", iss: str = "") -> Response:
        """Take the browser back: the one GET that lets somebody in, since the provider sends no form."""
        door.attempts.check(request)
        answer = Answer(code=code[:_MAX_CODE], issuer=iss[:_MAX_STATE] or None)
        try:
            value = sign_in_elsewhere.finish(outside, state[:_MAX_STATE], answer, door.browser.read(request))
        except IdentityRefusedError as refused:
            event("oidc.refused", code=refused.code)
            value = None
        return door.let_in(request, value)

    _add_invitation(routes, door)
    return routes


def _add_invitation(routes: APIRouter, door: Door) -> None:
    outside = door.outside

    @routes.get("/invite/{token}")
    def show(request: Request, token: Token) -> Response:
        return _invitation(door, request, token, _open(outside, token), FACE)

    @routes.post("/invite/{token}")
    def accept(request: Request, token: Token, form: Posted) -> Response:
        invited = _open(outside, token)
        try:
            value = accept_invitation.accept(outside, token, name=form.raw("name"))
        except DomainError as error:
            t = door.frame.text(request)
            face = Face(screen="A2", title="title.staff", errors=page_errors(t, error))
            return _invitation(door, request, token, invited, face, name=form.raw("name"), status=422)
        return door.let_in(request, value, to="/me?done=joined")

    @routes.post("/invite/{token}/oidc")
    def accept_elsewhere(request: Request, token: Token) -> Response:
        return _leave(door, request, invitation_id=_open(outside, token).id)


def _open(outside: Outside, token: str) -> OpenInvitation:
    """The invitation, or the one 404 of unknown, used and ended links."""
    invited = accept_invitation.show(outside, token)
    if invited is None:
        raise NotFoundError("invitation")
    return invited


def _invitation(  # noqa: PLR0913  what the page shows
    door: Door,
    request: Request,
    token: str,
    invited: OpenInvitation,
    face: Face,
    *,
    name: str | None = None,
    status: int = 200,
) -> Response:
    return door.frame.render(
        request,
        "invitation.html",
        face,
        status=status,
        invited=invited,
        institution=invited.institution.public_name.in_language(door.frame.language(request)),
        name=invited.name if name is None else name,
        action=f"/invite/{token}",
        elsewhere=door.outside.identity_provider is not None,
    )


def _leave(
    door: Door, request: Request, *, invitation_id: str | None = None, who: StaffMember | None = None
) -> Response:
    """Lead to the provider by a page of ours: a redirect of the form itself would break our form-action policy."""
    door.attempts.check(request)
    browser = door.browser.ensure(request)
    try:
        begun = sign_in_elsewhere.begin(door.outside, browser, invitation_id=invitation_id, who=who)
    except IdentityRefusedError as refused:
        event("oidc.refused", code=refused.code)
        return door.show(request, status=503, error="in.elsewhere_silent")
    response = door.frame.render(request, "sign_in_elsewhere.html", FACE, address=begun.address)
    response.headers["Refresh"] = f"0; url={begun.address}"
    door.browser.put(response, browser)
    return response
