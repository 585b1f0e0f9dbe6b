"""How a school works with badges: one decider or two, days to answer and to ask for a correction, who helps."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from issuer.domain.errors import DomainError, NotFoundError
from issuer.domain.permissions import Permission, StaffMember
from issuer.domain.recognition_terms import MOST_DAYS, SchoolRules
from issuer.pages.access import Access
from issuer.pages.coach.screen import SEE_OTHER, Posted, Screen, refusal_status
from issuer.pages.forms import page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services import show_institution
from issuer.services.outside import Outside
from issuer.services.recognition import set_rules
from issuer.services.recognition.read_case import school_rules


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the route ``/desk/rules``."""
    routes = APIRouter(include_in_schema=False)
    manager = Depends(Access(outside, cookie)(Permission.TRUST_MANAGE))

    @routes.get("/desk/rules")
    def rules(request: Request, who: StaffMember = manager) -> Response:
        if show_institution.one(outside, who.institution_id).kind != "school":
            return RedirectResponse("/home", status_code=SEE_OTHER)  # only a school has these
        return _page(Screen(outside, frame, request, who), school_rules(outside, who))

    @routes.post("/desk/rules")
    def save(request: Request, form: Posted, who: StaffMember = manager) -> Response:
        wanted = SchoolRules(
            deciders=form.number("deciders", least=1, most=2) or 0,
            answer_days=form.number("answer_days", least=1, most=MOST_DAYS) or 0,
            correction_days=form.number("correction_days", least=1, most=MOST_DAYS) or 0,
            oid=form.text("oid", required=False),
            help_text=form.text("help_text", required=False) or "",
        )
        try:
            form.check()
            set_rules.set_rules(outside, who, wanted)
        except NotFoundError:
            raise
        except DomainError as error:
            return _page(Screen(outside, frame, request, who), wanted, error)
        return RedirectResponse("/desk/rules?notice=saved", status_code=SEE_OTHER)

    return routes


def _page(screen: Screen, rules: SchoolRules, error: DomainError | None = None) -> HTMLResponse:
    face = Face(
        screen="F1",
        title="title.staff",
        who=screen.who,
        current="/desk/rules",
        notice=screen.notice("rules", frozenset({"saved"})) if error is None else None,
        errors=page_errors(screen.t, error) if error is not None else (),
    )
    return screen.frame.render(screen.request, "school/rules.html", face, status=refusal_status(error), rules=rules)
