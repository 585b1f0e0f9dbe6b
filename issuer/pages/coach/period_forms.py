"""Forms of screen B7: a period, a talk with prior competence, a goal, a pause, the end, a service form."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from issuer.domain.errors import DomainError, NotFoundError
from issuer.domain.period import Attendee, FollowUp, GoalKind, GoalState, PeriodKind, ServiceForm, TalkKind
from issuer.domain.permissions import Permission, StaffMember
from issuer.domain.unit_ref import UnitRef
from issuer.pages.access import Access
from issuer.pages.coach.note_fields import requirement_rows
from issuer.pages.coach.periods import back
from issuer.pages.coach.shown_words import pairs, words
from issuer.pages.forms import Form, PostedForm, page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services.coaching import find_participants, hold_talk, keep_goals, run_period, service_forms
from issuer.services.coaching.hold_talk import NewTalk
from issuer.services.coaching.keep_goals import GoalChange, GoalWords
from issuer.services.coaching.run_period import NewPeriod
from issuer.services.coaching.show_periods import Path, show_periods
from issuer.services.coaching.work_choices import work_choices
from issuer.services.outside import Outside
from verifier.templating import Text

_FIELDS = (
    "kind", "starts_on", "ends_on", "site", "held_on", "notes", "changed", "follow_up", "text", "measure", "state",
    "form", "from_on",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FormPage:
    """One form: its name (of the template and of the act) and what it acts on ("" for none)."""

    name: str
    subject: str = ""
    talk: TalkKind | None = None


@dataclass(frozen=True, slots=True)
class _Pages:
    """Shows a form empty, and again with what was wrong."""

    outside: Outside
    frame: Frame

    def show(
        self, request: Request, who: StaffMember, number: str, page: FormPage, form: Form | None = None,
        error: DomainError | None = None,
    ) -> Response:  # fmt: skip
        path = show_periods(self.outside, who, number, with_units=page.talk is TalkKind.START)
        t, language = self.frame.text(request), self.frame.language(request)
        face = Face(
            screen="B7",
            title="title.staff",
            who=who,
            current="/people",
            errors=page_errors(t, error) if error is not None else (),
        )
        return self.frame.render(
            request,
            f"coach/{page.name}.html",
            face,
            status=200 if error is None else 422,
            person=path.person,
            subject=page.subject,
            talk=page.talk.value if page.talk is not None else "",
            typed=_typed(form, path, page),
            present=form.many("present") if form is not None else (),
            units=[
                (str(ref), words(name, language), requirement_rows(rows, language, _ticked(form, ref)))
                for ref, name, rows in path.units
            ],
            choices=_choices(t),
            sites=work_choices(self.outside, who, language).sites if page.name == "period_new" else (),
            warned=error is not None and error.code == "period.no_follow_up",
        )

    def save(
        self, request: Request, who: StaffMember, number: str, page: FormPage, form: Form,
        act: Callable[[Form], str],
    ) -> Response:  # fmt: skip
        find_participants.locate(self.outside, who, number)
        try:
            notice = act(form)
        except NotFoundError as error:
            if error.pointer:
                return self.show(request, who, number, page, form, error)
            raise
        except DomainError as error:
            return self.show(request, who, number, page, form, error)
        return back(number, notice)


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes of the forms of periods."""
    routes = APIRouter(include_in_schema=False)
    access = Access(outside, cookie)
    editor, lead = Depends(access(Permission.PEOPLE_EDIT)), Depends(access(Permission.SERVICE_FORM))
    pages = _Pages(outside, frame)
    _period_routes(routes, pages, editor)
    _pause_routes(routes, pages, editor)
    _talk_and_goal_routes(routes, pages, editor)

    @routes.get("/people/{number}/periods/{period_id}/service")
    def form_page(request: Request, number: str, period_id: str, who: StaffMember = lead) -> Response:
        return pages.show(request, who, number, FormPage("period_service", period_id))

    @routes.post("/people/{number}/periods/{period_id}/service")
    def service(request: Request, number: str, period_id: str, form: PostedForm, who: StaffMember = lead) -> Response:
        def act(form: Form) -> str:
            kind, day = form.choice("form", [one.value for one in ServiceForm]), form.day("from_on")
            form.check()
            pair = (ServiceForm(str(kind)), day or date.min)
            service_forms.note_service_form(outside, who, number, period_id, pair)
            return "form"

        return pages.save(request, who, number, FormPage("period_service", period_id), form, act)

    return routes


