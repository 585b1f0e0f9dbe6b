"""Screen F2: one case, requirement by requirement, with everything that is needed to decide on one page."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from issuer.domain.catalogue import Qualification, Unit
from issuer.domain.errors import ConflictError, DomainError, NotFoundError
from issuer.domain.permissions import Permission, Role, StaffMember
from issuer.domain.recognition import OPEN, CaseState, Work, open_rows, with_shown_accepted
from issuer.domain.unit_ref import UnitRef
from issuer.pages.access import Access
from issuer.pages.catalogue_text import credits_text, groups, shown
from issuer.pages.coach.screen import SEE_OTHER, Posted, Screen, refusal_status, typed_day
from issuer.pages.forms import Form, page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.school.case_trust import trust_view
from issuer.pages.school.case_view import REASONS, case_view
from issuer.pages.school.decision_view import again_view
from issuer.pages.school.desk import scan_page, taken
from issuer.pages.school.desk_ask import asked_views
from issuer.pages.school.environment_view import environment_views
from issuer.pages.school.work_fields import Read, read_work
from issuer.pages.signed_in import SessionCookie
from issuer.services.outside import Outside
from issuer.services.recognition import change_case, take_in
from issuer.services.recognition.decide_case import checked
from issuer.services.recognition.read_case import read_case
from issuer.services.recognition.stored_case import Case
from issuer.services.search_units import search_units
from issuer.services.staff.list_staff import list_staff
from issuer.services.statistics.precedents import precedents
from verifier.templating import Text

NOTICES = frozenset({"saved", "accepted", "added", "dropped", "handed", "unit", "first"}) | {
    "decided",
    "decided_only",
    "unsigned",
    "forestalled",
    "opened",
    "opened_before",
    "kept",
    "result",
    "result_before",
}

MOST_CHARACTERS = 100


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes under ``/desk/{ref}`` that work on an open case."""
    routes = APIRouter(include_in_schema=False)
    access = Access(outside, cookie)
    reader, decider = Depends(access(Permission.SCHOOL_DESK)), Depends(access(Permission.SCHOOL_DECIDE))

    @routes.get("/desk/{ref}")
    def one(request: Request, ref: str, who: StaffMember = reader) -> Response:
        case = read_case(outside, who, ref)
        if case.row.state is CaseState.DECIDED:
            return RedirectResponse(f"/desk/{ref}/decision", status_code=SEE_OTHER)
        return case_page(Screen(outside, frame, request, who), case)

    @routes.post("/desk/{ref}")
    def save(request: Request, ref: str, form: Posted, who: StaffMember = decider) -> Response:
        return _save(Screen(outside, frame, request, who), ref, form)

    @routes.get("/desk/{ref}/scan")
    def scan(request: Request, ref: str, who: StaffMember = reader) -> Response:
        read_case(outside, who, ref)
        return scan_page(Screen(outside, frame, request, who), action=f"/desk/{ref}/scan", ref=ref)

    @routes.post("/desk/{ref}/scan")
    def add(request: Request, ref: str, form: Posted, who: StaffMember = decider) -> Response:
        try:
            taken(outside, who, form, ref)
        except NotFoundError:
            raise
        except DomainError as error:
            screen, action = Screen(outside, frame, request, who), f"/desk/{ref}/scan"
            return scan_page(screen, action=action, error=error, typed=form.raw("text"), ref=ref)
        return RedirectResponse(f"/desk/{ref}?notice=added", status_code=SEE_OTHER)

    @routes.post("/desk/{ref}/drop")
    def drop(request: Request, ref: str, form: Posted, who: StaffMember = decider) -> Response:
        try:
            take_in.drop(outside, who, ref, form.raw("badge"))
        except ConflictError as error:
            return case_page(Screen(outside, frame, request, who), read_case(outside, who, ref), error=error)
        return RedirectResponse(f"/desk/{ref}?notice=dropped", status_code=SEE_OTHER)

    @routes.post("/desk/{ref}/hand-over")
    def hand_over(ref: str, form: Posted, who: StaffMember = decider) -> Response:
        change_case.hand_over(outside, who, ref, form.raw("colleague") or None)
        return RedirectResponse(f"/desk/{ref}?notice=handed", status_code=SEE_OTHER)

    _add_unit_routes(routes, outside, frame, access)
    return routes


