"""Screen F1: the inbox of a school, and the door by which a badge comes in that somebody shows at the desk."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import DomainError, NotFoundError
from issuer.domain.permissions import Permission, StaffMember
from issuer.i18n import whole_day
from issuer.pages.access import Access
from issuer.pages.catalogue_text import shown
from issuer.pages.coach.screen import SEE_OTHER, Posted, Screen, refusal_status
from issuer.pages.forms import Form, page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services.outside import Outside
from issuer.services.recognition.list_cases import ListedCase, list_cases
from issuer.services.recognition.take_in import take_in
from verifier.security_headers import CAMERA_OF_THIS_PAGE

NOTICES = frozenset({"withdrawn", "forgotten"})


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/desk``, ``/desk/closed`` and ``/desk/scan``."""
    routes = APIRouter(include_in_schema=False)
    reader = Depends(Access(outside, cookie)(Permission.SCHOOL_DESK))

    @routes.get("/desk")
    def inbox(request: Request, who: StaffMember = reader) -> Response:
        return _inbox(Screen(outside, frame, request, who), closed=False)

    @routes.get("/desk/closed")
    def closed(request: Request, who: StaffMember = reader) -> Response:
        return _inbox(Screen(outside, frame, request, who), closed=True)

    @routes.get("/desk/scan")
    def scan(request: Request, who: StaffMember = reader) -> Response:
        return scan_page(Screen(outside, frame, request, who), action="/desk/scan")

    @routes.post("/desk/scan")
    def take(request: Request, form: Posted, who: StaffMember = reader) -> Response:
        try:
            ref = taken(outside, who, form)
        except NotFoundError:
            raise
        except DomainError as error:
            screen = Screen(outside, frame, request, who)
            return scan_page(screen, action="/desk/scan", error=error, typed=form.raw("text"))
        return RedirectResponse(f"/desk/{ref}", status_code=SEE_OTHER)

    return routes


def taken(outside: Outside, who: StaffMember, form: Form, ref: str | None = None) -> str:
    """Hand what a form brought to the service: the file or photograph if there is one, else the text."""
    file = form.file("file") or form.file("photo")
    if file is not None:
        return take_in(outside, who, file.file.read(), as_text=False, ref=ref)
    return take_in(outside, who, form.raw("text").strip().encode(), as_text=True, ref=ref)


def scan_page(
    screen: Screen, *, action: str, error: DomainError | None = None, typed: str = "", ref: str | None = None
) -> HTMLResponse:
    """Show the camera, the field for a link, a code or a badge, and the field for a file."""
    errors = page_errors(screen.t, error) if error is not None else ()
    face = Face(screen="F1", title="title.staff", who=screen.who, current="/desk", errors=errors)
    response = screen.frame.render(
        screen.request, "school/scan.html", face, status=refusal_status(error), action=action, typed=typed, ref=ref
    )
    response.headers["Permissions-Policy"] = CAMERA_OF_THIS_PAGE
    return response


def _inbox(screen: Screen, *, closed: bool) -> HTMLResponse:
    language = screen.language
    rows = [_line(one, language) for one in list_cases(screen.outside, screen.who, closed=closed)]
    notice = screen.notice("desk.notice", NOTICES)
    face = Face(screen="F1", title="title.staff", who=screen.who, current="/desk", notice=notice)
    return screen.frame.render(screen.request, "school/inbox.html", face, rows=rows, closed=closed)


def _line(one: ListedCase, language: str) -> dict[str, object]:
    return {
        "case": one,
        "asked": whole_day(helsinki_day(one.row.asked_at), language),
        "answer_by": whole_day(one.row.answer_by, language),
        "unit": shown(one.unit_name, language),
    }
