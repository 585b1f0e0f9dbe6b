"""Lists demonstrations: of one person unit by unit, and of a desk; a list with names notes one reading of the set."""

from dataclasses import dataclass

from issuer.db.repositories.demonstrations import DemonstrationRow
from issuer.domain.agreement import Outcome
from issuer.domain.catalogue_text import Text
from issuer.domain.demonstration import State, display_state
from issuer.domain.participant import Participant
from issuer.domain.permissions import StaffMember
from issuer.domain.unit_ref import UnitRef
from issuer.services.coaching import find_participants
from issuer.services.coaching.note_reading import note_list
from issuer.services.coaching.personal import open_personal
from issuer.services.demonstrations.stored_content import PURPOSE, from_json
from issuer.services.outside import Outside
from issuer.services.sealed_values import open_value

UNDER_WAY = (State.PLANNED, State.GIVEN, State.ASSESSED, State.TO_COMPLETE)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitSteps:
    """One unit in the sequence: how much is confirmed, and the demonstrations in it.

    Attributes:
        state: code of the sentence, see `display_state`.
    """

    unit: UnitRef
    name: Text
    shown: int
    required: int
    rows: tuple[DemonstrationRow, ...]
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One demonstration of a desk; `name` of the participant as this desk knows it, `code` the running number."""

    row: DemonstrationRow
    unit_name: Text
    name: str
    code: str


def of_person(outside: Outside, who: StaffMember, number: str) -> tuple[Participant, tuple[UnitSteps, ...]]:
    """A person's units in the order chosen, with one reading row. Raises NotFoundError."""
    with outside.database.write() as uow:
        row = find_participants.located(uow, who, number)
        person = find_participants.opened(uow, outside, who, row, what="demonstrations")
        rows = uow.demonstrations.of_person(person.person_id)
        agreed = uow.agreements.agreed_of([person.person_id])
        units = tuple(dict.fromkeys((*person.units, *(one.unit for one in rows))))
        outlines = uow.coaching.unit_outlines(units) if units else {}
    steps = []
    for unit in units:
        name, keys = outlines.get(unit, (Text(), ()))
        confirmed = agreed.get((person.person_id, unit), {})
        shown = sum(key in confirmed and confirmed[key].outcome is Outcome.SHOWN for key in keys)
        own = tuple(one for one in rows if one.unit == unit)
        state = display_state(
            all_shown=bool(keys) and shown == len(keys), states=tuple((one.kind, one.state) for one in own)
        )
        steps.append(UnitSteps(unit=unit, name=name, shown=shown, required=len(keys), rows=own, state=state))
    return person, tuple(steps)


def of_desk(outside: Outside, who: StaffMember) -> tuple[Entry, ...]:
    """What is under way at this desk, oldest first: planned here, or asked of this school."""
    with outside.database.write() as uow:
        rows = uow.demonstrations.at_desk(who.institution_id, UNDER_WAY)
        outlines = uow.coaching.unit_outlines({one.unit for one in rows}) if rows else {}
        people = tuple(dict.fromkeys(one.person_id for one in rows))
        if people:
            note_list(uow, outside, who, people, what="demonstrations")
        entries = []
        with outside.person_keys.held(people):
            for one in rows:
                name, code = "", ""
                if one.institution_id == who.institution_id:
                    known = uow.coaching.participant(one.person_id, who.institution_id)
                    sealed = uow.coaching.sealed(one.person_id)
                    if known is not None and sealed is not None:
                        name, code = open_personal(outside, one.person_id, sealed).name, known.code
                else:
                    value = open_value(outside, one.person_id, PURPOSE, uow.demonstrations.content(one))
                    name = from_json(value).learner
                unit_name = outlines.get(one.unit, (Text(), ()))[0]
                entries.append(Entry(row=one, unit_name=unit_name, name=name, code=code))
    return tuple(entries)


def ready_count(outside: Outside, who: StaffMember) -> int:
    """How many people have a unit that is wholly confirmed and no demonstration of it at a school: a number only."""
    with outside.database.read() as uow:
        shown = uow.agreements.shown_of(who.institution_id)
        outlines = uow.coaching.unit_outlines({unit for _, unit in shown}) if shown else {}
        ready = set()
        for (person_id, unit), keys in shown.items():
            required = outlines.get(unit, (Text(), ()))[1]
            if required and set(required) <= keys and not uow.demonstrations.of(person_id, unit):
                ready.add(person_id)
    return len(ready)
