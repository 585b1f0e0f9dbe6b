"""Screen F3: the decision before and after the passkey, and the receipt for the learner."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import DomainError, NotFoundError
from issuer.domain.permissions import Permission, Role, StaffMember
from issuer.domain.recognition import CaseState
from issuer.i18n import moment, whole_day
from issuer.pages.access import Access
from issuer.pages.coach.screen import SEE_OTHER, Posted, Screen, refusal_status
from issuer.pages.forms import page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.school.case_view import case_view
from issuer.pages.school.decision_view import decision_view, former_views, note_views
from issuer.pages.school.desk_case import NOTICES, case_page
from issuer.pages.share_door import MEDIA_TYPE, attachment
from issuer.pages.signed_in import SessionCookie
from issuer.services.outside import Outside
from issuer.services.recognition import show_decision
from issuer.services.recognition.decide_case import act_name, checked, decide, decision_digest, gives_receipt
from issuer.services.recognition.finish_receipt import finish_receipt
from issuer.services.recognition.read_case import read_case, school_rules, staff_name
from issuer.services.recognition.show_decision import ShownDecision

Place = Annotated[int, Query(ge=1, le=10)]


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes that decide a case and show what was decided."""
    routes = APIRouter(include_in_schema=False)
    access = Access(outside, cookie)
    reader, decider = Depends(access(Permission.SCHOOL_DESK)), Depends(access(Permission.SCHOOL_DECIDE))

    @routes.get("/desk/{ref}/decide")
    def before(request: Request, ref: str, who: StaffMember = decider) -> Response:
        return _decide_page(Screen(outside, frame, request, who), ref)

    @routes.post("/desk/{ref}/decide")
    def act(request: Request, ref: str, form: Posted, who: StaffMember = decider) -> Response:
        try:
            outcome = decide(outside, who, ref, seen=form.raw("digest"), assertion=form.raw("assertion"))
        except NotFoundError:
            raise
        except DomainError as error:
            return _decide_page(Screen(outside, frame, request, who), ref, error)
        if not outcome.decided:
            return RedirectResponse(f"/desk/{ref}?notice=first", status_code=SEE_OTHER)
        notice = "decided" if outcome.signed else "decided_only" if outcome.receipt_id is None else "unsigned"
        return RedirectResponse(f"/desk/{ref}/decision?notice={notice}", status_code=SEE_OTHER)

    @routes.get("/desk/{ref}/decision")
    def after(request: Request, ref: str, who: StaffMember = reader) -> Response:
        try:
            return decided_page(Screen(outside, frame, request, who), ref)
        except NotFoundError:
            read_case(outside, who, ref)  # a case of this school that is not decided, or opened again
            return RedirectResponse(f"/desk/{ref}", status_code=SEE_OTHER)

    _add_receipt_routes(routes, outside, access)
    return routes


def _add_receipt_routes(routes: APIRouter, outside: Outside, access: Access) -> None:
    reader, decider = Depends(access(Permission.SCHOOL_DESK)), Depends(access(Permission.SCHOOL_DECIDE))

    @routes.post("/desk/{ref}/receipt")
    def again(ref: str, who: StaffMember = decider) -> Response:
        told = show_decision.for_school(outside, who, ref)
        done = finish_receipt(outside, told.case.row.id, told.case.row.decision_number)
        return RedirectResponse(
            f"/desk/{ref}/decision?notice={'decided' if done else 'unsigned'}", status_code=SEE_OTHER
        )

    @routes.get("/desk/{ref}/receipt.json")
    def receipt(ref: str, who: StaffMember = reader) -> Response:
        return document(show_decision.for_school(outside, who, ref).receipt, "kuitti.json")

    @routes.get("/desk/{ref}/endorsement.json")
    def endorsement(ref: str, badge: Place = 1, who: StaffMember = reader) -> Response:
        return document(endorsement_of(show_decision.for_school(outside, who, ref), badge), "vahvistus.json")


def endorsement_of(told: ShownDecision, badge: int) -> bytes | None:
    """The endorsement of one badge by its place in the receipt, 1 upwards; None where there is none."""
    return told.endorsements[badge - 1] if badge <= len(told.endorsements) else None


def document(signed: bytes | None, name: str) -> Response:
    """Return a signed document as a file under a neutral name. Raises NotFoundError for none."""
    if signed is None:
        raise NotFoundError("receipt")
    return Response(signed, media_type=MEDIA_TYPE, headers=attachment(name))


def _decide_page(screen: Screen, ref: str, error: DomainError | None = None) -> Response:
    outside, who, t, language = screen.outside, screen.who, screen.t, screen.language
    case = read_case(outside, who, ref)
    if case.row.state is CaseState.DECIDED:  # told only to whom another one forestalled
        told = "?notice=forestalled" if error is not None else ""
        return RedirectResponse(f"/desk/{ref}/decision{told}", status_code=SEE_OTHER)
    try:
        checked(outside, who, case)
    except DomainError as problem:
        return case_page(screen, case, error=problem)
    rules = school_rules(outside, who)
    face = Face(
        screen="F3",
        title="title.staff",
        who=who,
        current="/desk",
        errors=page_errors(t, error) if error is not None else (),
    )
    role = min(who.roles, key=list(Role).index)
    return screen.frame.render(
        screen.request,
        "school/decide.html",
        face,
        status=refusal_status(error),
        case=case,
        view=case_view(outside, case, language, t),
        told=decision_view(case, rules, language, t),
        digest=decision_digest(case).hex(),
        act=act_name(ref),
        receipt=gives_receipt(case),
        today=whole_day(helsinki_day(outside.now()), language),
        role=t(f"role.{role.value}"),
        first=staff_name(outside, case.row.first_decider_id) if case.row.first_decider_id is not None else "",
        two=rules.deciders > 1,
    )


def decided_page(screen: Screen, ref: str, error: DomainError | None = None, *, typed: str = "") -> HTMLResponse:
    """Show what was decided, and what waits: an answer to the learner, or the result of the demonstration."""
    t, language = screen.t, screen.language
    told = show_decision.for_school(screen.outside, screen.who, ref)
    face = Face(
        screen="F3",
        title="title.staff",
        who=screen.who,
        current="/desk",
        notice=screen.notice("case.notice", NOTICES) if error is None else None,
        errors=page_errors(t, error) if error is not None else (),
    )
    row = told.case.row
    return screen.frame.render(
        screen.request,
        "school/decided.html",
        face,
        status=refusal_status(error),
        case=told.case,
        view=case_view(screen.outside, told.case, language, t),
        told=decision_view(told.case, told.rules, language, t),
        names=[name or t("case.no_name_staff") for name in told.deciders],
        decided_on=moment(row.decided_at, language) if row.decided_at is not None else "",
        receipt=told.receipt is not None,
        endorsements=len(told.endorsements),
        awaited=told.awaited,
        formers=former_views(told, language, t),
        asked=row.correction_at is not None,
        result_due=whole_day(row.result_due, language) if row.result_due is not None else "",
        result_open=row.result_due is not None and row.result_due <= helsinki_day(screen.outside.now()),
        is_assessor=Role.ASSESSOR in screen.who.roles,
        typed=typed,
        link=f"{screen.outside.public_url}/decision/{told.link_token}",
        notes=note_views(told, language),
    )
