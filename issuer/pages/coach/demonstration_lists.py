"""Screen B10: what is under way at a desk, and the sequence of demonstrations of a person, unit by unit."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from issuer.domain.demonstration import Kind
from issuer.domain.errors import DomainError, NotFoundError
from issuer.domain.permissions import Permission, StaffMember
from issuer.domain.unit_ref import UnitRef
from issuer.i18n import whole_day
from issuer.pages.access import Access
from issuer.pages.catalogue_text import shown
from issuer.pages.coach.demonstration_view import DEMO_NOTICES
from issuer.pages.coach.screen import SEE_OTHER, Posted, Screen, refusal_status
from issuer.pages.forms import page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.signed_in import SessionCookie
from issuer.services.coaching import find_participants
from issuer.services.demonstrations import list_demonstrations, plan_demonstration
from issuer.services.outside import Outside


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes ``/demos`` and ``/people/{number}/demos`` of the provider."""
    routes = APIRouter(include_in_schema=False)
    planner = Depends(Access(outside, cookie)(Permission.DEMONSTRATION_PLAN))

    @routes.get("/demos")
    def desk(request: Request, who: StaffMember = planner) -> Response:
        return list_page(Screen(outside, frame, request, who), "/demos")

    @routes.get("/people/{number}/demos")
    def of_person(request: Request, number: str, who: StaffMember = planner) -> Response:
        return _person(Screen(outside, frame, request, who), number)

    @routes.post("/people/{number}/demos")
    def begin(request: Request, number: str, form: Posted, who: StaffMember = planner) -> Response:
        person = find_participants.locate(outside, who, number)
        try:
            kind = form.choice("kind", [one.value for one in Kind])
            form.check()
            unit = UnitRef.read(form.raw("unit"))
            made = plan_demonstration.begin(outside, who, person.person_id, unit, Kind(kind or "work"))
        except NotFoundError:
            raise
        except DomainError as error:
            return _person(Screen(outside, frame, request, who), number, error)
        return RedirectResponse(f"/demos/{made}", status_code=SEE_OTHER)

    return routes


def list_page(screen: Screen, path: str) -> Response:
    """What is under way at this desk."""
    entries = list_demonstrations.of_desk(screen.outside, screen.who)
    language = screen.language
    shown_rows = [
        {
            "id": one.row.id,
            "href": f"{path}/{one.row.id}",
            "name": one.name,
            "code": one.code,
            "unit": shown(one.unit_name, language),
            "kind": one.row.kind.value,
            "state": one.row.state.value,
            "days": _days(one, language),
            "waits": one.row.requested_at is not None and one.row.confirmed_at is None,
        }
        for one in entries
    ]
    face = Face(screen="B10", title="title.staff", who=screen.who, current=path)
    ready = list_demonstrations.ready_count(screen.outside, screen.who) if path == "/demos" else 0
    return screen.frame.render(
        screen.request,
        "demonstrations/list.html",
        face,
        rows=shown_rows,
        ready=ready,
        at_school=path != "/demos",
    )


def _days(entry: list_demonstrations.Entry, language: str) -> str:
    begins, ends = entry.row.begins_on, entry.row.ends_on
    days = [whole_day(day, language) for day in dict.fromkeys((begins, ends)) if day is not None]
    return "–".join(days)


def _person(screen: Screen, number: str, error: DomainError | None = None) -> Response:
    person, steps = list_demonstrations.of_person(screen.outside, screen.who, number)
    language = screen.language
    units = [
        {
            "ref": str(one.unit),
            "peruste_id": one.unit.peruste_id,
            "name": shown(one.name, language),
            "shown": one.shown,
            "required": one.required,
            "state": one.state,
            "rows": [(row.id, row.kind.value, row.state.value, row.grade) for row in one.rows],
        }
        for one in steps
    ]
    face = Face(
        screen="B10",
        title="title.staff",
        who=screen.who,
        current="/people",
        notice=screen.notice("demo.notice", DEMO_NOTICES),
        errors=page_errors(screen.t, error) if error is not None else (),
    )
    return screen.frame.render(
        screen.request, "demonstrations/person.html", face, status=refusal_status(error), person=person, units=units
    )
