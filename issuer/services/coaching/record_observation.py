"""Records what somebody was seen doing, for one participant or a group at the same task."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.catalogue_choice import CatalogueUnit, helsinki_day
from issuer.domain.errors import ConflictError, InvalidRequestError, NotFoundError
from issuer.domain.observation import NewObservation, ObservationRow, check_observation
from issuer.domain.participant import ParticipantRow, ParticipantState, Purpose
from issuer.domain.permissions import StaffMember
from issuer.services.outside import Outside
from issuer.services.sealed_values import seal_value

WORDS = "observation"
PICTURE = "picture"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What was kept: one observation a participant, and whether the observer has the trade."""

    ids: tuple[str, ...]
    in_trade: bool


def record(outside: Outside, who: StaffMember, new: NewObservation) -> Recorded:
    """Keep an observation for each of the people, all or none.

    Raises:
        InvalidRequestError, TellingWordError, WarnedWordError: see `check_observation`;
            ``observation.other_unit`` for a requirement of another unit.
        NotFoundError: a participant, unit, task or site that is not there.
        ConflictError: ``person.not_active``: the participant has not said yes, or has taken it back;
            ``picture.not_permitted``: without the permission for pictures.
    """
    with outside.database.write() as uow:
        recorded, acts = record_within(uow, outside, who, new)
        uow.audit.append_all(acts)
    return recorded


def record_within(
    uow: UnitOfWork, outside: Outside, who: StaffMember, new: NewObservation
) -> tuple[Recorded, list[Act]]:
    """The same as part of another act, which appends the acts to the trail. Raises as `record`."""
    now = outside.now()
    today = helsinki_day(now)
    words = check_observation(new, today=today)
    found = check_unit(uow, new)
    site_id = _site(uow, who, new)
    in_trade = who.may_sign(found.qualification.degree_codes, new.unit.peruste_id)
    people = [_active(uow, who, one) for one in dict.fromkeys(new.person_ids)]
    if new.picture is not None and not all(
        uow.coaching.permitted(one.person_id, Purpose.PICTURES, today) for one in people
    ):
        raise ConflictError(code="picture.not_permitted", pointer="/picture")
    acts, ids = [], []
    for person in people:
        row = _row(new, who, person.person_id, site_id, in_trade=in_trade, now=now)
        keep(uow, outside, row, who.institution_id, words=words)
        if new.picture is not None:
            sealed = outside.person_keys.seal(person.person_id, PICTURE, new.picture)
            uow.coaching.add_picture(str(uuid.uuid4()), row, sealed)
        units = uow.coaching.units_of(person.person_id)
        if new.unit not in units:
            uow.coaching.set_units(person.person_id, (*units, new.unit))
        refs = (("person", person.person_id), ("observation", row.id))
        acts.append(Act(at=now, actor=who.actor, action="observation.recorded", refs=refs, decision=new.origin.value))
        ids.append(row.id)
    return Recorded(ids=tuple(ids), in_trade=in_trade), acts


def check_unit(uow: UnitOfWork, new: NewObservation) -> CatalogueUnit:
    """The unit that is meant, when all requirements are its own. Raises NotFoundError, InvalidRequestError."""
    found = uow.catalogue.unit_of(new.unit)
    if found is None:
        raise NotFoundError("unit", code="unit.unknown", pointer="/unit")
    if any(found.unit.requirement(key) is None for key in new.requirement_keys):
        raise InvalidRequestError(code="observation.other_unit", pointer="/requirement")
    return found


def keep(uow: UnitOfWork, outside: Outside, row: ObservationRow, institution_id: str, *, words: str | None) -> None:
    """Insert a version with its words sealed."""
    sealed = seal_value(outside, row.person_id, WORDS, {"words": words}) if words is not None else None
    uow.coaching.add_observation(row, institution_id, sealed=sealed)


def _active(uow: UnitOfWork, who: StaffMember, person_id: str) -> ParticipantRow:
    row = uow.coaching.participant(person_id, who.institution_id)
    if row is None:
        raise NotFoundError("participant", pointer="/person")
    if row.state is not ParticipantState.ACTIVE:
        raise ConflictError(code="person.not_active", pointer="/person")
    return row


def _site(uow: UnitOfWork, who: StaffMember, new: NewObservation) -> str | None:
    """The site of the task, or the one named; it belongs to the institution."""
    if new.task_id is not None:
        task = uow.environments.task(new.task_id, who.institution_id)
        if task is None:
            raise NotFoundError("task", code="task.unknown", pointer="/task")
        return task.site_id
    sites = {site.id for site in uow.environments.sites(who.institution_id)}
    if new.site_id is not None and new.site_id not in sites:
        raise NotFoundError("site", code="site.unknown", pointer="/site")
    return new.site_id


def _row(
    new: NewObservation, who: StaffMember, person_id: str, site_id: str | None, *, in_trade: bool, now: datetime
) -> ObservationRow:
    observation_id = str(uuid.uuid4())
    return ObservationRow(
        id=observation_id,
        root_id=observation_id,
        version=1,
        person_id=person_id,
        unit=new.unit,
        at=now,
        observed_on=new.observed_on,
        staff_id=who.id,
        site_id=site_id,
        task_id=new.task_id,
        requirement_keys=tuple(dict.fromkeys(new.requirement_keys)),
        independence=new.independence,
        origin=new.origin,
        medium=new.medium,
        in_trade=in_trade,
    )
