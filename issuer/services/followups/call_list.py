"""Lists whom staff may ask today: only people who let us, whose time has come, and who have not answered yet."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from issuer.db.person_keys import PersonErasedError
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import NotFoundError
from issuer.domain.follow_up import Answer, Leaver, Moment
from issuer.domain.participant import Purpose
from issuer.domain.permissions import StaffMember
from issuer.services.coaching.find_participants import located
from issuer.services.coaching.note_reading import note_list
from issuer.services.coaching.personal import open_personal
from issuer.services.followups.sealed_answer import open_answer, open_contact
from issuer.services.outside import Outside


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One person to ask; `contact` is None where none was given: the person is met, or not reached."""

    code: str
    name: str
    contact: str | None
    moment: Moment
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An answer of this month, which may still be corrected."""

    code: str
    name: str
    moment: Moment
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """Who is to be asked, the most urgent first, and what was noted this month."""

    due: tuple[Call, ...]
    answered: tuple[Answered, ...]


def due_now(uow: UnitOfWork, outside: Outside, institution_id: str) -> list[tuple[Leaver, Moment]]:
    """Who is to be asked today, the most urgent first, without opening anything personal."""
    today = helsinki_day(outside.now())
    done = uow.followups.done(institution_id)
    found = [
        (one, moment)
        for one in uow.followups.leavers(today, institution_id)
        if (moment := one.due(today, done.get((one.person_id, one.left_on), ()))) is not None
    ]
    return sorted(found, key=lambda pair: (pair[0].last_day(pair[1]), pair[0].number))


def call_list(outside: Outside, who: StaffMember) -> Calls:
    """Open the names and contacts of those who are to be asked, with one reading row that names them all."""
    first = helsinki_day(outside.now()).replace(day=1)
    with outside.database.write() as uow:
        due = due_now(uow, outside, who.institution_id)
        noted = uow.followups.noted(who.institution_id, first)
        numbers = {one.person_id: uow.coaching.number(one.person_id) for one in noted}
        people = {one.person_id for one, _ in due} | numbers.keys()
        if not people:
            return Calls(due=(), answered=())
        note_list(uow, outside, who, sorted(people), what="follow_up")
        names = _opened(uow, outside, people)
        with outside.person_keys.held(sorted(names)):
            answered = tuple(
                Answered(
                    code=f"{numbers[one.person_id]:03d}",
                    name=names[one.person_id][0],
                    moment=one.moment,
                    answer=open_answer(outside, one).answer,
                )
                for one in noted
                if one.person_id in names
            )
    return Calls(
        due=tuple(
            Call(
                code=one.code,
                name=names[one.person_id][0],
                contact=names[one.person_id][1],
                moment=moment,
                until=one.last_day(moment),
            )
            for one, moment in due
            if one.person_id in names
        ),
        answered=answered,
    )


def leaver_of(uow: UnitOfWork, outside: Outside, who: StaffMember, number: str) -> Leaver:
    """A participant who lets us ask and has left. Raises NotFoundError for everybody else, not telling them apart."""
    row = located(uow, who, number)
    leavers = uow.followups.leavers(helsinki_day(outside.now()), who.institution_id)
    found = next((one for one in leavers if one.person_id == row.person_id), None)
    if found is None:
        raise NotFoundError("leaver")
    return found


def _opened(uow: UnitOfWork, outside: Outside, people: Collection[str]) -> dict[str, tuple[str, str | None]]:
    """Name and contact of each; the contact given for this first, else the one that may be kept anyway."""
    today = helsinki_day(outside.now())
    given = uow.followups.contacts(people)
    found: dict[str, tuple[str, str | None]] = {}
    with outside.person_keys.held(sorted(people)):
        for person_id in people:
            sealed = uow.coaching.sealed(person_id)
            if sealed is None:
                continue
            try:
                personal = open_personal(outside, person_id, sealed)
                own = open_contact(outside, person_id, given[person_id]) if person_id in given else None
            except PersonErasedError:
                continue
            kept = personal.contact if uow.coaching.permitted(person_id, Purpose.CONTACT, today) else None
            found[person_id] = (personal.name, own or kept)
    return found