def _add_unit_routes(routes: APIRouter, outside: Outside, frame: Frame, access: Access) -> None:
    reader, decider = Depends(access(Permission.SCHOOL_DESK)), Depends(access(Permission.SCHOOL_DECIDE))

    @routes.get("/desk/{ref}/unit")
    def units(request: Request, ref: str, q: str = "", who: StaffMember = reader) -> Response:
        return _unit_page(Screen(outside, frame, request, who), ref, q)

    @routes.post("/desk/{ref}/unit")
    def choose(request: Request, ref: str, form: Posted, who: StaffMember = decider) -> Response:
        version = form.number("version", least=1, most=1_000_000, required=False) or 0
        try:
            change_case.choose_unit(outside, who, ref, UnitRef.read(form.raw("unit")), seen=version)
        except NotFoundError:
            raise
        except DomainError as error:
            return _unit_page(Screen(outside, frame, request, who), ref, form.raw("q"), error)
        return RedirectResponse(f"/desk/{ref}?notice=unit", status_code=SEE_OTHER)


def case_page(
    screen: Screen, case: Case, *, error: DomainError | None = None, typed: Read | None = None
) -> HTMLResponse:
    """Show the desk of a case; with what was typed, where it could not be kept."""
    t, language = screen.t, screen.language
    view = case_view(screen.outside, case, language, t, work=typed.work if typed is not None else None)
    colleagues = [
        (one.id, one.name or t("case.no_name"))
        for one in list_staff(screen.outside, screen.who.institution_id)
        if not {Role.COUNSELLOR, Role.ASSESSOR}.isdisjoint(one.roles)
    ]
    face = Face(
        screen="F2",
        title="title.staff",
        who=screen.who,
        current="/desk",
        notice=screen.notice("case.notice", NOTICES) if error is None else None,
        errors=page_errors(t, error) if error is not None else (),
    )
    changed = isinstance(error, ConflictError) and error.code == "recognition.changed"
    return screen.frame.render(
        screen.request,
        "school/case.html",
        face,
        status=refusal_status(error),
        view=view,
        trust=trust_view(screen.outside, view, language, t),
        environments=environment_views(screen.outside, screen.who, case, language, t),
        case=case,
        precedent=precedents(screen.outside, case.row.unit.code) if case.row.unit is not None else None,
        asked=asked_views(screen.outside, case, language),
        again=again_view(screen.outside, case, language, t),
        name=typed.name if typed is not None else case.name,
        reasons=[(code, t(f"case.reason.{code}")) for code in REASONS],
        colleagues=colleagues,
        is_assessor=Role.ASSESSOR in screen.who.roles,
        theirs=_differences(case, typed.work, t) if changed and typed is not None else (),
        theirs_rest=_other_parts(case, typed, t) if changed and typed is not None else "",
        open_count=len(open_rows(case.unit, view.work)) if case.found is not None else 0,
        day=typed_day,
    )


def _save(screen: Screen, ref: str, form: Form) -> Response:
    outside, who = screen.outside, screen.who
    case = read_case(outside, who, ref)
    if case.found is None:
        return RedirectResponse(f"/desk/{ref}", status_code=SEE_OTHER)
    if form.raw("unit") != str(case.row.unit):  # its rows are numbered by another unit's requirements
        return case_page(screen, case, error=ConflictError(code="recognition.changed"))
    read = read_work(form, case.unit)
    if case.row.state not in OPEN:  # what was typed stays to be read; the decision stands
        return case_page(screen, case, error=ConflictError(code="recognition.decided_before"), typed=read)
    act = form.raw("act")
    try:
        form.check()
        work, notice = _acted(case, read.work, act)
        change_case.save(outside, who, ref, work, seen=read.version, name=read.name)
    except NotFoundError:
        raise
    except DomainError as error:
        now = read_case(outside, who, ref)
        return case_page(screen, now, error=error, typed=read if now.row.unit == case.row.unit else None)
    if act == "decide":
        return _to_decision(screen, ref)
    if act == "ask":  # the work is kept; the question has a page of its own
        return RedirectResponse(f"/desk/{ref}/ask", status_code=SEE_OTHER)
    return RedirectResponse(f"/desk/{ref}?notice={notice}", status_code=SEE_OTHER)


