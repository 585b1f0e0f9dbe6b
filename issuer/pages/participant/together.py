"""Screen C9: the participant decides on a supporter's device, in a view of its own that is closed at the end."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.errors import NotFoundError
from issuer.domain.holder import Holder
from issuer.pages.frame import Frame
from issuer.pages.participant.own_access import OwnAccess, OwnCookie
from issuer.pages.participant.own_files import Ref, pdf_answer
from issuer.pages.participant.take import SEE_OTHER, Steps, Together, waiting_page
from issuer.services.outside import Outside
from issuer.services.own import own_session, take_badge
from issuer.services.own.own_name import own_name
from issuer.services.questions import settle


def router(outside: Outside, frame: Frame, cookie: OwnCookie) -> APIRouter:
    """Return the routes ``/together…``; they read a cookie of their own."""
    routes = APIRouter(include_in_schema=False)
    own_cookie = OwnCookie(cookie.secure, together=True)
    own = Depends(OwnAccess(outside, own_cookie))
    steps = Steps(outside, frame, "/together", "claim/together_frame.html")

    @routes.get("/together")
    def waiting(request: Request, who: Holder = own) -> Response:
        """Who decides, and which badges wait."""
        badges, notice = take_badge.untaken(outside, who), steps.notice(request)
        together = Together(own_name(outside, who), len(settle.waiting(outside, who)))
        return waiting_page(steps, request, who, badges, notice, together=together)

    @routes.post("/together/alive")
    def stay(who: Holder = own) -> Response:  # noqa: ARG001  looking the session up keeps it alive
        return Response(status_code=204)

    @routes.post("/together/end")
    def end(request: Request, who: Holder = own) -> Response:  # noqa: ARG001  only an open view can be closed
        value = own_cookie.read(request)
        if value is not None:
            own_session.end(outside, value)
        answer = RedirectResponse("/c/closed", status_code=SEE_OTHER)
        own_cookie.take_back(answer)
        return answer

    steps.add_to(routes, own)

    @routes.get("/together/{ref}/certificate.pdf")
    def as_pdf(request: Request, ref: Ref, who: Holder = own) -> Response:
        """The paper, once the badge is kept; other files are for the participant's own device."""
        badge = take_badge.look(outside, who, ref)
        if badge.state != "delivered":
            raise NotFoundError("badge")
        return pdf_answer(outside, who, badge.credential_id, frame.language(request))

    return routes
