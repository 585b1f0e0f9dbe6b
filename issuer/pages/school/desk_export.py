"""Screen F4: what the school's own systems need of a decision, to copy field by field and as files; nothing is sent."""

from dataclasses import dataclass

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import DomainError, NotFoundError
from issuer.domain.permissions import Permission, StaffMember
from issuer.domain.recognition import Coverage, Route, awaits_demonstration
from issuer.exports.ehoks import ehoks_blocks, schema_problems
from issuer.exports.koski import koski_unit
from issuer.exports.recognised_unit import PROCESS, Ground, RecognisedUnit, proposed_explanation, unit_version
from issuer.pages.access import Access
from issuer.pages.coach.screen import SEE_OTHER, Posted, Screen, refusal_status
from issuer.pages.forms import page_errors
from issuer.pages.frame import Face, Frame
from issuer.pages.share_door import attachment
from issuer.pages.signed_in import SessionCookie
from issuer.services.outside import Outside
from issuer.services.recognition import show_decision
from issuer.services.recognition.make_receipt import counts
from issuer.services.recognition.read_case import read_case
from issuer.services.recognition.show_decision import ShownDecision
from schemas import strict_json
from schemas.strict_json import JsonObject
from verifier.templating import Text

_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class CopyField:
    """One value to copy; `name` is the id of its field."""

    name: str
    label: str
    value: str


def router(outside: Outside, frame: Frame, cookie: SessionCookie) -> APIRouter:
    """Return the routes under ``/desk/{ref}/export``."""
    routes = APIRouter(include_in_schema=False)
    reader = Depends(Access(outside, cookie)(Permission.SCHOOL_DESK))

    @routes.get("/desk/{ref}/export")
    def page(request: Request, ref: str, who: StaffMember = reader) -> Response:
        try:
            told = show_decision.for_school(outside, who, ref)
        except NotFoundError:
            read_case(outside, who, ref)  # nobody learns from a redirect that another school has such a case
            return RedirectResponse(f"/desk/{ref}", status_code=SEE_OTHER)
        return _page(Screen(outside, frame, request, who), told)

    @routes.post("/desk/{ref}/export")
    def explained(request: Request, ref: str, form: Posted, who: StaffMember = reader) -> Response:
        told = show_decision.for_school(outside, who, ref)
        return _page(Screen(outside, frame, request, who), told, explanation=form.raw("selite"))

    @routes.get("/desk/{ref}/export/ehoks.json")
    def ehoks(ref: str, who: StaffMember = reader) -> Response:
        return _file(ehoks_blocks(recognised(show_decision.for_school(outside, who, ref))), "ehoks.json")

    @routes.post("/desk/{ref}/export/koski.json")
    def koski(request: Request, ref: str, form: Posted, who: StaffMember = reader) -> Response:
        told = show_decision.for_school(outside, who, ref)
        try:
            element = koski_unit(recognised(told), form.raw("selite"))
        except DomainError as error:
            return _page(Screen(outside, frame, request, who), told, explanation=form.raw("selite"), error=error)
        if element is None:
            raise NotFoundError("export")
        return _file(element, "koski.json")

    return routes


def recognised(told: ShownDecision) -> RecognisedUnit:
    """A decided case as exports take it; only badges that something was accepted from are named."""
    case = told.case
    if case.found is None or case.row.decided_at is None:
        raise NotFoundError("decision")
    grounds = tuple(
        Ground(issuer=one.content.issuer_name, month=one.content.month, number=one.content.id)
        for one in case.badges
        if counts(case, one)
    )
    return RecognisedUnit(
        found=case.found,
        work=case.work,
        decided_on=helsinki_day(case.row.decided_at),
        grounds=grounds,
        oid=told.rules.oid,
        result=case.result.told if case.result is not None else None,
    )


def _page(
    screen: Screen, told: ShownDecision, *, explanation: str | None = None, error: DomainError | None = None
) -> HTMLResponse:
    t, facts = screen.t, recognised(told)
    text = proposed_explanation(facts) if explanation is None else explanation
    element: JsonObject | None = None
    try:
        element = koski_unit(facts, text)
    except DomainError as problem:
        error = error or problem
    blocks = ehoks_blocks(facts)
    problems = schema_problems(blocks)
    face = Face(
        screen="F4",
        title="title.staff",
        who=screen.who,
        current="/desk",
        errors=page_errors(t, error) if error is not None else (),
    )
    return screen.frame.render(
        screen.request,
        "school/export.html",
        face,
        status=refusal_status(error),
        case=told.case,
        fields=_fields(facts, t),
        explanation=text,
        wants_explanation=(element is not None and facts.work.route is not Route.DEMONSTRATION) or error is not None,
        koski=element is not None,
        whole=facts.coverage is Coverage.WHOLE,
        refused=facts.coverage is Coverage.REFUSED,
        problems=problems,
        ehoks_text=_pretty(blocks),
        koski_text=_pretty(element) if element is not None else "",
        all_text="\n".join(f"{one.label}: {one.value}" for one in _fields(facts, t)),
    )


def _fields(facts: RecognisedUnit, t: Text) -> tuple[CopyField, ...]:
    """The values in the order in which a study system asks for them; those that the school fills in are named, too."""
    work, unit = facts.work, facts.unit
    found: list[tuple[str, str]] = [
        ("unit_code", unit.code or ""),
        ("unit_version", str(unit_version(facts))),
        ("register", unit.register_number or ""),
    ]
    if work.route is not None and facts.coverage is not Coverage.REFUSED:
        found.append(("process", PROCESS + work.route.value))
    if work.sent_on is not None and work.route is Route.ASSESSORS:
        found.append(("sent_on", work.sent_on.isoformat()))
    if work.assessors and work.route is not Route.DIRECT:
        found.append(("assessors", ", ".join(f"{one.name} {one.organisation}".strip() for one in work.assessors)))
    if work.route is Route.DEMONSTRATION:
        plan = work.plan
        days = " – ".join(day.isoformat() for day in (plan.begins_on, plan.ends_on) if day is not None)
        found += [("place", plan.place), ("tasks", "; ".join(plan.tasks)), ("days", days)]
    to_show = awaits_demonstration(work)  # nothing is recognised yet: neither points nor a grade
    if facts.coverage is Coverage.WHOLE and not to_show:
        found.append(("points", f"{unit.credits_min:g}" if unit.credits_min is not None else ""))
        found.append(("grade", str(work.grade) if work.grade is not None else t("export.pass")))
    accepted = "to_show" if to_show and facts.coverage is not Coverage.REFUSED else "accepted"
    found.append((accepted, t("export.count", count=len(facts.split.recognised), total=len(unit.requirements))))
    if facts.split.remaining:
        keys = set(facts.split.remaining)
        found.append(
            ("remaining", "; ".join(one.text.in_language("fi") for one in unit.requirements if one.key in keys))
        )
    if work.funded is not None:
        found.append(("funded", t("case.yes") if work.funded else t("case.no")))
    found.append(("decided_on", facts.decided_on.isoformat()))
    if facts.result is not None and facts.result.day is not None:
        found.append(("assessed_on", facts.result.day.isoformat()))
    return tuple(CopyField(name, t(f"export.field.{name}"), value) for name, value in found)


def _pretty(value: JsonObject) -> str:
    return strict_json.write(value).decode()


def _file(value: JsonObject, name: str) -> Response:
    return Response(strict_json.write(value), media_type=_JSON, headers=attachment(name))
