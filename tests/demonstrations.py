"""Demonstrations for tests, made through the services: planned, asked for, confirmed, given and assessed."""

from datetime import timedelta

from agreements import keys_of, person_id_of
from desk import BICYCLE, Desk

from issuer.domain.agreement import Outcome
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.demonstration import Assessor, Confirmation, Decider, Kind, Plan, Row, Side, TalkMember, Word
from issuer.domain.permissions import Role
from issuer.services.demonstrations import (
    assess_demonstration,
    confirm_by_school,
    plan_demonstration,
    request_school,
)
from issuer.services.demonstrations.assess_demonstration import Talk
from issuer.services.demonstrations.opened import Opened, open_for
from issuer.services.demonstrations.request_school import Request

SHOWN = Outcome.SHOWN
TALK = (TalkMember.TEACHER, TalkMember.EMPLOYER, TalkMember.STUDENT)


def today(desk: Desk):
    return helsinki_day(desk.outside.now())


def opened(desk: Desk, number: str, who=None) -> Opened:
    with desk.outside.database.read() as uow:
        return open_for(desk.outside, uow, who or desk.staff[Role.WORK_COACH], number)


def revision(desk: Desk, number: str) -> int:
    return opened(desk, number).row.revision


def teacher(desk: Desk, **more) -> Assessor:
    values = {
        "name": "Opettaja Ope",
        "organisation": "Koulu",
        "side": Side.TEACHER,
        "decider": Decider.TEACHER,
        "not_disqualified": True,
        "inducted_on": today(desk) - timedelta(days=100),
    }
    return Assessor(**values | more)


def employer(desk: Desk, **more) -> Assessor:
    return teacher(
        desk,
        **{"name": "Edustaja Työ", "organisation": "Yritys", "side": Side.WORKING_LIFE, "decider": Decider.EMPLOYER}
        | more,
    )


def plan(desk: Desk, **more) -> Plan:
    day = today(desk)
    values = {
        "requirement_keys": keys_of(desk),
        "tasks": ("Kolmen pyörän huolto", "Jarrujen korjaus"),
        "place": "Pyöräverstas",
        "begins_on": day - timedelta(days=2),
        "ends_on": day,
    }
    return Plan(**values | more)


def planned(desk: Desk, person, kind: Kind = Kind.SCHOOL, **more) -> str:
    """A demonstration with a whole plan, at work with the coach as its assessor."""
    who = desk.staff[Role.WORK_COACH]
    number = plan_demonstration.begin(desk.outside, who, person_id_of(person), BICYCLE, kind)
    deciders = (employer(desk, staff_id=who.id),) if kind is Kind.WORK else None
    plan_demonstration.save(desk.outside, who, number, plan(desk, **more), assessors=deciders, seen=1)
    return number


def requested(desk: Desk, person, school: Desk | None = None, **more) -> str:
    number = planned(desk, person, **more)
    asked = Request(
        school_id=school.institution.id if school else None, school_name="Koulu", learner="Osallistuja", wanted=True
    )
    request_school.send(desk.outside, desk.staff[Role.WORK_COACH], number, asked, seen=2)
    return number


def yes(desk: Desk, **more) -> Confirmation:
    word = Word(said_by="Opinto-ohjaaja", said_on=today(desk), how="puhelin")
    return Confirmation(**{"word": word} | more)


def confirmed(desk: Desk, person, school: Desk | None = None, **more) -> str:
    """A school's demonstration that the school has opened: at its own desk, or by its word."""
    number = requested(desk, person, school, **more)
    who = school.staff[Role.COUNSELLOR] if school else desk.staff[Role.WORK_COACH]
    account = school.staff[Role.ASSESSOR].id if school else None
    both = (teacher(desk, staff_id=account), employer(desk))
    confirm_by_school.confirm(desk.outside, who, number, both, yes(desk), seen=3)
    return number


def given(desk: Desk, number: str) -> str:
    seen = revision(desk, number)
    assess_demonstration.mark_given(desk.outside, desk.staff[Role.WORK_COACH], number, seen=seen)
    return number


def all_rows(desk: Desk, outcome: Outcome = SHOWN) -> dict[str, Row]:
    return {key: Row(outcome=outcome, seen="") for key in keys_of(desk)}


def assessed(desk: Desk, number: str, *, who=None, results: dict[str, Row] | None = None, deciders=None) -> str:
    """Self-assessment, results and talk, by the coach or by `who` at the school."""
    who, coach = who or desk.staff[Role.WORK_COACH], desk.staff[Role.WORK_COACH]
    outside = desk.outside
    seen = revision(desk, number)
    if not opened(desk, number).content.assessment.own:
        assess_demonstration.record_own(outside, coach, number, all_rows(desk), declined=False, seen=seen)
        seen += 1
    chosen = deciders if deciders is not None else tuple(range(len(opened(desk, number).content.assessors)))
    talk = Talk(results=results or all_rows(desk), talk=TALK, talk_on=today(desk), deciders=chosen, explained="Hienoa")
    assess_demonstration.record_talk(outside, who, number, talk, seen=seen)
    assess_demonstration.mark_assessed(outside, who, number, seen=seen + 1)
    return number