def _period_routes(routes: APIRouter, pages: _Pages, editor: Any) -> None:  # noqa: ANN401  FastAPI's own mark
    outside = pages.outside

    @routes.get("/people/{number}/periods/new")
    def new_page(request: Request, number: str, who: StaffMember = editor) -> Response:
        return pages.show(request, who, number, FormPage("period_new"))

    @routes.post("/people/{number}/periods/new")
    def new(request: Request, number: str, form: PostedForm, who: StaffMember = editor) -> Response:
        def act(form: Form) -> str:
            kind = form.choice("kind", [one.value for one in PeriodKind])
            start, last = form.day("starts_on"), form.day("ends_on", required=False)
            form.check()
            site = form.text("site", required=False)
            period = NewPeriod(kind=PeriodKind(str(kind)), starts_on=start or date.min, ends_on=last, site_id=site)
            run_period.plan(outside, who, number, period)
            return "planned"

        return pages.save(request, who, number, FormPage("period_new"), form, act)


def _pause_routes(routes: APIRouter, pages: _Pages, editor: Any) -> None:  # noqa: ANN401  FastAPI's own mark
    outside = pages.outside

    @routes.get("/people/{number}/periods/{period_id}/pause")
    def pause_page(request: Request, number: str, period_id: str, who: StaffMember = editor) -> Response:
        return pages.show(request, who, number, FormPage("period_pause", period_id))

    @routes.post("/people/{number}/periods/{period_id}/pause")
    def pause(request: Request, number: str, period_id: str, form: PostedForm, who: StaffMember = editor) -> Response:
        def act(form: Form) -> str:
            start, last = form.day("starts_on"), form.day("ends_on", required=False)
            form.check()
            run_period.pause(outside, who, number, period_id, (start or date.min, last))
            return "paused"

        return pages.save(request, who, number, FormPage("period_pause", period_id), form, act)

    @routes.get("/people/{number}/periods/{period_id}/resume")
    def resume_page(request: Request, number: str, period_id: str, who: StaffMember = editor) -> Response:
        return pages.show(request, who, number, FormPage("period_resume", period_id))

    @routes.post("/people/{number}/periods/{period_id}/resume")
    def resume(request: Request, number: str, period_id: str, form: PostedForm, who: StaffMember = editor) -> Response:
        def act(form: Form) -> str:
            last = form.day("ends_on")
            form.check()
            run_period.resume(outside, who, number, period_id, last or date.min)
            return "resumed"

        return pages.save(request, who, number, FormPage("period_resume", period_id), form, act)

    @routes.get("/people/{number}/periods/{period_id}/end")
    def end_page(request: Request, number: str, period_id: str, who: StaffMember = editor) -> Response:
        return pages.show(request, who, number, FormPage("period_end", period_id))

    @routes.post("/people/{number}/periods/{period_id}/end")
    def end(request: Request, number: str, period_id: str, form: PostedForm, who: StaffMember = editor) -> Response:
        def act(form: Form) -> str:
            last = form.day("ends_on")
            form.check()
            run_period.end(outside, who, number, period_id, last or date.min, anyway=form.ticked("anyway"))
            return "ended"

        return pages.save(request, who, number, FormPage("period_end", period_id), form, act)


