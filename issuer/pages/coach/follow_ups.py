"""Follow-up for staff: whom to ask today, noting one of four answers, and the house's own figures for its leads."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.errors import DomainError, NotFoundError
from issuer.domain.follow_up import Answer, Moment
from issuer.domain.permissions import Permission, StaffMember
from issuer.i18n import whole_day
from issuer.pages.access import Access
from issuer.pages.coach.screen import refusal_status
from issuer.pages.forms import PostedForm, page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services.coaching import find_participants
from issuer.services.followups.call_list import call_list
from issuer.services.followups.inside_figures import inside, past_quarters
from issuer.services.followups.note_answer import note_answer
from issuer.services.outside import Outside

Which = Annotated[Moment, Path()]
_SEE_OTHER = 303
_PATH = "/followups"


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/followups…`` of staff."""
    routes = APIRouter(prefix=_PATH, include_in_schema=False)
    access = Access(outside, cookie)
    editor, lead = Depends(access(Permission.PEOPLE_EDIT)), Depends(access(Permission.STATISTICS))

    @routes.get("")
    def calls(request: Request, who: StaffMember = editor) -> Response:
        return _list(outside, frame, request, who)

    @routes.get("/figures")
    def figures(request: Request, quarter: str = "", who: StaffMember = lead) -> Response:
        quarters = past_quarters(outside)
        chosen = quarter or quarters[0]
        if chosen not in quarters:
            raise NotFoundError("quarter")
        face = Face(screen="G3", title="title.staff", who=who, current="/home")
        rows = inside(outside, who, chosen)
        return frame.render(request, "followups/figures.html", face, quarter=chosen, quarters=quarters, rows=rows)

    @routes.post("/{number}/{moment}")
    def note(request: Request, number: str, moment: Which, form: PostedForm, who: StaffMember = editor) -> Response:
        find_participants.locate(outside, who, number)
        field = f"answer-{number}-{moment.value}"
        try:
            answer = form.choice(field, [one.value for one in Answer])
            form.check()
            note_answer(outside, who, number, moment, Answer(str(answer)))
        except NotFoundError:
            raise
        except DomainError as error:
            return _list(outside, frame, request, who, error)
        return RedirectResponse(f"{_PATH}?notice=noted", status_code=_SEE_OTHER)

    return routes


def _list(
    outside: Outside, frame: Frame, request: Request, who: StaffMember, error: DomainError | None = None
) -> Response:
    t, language = frame.text(request), frame.language(request)
    noted = request.query_params.get("notice") == "noted"
    face = Face(
        screen="B5",
        title="title.staff",
        who=who,
        current="/home",
        notice=t("follow_up.noted") if noted and error is None else None,
        errors=page_errors(t, error) if error is not None else (),
    )
    found = call_list(outside, who)
    return frame.render(
        request,
        "followups/calls.html",
        face,
        status=refusal_status(error),
        due=[(one, whole_day(one.until, language)) for one in found.due],
        answered=found.answered,
        answers=[(one.value, t(f"follow_up.answer.{one.value}")) for one in Answer],
        may_lead=who.may(Permission.STATISTICS),
    )
