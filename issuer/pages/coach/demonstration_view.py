"""What the pages of one demonstration show: its plan, its request, and what can be done next."""

from typing import Any

from fastapi.responses import Response

from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.demonstration import Assessor, Kind, Side, State
from issuer.domain.errors import DomainError
from issuer.domain.permissions import Permission, Role
from issuer.i18n import whole_day
from issuer.pages.catalogue_text import groups, shown
from issuer.pages.coach.demonstration_fields import DECIDERS, MOST_ASSESSORS
from issuer.pages.coach.screen import Screen, refusal_status, typed_day
from issuer.pages.coach.shown_words import pairs
from issuer.pages.forms import Form, page_errors
from issuer.pages.frame import Face
from issuer.services.demonstrations import opened as desk
from issuer.services.demonstrations.find_schools import schools
from issuer.services.staff.list_staff import list_staff

DEMO_NOTICES = frozenset(
    {"saved", "requested", "confirmed", "given", "own", "talk", "assessed", "approved", "to_complete", "correction"}
)


def plan_page(screen: Screen, number: str, error: DomainError | None = None, form: Form | None = None) -> Response:
    """Screen B10 for the provider, or for the school that was asked."""
    opened, name, code = desk.show(screen.outside, screen.who, number)
    t, language = screen.t, screen.language
    at_school = opened.at_school(screen.who)
    plan, found = opened.content.plan, opened.found
    accounts = [
        (one.id, one.name or one.id)
        for one in (list_staff(screen.outside, screen.who.institution_id) if at_school else ())
        if Role.ASSESSOR in one.roles
    ]
    return screen.frame.render(
        screen.request,
        "demonstrations/school.html" if at_school else "demonstrations/plan.html",
        _face(screen, error, at_school=at_school),
        status=refusal_status(error),
        **common(screen, opened, name, code),
        groups=groups(found.unit.requirements, language),
        ticked=_ticked(opened, form),
        values=_values(opened, form, _own_word(screen) if at_school else {}),
        assessors=_assessor_values(opened.content.assessors, form),
        sides=pairs(t, "demo.side", tuple(one.value for one in Side)),
        deciders=pairs(t, "demo.decider", DECIDERS),
        places=pairs(t, "demo.place_kind", ("1", "2", "3")),
        languages=pairs(t, "language", ("fi", "sv", "en")),
        schools=[(one, name) for one, name in schools(screen.outside, language)],
        accounts=accounts,
        confirmation=opened.content.confirmation,
        may_plan=opened.row.state in (State.PLANNED, State.TO_COMPLETE) and not at_school,
        may_assess=screen.who.may(Permission.DEMONSTRATION_ASSESS),
        plan=plan,
    )


def request_page(screen: Screen, number: str) -> Response:
    """The request as a page and a print: adjustments only when the participant shares them."""
    opened, name, code = desk.show(screen.outside, screen.who, number)
    return screen.frame.render(
        screen.request,
        "demonstrations/request.html",
        _face(screen, None, at_school=False),
        **common(screen, opened, opened.content.learner or name, code),
        groups=groups(
            [one for one in opened.found.unit.requirements if one.key in opened.content.plan.requirement_keys],
            screen.language,
        ),
        plan=opened.content.plan,
    )


def common(screen: Screen, opened: desk.Opened, name: str, code: str) -> dict[str, Any]:
    """What all pages of a demonstration say."""
    language, plan, unit = screen.language, opened.content.plan, opened.found.unit
    sheet = opened.content.assessment
    return {
        "demo": opened.row,
        "name": name,
        "code": code,
        "unit": shown(unit.name, language),
        "unit_number": unit.number,
        "unit_version": unit.version,
        "register_number": opened.found.qualification.register_number or "",
        "content": opened.content,
        "days": "–".join(
            whole_day(day, language) for day in dict.fromkeys((plan.begins_on, plan.ends_on)) if day is not None
        ),
        "requested": opened.row.requested_at is not None,
        "is_school": opened.row.kind is Kind.SCHOOL,
        "decided_on": whole_day(sheet.decided_on, language) if sheet.decided_on else "",
        "correct_by": whole_day(sheet.correction_until, language) if sheet.correction_until else "",
    }


def _face(screen: Screen, error: DomainError | None, *, at_school: bool) -> Face:
    return Face(
        screen="B10",
        title="title.staff",
        who=screen.who,
        current="/demos-asked" if at_school else "/demos",
        notice=screen.notice("demo.notice", DEMO_NOTICES),
        errors=page_errors(screen.t, error) if error is not None else (),
    )


def _ticked(opened: desk.Opened, form: Form | None) -> set[str]:
    if form is not None and form.many("requirement"):
        return set(form.many("requirement"))
    keys = set(opened.content.plan.requirement_keys)
    return {str(one.position) for one in opened.found.unit.requirements if one.key in keys}


def _values(opened: desk.Opened, form: Form | None, word: dict[str, str]) -> dict[str, str]:
    """What the fields of the plan show: what was typed in a refused form, else what is kept."""
    plan = opened.content.plan
    kept = {
        "tasks": "\n".join(plan.tasks),
        "place": plan.place,
        "environment": plan.environment,
        "place_kind": str(plan.place_kind),
        "begins_on": typed_day(plan.begins_on),
        "ends_on": typed_day(plan.ends_on),
        "language": plan.language,
        "identity": plan.identity,
        "adjustments": plan.adjustments,
        "adjustments_shared": "yes" if plan.adjustments_shared else "",
        "contact_name": plan.contact_name,
        "contact_reach": plan.contact_reach,
        "school": opened.row.school_id or "",
        "school_name": opened.content.school_name,
        "learner": opened.content.learner,
        "request_wanted": "yes" if opened.content.request_wanted else "",
    }
    more = ("said_by", "said_on", "how", "special_reason", "agreement_from", "agreement_until")
    kept |= dict.fromkeys(more, "") | word
    if form is None:
        return kept
    return {name: form.raw(name) if name in form.data else value for name, value in kept.items()}


def _own_word(screen: Screen) -> dict[str, str]:
    """What the school's fields say before anyone types: it answers itself, today, on this page."""
    name = next(
        (one.name for one in list_staff(screen.outside, screen.who.institution_id) if one.id == screen.who.id), ""
    )
    today = typed_day(helsinki_day(screen.outside.now()))
    return {"said_by": name or "", "said_on": today, "how": screen.t("demo.word.here")}


def _assessor_values(assessors: tuple[Assessor, ...], form: Form | None) -> list[dict[str, str]]:
    rows = []
    for number in range(1, MOST_ASSESSORS + 1):
        one = assessors[number - 1] if len(assessors) >= number else None
        values = {
            "name": one.name if one else "",
            "organisation": one.organisation if one else "",
            "side": one.side.value if one else (Side.TEACHER if number == 1 else Side.WORKING_LIFE).value,
            "decider": str(one.decider.value) if one else ("1" if number == 1 else "3"),
            "account": (one.staff_id or "") if one else "",
            "not_disqualified": "yes" if one and one.not_disqualified else "",
            "inducted_on": typed_day(one.inducted_on) if one else "",
        }
        if form is not None and f"name-{number}" in form.data:
            values = {name: form.raw(f"{name}-{number}") for name in values}
        rows.append(values)
    return rows
