"""The addresses of a shared badge: its page, the page of its check, and its code."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from issuer.pages.frame import Frame, wants_page
from issuer.pages.share_door import MEDIA_TYPE, NO_INDEX, PREFIX, ShareDoor, Token
from issuer.pages.shared_page import OwnerBar, SharedPages
from issuer.services.open_share import SharedBadge
from issuer.services.outside import Outside
from issuer.services.sharing.share_codes import share_ref
from schemas import qr_code, strict_json

_PAGE_ONLY = strict_json.write({"type": "about:blank", "status": 406, "code": "share.page_only"})
_VARY = {"Vary": "Accept"}


def router(outside: Outside, frame: Frame, door: ShareDoor) -> APIRouter:
    """Return the pages under ``/s/{token}`` and their codes."""
    routes = APIRouter(prefix=PREFIX, include_in_schema=False)
    pages = SharedPages(outside, frame)

    @routes.get("")
    def share_page(request: Request, token: Token) -> Response:
        page_wanted = wants_page(request)
        shared = door.open(request, token, counted=True)
        if page_wanted:
            return pages.page(request, shared, pages.address(shared.token), bar=_bar(outside, shared))
        if not shared.whole_file:  # a program that checks badges was given a link that shows a page only
            return Response(_PAGE_ONLY, 406, media_type="application/problem+json", headers=NO_INDEX | _VARY)
        return Response(shared.document, media_type=MEDIA_TYPE, headers=NO_INDEX | _VARY)

    @routes.head("")
    def share_head(request: Request, token: Token) -> Response:
        door.open(request, token, counted=False)
        return Response(media_type="text/html", headers=NO_INDEX)

    @routes.get("/check")
    def check(request: Request, token: Token) -> Response:
        shared = door.open(request, token, counted=True)  # it shows the badge as well as the page does
        return pages.check_page(request, shared, pages.address(shared.token))

    @routes.get("/qr.svg")
    def qr_svg(request: Request, token: Token) -> Response:
        link = pages.address(door.open(request, token, counted=False).token).link
        return Response(qr_code.svg(link), media_type="image/svg+xml", headers=NO_INDEX)

    @routes.get("/qr.png")
    def qr_png(request: Request, token: Token) -> Response:
        link = pages.address(door.open(request, token, counted=False).token).link
        return Response(qr_code.png(link), media_type="image/png", headers=NO_INDEX)

    return routes


def _bar(outside: Outside, shared: SharedBadge) -> OwnerBar | None:
    return OwnerBar(ref=share_ref(outside.link_secret, shared.share_id)) if shared.own else None