def _acted(case: Case, work: Work, act: str) -> tuple[Work, str]:
    """The work after the pressed button, and which notice follows."""
    if act == "accept":
        return with_shown_accepted(case.unit, case.seen, work), "accepted"
    if act.startswith("accept-"):
        headings = [group.heading for group in groups(case.unit.requirements, "fi")]
        place = act.removeprefix("accept-")
        if place.isascii() and place.isdigit() and 1 <= int(place) <= len(headings):
            heading = headings[int(place) - 1].text
            return with_shown_accepted(case.unit, case.seen, work, group=heading), "accepted"
    return work, "saved"


def _to_decision(screen: Screen, ref: str) -> Response:
    """Go on to F3 when nothing is missing; otherwise say what is, on the same page. Everything is kept already."""
    case = read_case(screen.outside, screen.who, ref)
    try:
        checked(screen.outside, screen.who, case)
    except DomainError as error:
        return case_page(screen, case, error=error)
    return RedirectResponse(f"/desk/{ref}/decide", status_code=SEE_OTHER)


def _differences(case: Case, mine: Work, t: Text) -> tuple[tuple[str, str], ...]:
    """Rows that a colleague kept otherwise than they were typed: (position, all that the colleague wrote there)."""
    found = []
    for one in case.unit.requirements:
        theirs = case.work.rows.get(one.key)
        if theirs is not None and theirs.choice is not None and mine.rows.get(one.key) != theirs:
            reason = t(f"case.reason.{theirs.reason.value}") if theirs.reason is not None else ""
            told = (t(f"case.choice.{theirs.choice.value}"), reason, theirs.words, theirs.remaining)
            found.append((str(one.position), " · ".join(part for part in told if part)))
    return tuple(found)


def _other_parts(case: Case, typed: Read, t: Text) -> str:
    """Names of the other parts of the form that a colleague kept otherwise than they were typed; "" for none."""
    theirs, mine = case.work, typed.work
    parts = (
        ("case.name", case.name != typed.name),
        ("case.identity", theirs.identity_seen != mine.identity_seen),
        ("case.route", theirs.route is not mine.route),
        ("case.assessors", theirs.assessors != mine.assessors),
        ("case.sent_on", theirs.sent_on != mine.sent_on),
        ("case.demonstration", theirs.plan != mine.plan),
        ("case.grade", theirs.grade != mine.grade),
        ("case.funded", theirs.funded is not mine.funded),
        ("case.learner_words", theirs.words != mine.words),
    )
    return "; ".join(t(key) for key, differs in parts if differs)


def _unit_page(screen: Screen, ref: str, query: str, error: DomainError | None = None) -> HTMLResponse:
    case = read_case(screen.outside, screen.who, ref)
    words = query.strip()[:MOST_CHARACTERS]
    hits = search_units(screen.outside.database, words, now=screen.outside.now()).hits if words else ()
    rows = [_hit(one.unit, one.qualification, screen.language) for one in hits if one.unit and one.qualification]
    face = Face(
        screen="F2",
        title="title.staff",
        who=screen.who,
        current="/desk",
        errors=page_errors(screen.t, error) if error is not None else (),
    )
    return screen.frame.render(
        screen.request,
        "school/unit.html",
        face,
        status=refusal_status(error),
        case=case,
        query=words,
        rows=rows,
    )


def _hit(unit: Unit, qualification: Qualification, language: str) -> dict[str, object]:
    return {
        "ref": str(UnitRef.of(unit)) if unit.code is not None else "",
        "name": shown(unit.name, language),
        "qualification": shown(qualification.name, language),
        "number": unit.number,
        "register": qualification.register_number or "",
        "points": credits_text(unit.credits_min, unit.credits_max),
    }
