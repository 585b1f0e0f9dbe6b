"""Two editors of one matrix: what is kept now beside what was ticked, cell by cell."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from issuer.pages.catalogue_text import Shown, shown
from issuer.services.environments.read_environment import MatrixView


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferingCell:
    """A cell in which the two versions differ; `task` is None for what is learned elsewhere."""

    requirement: Shown
    task: str | None
    kept: bool
    mine: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Both versions, each as the form would send it.

    Attributes:
        cells: those that differ.
        tasks: numbers of the tasks that were edited.
        mine: "task-position" of all ticks of this editor; both: with those that are kept now.
        mine_elsewhere, both_elsewhere: positions of what is learned elsewhere.
    """

    cells: tuple[DifferingCell, ...]
    tasks: tuple[int, ...]
    mine: tuple[str, ...]
    both: tuple[str, ...]
    mine_elsewhere: tuple[int, ...]
    both_elsewhere: tuple[int, ...]


def conflict_rows(
    view: MatrixView, ticks: Mapping[int, Collection[int]], elsewhere: Collection[int] | None, language: str
) -> Conflict:
    """Hold what was ticked against what is kept now.

    Args:
        ticks: positions by number of the task, as this editor sent them.
        elsewhere: positions; None when this editor did not edit them.
    """
    positions = view.positions
    numbers = {task.id: task.number for task in view.tasks}
    kept = {
        numbers[task]: {positions[key] for key in keys if key in positions}
        for task, keys in view.unit_map.ticks.items()
        if task in numbers
    }
    kept_away = {positions[key] for key in view.unit_map.elsewhere if key in positions}
    mine_away = set(elsewhere) if elsewhere is not None else kept_away
    names = {task.number: task.name for task in view.tasks}
    cells = []
    for requirement in view.found.unit.requirements:
        text, place = shown(requirement.text, language), requirement.position
        for number, mine in ticks.items():
            if (place in mine) != (place in kept.get(number, set())):
                cells.append(
                    DifferingCell(
                        requirement=text,
                        task=names.get(number, str(number)),
                        kept=place in kept.get(number, set()),
                        mine=place in mine,
                    )
                )
        if (place in mine_away) != (place in kept_away):
            cells.append(DifferingCell(requirement=text, task=None, kept=place in kept_away, mine=place in mine_away))
    present = {number: mine for number, mine in ticks.items() if number in names}
    both = {number: set(mine) | kept.get(number, set()) for number, mine in present.items()}
    return Conflict(
        cells=tuple(cells),
        tasks=tuple(sorted(present)),
        mine=_written(present),
        both=_written(both),
        mine_elsewhere=tuple(sorted(mine_away)),
        both_elsewhere=tuple(sorted(mine_away | kept_away)),
    )


def _written(ticks: Mapping[int, Collection[int]]) -> tuple[str, ...]:
    return tuple(f"{number}-{place}" for number in sorted(ticks) for place in sorted(ticks[number]))
