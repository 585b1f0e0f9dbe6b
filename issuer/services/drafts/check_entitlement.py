"""Says what keeps a person from a badge about a unit: each blocker has a code, a sentence and a link to its cause."""

from collections.abc import Iterable, Sequence
from datetime import date

from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.agreement import Agreed, Outcome
from issuer.domain.badge_draft import Blocker
from issuer.domain.unit_ref import UnitRef

UNIT_UNKNOWN, UNIT_INCOMPLETE = "entitled.unit_unknown", "entitled.unit_incomplete"
NOTHING_CHOSEN, KEY_UNKNOWN = "entitled.nothing_chosen", "entitled.key_unknown"
NO_REPORT = "entitled.no_report"
NOT_AGREED, IN_PART_NOT_WISHED = "entitled.not_agreed", "entitled.in_part_not_wished"
NO_OBSERVATION, NO_TASK = "entitled.no_observation", "entitled.no_task"
NO_PERSON = "entitled.no_person"


def entitled(
    uow: UnitOfWork, person_id: str, unit: UnitRef, keys: Iterable[str], day: date, *, in_part: Iterable[str] = ()
) -> tuple[Blocker, ...]:
    """Return what is in the way of a badge for these requirements; nothing is in the way when it is empty.

    Each requirement must be agreed as shown (those of `in_part` as shown in part, with the participant's wish), seen
    at least once with a task behind it, and the provider needs a report for the unit that is in force on the day
    (domain.md sections 8 and 11). Without such a report only a badge outside the units can be given.

    Args:
        keys: requirements that were shown.
        day: in Helsinki, on which the badge is given.
        in_part: requirements shown in part that the participant wants to be in the badge.
    """
    shown, partly = tuple(dict.fromkeys(keys)), tuple(dict.fromkeys(in_part))
    institution_id = uow.people.person_institution(person_id)
    if institution_id is None:
        return (Blocker(code=NO_PERSON),)
    found = uow.catalogue.unit_of(unit)
    if found is None:
        return (Blocker(code=UNIT_UNKNOWN),)
    if found.unit.award_problems():
        return (Blocker(code=UNIT_INCOMPLETE),)
    blockers: list[Blocker] = []
    if not shown:
        blockers.append(Blocker(code=NOTHING_CHOSEN))
    report = uow.environments.valid_report(institution_id, unit, day)
    if report is None:
        blockers.append(Blocker(code=NO_REPORT))
    known = {one.key for one in found.unit.requirements}
    blockers += [Blocker(code=KEY_UNKNOWN, key=key) for key in (*shown, *partly) if key not in known]
    agreed = uow.agreements.agreed(person_id, unit)
    blockers += [Blocker(code=NOT_AGREED, key=key) for key in shown if not _shown(agreed.get(key))]
    for key in partly:
        one = agreed.get(key)
        if one is None or one.outcome is not Outcome.IN_PART:
            blockers.append(Blocker(code=NOT_AGREED, key=key))
        elif not one.in_part_wanted:
            blockers.append(Blocker(code=IN_PART_NOT_WISHED, key=key))
    elsewhere = frozenset(report.requirement_keys_elsewhere) if report is not None else frozenset[str]()
    at_work = [key for key in (*shown, *partly) if key in known]
    return (*blockers, *_unseen(uow, person_id, unit, at_work, elsewhere=elsewhere))


def _shown(agreed: Agreed | None) -> bool:
    return agreed is not None and agreed.outcome is Outcome.SHOWN


def _unseen(
    uow: UnitOfWork, person_id: str, unit: UnitRef, keys: Sequence[str], *, elsewhere: frozenset[str]
) -> list[Blocker]:
    """Requirements that nobody observed, or only outside any task, unless the report says: learned elsewhere."""
    seen: set[str] = set()
    at_a_task: set[str] = set()
    for observation in uow.coaching.observations(person_id, unit):
        seen.update(observation.requirement_keys)
        if observation.task_id is not None:
            at_a_task.update(observation.requirement_keys)
    enough = at_a_task | (seen & elsewhere)
    return [Blocker(code=NO_TASK if key in seen else NO_OBSERVATION, key=key) for key in keys if key not in enough]
