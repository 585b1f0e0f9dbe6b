"""Participants for tests of all desks: one who said yes to coaching, and one who has been observed."""

from collections.abc import Iterable
from datetime import date

from desk import BICYCLE, Desk

from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.observation import Independence, NewObservation, Origin
from issuer.domain.participant import How, Participant, Purpose
from issuer.domain.permissions import Role
from issuer.domain.unit_ref import UnitRef
from issuer.services.coaching import add_participant, find_participants, give_consent, record_observation
from issuer.services.coaching.add_participant import NewParticipant
from issuer.services.coaching.give_consent import Yes


def participant(
    desk: Desk,
    name: str = "Osallistuja Yksi",
    *,
    units: tuple[UnitRef, ...] = (BICYCLE,),
    coach: Role = Role.WORK_COACH,
    site_id: str | None = None,
) -> Participant:
    """Someone who has said yes to coaching, on paper, and works towards these units."""
    who = desk.staff[coach]
    new = NewParticipant(name=name, units=units, site_id=site_id, another=True)
    row = add_participant.add(desk.outside, who, new)
    yes = Yes(purpose=Purpose.COACHING, how=How.PAPER, language="fi")
    give_consent.give(desk.outside, who, row.person_id, yes)
    return find_participants.get(desk.outside, who, row.person_id, what="test")


def requirement_keys(desk: Desk, unit: UnitRef = BICYCLE) -> tuple[str, ...]:
    """The requirement keys of a unit, in the order of the source."""
    with desk.outside.database.read() as uow:
        return uow.coaching.unit_outlines([unit])[unit][1]


def observed(
    desk: Desk,
    person: Participant,
    unit: UnitRef = BICYCLE,
    keys: Iterable[str] | None = None,
    months: Iterable[date] | None = None,
    *,
    origin: Origin = Origin.PERIOD,
) -> tuple[str, ...]:
    """Observe the person at these requirements (all of the unit) in each of these months (today's); return the ids."""
    today = helsinki_day(desk.outside.now())
    shown = tuple(keys) if keys is not None else requirement_keys(desk, unit)
    ids: list[str] = []
    for day in months if months is not None else (today,):
        new = NewObservation(
            person_ids=(person.person_id,),
            unit=unit,
            requirement_keys=shown,
            independence=Independence.ALONE,
            observed_on=day,
            origin=origin,
        )
        ids.extend(record_observation.record(desk.outside, desk.staff[Role.WORK_COACH], new).ids)
    return tuple(ids)
