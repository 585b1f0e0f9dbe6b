"""Takes an intake draft: sealed, without consent, and gone after 14 days unless the participant says yes."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from issuer.db.person_keys import PersonErasedError
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.errors import InvalidRequestError, NotFoundError
from issuer.domain.participant import (
    INTAKE_LIFE,
    ParticipantRow,
    ParticipantState,
    check_languages,
    check_name,
)
from issuer.domain.permissions import StaffMember
from issuer.domain.unit_ref import UnitRef
from issuer.services.coaching.note_reading import note_list
from issuer.services.coaching.personal import Personal, open_personal, seal_personal
from issuer.services.outside import Outside

MOST_UNITS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class NewParticipant:
    """What is asked at intake: the name used, languages, where, and what to work towards.

    Attributes:
        another: somebody looked and says that this is not the person of the same name.
    """

    name: str
    languages: tuple[str, ...] = ("fi",)
    site_id: str | None = None
    units: tuple[UnitRef, ...] = ()
    another: bool = False


class SameNameError(InvalidRequestError):
    """Somebody of this name is there already; `codes` are the running numbers."""

    code = "person.same_name"

    def __init__(self, codes: tuple[str, ...]) -> None:
        self.codes = codes
        super().__init__(pointer="/name")


def add(outside: Outside, who: StaffMember, new: NewParticipant) -> ParticipantRow:
    """Keep a draft, sealed under a key of its own; `who` becomes the coach.

    Raises:
        InvalidRequestError: name or languages; ``person.units`` for too many; nothing is kept.
        SameNameError: somebody of this name is there, and `another` is not set.
        NotFoundError: a unit or site that is not there.
    """
    personal = Personal(name=check_name(new.name), languages=check_languages(new.languages))
    if len(new.units) > MOST_UNITS:
        raise InvalidRequestError(code="person.units", pointer="/unit")
    if not new.another:
        _refuse_same_name(outside, who, personal.name)
    with outside.database.read() as uow:
        _check_places(uow, who, new)
    person_id = str(uuid.uuid4())
    outside.person_keys.create(person_id)
    now = outside.now()
    with outside.database.write() as uow:
        uow.audit.lock()  # one at a time: two drafts never get the same number
        row = _row(uow, who, person_id, new, now=now)
        sealed = seal_personal(outside, person_id, personal)
        uow.people.add_person(person_id, who.institution_id, sealed=sealed, now=now)
        uow.coaching.add_participant(row)
        uow.coaching.set_units(person_id, new.units)
        refs = (("person", person_id),)
        uow.audit.append(Act(at=now, actor=who.actor, action="participant.drafted", refs=refs))
    return row


def _row(uow: UnitOfWork, who: StaffMember, person_id: str, new: NewParticipant, *, now: datetime) -> ParticipantRow:
    return ParticipantRow(
        person_id=person_id,
        institution_id=who.institution_id,
        number=uow.coaching.next_number(who.institution_id),
        state=ParticipantState.INTAKE,
        coach_id=who.id,
        site_id=new.site_id,
        created_at=now,
        lapses_at=now + INTAKE_LIFE,
        accepted_at=None,
    )


def _check_places(uow: UnitOfWork, who: StaffMember, new: NewParticipant) -> None:
    known = uow.coaching.unit_outlines(new.units)
    if any(unit not in known for unit in new.units):
        raise NotFoundError("unit", code="unit.unknown", pointer="/unit")
    if new.site_id is not None and new.site_id not in {site.id for site in uow.environments.sites(who.institution_id)}:
        raise NotFoundError("site", code="site.unknown", pointer="/site")


def _refuse_same_name(outside: Outside, who: StaffMember, name: str) -> None:
    """Compare with all names; that somebody of this name is there is told, and noted as a reading of theirs."""
    with outside.database.write() as uow:
        sealed = uow.coaching.sealed_of_all(who.institution_id)
        rows = {row.person_id: row for row in uow.coaching.participants(who.institution_id)}
        with outside.person_keys.held(list(sealed)):
            same = [one for one in rows if one in sealed and _is_called(outside, one, sealed, name)]
        if same:
            note_list(uow, outside, who, same, what="same_name")
    if same:
        raise SameNameError(tuple(rows[one].code for one in same))


def _is_called(outside: Outside, person_id: str, sealed: Mapping[str, bytes], name: str) -> bool:
    try:
        known = open_personal(outside, person_id, sealed[person_id]).name
    except PersonErasedError:
        return False
    return " ".join(known.casefold().split()) == " ".join(name.casefold().split())
