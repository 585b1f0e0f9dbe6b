"""Screen C10 for a learner without an own view: the decision behind a link, with the receipt and the way to correct."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import DomainError
from issuer.pages.forms import PostedForm, page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.misses import Misses
from issuer.pages.participant.own_cases import case_values, signed_file
from issuer.pages.school.desk_decide import Place, endorsement_of
from issuer.pages.share_door import TooManyMissesError
from issuer.pages.stops import not_here
from issuer.services.outside import Outside
from issuer.services.recognition import show_decision
from issuer.services.recognition.correct_decision import ask_correction
from issuer.services.recognition.show_decision import ShownDecision

Token = Annotated[str, Path(max_length=200)]
SEE_OTHER, REFUSED = 303, 422


def router(outside: Outside, frame: Frame) -> APIRouter:
    """Return the routes under ``/decision/{token}``."""
    routes = APIRouter(include_in_schema=False)
    misses = Misses()

    def opened(request: Request, token: str) -> ShownDecision | None:
        if misses.spent(request):
            raise TooManyMissesError
        told = show_decision.for_link(outside, token)
        if told is None:
            misses.add(request)
        return told

    @routes.get("/decision/{token}")
    def page(request: Request, token: Token) -> Response:
        told = opened(request, token)
        return _page(outside, frame, request, told, token) if told is not None else not_here(frame, request)

    @routes.get("/decision/{token}/receipt.json")
    def receipt(request: Request, token: Token) -> Response:
        told = opened(request, token)
        return signed_file(told.receipt, "kuitti.json") if told is not None else not_here(frame, request)

    @routes.get("/decision/{token}/endorsement.json")
    def endorsement(request: Request, token: Token, badge: Place = 1) -> Response:
        told = opened(request, token)
        if told is None:
            return not_here(frame, request)
        return signed_file(endorsement_of(told, badge), "vahvistus.json")

    @routes.post("/decision/{token}/correction")
    def correction(request: Request, token: Token, form: PostedForm) -> Response:
        told = opened(request, token)
        if told is None:
            return not_here(frame, request)
        try:
            ask_correction(outside, told.case.row.id, form.raw("words"), actor="link:decision")
        except DomainError as error:
            return _page(outside, frame, request, told, token, error=error, typed=form.raw("words"))
        return RedirectResponse(f"/decision/{token}?notice=asked", status_code=SEE_OTHER)

    return routes


def _page(  # noqa: PLR0913  four of one request, two of its refusal
    outside: Outside,
    frame: Frame,
    request: Request,
    told: ShownDecision,
    token: str,
    *,
    error: DomainError | None = None,
    typed: str = "",
) -> HTMLResponse:
    t = frame.text(request)
    asked = request.query_params.get("notice") == "asked" and error is None
    face = Face(
        screen="C10",
        title="title.decision",
        notice=t("cases.asked") if asked else None,
        errors=page_errors(t, error) if error is not None else (),
    )
    today = helsinki_day(outside.now())
    values = case_values(frame, request, told, base=f"/decision/{token}", today=today, typed=typed)
    status = REFUSED if error is not None else 200
    return frame.render(request, "school/linked_case.html", face, status=status, **values)
