"""Screens D1 and E3 for a shared badge: what the person can do, the answer of a real check, the QR, the file."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from issuer.pages.frame import Face, Frame, wants_page
from issuer.pages.share_door import MEDIA_TYPE, NO_INDEX, PREFIX, ShareDoor, Token
from issuer.pages.shared_badge_view import shared_badge_view
from issuer.services.open_share import SharedBadge
from issuer.services.outside import Outside
from schemas import qr_code, strict_json
from schemas.strict_json import JsonValue
from verifier import EMPLOYMENT, Report, local_times, verify
from verifier.checks.table import Facet
from verifier.findings import Outcome
from verifier.result_view import result_view


def router(outside: Outside, frame: Frame, door: ShareDoor) -> APIRouter:
    """Return the pages under ``/s/{token}`` and their codes."""
    routes = APIRouter(prefix=PREFIX, include_in_schema=False)

    @routes.get("")
    def share_page(request: Request, token: Token) -> Response:
        shared = door.open(request, token, counted=True)
        if not wants_page(request):  # a program that checks badges was given the link
            return Response(shared.document, media_type=MEDIA_TYPE, headers=NO_INDEX | {"Vary": "Accept"})
        return _page(outside, frame, request, shared)

    @routes.head("")
    def share_head(request: Request, token: Token) -> Response:
        door.open(request, token, counted=False)
        return Response(media_type="text/html", headers=NO_INDEX)

    @routes.get("/check")
    def check(request: Request, token: Token) -> Response:
        shared = door.open(request, token, counted=False)
        return _result(outside, frame, request, shared)

    @routes.get("/qr.svg")
    def qr_svg(request: Request, token: Token) -> Response:
        shared = door.open(request, token, counted=False)
        return Response(qr_code.svg(_link(outside, shared)), media_type="image/svg+xml", headers=NO_INDEX)

    @routes.get("/qr.png")
    def qr_png(request: Request, token: Token) -> Response:
        shared = door.open(request, token, counted=False)
        return Response(qr_code.png(_link(outside, shared)), media_type="image/png", headers=NO_INDEX)

    return routes


def _link(outside: Outside, shared: SharedBadge) -> str:
    return f"{outside.public_url}/s/{shared.token}"


def _check(outside: Outside, shared: SharedBadge) -> Report:
    return verify(shared.document, policy=EMPLOYMENT, environment=outside.environment())


def _page(outside: Outside, frame: Frame, request: Request, shared: SharedBadge) -> HTMLResponse:
    report, language = _check(outside, shared), frame.language(request)
    document = strict_json.read_object(shared.document)
    in_force = all(report.facets[facet] is Outcome.PASSED for facet in (Facet.INTEGRITY, Facet.STATUS, Facet.VALIDITY))
    return frame.render(
        request,
        "share.html",
        Face(screen="D1"),
        badge=shared_badge_view(document, language, listed=_listed_names(report)),
        result=result_view(report, language, frame.text(request)),
        in_force=in_force,
        unchanged=report.verified_document is not None,
        works_until=local_times.day(shared.expires_at, language),
        base=f"/s/{shared.token}",
        link=_link(outside, shared),
    )


def _listed_names(report: Report) -> JsonValue:
    """Names of the issuer by language, as the trust list has them."""
    return next((finding.details["name"] for finding in report.of("trust.issuer") if "name" in finding.details), None)


def _result(outside: Outside, frame: Frame, request: Request, shared: SharedBadge) -> HTMLResponse:
    report, language = _check(outside, shared), frame.language(request)
    document = strict_json.read_object(shared.document)
    return frame.render(
        request,
        "share_check.html",
        Face(screen="E3"),
        badge=shared_badge_view(document, language, listed=_listed_names(report)),
        result=result_view(report, language, frame.text(request)),
        unchanged=report.verified_document is not None,
        base=f"/s/{shared.token}",
    )
