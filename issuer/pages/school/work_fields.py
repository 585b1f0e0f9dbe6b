"""The decision form of a school's desk: its fields, by the position of each requirement, read into the work."""

from dataclasses import dataclass
from typing import Final

from issuer.domain.business_id import is_business_id
from issuer.domain.catalogue import Unit
from issuer.domain.recognition import (
    MOST_ASSESSORS,
    Assessor,
    Choice,
    DemonstrationPlan,
    Reason,
    Route,
    Row,
    Work,
)
from issuer.pages.forms import Form

PLACE_KINDS: Final = ("1", "2", "3")
_GRADES: Final = ("1", "2", "3", "4", "5")


@dataclass(frozen=True, slots=True)
class Read:
    """What the form says: the work, the version it was made from, and the learner's name."""

    work: Work
    version: int
    name: str


def read_work(form: Form, unit: Unit) -> Read:
    """Read the whole form; what breaks a rule of form is noted in `form.faults`, what is missing is not."""
    rows = {}
    for one in unit.requirements:
        at = one.position
        choice = form.choice(f"row-{at}", [value.value for value in Choice], required=False)
        reason = form.choice(f"reason-{at}", [value.value for value in Reason], required=False)
        if choice is None:
            continue
        chosen = Choice(choice)
        rows[one.key] = Row(
            choice=chosen,
            reason=Reason(reason) if reason is not None and chosen is Choice.NOT else None,
            words=(form.text(f"words-{at}", required=False) or "") if chosen is Choice.NOT else "",
            remaining=(form.text(f"remaining-{at}", required=False) or "") if chosen is not Choice.ACCEPT else "",
        )
    route = form.choice("route", [one.value for one in Route], required=False)
    grade = form.choice("grade", _GRADES, required=False)
    funded = form.choice("funded", ("yes", "no"), required=False)
    work = Work(
        rows=rows,
        route=Route(route) if route is not None else None,
        sent_on=form.day("sent_on", required=False),
        assessors=read_assessors(form),
        plan=_plan(form),
        grade=int(grade) if grade is not None else None,
        funded=None if funded is None else funded == "yes",
        identity_seen=form.ticked("identity_seen"),
        words=form.text("learner_words", required=False) or "",
    )
    version = form.number("version", least=1, most=1_000_000, required=False) or 0
    return Read(work, version, form.text("name", required=False) or "")


def read_assessors(form: Form) -> tuple[Assessor, ...]:
    """Read the assessors that have a name; a wrong business id is noted in `form.faults`."""
    found = []
    for place in range(1, MOST_ASSESSORS + 1):
        name = form.text(f"assessor-{place}", required=False)
        if name is None:
            continue
        business_id = form.text(f"business-{place}", required=False) or ""
        if business_id and not is_business_id(business_id):
            form.fault("recognition.business_id", f"business-{place}")
        found.append(
            Assessor(
                name=name,
                organisation=form.text(f"organisation-{place}", required=False) or "",
                business_id=business_id,
                at_work=form.choice(f"side-{place}", ("school", "work"), required=False) == "work",
            )
        )
    return tuple(found)


def _plan(form: Form) -> DemonstrationPlan:
    business_id = form.text("place_business_id", required=False) or ""
    if business_id and not is_business_id(business_id):
        form.fault("recognition.business_id", "place_business_id")
    tasks = form.text("tasks", required=False) or ""
    return DemonstrationPlan(
        place=form.text("place", required=False) or "",
        business_id=business_id,
        description=form.text("place_description", required=False) or "",
        place_kind=int(form.choice("place_kind", PLACE_KINDS, required=False) or "1"),
        tasks=tuple(line.strip() for line in tasks.splitlines() if line.strip()),
        begins_on=form.day("begins_on", required=False),
        ends_on=form.day("ends_on", required=False),
    )
