"""Cases of a school in every state that its pages and the learner's own matter can show."""

from dataclasses import replace
from datetime import timedelta

import recognised_units as samples
from questions import Asking
from recognition import School, ask, decide, opened_again, save

from issuer.domain.award import AwardRequest
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.recognition import Choice, DemonstrationPlan, Reason, Route, Row
from issuer.services.issue_badge import issue
from issuer.services.publish_status_list import publish_due
from issuer.services.publish_trust_list import publish_trust_list_if_due

DAYS_TO_THE_RESULT = timedelta(days=8)


def badge(school: School, count: int) -> str:
    """A badge of the participant for the first `count` requirements; the id of the badge."""
    desk = school.desk
    request = AwardRequest(
        institution_id=desk.installation.umbrella.id,
        provider_id=school.provider.institution.id,
        unit_code="106889",
        person_id=school.holder.person_id,
        requirement_keys=school.ready.place.keys[:count],
    )
    return issue(desk.outside, request, idempotency_key=f"school-states-badge-{count:04d}", actor="test").id


def cases(school: School) -> dict[str, str]:
    """Make them all; references by state. The clock then stands after the demonstration."""
    made = {name: school.sent(badge(school, count)) for count, name in enumerate(_STATES, start=1)}
    for name, ref in made.items():
        _STATES[name](school, ref)
    school.desk.installation.clock.moved += DAYS_TO_THE_RESULT
    publish_due(school.desk.outside)  # as the worker does
    publish_trust_list_if_due(school.desk.outside)
    return made


def _decided(school: School, ref: str) -> None:
    save(school, ref, name="Aino Esimerkki")
    decide(school, ref)


def _refused(school: School, ref: str) -> None:
    rows = school.case(ref).work.rows
    seen = dict.fromkeys(school.case(ref).seen, Row(choice=Choice.NOT, reason=Reason.EVIDENCE))
    save(school, ref, rows=rows | seen, route=None, words="Tule juttelemaan, katsotaan yhdessä.")
    decide(school, ref)


def _to_correct(school: School, ref: str) -> None:
    _decided(school, ref)
    ask(school, ref)


def _again(school: School, ref: str) -> None:
    _decided(school, ref)
    opened_again(school, ref)


def _to_show(school: School, ref: str) -> None:
    today = helsinki_day(school.desk.outside.now())
    plan = DemonstrationPlan(
        place="Pyöräliike",
        tasks=("Määräaikaishuolto", "Jarrujen korjaus"),
        begins_on=today + timedelta(days=5),
        ends_on=today + DAYS_TO_THE_RESULT - timedelta(days=1),
    )
    save(school, ref, route=Route.DEMONSTRATION, plan=plan, assessors=samples.ASSESSORS)
    decide(school, ref)


def _asked(school: School, ref: str) -> None:
    asking = Asking(school, ref, school.ready.place.keys[0])
    question = asking.asked()
    asking.answered(question)
    save(school, ref, assessors=(replace(samples.ASSESSORS[0]),), route=Route.ASSESSORS)


_STATES = {
    "decided": _decided,
    "refused": _refused,
    "correction": _to_correct,
    "again": _again,
    "to-show": _to_show,
    "asked": _asked,
}