def _talk_and_goal_routes(routes: APIRouter, pages: _Pages, editor: Any) -> None:  # noqa: ANN401  FastAPI's own mark
    outside = pages.outside

    @routes.get("/people/{number}/periods/{period_id}/talk/{kind}")
    def talk_page(request: Request, number: str, period_id: str, kind: str, who: StaffMember = editor) -> Response:
        return pages.show(request, who, number, FormPage("talk", period_id, _talk_kind(kind)))

    @routes.post("/people/{number}/periods/{period_id}/talk/{kind}")
    def talk(
        request: Request, number: str, period_id: str, kind: str, form: PostedForm, who: StaffMember = editor
    ) -> Response:  # fmt: skip
        page = FormPage("talk", period_id, _talk_kind(kind))

        def act(form: Form) -> str:
            hold_talk.hold(outside, who, number, period_id, _read_talk(outside, form, page, who, number))
            return "talk"

        return pages.save(request, who, number, page, form, act)

    @routes.get("/people/{number}/periods/{period_id}/goal")
    def goal_page(request: Request, number: str, period_id: str, who: StaffMember = editor) -> Response:
        return pages.show(request, who, number, FormPage("goal_new", period_id))

    @routes.post("/people/{number}/periods/{period_id}/goal")
    def goal(request: Request, number: str, period_id: str, form: PostedForm, who: StaffMember = editor) -> Response:
        def act(form: Form) -> str:
            text, kind = form.text("text") or "", form.choice("kind", [one.value for one in GoalKind])
            form.check()
            said = GoalWords(text=text, measure=form.text("measure", required=False) or "")
            keep_goals.propose(outside, who, number, period_id, GoalKind(str(kind)), said)
            return "goal"

        return pages.save(request, who, number, FormPage("goal_new", period_id), form, act)

    @routes.get("/people/{number}/goals/{goal_id}")
    def change_page(request: Request, number: str, goal_id: str, who: StaffMember = editor) -> Response:
        return pages.show(request, who, number, FormPage("goal_change", goal_id))

    @routes.post("/people/{number}/goals/{goal_id}")
    def change(request: Request, number: str, goal_id: str, form: PostedForm, who: StaffMember = editor) -> Response:
        def act(form: Form) -> str:
            text, state = form.text("text") or "", form.choice("state", [one.value for one in GoalState])
            form.check()
            said = GoalWords(text=text, measure=form.text("measure", required=False) or "")
            keep_goals.change(outside, who, number, goal_id, GoalChange(words=said, state=GoalState(str(state))))
            return "goal"

        return pages.save(request, who, number, FormPage("goal_change", goal_id), form, act)


def _talk_kind(text: str) -> TalkKind:
    try:
        return TalkKind(text)
    except ValueError:
        raise NotFoundError("talk") from None


def _read_talk(outside: Outside, form: Form, page: FormPage, who: StaffMember, number: str) -> NewTalk:
    """Read a talk; ticks of prior competence are positions within each unit. Raises InvalidFormError."""
    kind = page.talk or TalkKind.START
    day = form.day("held_on")
    follow_up = form.choice("follow_up", [one.value for one in FollowUp], required=False)
    form.check()
    prior: dict[UnitRef, tuple[str, ...]] = {}
    if kind is TalkKind.START and any(name.startswith("prior-") for name in form.data):
        path = show_periods(outside, who, number, with_units=True)
        for ref, _, requirements in path.units:
            ticked = set(form.many(f"prior-{ref}"))
            prior[ref] = tuple(one.key for one in requirements if str(one.position) in ticked)
    return NewTalk(
        kind=kind,
        held_on=day or date.min,
        present=form.many("present"),
        notes=form.text("notes", required=False),
        changed=form.text("changed", required=False),
        follow_up=FollowUp(follow_up) if follow_up is not None else None,
        prior=prior,
    )


def _typed(form: Form | None, path: Path, page: FormPage) -> dict[str, str]:
    """What stands in the form; a goal comes with its newest words. Raises NotFoundError for another's goal."""
    typed = {name: form.raw(name) if form is not None else "" for name in _FIELDS}
    if page.name == "goal_change":
        goals = [goal for period in path.periods for goal in period.goals]
        goal = next((one for one in goals if one.newest[0].goal_id == page.subject), None)
        if goal is None:
            raise NotFoundError("goal")
        if form is None:
            version, said = goal.newest
            typed |= {"text": said.text, "measure": said.measure, "state": version.state.value}
    elif page.subject and all(one.row.id != page.subject for one in path.periods):
        raise NotFoundError("period")
    return typed


def _ticked(form: Form | None, ref: UnitRef) -> set[str]:
    return set(form.many(f"prior-{ref}")) if form is not None else set()


def _choices(t: Text) -> dict[str, list[tuple[str, str]]]:
    """Pairs for all selects and radios of these forms."""
    return {
        "kind": pairs(t, "period.kind", tuple(one.value for one in PeriodKind)),
        "present": pairs(t, "talk.present", tuple(one.value for one in Attendee)),
        "follow_up": pairs(t, "talk.follow_up", tuple(one.value for one in FollowUp)),
        "goal_kind": pairs(t, "goal.kind", tuple(one.value for one in GoalKind)),
        "state": pairs(t, "goal.state", tuple(one.value for one in GoalState)),
        "form": pairs(t, "service_form", tuple(one.value for one in ServiceForm)),
    }
