"""Screen A2: sign-in by a one-time link. Opening the link changes nothing; a button redeems it."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import RedirectResponse, Response

from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services import sign_in
from issuer.services.outside import Outside

Token = Annotated[str, Path(max_length=200)]
SEE_OTHER = 303


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/in``, ``/in/{token}`` and ``/out``."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/in")
    def door(request: Request) -> Response:
        return frame.render(request, "sign_in.html", Face(screen="A2", title="title.staff"))

    @routes.get("/in/{token}")
    def link(request: Request, token: Token) -> Response:
        """Mail scanners open links: the page shows a button and redeems nothing."""
        if not sign_in.link_works(outside, token):
            return _failed(frame, request)
        return frame.render(request, "sign_in_link.html", Face(screen="A2", title="title.staff"), action=f"/in/{token}")

    @routes.post("/in/{token}")
    def redeem(request: Request, token: Token) -> Response:
        value = sign_in.redeem(outside, token)
        if value is None:
            return _failed(frame, request)
        old = cookie.read(request)
        if old is not None:  # a new sign-in never lives on in an old session
            sign_in.end(outside, old)
        response = RedirectResponse("/home", status_code=SEE_OTHER)
        cookie.put(response, value)
        return response

    @routes.post("/out")
    def out(request: Request) -> Response:
        value = cookie.read(request)
        if value is not None:
            sign_in.end(outside, value)
        response = RedirectResponse("/in", status_code=SEE_OTHER, headers={"Clear-Site-Data": '"cache", "storage"'})
        cookie.take_back(response)
        return response

    return routes


def _failed(frame: Frame, request: Request) -> Response:
    """One page for unknown, used and ended links."""
    return frame.render(request, "sign_in.html", Face(screen="A2", title="title.staff"), status=404, failed=True)
