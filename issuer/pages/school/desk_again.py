"""Screen F3 after the decision: an answer to a correction that was asked for, and the result of a demonstration."""

from dataclasses import replace

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.demonstration_result import DemonstrationResult, Result
from issuer.domain.errors import DomainError, NotFoundError
from issuer.domain.permissions import Permission, StaffMember
from issuer.domain.recognition import MOST_ASSESSORS, Assessor, CaseState, Coverage, split
from issuer.domain.recognition_terms import correct_by
from issuer.pages.access import Access
from issuer.pages.catalogue_text import shown
from issuer.pages.coach.screen import SEE_OTHER, Posted, Screen, refusal_status, typed_day
from issuer.pages.forms import Form, page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.school.decision_view import decision_view
from issuer.pages.school.desk_decide import decided_page
from issuer.pages.school.work_fields import read_assessors
from issuer.pages.signed_in import SessionCookie
from issuer.services.outside import Outside
from issuer.services.recognition.correct_decision import keep_decision, open_again
from issuer.services.recognition.read_case import read_case, school_rules
from issuer.services.recognition.record_result import act_name, confirm_result, preview, result_digest, save_result
from issuer.services.recognition.stored_case import Case

_GRADES = ("1", "2", "3", "4", "5")
_MOST_VERSION = 1_000_000


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return ``/desk/{ref}/correction`` and ``/desk/{ref}/result…``."""
    routes = APIRouter(include_in_schema=False)
    decider = Depends(Access(outside, cookie)(Permission.SCHOOL_DECIDE))

    @routes.post("/desk/{ref}/correction")
    def correction(request: Request, ref: str, form: Posted, who: StaffMember = decider) -> Response:
        return _answered(Screen(outside, frame, request, who), ref, form)

    @routes.get("/desk/{ref}/result")
    def result(request: Request, ref: str, who: StaffMember = decider) -> Response:
        case = _awaiting(outside, who, ref)
        if case is None:
            return RedirectResponse(f"/desk/{ref}", status_code=SEE_OTHER)
        return _form_page(Screen(outside, frame, request, who), case, case.draft.told if case.draft else None)

    @routes.post("/desk/{ref}/result")
    def save(request: Request, ref: str, form: Posted, who: StaffMember = decider) -> Response:
        return _saved(Screen(outside, frame, request, who), ref, form)

    @routes.get("/desk/{ref}/result/confirm")
    def confirming(request: Request, ref: str, who: StaffMember = decider) -> Response:
        return _confirm_page(Screen(outside, frame, request, who), ref)

    @routes.post("/desk/{ref}/result/confirm")
    def confirm(request: Request, ref: str, form: Posted, who: StaffMember = decider) -> Response:
        try:
            outcome = confirm_result(outside, who, ref, seen=form.raw("digest"), assertion=form.raw("assertion"))
        except NotFoundError:
            raise
        except DomainError as error:
            return _confirm_page(Screen(outside, frame, request, who), ref, error)
        notice = "result" if outcome.signed or outcome.receipt_id is None else "unsigned"
        return RedirectResponse(f"/desk/{ref}/decision?notice={notice}", status_code=SEE_OTHER)

    return routes


def _answered(screen: Screen, ref: str, form: Form) -> Response:
    act, words = form.raw("act"), form.raw("words")
    version = form.number("version", least=1, most=_MOST_VERSION, required=False) or 0
    try:
        if act == "open":
            open_again(screen.outside, screen.who, ref, words, seen=version)
        else:
            keep_decision(screen.outside, screen.who, ref, words, seen=version)
    except NotFoundError:
        raise
    except DomainError as error:
        if read_case(screen.outside, screen.who, ref).row.state is not CaseState.DECIDED:  # a colleague opened it
            return RedirectResponse(f"/desk/{ref}?notice=opened_before", status_code=SEE_OTHER)
        return decided_page(screen, ref, error, typed=words)
    where = f"/desk/{ref}?notice=opened" if act == "open" else f"/desk/{ref}/decision?notice=kept"
    return RedirectResponse(where, status_code=SEE_OTHER)


def _awaiting(outside: Outside, who: StaffMember, ref: str) -> Case | None:
    case = read_case(outside, who, ref)
    return case if case.row.state is CaseState.DECIDED and case.row.result_due is not None else None


def _read_result(form: Form) -> DemonstrationResult:
    """Read the form of a result; what is missing is not noted here."""
    result = form.choice("result", [one.value for one in Result])
    grade = form.choice("grade", _GRADES, required=False)
    final = result != Result.NOT_HELD.value
    return DemonstrationResult(
        result=Result(result) if result is not None else Result.NOT_HELD,
        day=form.day("day", required=False) if final else None,
        grade=int(grade) if grade is not None and final else None,
        words=(form.text("words", required=False) or "") if result == Result.NOT_PASSED.value else "",
        assessors=read_assessors(form) if final else (),
        begins_on=None if final else form.day("begins_on", required=False),
        ends_on=None if final else form.day("ends_on", required=False),
    )


def _saved(screen: Screen, ref: str, form: Form) -> Response:
    case = _awaiting(screen.outside, screen.who, ref)
    if case is None:
        return RedirectResponse(f"/desk/{ref}", status_code=SEE_OTHER)
    told = _read_result(form)
    version = form.number("version", least=1, most=_MOST_VERSION, required=False) or 0
    try:
        form.check()
        save_result(screen.outside, screen.who, ref, told, seen=version)
    except NotFoundError:
        raise
    except DomainError as error:
        now = _awaiting(screen.outside, screen.who, ref)
        if now is None:
            return RedirectResponse(f"/desk/{ref}/decision?notice=result_before", status_code=SEE_OTHER)
        chosen = told if form.raw("result") else None
        return _form_page(screen, now, chosen, error=error)
    return RedirectResponse(f"/desk/{ref}/result/confirm", status_code=SEE_OTHER)


def _form_page(
    screen: Screen, case: Case, told: DemonstrationResult | None, *, error: DomainError | None = None
) -> HTMLResponse:
    """The form: filled with what was written, else with the assessors of the plan."""
    assessors = told.assessors if told is not None and told.assessors else case.work.assessors
    padding = (Assessor(""),) * MOST_ASSESSORS
    return screen.frame.render(
        screen.request,
        "school/result.html",
        _face(screen, error),
        status=refusal_status(error),
        case=case,
        unit=shown(case.unit.name, screen.language),
        plan=case.work.plan,
        told=told,
        whole=split(case.unit, case.work).coverage is Coverage.WHOLE,
        assessors=(*assessors, *padding)[:MOST_ASSESSORS],
        day=typed_day,
    )


def _confirm_page(screen: Screen, ref: str, error: DomainError | None = None) -> Response:
    """What the result will say to the learner, and the passkey."""
    case = _awaiting(screen.outside, screen.who, ref)
    if case is None:
        told = "?notice=result_before" if error is not None else ""
        return RedirectResponse(f"/desk/{ref}/decision{told}", status_code=SEE_OTHER)
    if case.draft is None:
        return RedirectResponse(f"/desk/{ref}/result", status_code=SEE_OTHER)
    after, rules = preview(case), school_rules(screen.outside, screen.who)
    if case.draft.told.is_final:  # the learner may ask for a correction of the result, too
        until = correct_by(helsinki_day(screen.outside.now()), rules)
        after = replace(after, row=replace(after.row, correct_by=until))
    return screen.frame.render(
        screen.request,
        "school/result_confirm.html",
        _face(screen, error),
        status=refusal_status(error),
        case=case,
        unit=shown(case.unit.name, screen.language),
        told=decision_view(after, rules, screen.language, screen.t),
        receipt=bool(case.draft.told.is_final and split(case.unit, after.work).recognised),
        digest=result_digest(case).hex(),
        act=act_name(ref),
    )


def _face(screen: Screen, error: DomainError | None) -> Face:
    return Face(
        screen="F3",
        title="title.staff",
        who=screen.who,
        current="/desk",
        errors=page_errors(screen.t, error) if error is not None else (),
    )
