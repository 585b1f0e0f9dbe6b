"""Slips of the whole house: those that lie unused, and a stack of first slips to print for badges that wait."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from issuer.domain.permissions import Permission, StaffMember
from issuer.i18n import whole_day
from issuer.pages.access import Access
from issuer.pages.coach.person_slip import show_slips
from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services.outside import Outside
from issuer.services.own.make_slip import make_first_slips
from issuer.services.own.slip_state import slips_to_see


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the route ``/slips``."""
    routes = APIRouter(include_in_schema=False)
    editor = Depends(Access(outside, cookie)(Permission.PEOPLE_EDIT))

    @routes.get("/slips")
    def overview(request: Request, who: StaffMember = editor) -> Response:
        return _page(outside, frame, request, who)

    @routes.post("/slips")
    def make(request: Request, who: StaffMember = editor) -> Response:
        """Show the slips in the answer itself, this once, as for a single one."""
        slips = make_first_slips(outside, who)
        return show_slips(outside, frame, request, who, slips) if slips else _page(outside, frame, request, who)

    return routes


def _page(outside: Outside, frame: Frame, request: Request, who: StaffMember) -> Response:
    found, language = slips_to_see(outside, who), frame.language(request)
    return frame.render(
        request,
        "coach/slips.html",
        Face(screen="B1", title="title.staff", who=who, current="/people"),
        unused=[(number, whole_day(made.date(), language)) for number, made in found.unused],
        missing=found.missing,
    )
