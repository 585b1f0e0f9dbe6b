"""Screen B11: the participant's own view first, then results and talk, then the decision, then the right to ask."""

from collections.abc import Callable

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.agreement import Outcome
from issuer.domain.catalogue import Requirement
from issuer.domain.demonstration import Row
from issuer.domain.errors import DomainError, NotFoundError
from issuer.domain.permissions import Permission, StaffMember
from issuer.pages.access import Access
from issuer.pages.catalogue_text import shown, threshold
from issuer.pages.coach.demonstration_fields import TALK, read_rows, read_talk, read_word
from issuer.pages.coach.demonstration_view import DEMO_NOTICES, common
from issuer.pages.coach.demonstrations import revision
from issuer.pages.coach.screen import SEE_OTHER, Posted, Screen, refusal_status, typed_day
from issuer.pages.coach.shown_words import pairs
from issuer.pages.forms import Form, page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services.demonstrations import ask_correction, assess_demonstration
from issuer.services.demonstrations import opened as desk
from issuer.services.outside import Outside

_OUTCOMES = tuple(one.value for one in Outcome)


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/demos/{id}/own``, ``/demos/{id}/assess…`` and ``/demos/{id}/correction``."""
    routes = APIRouter(include_in_schema=False)
    access = Access(outside, cookie)
    planner = Depends(access(Permission.DEMONSTRATION_PLAN))
    assessor = Depends(access(Permission.DEMONSTRATION_ASSESS))

    @routes.get("/demos/{number}/own")
    def own(request: Request, number: str, who: StaffMember = planner) -> Response:
        return _page(Screen(outside, frame, request, who), number, "own")

    @routes.post("/demos/{number}/own")
    def save_own(request: Request, number: str, form: Posted, who: StaffMember = planner) -> Response:
        def act() -> None:
            rows = read_rows(form, _requirements(outside, who, number), "result")
            form.check()
            declined = form.ticked("declined")
            assess_demonstration.record_own(outside, who, number, rows, declined=declined, seen=revision(form))

        done = f"/demos/{number}?notice=own"
        return _acted(Screen(outside, frame, request, who), (number, "own"), act, form, lambda: done)

    @routes.get("/demos/{number}/assess")
    def assess(request: Request, number: str, who: StaffMember = assessor) -> Response:
        return _page(Screen(outside, frame, request, who), number, "assess")

    @routes.post("/demos/{number}/assess")
    def save(request: Request, number: str, form: Posted, who: StaffMember = assessor) -> Response:
        finish = form.raw("act") == "finish"

        def act() -> None:
            with outside.database.read() as uow:
                before = desk.open_for(outside, uow, who, number)
            talk = read_talk(form, before.found.unit.requirements, len(before.content.assessors))
            form.check()
            assess_demonstration.record_talk(outside, who, number, talk, seen=revision(form))
            if finish:
                assess_demonstration.mark_assessed(outside, who, number, seen=revision(form) + 1)

        done = f"/demos/{number}/assess?notice={'assessed' if finish else 'talk'}"
        return _acted(Screen(outside, frame, request, who), (number, "assess"), act, form, lambda: done)

    _deciding(routes, outside, frame, access)
    return routes


def _deciding(routes: APIRouter, outside: Outside, frame: Frame, access: Access) -> None:
    planner = Depends(access(Permission.DEMONSTRATION_PLAN))
    assessor = Depends(access(Permission.DEMONSTRATION_ASSESS))

    @routes.post("/demos/{number}/decide")
    def decide(request: Request, number: str, form: Posted, who: StaffMember = assessor) -> Response:
        decided: list[str] = []

        def act() -> None:
            grade = form.number("grade", least=1, most=5, required=False)
            with outside.database.read() as uow:
                at_school = desk.open_for(outside, uow, who, number).at_school(who)
            word = read_word(form) if grade is not None and not at_school and form.raw("said_by") else None
            form.check()
            state = assess_demonstration.decide(outside, who, number, grade=grade, word=word, seen=revision(form))
            decided.append(state.value)

        done = f"/demos/{number}/assess?notice="
        return _acted(
            Screen(outside, frame, request, who), (number, "assess"), act, form, lambda: done + "".join(decided)
        )

    @routes.post("/demos/{number}/correction")
    def correction(request: Request, number: str, form: Posted, who: StaffMember = planner) -> Response:
        def act() -> None:
            ask_correction.ask(outside, who, number, form.raw("correction"), seen=revision(form))

        done = f"/demos/{number}?notice=correction"
        return _acted(Screen(outside, frame, request, who), (number, "assess"), act, form, lambda: done)


def _requirements(outside: Outside, who: StaffMember, number: str) -> tuple[Requirement, ...]:
    with outside.database.read() as uow:
        return desk.open_for(outside, uow, who, number).found.unit.requirements


def _acted(
    screen: Screen, place: tuple[str, str], act: Callable[[], None], form: Form, done: Callable[[], str]
) -> Response:
    try:
        act()
    except NotFoundError:
        raise
    except DomainError as error:
        return _page(screen, place[0], place[1], error, form)
    return RedirectResponse(done(), status_code=SEE_OTHER)


def _page(
    screen: Screen, number: str, part: str, error: DomainError | None = None, form: Form | None = None
) -> Response:
    opened, name, code = desk.show(screen.outside, screen.who, number)
    sheet, t, language = opened.content.assessment, screen.t, screen.language
    kept = sheet.own if part == "own" else sheet.results
    planned = [one for one in opened.found.unit.requirements if one.key in opened.content.plan.requirement_keys]
    rows = [
        {
            "position": one.position,
            "text": shown(one.text, language),
            "criteria": threshold(one.threshold, language),
            "own": sheet.own.get(one.key),
            "choice": _choice(kept.get(one.key), form, one.position),
            "seen": _seen(kept.get(one.key), form, one.position),
        }
        for one in planned
    ]
    face = Face(
        screen="B11",
        title="title.public" if part == "own" else "title.staff",
        who=None if part == "own" else screen.who,
        current="/demos",
        notice=screen.notice("demo.notice", DEMO_NOTICES),
        errors=page_errors(t, error) if error is not None else (),
    )
    prefix = "self.answer" if part == "own" else "agreement.outcome"
    return screen.frame.render(
        screen.request,
        f"demonstrations/{part}.html",
        face,
        status=refusal_status(error),
        **common(screen, opened, name, code),
        rows=rows,
        outcomes=pairs(t, prefix, _OUTCOMES),
        unit_criteria=threshold(opened.found.unit.threshold, language),
        talk_choices=pairs(t, "demo.talk", TALK),
        talk=set(form.many("talk")) if form is not None else {str(one.value) for one in sheet.talk},
        talk_on=form.raw("talk_on") if form is not None else typed_day(sheet.talk_on),
        deciders=set(form.many("decider")) if form is not None else {str(one) for one in sheet.deciders},
        explained=form.raw("explained") if form is not None else sheet.explained,
        at_school=opened.at_school(screen.who),
        typed={name: form.raw(name) if form is not None else "" for name in ("grade", "said_by", "said_on", "how")},
    )


def _choice(row: Row | None, form: Form | None, position: int) -> str:
    if form is not None:
        return form.raw(f"result-{position}")
    return row.outcome.value if row is not None else ""


def _seen(row: Row | None, form: Form | None, position: int) -> str:
    if form is not None:
        return form.raw(f"result-seen-{position}")
    return row.seen if row is not None else ""
