"""Gathers what the three steps of a quick observation offer: people, tasks of today, ticked requirements."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from issuer.db.person_keys import PersonErasedError
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.catalogue import Requirement
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.catalogue_text import Text, fold
from issuer.domain.errors import ConflictError
from issuer.domain.learning_environment import Task
from issuer.domain.observation import MOST_PEOPLE
from issuer.domain.participant import ParticipantRow, ParticipantState, Purpose
from issuer.domain.permissions import StaffMember
from issuer.domain.unit_ref import UnitRef
from issuer.services.coaching.find_participants import located
from issuer.services.coaching.note_reading import note_list
from issuer.services.coaching.personal import open_personal
from issuer.services.outside import Outside

LATEST = 6
MOST_FOUND = 20
_HELSINKI = ZoneInfo("Europe/Helsinki")
_LATELY = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody who can be chosen."""

    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class What:
    """Step 2: tasks, today's first, and the requirements of the unit, those of the task ticked.

    Attributes:
        people: whose observation it will be.
        tasks: of the sites of these people, then of all sites.
        units: that these people work towards, with their names; `unit` is the chosen one, None where there is none.
        pictures: all of these people allow pictures.
        in_trade: the observer has the trade of the unit.
    """

    people: tuple[Named, ...]
    person_ids: tuple[str, ...]
    tasks: tuple[Task, ...]
    task: Task | None
    units: tuple[tuple[UnitRef, Text], ...]
    unit: UnitRef | None
    requirements: tuple[Requirement, ...]
    ticked: frozenset[str]
    pictures: bool
    in_trade: bool


def latest_people(outside: Outside, who: StaffMember) -> tuple[Named, ...]:
    """Step 1: the six people noted last, then one's own, with one reading row for the set."""
    with outside.database.write() as uow:
        active = _active(uow, who)
        last = [one for one in uow.coaching.latest_people(who.id, who.institution_id, limit=LATEST) if one in active]
        own = [one for one, row in active.items() if row.coach_id == who.id]
        chosen = list(dict.fromkeys([*last, *own, *active]))[:LATEST]
        return _named(uow, outside, who, [active[one] for one in chosen])


def find_people(outside: Outside, who: StaffMember, words: str) -> tuple[Named, ...]:
    """Step 1: those whose name holds the words, or whose number they are, with one reading row for those found."""
    with outside.database.write() as uow:
        active = _active(uow, who)
        sealed = uow.coaching.sealed_of_all(who.institution_id)
        wanted = fold(words)
        found = []
        with outside.person_keys.held(list(active)):
            for one, row in active.items():
                try:
                    name = open_personal(outside, one, sealed[one]).name
                except (PersonErasedError, KeyError):
                    continue
                if wanted and (wanted in fold(name) or row.code == words.strip()):
                    found.append(row)
        return _named(uow, outside, who, found[:MOST_FOUND])


def what_was_done(
    outside: Outside, who: StaffMember, numbers: tuple[str, ...], *, task_id: str | None, unit: UnitRef | None
) -> What:
    """Gather step 2 for these people.

    Args:
        numbers: running numbers as in addresses.
        task_id: the task chosen; None: the one noted last today; "" for none of them.
        unit: the unit chosen; None: the first one that the task teaches.

    Raises:
        NotFoundError: one of the people is not here.
        ConflictError: ``person.not_active``.
    """
    with outside.database.write() as uow:
        rows = [located(uow, who, one) for one in dict.fromkeys(numbers[:MOST_PEOPLE])]
        if any(row.state is not ParticipantState.ACTIVE for row in rows):
            raise ConflictError(code="person.not_active", pointer="/person")
        people = _named(uow, outside, who, rows)
        tasks = _tasks(uow, outside, who, rows)
        task = _chosen(tasks, task_id)
        refs = list(dict.fromkeys(ref for row in rows for ref in uow.coaching.units_of(row.person_id)))
        suggested = {ref: uow.environments.suggested(task.id, ref) for ref in refs} if task is not None else {}
        chosen = unit or next((ref for ref in refs if suggested.get(ref)), refs[0] if refs else None)
        found = uow.catalogue.unit_of(chosen) if chosen is not None else None
        ticked = uow.environments.suggested(task.id, chosen) if task is not None and chosen is not None else ()
        outlines = uow.coaching.unit_outlines([*refs, *([chosen] if chosen is not None else [])])
        today = helsinki_day(outside.now())
        return What(
            people=people,
            person_ids=tuple(row.person_id for row in rows),
            tasks=tuple(tasks),
            task=task,
            units=tuple((ref, name) for ref, (name, _) in outlines.items()),
            unit=chosen if found is not None else None,
            requirements=found.unit.requirements if found is not None else (),
            ticked=frozenset(ticked),
            pictures=all(uow.coaching.permitted(row.person_id, Purpose.PICTURES, today) for row in rows),
            in_trade=found is not None and who.may_sign(found.qualification.degree_codes, found.unit.peruste_id),
        )


def _active(uow: UnitOfWork, who: StaffMember) -> dict[str, ParticipantRow]:
    rows = uow.coaching.participants(who.institution_id)
    return {row.person_id: row for row in rows if row.state is ParticipantState.ACTIVE}


def _named(uow: UnitOfWork, outside: Outside, who: StaffMember, rows: list[ParticipantRow]) -> tuple[Named, ...]:
    """Open the names of these people, after the reading was noted."""
    if not rows:
        return ()
    ids = [row.person_id for row in rows]
    note_list(uow, outside, who, ids, what="note")
    found = []
    with outside.person_keys.held(ids):
        for row in rows:
            sealed = uow.coaching.sealed(row.person_id)
            if sealed is not None:
                found.append(Named(row.code, open_personal(outside, row.person_id, sealed).name))
    return tuple(found)


def _tasks(uow: UnitOfWork, outside: Outside, who: StaffMember, rows: list[ParticipantRow]) -> list[Task]:
    """Tasks noted today, then those of the people's sites, then all others."""
    sites = uow.environments.sites(who.institution_id)
    near = {row.site_id for row in rows}
    tasks = [
        task for site in sorted(sites, key=lambda one: one.id not in near) for task in uow.environments.tasks(site.id)
    ]
    midnight = datetime.combine(helsinki_day(outside.now()), time(), _HELSINKI)
    lately = uow.coaching.latest_tasks(who.id, since=midnight - _LATELY)
    today = uow.coaching.latest_tasks(who.id, since=midnight)
    order = {one: place for place, one in enumerate(dict.fromkeys([*today, *lately]))}
    return sorted(tasks, key=lambda one: order.get(one.id, len(order)))


def _chosen(tasks: list[Task], task_id: str | None) -> Task | None:
    if task_id is None:
        return tasks[0] if tasks else None
    return next((one for one in tasks if one.id == task_id), None)
