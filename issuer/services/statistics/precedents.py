"""How often schools have accepted a unit, as a hint: only what stands in the last release, never a new count."""

from dataclasses import dataclass

from issuer.domain.figures import BY_ROUTE
from issuer.services.outside import Outside
from issuer.services.statistics.read_release import cells_of, quarters, read_release, rows_of_table


@dataclass(frozen=True, slots=True, kw_only=True)
class Precedents:
    """What a release tells of a unit; None: not shown. Refusals are no precedents (privacy.md PV4).

    Attributes:
        whole, part: decisions that accepted the unit as a whole, or some of its requirements.
        by_route: of the whole ones, those by each way that is shown.
    """

    quarter: str
    whole: int | None
    part: int | None
    by_route: tuple[tuple[str, int], ...]


def precedents(outside: Outside, unit_code: str) -> Precedents | None:
    """Return what the last release tells; a unit without a row of its own is hidden as a small count is.

    Returns:
        None before the first release.
    """
    released = quarters(outside)
    if not released:
        return None
    rows = rows_of_table(read_release(outside, released[0]).content, "unit")
    cells = next((cells_of(row["cells"]) for row in rows if row["code"] == unit_code), {})
    by_route = [(route, cells.get(measure)) for measure, route in BY_ROUTE.items()]
    return Precedents(
        quarter=released[0],
        whole=cells.get("whole"),
        part=cells.get("part"),
        by_route=tuple((route, figure) for route, figure in by_route if figure is not None),
    )
