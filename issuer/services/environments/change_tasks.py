"""Adds, renames and ends tasks of a site."""

import uuid

from issuer.domain.audit import Act
from issuer.domain.errors import InvalidRequestError, NotFoundError
from issuer.domain.learning_environment import MOST_TASKS, Task
from issuer.domain.permissions import StaffMember
from issuer.domain.site_rules import check_task
from issuer.services.outside import Outside


def add(outside: Outside, who: StaffMember, site_id: str, name: str) -> None:
    """Add a task.

    Raises:
        NotFoundError: no such site here.
        InvalidRequestError: the name breaks a rule (``text.*``, ``task.repeated``), or ``task.too_many``.
        TellingWordError: the name, which is public, tells too much.
    """
    checked = check_task(name)
    now = outside.now()
    with outside.database.write() as uow:
        uow.environments.site(site_id, who.institution_id, lock=True)
        _check_new(checked, uow.environments.tasks(site_id))
        number = uow.environments.last_task_number(site_id) + 1
        task = Task(id=str(uuid.uuid4()), site_id=site_id, number=number, name=checked)
        uow.environments.add_task(task, now=now)
        refs = (("site", site_id), ("task", task.id))
        uow.audit.append(Act(at=now, actor=who.actor, action="task.added", refs=refs))


def rename(outside: Outside, who: StaffMember, site_id: str, number: int, name: str) -> None:
    """Give a task another name. Raises as `add`."""
    checked = check_task(name, pointer="/name")
    now = outside.now()
    with outside.database.write() as uow:
        uow.environments.site(site_id, who.institution_id, lock=True)
        tasks = uow.environments.tasks(site_id)
        task = _with(tasks, number)
        _check_new(checked, tuple(one for one in tasks if one.id != task.id), pointer="/name")
        uow.environments.rename_task(task.id, checked)
        refs = (("site", site_id), ("task", task.id))
        uow.audit.append(Act(at=now, actor=who.actor, action="task.renamed", refs=refs))


def end(outside: Outside, who: StaffMember, site_id: str, number: int) -> None:
    """End a task: its ticks go, observations and published reports still find its name. Raises NotFoundError."""
    now = outside.now()
    with outside.database.write() as uow:
        uow.environments.site(site_id, who.institution_id, lock=True)
        task = _with(uow.environments.tasks(site_id), number)
        uow.environments.end_task(task.id, now=now)
        refs = (("site", site_id), ("task", task.id))
        uow.audit.append(Act(at=now, actor=who.actor, action="task.ended", refs=refs))


def _with(tasks: tuple[Task, ...], number: int) -> Task:
    for task in tasks:
        if task.number == number:
            return task
    raise NotFoundError("task", code="task.unknown")


def _check_new(name: str, others: tuple[Task, ...], *, pointer: str = "/task") -> None:
    if len(others) >= MOST_TASKS:
        raise InvalidRequestError(code="task.too_many", pointer=pointer)
    if name.casefold() in {other.name.casefold() for other in others}:
        raise InvalidRequestError(code="task.repeated", pointer=pointer)
