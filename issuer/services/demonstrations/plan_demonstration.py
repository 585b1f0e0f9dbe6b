"""Plans a demonstration: begins one, and saves its plan, which may be half-done."""

import uuid
from dataclasses import replace

from issuer.db.repositories.demonstrations import DemonstrationRow
from issuer.domain.demonstration import Assessor, Content, Kind, Plan, State, check_plan
from issuer.domain.errors import ConflictError, InvalidRequestError, NotFoundError
from issuer.domain.permissions import StaffMember
from issuer.domain.unit_ref import UnitRef
from issuer.services.agreements.sheet import catalogue_unit
from issuer.services.coaching.require_active import require_active
from issuer.services.demonstrations import opened as desk
from issuer.services.outside import Outside


def begin(outside: Outside, who: StaffMember, person_id: str, unit: UnitRef, kind: Kind) -> str:
    """Begin a demonstration of all requirements of a unit; return its id.

    Raises:
        NotFoundError: the person is of another institution, or the unit is unknown.
        ConflictError: ``demonstration.open_already``: one of this kind and unit is under way; ``person.not_active``.
    """
    now, number = outside.now(), str(uuid.uuid4())
    with outside.database.write() as uow:
        if uow.people.person_institution(person_id) != who.institution_id:
            raise NotFoundError("person")
        require_active(uow, person_id, who.institution_id)
        found = catalogue_unit(uow, unit)
        running = {State.PLANNED, State.GIVEN, State.ASSESSED, State.TO_COMPLETE}
        if any(one.kind is kind and one.state in running for one in uow.demonstrations.of(person_id, unit)):
            raise ConflictError(code="demonstration.open_already")
        row = DemonstrationRow(
            id=number,
            institution_id=who.institution_id,
            school_id=None,
            person_id=person_id,
            unit=unit,
            kind=kind,
            state=State.PLANNED,
            revision=1,
            begins_on=None,
            ends_on=None,
            requested_at=None,
            confirmed_at=None,
            grade=None,
            decided_on=None,
            created_at=now,
        )
        uow.demonstrations.add(row)
        content = Content(plan=Plan(requirement_keys=tuple(one.key for one in found.unit.requirements)))
        desk.keep(outside, uow, who, row, content, act="begun")
    return number


def save(
    outside: Outside,
    who: StaffMember,
    demonstration_id: str,
    plan: Plan,
    *,
    assessors: tuple[Assessor, ...] | None = None,
    seen: int,
) -> None:
    """Save the plan; a plan that the school had confirmed and that changes must be confirmed anew.

    Args:
        assessors: of a demonstration at work; None leaves them. Those of a school are the school's to name.
        seen: revision that the writer saw.

    Raises:
        NotFoundError, ConflictError, InvalidRequestError, TellingWordError: see `check_plan`, `opened`;
            ``demonstration.assessors_of_school`` when a provider names a school's assessors.
    """
    with outside.database.write() as uow:
        before = desk.open_for(outside, uow, who, demonstration_id)
        if before.at_school(who) and who.institution_id != before.row.institution_id:
            raise NotFoundError("demonstration")
        desk.require_state(before, State.PLANNED, State.TO_COMPLETE)
        kept = checked_plan(plan)
        check_plan(kept, before.keys)
        if assessors is not None and before.row.kind is Kind.SCHOOL:
            raise ConflictError(code="demonstration.assessors_of_school", pointer="/assessors")
        named = before.content.assessors if assessors is None else tuple(map(checked_assessor, assessors))
        content = replace(before.content, plan=kept, assessors=named)
        row = replace(before.row, state=State.PLANNED)
        if kept != before.content.plan and before.content.confirmation is not None:
            content = replace(content, confirmation=None, assessors=())
            row = replace(row, confirmed_at=None)
        after = replace(before, row=row, content=content)
        step = desk.Step(who=who, act="planned", seen=seen)
        desk.store(outside, uow, step, before, after)


def checked_plan(plan: Plan) -> Plan:
    """The plan with its texts as they are kept. Raises InvalidRequestError, TellingWordError."""
    tasks = tuple(desk.line(one, "/tasks") for one in plan.tasks if one.strip())
    if plan.language not in ("fi", "sv", "en"):
        raise InvalidRequestError(code="demonstration.language", pointer="/language")
    return replace(
        plan,
        tasks=tasks,
        place=desk.line(plan.place, "/place"),
        environment=desk.paragraph(plan.environment, "/environment"),
        identity=desk.line(plan.identity, "/identity"),
        adjustments=desk.paragraph(plan.adjustments, "/adjustments"),
        contact_name=desk.line(plan.contact_name, "/contact_name"),
        contact_reach=desk.line(plan.contact_reach, "/contact_reach"),
    )


def checked_assessor(one: Assessor) -> Assessor:
    """An assessor with texts as they are kept. Raises InvalidRequestError ``demonstration.assessor_name``."""
    name = desk.line(one.name, "/assessors")
    if not name:
        raise InvalidRequestError(code="demonstration.assessor_name", pointer="/assessors")
    return replace(one, name=name, organisation=desk.line(one.organisation, "/assessors"))
