"""Screen B10 at the school's desk: what it was asked, and its yes with the assessors that it appoints."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.errors import DomainError, NotFoundError
from issuer.domain.permissions import Permission, Role, StaffMember
from issuer.pages.access import Access
from issuer.pages.coach.demonstration_fields import read_assessors, read_confirmation
from issuer.pages.coach.demonstration_lists import list_page
from issuer.pages.coach.demonstration_view import plan_page
from issuer.pages.coach.demonstrations import revision
from issuer.pages.coach.screen import SEE_OTHER, Posted, Screen
from issuer.pages.frame import Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services.demonstrations import confirm_by_school
from issuer.services.outside import Outside
from issuer.services.staff.list_staff import list_staff


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/demos-asked`` and ``/demos-asked/{id}``."""
    routes = APIRouter(include_in_schema=False)
    access = Access(outside, cookie)
    reader, decider = Depends(access(Permission.SCHOOL_DESK)), Depends(access(Permission.SCHOOL_DECIDE))

    @routes.get("/demos-asked")
    def asked(request: Request, who: StaffMember = reader) -> Response:
        return list_page(Screen(outside, frame, request, who), "/demos-asked")

    @routes.get("/demos-asked/{number}")
    def one(request: Request, number: str, who: StaffMember = reader) -> Response:
        return plan_page(Screen(outside, frame, request, who), number)

    @routes.post("/demos-asked/{number}")
    def confirm(request: Request, number: str, form: Posted, who: StaffMember = decider) -> Response:
        staff = list_staff(outside, who.institution_id)
        accounts = frozenset(member.id for member in staff if Role.ASSESSOR in member.roles)
        try:
            assessors, confirmation = read_assessors(form, accounts=accounts), read_confirmation(form)
            form.check()
            if confirmation is not None:
                confirm_by_school.confirm(outside, who, number, assessors, confirmation, seen=revision(form))
        except NotFoundError:
            raise
        except DomainError as error:
            return plan_page(Screen(outside, frame, request, who), number, error, form)
        return RedirectResponse(f"/demos-asked/{number}?notice=confirmed", status_code=SEE_OTHER)

    return routes
