"""Ends a participant's own session, and keeps it alive while somebody is still at the page."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.holder import Holder
from issuer.pages.frame import Frame
from issuer.pages.participant.own_access import OwnAccess, OwnCookie
from issuer.services.outside import Outside
from issuer.services.own import own_session

_SEE_OTHER, _NO_CONTENT = 303, 204


def router(outside: Outside, _frame: Frame, cookie: OwnCookie) -> APIRouter:
    """Return the routes ``/my/out`` and ``/my/alive``."""
    routes = APIRouter(include_in_schema=False)
    own = Depends(OwnAccess(outside, cookie))

    @routes.post("/my/out")
    def leave(request: Request, who: Holder = own) -> Response:  # noqa: ARG001  only who is in can leave
        value = cookie.read(request)
        if value is not None:
            own_session.end(outside, value)
        answer = RedirectResponse("/c", status_code=_SEE_OTHER)
        cookie.take_back(answer)
        return answer

    @routes.post("/my/alive")
    def stay(who: Holder = own) -> Response:  # noqa: ARG001  looking the session up keeps it alive
        return Response(status_code=_NO_CONTENT)

    return routes
