"""Corrects an observation: a new version by the same observer; the old one is kept."""

import uuid
from dataclasses import replace

from issuer.domain.audit import Act
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import NotFoundError
from issuer.domain.observation import NewObservation, ObservationRow, check_correction, check_observation
from issuer.domain.permissions import StaffMember
from issuer.services.coaching.find_participants import located
from issuer.services.coaching.record_observation import WORDS, check_unit, keep
from issuer.services.outside import Outside
from issuer.services.sealed_values import open_value


def correct(outside: Outside, who: StaffMember, number: str, observation_id: str, new: NewObservation) -> str:
    """Keep a new version; return its id. Person, unit, task and site stay as they were.

    Raises:
        NotFoundError: no such observation of this participant.
        ConflictError: ``observation.not_own`` or ``observation.replaced``.
        InvalidRequestError, TellingWordError: as `record`.
    """
    now = outside.now()
    with outside.database.write() as uow:
        uow.audit.lock()  # two corrections at once: the second finds the first's version
        person = located(uow, who, number)
        old = uow.coaching.observation(observation_id, who.institution_id)
        if old is None or old.person_id != person.person_id:
            raise NotFoundError("observation")
        check_correction(old, who.id)
        said = replace(new, person_ids=(old.person_id,), unit=old.unit, task_id=old.task_id, site_id=old.site_id)
        words = check_observation(said, today=helsinki_day(now))
        check_unit(uow, said)
        row = replace(
            old,
            id=str(uuid.uuid4()),
            version=old.version + 1,
            at=now,
            observed_on=said.observed_on,
            requirement_keys=tuple(dict.fromkeys(said.requirement_keys)),
            independence=said.independence,
            origin=said.origin,
            medium=said.medium,
        )
        keep(uow, outside, row, who.institution_id, words=words)
        refs = (("person", old.person_id), ("observation", row.id), ("replaces", old.id))
        uow.audit.append(Act(at=now, actor=who.actor, action="observation.corrected", refs=refs))
    return row.id


def own_observation(outside: Outside, who: StaffMember, number: str, observation_id: str) -> tuple[ObservationRow, str]:
    """The observation with its words, for its observer's form: one's own text, so nothing of others is read.

    Raises:
        NotFoundError: no such observation of this participant.
        ConflictError: as `correct`.
    """
    with outside.database.read() as uow:
        person = located(uow, who, number)
        row = uow.coaching.observation(observation_id, who.institution_id)
        if row is None or row.person_id != person.person_id:
            raise NotFoundError("observation")
        check_correction(row, who.id)
        sealed = uow.coaching.observation_words(row.person_id).get(row.id)
        words = open_value(outside, row.person_id, WORDS, sealed)["words"] if sealed is not None else ""
    return row, str(words)
