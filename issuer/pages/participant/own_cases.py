"""Screen C10: a participant's matters at schools: the clock, the decision with its reasons, and what can be done."""

from datetime import date

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import ConflictError, DomainError, NotFoundError
from issuer.domain.holder import Holder
from issuer.domain.recognition import OPEN, CaseState
from issuer.i18n import whole_day
from issuer.pages.catalogue_text import shown
from issuer.pages.forms import PostedForm, page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.participant.own_access import OwnAccess, OwnCookie
from issuer.pages.participant.own_questions import question_views
from issuer.pages.school.decision_view import decision_view, former_views, note_views
from issuer.pages.school.desk_decide import Place, endorsement_of
from issuer.pages.share_door import MEDIA_TYPE, attachment
from issuer.services.outside import Outside
from issuer.services.questions.settle import of_case
from issuer.services.recognition import show_decision
from issuer.services.recognition.correct_decision import ask_correction
from issuer.services.recognition.show_decision import ShownDecision
from verifier.templating import Text

SEE_OTHER, REFUSED = 303, 422
_NOTICES = frozenset({"asked", "withdrawn", "let_go", "stopped"})


def router(outside: Outside, frame: Frame, cookie: OwnCookie) -> APIRouter:
    """Return the routes ``/my/cases…``."""
    routes = APIRouter(include_in_schema=False)
    own = Depends(OwnAccess(outside, cookie))

    @routes.get("/my/cases")
    def cases(request: Request, who: Holder = own) -> Response:
        return _list(outside, frame, request, who)

    @routes.get("/my/cases/{ref}")
    def one(request: Request, ref: str, who: Holder = own) -> Response:
        return _page(outside, frame, request, who, show_decision.for_holder(outside, who, ref))

    @routes.post("/my/cases/{ref}/correction")
    def correction(request: Request, ref: str, form: PostedForm, who: Holder = own) -> Response:
        told = show_decision.for_holder(outside, who, ref)
        try:
            ask_correction(outside, told.case.row.id, form.raw("words"), actor=f"person:{who.person_id}")
        except NotFoundError:
            raise
        except DomainError as error:
            return _page(outside, frame, request, who, told, error=error, typed=form.raw("words"))
        return RedirectResponse(f"/my/cases/{ref}?notice=asked", status_code=SEE_OTHER)

    @routes.post("/my/cases/{ref}/withdraw")
    def withdraw(request: Request, ref: str, who: Holder = own) -> Response:
        try:
            show_decision.withdraw(outside, who, ref)
        except ConflictError as refused:  # decided, or worked on, at this moment: the page shows how it stands now
            now = show_decision.for_holder(outside, who, ref)
            code = refused.code if refused.code == "recognition.closed" else "recognition.school_at_work"
            return _page(outside, frame, request, who, now, error=ConflictError(code=code))
        return RedirectResponse("/my/cases?notice=withdrawn", status_code=SEE_OTHER)

    @routes.get("/my/cases/{ref}/receipt.json")
    def receipt(ref: str, who: Holder = own) -> Response:
        return signed_file(show_decision.for_holder(outside, who, ref).receipt, "kuitti.json")

    @routes.get("/my/cases/{ref}/endorsement.json")
    def endorsement(ref: str, badge: Place = 1, who: Holder = own) -> Response:
        return signed_file(endorsement_of(show_decision.for_holder(outside, who, ref), badge), "vahvistus.json")

    return routes


def signed_file(signed: bytes | None, name: str) -> Response:
    """Return signed bytes as a file under a neutral name. Raises NotFoundError for none."""
    if signed is None:
        raise NotFoundError("receipt")
    return Response(signed, media_type=MEDIA_TYPE, headers=attachment(name))


def case_values(
    frame: Frame, request: Request, told: ShownDecision, *, base: str, today: date, typed: str = ""
) -> dict[str, object]:
    """What the template of a learner's case needs, in the own view and behind a link alike."""
    t, language = frame.text(request), frame.language(request)
    row = told.case.row
    decided = row.state is CaseState.DECIDED
    return {
        "school": told.school.in_language(language),
        "unit": shown(told.case.unit.name, language) if told.case.found is not None else None,
        "state": t("cases.state.again")
        if row.is_again
        else t(f"cases.state.{row.state.value}", **({"day": _day(told, language)} if decided else {})),
        "sent": whole_day(row.asked_at.date(), language),
        "answer_by": whole_day(row.answer_by, language),
        "late": _late(told, today, language, t),
        "decided": decided,
        "is_open": row.state in OPEN,
        "can_withdraw": row.state in OPEN and not row.is_again,
        "asked": t("cases.correction_waits", day=whole_day(row.answer_by, language))
        if row.correction_at is not None
        else "",
        "formers": former_views(told, language, t),
        "told": decision_view(told.case, told.rules, language, t) if decided and told.case.found is not None else None,
        "receipt": told.receipt is not None,
        "endorsements": len(told.endorsements),
        "awaited": told.awaited,
        "notes": note_views(told, language),
        "base": base,
        "typed": typed,
    }


def _list(outside: Outside, frame: Frame, request: Request, who: Holder) -> HTMLResponse:
    t = frame.text(request)
    named, today = request.query_params.get("notice", ""), helsinki_day(outside.now())
    rows = [
        case_values(frame, request, told, base=f"/my/cases/{told.case.row.ref}", today=today)
        for told in show_decision.cases_of(outside, who)
    ]
    notice = t(f"cases.{named}") if named in _NOTICES else None
    face = Face(screen="C10", title="title.own", holder=who, current="/my/cases", notice=notice)
    return frame.render(request, "school/own_cases.html", face, rows=rows)


def _page(  # noqa: PLR0913  four of one request, two of its refusal
    outside: Outside,
    frame: Frame,
    request: Request,
    who: Holder,
    told: ShownDecision,
    *,
    error: DomainError | None = None,
    typed: str = "",
) -> HTMLResponse:
    t = frame.text(request)
    named = request.query_params.get("notice", "")
    face = Face(
        screen="C10",
        title="title.own",
        holder=who,
        current="/my/cases",
        notice=t(f"cases.{named}") if named in _NOTICES and error is None else None,
        errors=page_errors(t, error) if error is not None else (),
    )
    base = f"/my/cases/{told.case.row.ref}"
    values = case_values(frame, request, told, base=base, today=helsinki_day(outside.now()), typed=typed)
    asked = of_case(outside, who, told.case.row.ref)
    values["questions"] = question_views(asked, frame.language(request), base=f"{base}/questions")
    status = REFUSED if error is not None else 200
    return frame.render(request, "school/own_case.html", face, status=status, **values)


def _late(told: ShownDecision, today: date, language: str, t: Text) -> str:
    """What to say of an answer that is late; "" while there is time."""
    row = told.case.row
    if (row.state not in OPEN and row.correction_at is None) or today <= row.answer_by:
        return ""
    if row.reminded_at is None:
        return t("cases.late")
    return t("cases.late_reminded", day=whole_day(row.reminded_at.date(), language))


def _day(told: ShownDecision, language: str) -> str:
    at = told.case.row.decided_at
    return whole_day(at.date(), language) if at is not None else ""
