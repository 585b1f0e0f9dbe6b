"""Agreed results for tests, made through the services: own answer, coach's view, talk, confirmation."""

from collections.abc import Iterable

from desk import BICYCLE, Desk

from issuer.domain.agreement import Channel, Outcome
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.observation import Independence, Medium, NewObservation, Origin
from issuer.domain.permissions import Role
from issuer.domain.unit_ref import UnitRef
from issuer.services.agreements import confirm_results, propose_results, record_coach_view, record_own_view, sheet
from issuer.services.agreements.confirm_results import Confirmation
from issuer.services.agreements.record_coach_view import CoachAnswer
from issuer.services.agreements.record_own_view import OwnAnswer
from issuer.services.coaching import record_observation


def keys_of(desk: Desk, unit: UnitRef = BICYCLE) -> tuple[str, ...]:
    """The requirement keys of a unit, in the catalogue's order."""
    with desk.outside.database.read() as uow:
        return tuple(one.key for one in uow.catalogue.unit_of(unit).unit.requirements)


def person_id_of(person) -> str:
    return person if isinstance(person, str) else person.person_id


def observe(
    desk: Desk,
    person,
    keys: Iterable[str],
    *,
    unit: UnitRef = BICYCLE,
    origin: Origin = Origin.PERIOD,
    medium: Medium = Medium.WORK,
) -> None:
    """Put one observation behind each of these requirements."""
    new = NewObservation(
        person_ids=(person_id_of(person),),
        unit=unit,
        requirement_keys=tuple(keys),
        independence=Independence.ALONE,
        observed_on=helsinki_day(desk.outside.now()),
        origin=origin,
        medium=medium,
    )
    record_observation.record(desk.outside, desk.staff[Role.WORK_COACH], new)


def give_views(desk: Desk, person, own: dict[str, Outcome], coach: dict[str, Outcome], unit: UnitRef = BICYCLE) -> None:
    """The participant's answers, then the coach's views."""
    who, person_id = desk.staff[Role.WORK_COACH], person_id_of(person)
    answers = {key: OwnAnswer(outcome=one) for key, one in own.items()}
    record_own_view.record(desk.outside, person_id, unit, answers, device_of=who)
    views = {key: CoachAnswer(outcome=one) for key, one in coach.items()}
    record_coach_view.record(desk.outside, who, person_id, unit, views)


def agree(
    desk: Desk,
    person,
    unit: UnitRef = BICYCLE,
    *,
    shown: Iterable[str] | None = None,
    in_part: Iterable[str] = (),
    wanted: Iterable[str] | None = None,
) -> None:
    """Let coach and participant agree, each row with an observation behind it.

    Args:
        person: a person's id, or anything with `person_id`.
        shown: keys; None for all that are not in part.
        in_part: keys; wanted: those of them that the participant wants in a badge, None for all.
    """
    person_id, who, partly = person_id_of(person), desk.staff[Role.WORK_COACH], tuple(in_part)
    whole = tuple(shown) if shown is not None else tuple(key for key in keys_of(desk, unit) if key not in partly)
    results = dict.fromkeys(whole, Outcome.SHOWN) | dict.fromkeys(partly, Outcome.IN_PART)
    observe(desk, person, results, unit=unit)
    give_views(desk, person, results, results, unit)
    propose_results.propose(desk.outside, who, person_id, unit, results)
    chosen = frozenset(partly if wanted is None else wanted)
    yes = Confirmation(channel=Channel.DEVICE, device_of=who, wanted_in_part=chosen)
    confirm_results.confirm(desk.outside, person_id, unit, yes)


def lines_of(desk: Desk, person, unit: UnitRef = BICYCLE) -> dict[str, sheet.Line]:
    """The sheet as the desk reads it, by requirement key."""
    read = sheet.read(desk.outside, desk.institution.id, person_id_of(person), unit)
    return {line.key: line for line in read.lines}
