"""Screen B7: one line of time across periods, sites and services; each act is a page of its own."""

from collections.abc import Mapping

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.errors import DomainError, NotFoundError
from issuer.domain.participant import How, ParticipantState
from issuer.domain.period import PeriodState
from issuer.domain.permissions import Permission, StaffMember
from issuer.i18n import whole_day
from issuer.pages.access import Access
from issuer.pages.coach.shown_words import pairs
from issuer.pages.forms import Form, PostedForm, page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services.coaching import find_participants, hold_talk, keep_goals, run_period
from issuer.services.coaching.show_periods import ShownGoal, ShownPeriod, show_periods
from issuer.services.outside import Outside

SEE_OTHER = 303
_NOTICES = frozenset({"planned", "begun", "paused", "resumed", "ended", "talk", "goal", "accepted", "form"})
_MOST_VERSION = 10_000


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/people/{number}/periods`` and the acts that have no form of their own."""
    routes = APIRouter(include_in_schema=False)
    access = Access(outside, cookie)
    reader, editor = Depends(access(Permission.PEOPLE_READ)), Depends(access(Permission.PEOPLE_EDIT))

    @routes.get("/people/{number}/periods")
    def periods(request: Request, number: str, who: StaffMember = reader) -> Response:
        return periods_page(outside, frame, request, who, number)

    @routes.post("/people/{number}/periods/{period_id}/begin")
    def begin(request: Request, number: str, period_id: str, who: StaffMember = editor) -> Response:
        try:
            run_period.begin(outside, who, number, period_id)
        except NotFoundError:
            raise
        except DomainError as error:
            return periods_page(outside, frame, request, who, number, error)
        return back(number, "begun")

    @routes.post("/people/{number}/talks/{talk_id}/accept")
    def accept_talk(
        request: Request, number: str, talk_id: str, form: PostedForm, who: StaffMember = editor
    ) -> Response:
        find_participants.locate(outside, who, number)
        try:
            how = _how(form, talk_id)
            hold_talk.accept(outside, who, number, talk_id, how)
        except NotFoundError:
            raise
        except DomainError as error:
            return periods_page(outside, frame, request, who, number, error)
        return back(number, "accepted")

    @routes.post("/people/{number}/goals/{goal_id}/{version}/accept")
    def accept_goal(
        request: Request, number: str, goal_id: str, version: str, form: PostedForm, who: StaffMember = editor
    ) -> Response:
        find_participants.locate(outside, who, number)
        if not (version.isascii() and version.isdigit() and int(version[:6]) < _MOST_VERSION):
            raise NotFoundError("goal")
        try:
            how = _how(form, goal_id)
            keep_goals.accept(outside, who, number, (goal_id, int(version)), how)
        except NotFoundError:
            raise
        except DomainError as error:
            return periods_page(outside, frame, request, who, number, error)
        return back(number, "accepted")

    return routes


def back(number: str, notice: str) -> Response:
    """Return to the line of time with a notice."""
    return RedirectResponse(f"/people/{number}/periods?notice={notice}", status_code=SEE_OTHER)


def periods_page(
    outside: Outside,
    frame: Frame,
    request: Request,
    who: StaffMember,
    number: str,
    error: DomainError | None = None,
) -> Response:
    """Show the line of time."""
    path = show_periods(outside, who, number)
    t, language = frame.text(request), frame.language(request)
    asked = request.query_params.get("notice", "")
    face = Face(
        screen="B7",
        title="title.staff",
        who=who,
        current="/people",
        notice=t(f"period.notice.{asked}") if asked in _NOTICES else None,
        errors=page_errors(t, error) if error is not None else (),
    )
    return frame.render(
        request,
        "coach/periods.html",
        face,
        status=200 if error is None else 422,
        person=path.person,
        part="periods",
        periods=[_period(one, language) for one in path.periods],
        hows=pairs(t, "consent.how", tuple(one.value for one in How)),
        may_edit=who.may(Permission.PEOPLE_EDIT) and path.person.state is ParticipantState.ACTIVE,
        may_form=who.may(Permission.SERVICE_FORM),
    )


def _how(form: Form, key: str) -> How:
    """Read how the participant said yes. Raises InvalidFormError."""
    how = form.choice(f"how-{key}", [one.value for one in How])
    form.check()
    return How(str(how))


def _period(shown: ShownPeriod, language: str) -> Mapping[str, object]:
    row = shown.row
    return {
        "id": row.id,
        "kind": row.kind.value,
        "state": row.state.value,
        "starts": whole_day(row.starts_on, language),
        "starts_iso": row.starts_on.isoformat(),
        "ends": whole_day(row.ends_on, language) if row.ends_on is not None else "",
        "site": shown.site,
        "may_begin": row.state is PeriodState.PLANNED,
        "start_accepted": shown.start_accepted,
        "running": row.state is PeriodState.RUNNING,
        "paused": shown.paused,
        "pauses": [
            (whole_day(one.starts_on, language), whole_day(one.ends_on, language) if one.ends_on is not None else "")
            for one in row.pauses
        ],
        "talks": [
            {
                "id": talk.id,
                "kind": talk.kind.value,
                "day": whole_day(talk.held_on, language),
                "iso": talk.held_on.isoformat(),
                "accepted": whole_day(talk.accepted_at.date(), language) if talk.accepted_at is not None else "",
                "how": talk.accepted_how,
                "said": said,
            }
            for talk, said in shown.talks
        ],
        "goals": [_goal(one, language) for one in shown.goals],
        "forms": [(whole_day(day, language), form.value) for day, form in shown.forms],
    }


def _goal(shown: ShownGoal, language: str) -> Mapping[str, object]:
    newest, words = shown.newest
    return {
        "id": newest.goal_id,
        "version": newest.version,
        "kind": newest.kind.value,
        "state": newest.state.value,
        "words": words,
        "draft": shown.draft,
        "counts": shown.counts[1] if shown.counts is not None else None,
        "counts_state": shown.counts[0].state.value if shown.counts is not None else "",
        "earlier": [
            (whole_day(one.at.date(), language), said.text, one.state.value) for one, said in shown.versions[:-1]
        ],
    }
