"""Keeps what is ticked in a matrix: for one task, for all at once, or what is learned elsewhere."""

import uuid
from collections.abc import Collection, Mapping

from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.errors import ConflictError, InvalidRequestError, NotFoundError
from issuer.domain.learning_environment import MOST_TASKS, Recognition, Task, UnitMap
from issuer.domain.permissions import StaffMember
from issuer.domain.unit_ref import UnitRef
from issuer.services.environments.read_environment import EditedMeanwhileError, MatrixView, matrix_in
from issuer.services.outside import Outside


def start(outside: Outside, who: StaffMember, site_id: str, unit: UnitRef) -> None:
    """Begin the matrix of a unit on a site; one that is there already stays.

    Raises:
        NotFoundError: no such site here, or no such unit in the catalogue.
        InvalidRequestError: ``map.no_requirements``.
    """
    now = outside.now()
    with outside.database.write() as uow:
        uow.environments.site(site_id, who.institution_id, lock=True)
        found = uow.catalogue.unit_of(unit)
        if found is None:
            raise NotFoundError("unit", code="unit.unknown", pointer="/unit")
        if not found.unit.requirements:
            raise InvalidRequestError(code="map.no_requirements", pointer="/unit")
        if uow.environments.unit_map(site_id, unit) is not None:
            return
        number = found.qualification.register_number or ""
        unit_map = UnitMap(
            id=str(uuid.uuid4()),
            site_id=site_id,
            unit=unit,
            catalogue_digest=found.qualification.digest,
            ticks={},
            elsewhere=frozenset(),
            recognition=Recognition(register_number=number),
        )
        uow.environments.add_map(unit_map, now=now)
        uow.audit.append(Act(at=now, actor=who.actor, action="map.started", refs=_refs(unit_map)))


def save(
    outside: Outside,
    who: StaffMember,
    place: tuple[str, UnitRef],
    *,
    seen: str,
    ticks: Mapping[int, Collection[int]] | None = None,
    elsewhere: Collection[int] | None = None,
) -> None:
    """Let tasks teach exactly these requirements, and exactly these be learned elsewhere.

    Args:
        place: id of the site, and unit.
        seen: `UnitMap.seen` of what the editor had before the eyes.
        ticks: positions of requirements by number of the task; tasks that are not named keep theirs.
        elsewhere: positions of requirements; None keeps them as they are.

    Raises:
        NotFoundError: no such site, matrix or task here.
        InvalidRequestError: ``requirement.unknown``: a position that the unit does not have.
        EditedMeanwhileError: somebody else was faster.
    """
    now = outside.now()
    with outside.database.write() as uow:
        view = matrix_in(uow, who, *place, lock=True)
        _check_present(uow, view, ticks or {})
        chosen = {view.task(number).id: keys_at(view, positions) for number, positions in (ticks or {}).items()}
        away = keys_at(view, elsewhere) if elsewhere is not None else None
        if view.unit_map.seen != seen:
            raise EditedMeanwhileError
        uow.environments.set_ticks(view.unit_map.id, chosen)
        if away is not None:
            uow.environments.set_elsewhere(view.unit_map.id, away)
        uow.audit.append(Act(at=now, actor=who.actor, action="map.changed", refs=_refs(view.unit_map)))


def copy(outside: Outside, who: StaffMember, place: tuple[str, UnitRef], *, source_site_id: str) -> None:
    """Add what another site of the house has ticked for the same unit; nothing that is ticked here is taken away.

    A task of the other site goes to the task of the same name here, which is made where there is none.

    Raises:
        NotFoundError: no such site or matrix here.
        InvalidRequestError: ``task.too_many``.
        ConflictError: ``map.same_site``.
    """
    if source_site_id == place[0]:
        raise ConflictError(code="map.same_site", pointer="/source")
    now = outside.now()
    with outside.database.write() as uow:
        view = matrix_in(uow, who, *place, lock=True)
        source = matrix_in(uow, who, source_site_id, place[1])
        ticks: dict[str, frozenset[str]] = {}
        for theirs in source.tasks:
            taught = source.unit_map.ticks.get(theirs.id, frozenset())
            if taught:
                ours = _same_or_new(uow, place[0], theirs.name, outside)
                ticks[ours.id] = taught | view.unit_map.ticks.get(ours.id, frozenset())
        uow.environments.set_ticks(view.unit_map.id, ticks)
        uow.environments.set_elsewhere(view.unit_map.id, source.unit_map.elsewhere | view.unit_map.elsewhere)
        refs = (*_refs(view.unit_map), ("source", source_site_id))
        uow.audit.append(Act(at=now, actor=who.actor, action="map.copied", refs=refs))


def keys_at(view: MatrixView, positions: Collection[int]) -> frozenset[str]:
    """Keys of the requirements at these positions. Raises InvalidRequestError ``requirement.unknown``."""
    by_position = {one.position: one.key for one in view.found.unit.requirements}
    try:
        return frozenset(by_position[position] for position in positions)
    except KeyError as unknown:
        raise InvalidRequestError(code="requirement.unknown", pointer="/requirement") from unknown


def _check_present(uow: UnitOfWork, view: MatrixView, numbers: Collection[int]) -> None:
    """A task that was ended while somebody ticked is a change like any other, not an unknown one."""
    gone = set(numbers) - {task.number for task in view.tasks}
    if gone and max(gone) <= uow.environments.last_task_number(view.site.id) and min(gone) > 0:
        raise EditedMeanwhileError


def _same_or_new(uow: UnitOfWork, site_id: str, name: str, outside: Outside) -> Task:
    tasks = uow.environments.tasks(site_id)
    same = next((task for task in tasks if task.name.casefold() == name.casefold()), None)
    if same is not None:
        return same
    if len(tasks) >= MOST_TASKS:
        raise InvalidRequestError(code="task.too_many", pointer="/source")
    number = uow.environments.last_task_number(site_id) + 1
    task = Task(id=str(uuid.uuid4()), site_id=site_id, number=number, name=name)
    uow.environments.add_task(task, now=outside.now())
    return task


def _refs(unit_map: UnitMap) -> tuple[tuple[str, str], ...]:
    return (("site", unit_map.site_id), ("map", unit_map.id), ("unit", str(unit_map.unit)))
