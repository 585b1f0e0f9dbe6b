"""Lists the participants of an institution: who, where, how far, seen when, what next; never why they are here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

from issuer.db.person_keys import PersonErasedError
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.catalogue_text import NO_TEXT, Text, fold
from issuer.domain.observation import UNSEEN_AFTER
from issuer.domain.participant import ParticipantRow, ParticipantState
from issuer.domain.permissions import StaffMember
from issuer.domain.unit_ref import UnitRef
from issuer.services.coaching.note_reading import note_list
from issuer.services.coaching.personal import open_personal
from issuer.services.outside import Outside

ROWS_A_PAGE: Final = 50
NEAR_READY: Final = 0.8  # of the requirements shown
MOST_WORDS: Final = 80

Sort = Literal["name", "number", "seen", "shown"]
NextStep = Literal["accept", "choose_unit", "first_observation", "observe", "agree", "badge"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Which people to list, and how.

    Attributes:
        words: part of a name, or a running number; "" for all.
        quiet: only those without an observation for more than 14 days.
        near: only those with at least 80 % of the unit shown.
        unit: only those who work on this unit; missing: of these, those who lack this requirement (its key).
        page: from 1.
    """

    words: str = ""
    mine: bool = False
    quiet: bool = False
    near: bool = False
    unit: UnitRef | None = None
    missing: str | None = None
    sort: Sort = "name"
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One participant in the list; `unit` is the one being worked on, None where none is chosen."""

    person_id: str
    code: str
    name: str
    state: ParticipantState
    site: str
    unit: UnitRef | None
    unit_name: Text
    shown: int
    required: int
    last_observed: date | None
    days_since: int | None
    mine: bool
    next_step: NextStep
    missing: frozenset[str] = frozenset()

    @property
    def near(self) -> bool:
        """At least 80 % shown, and not all."""
        return self.required > 0 and NEAR_READY * self.required <= self.shown < self.required

    @property
    def quiet(self) -> bool:
        """Active, and nothing noted for more than 14 days."""
        unseen = self.days_since is None or self.days_since > UNSEEN_AFTER.days
        return self.state is ParticipantState.ACTIVE and unseen


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """One page of the list, and what can be chosen: units that people work on."""

    lines: tuple[Line, ...]
    total: int
    page: int
    pages: int
    units: Mapping[UnitRef, Text]


def list_people(outside: Outside, who: StaffMember, wish: Wish) -> People:
    """List one page of participants, with one reading row that names the people on it."""
    with outside.database.write() as uow:
        lines, units = all_lines(uow, outside, who)
        chosen = sorted((one for one in lines if _fits(one, wish)), key=_order(wish.sort))
        pages = max(1, -(-len(chosen) // ROWS_A_PAGE))
        page = min(max(1, wish.page), pages)
        shown = tuple(chosen[(page - 1) * ROWS_A_PAGE : page * ROWS_A_PAGE])
        if shown:
            note_list(uow, outside, who, [one.person_id for one in shown], what="people")
    return People(lines=shown, total=len(chosen), page=page, pages=pages, units=units)


def all_lines(
    uow: UnitOfWork, outside: Outside, who: StaffMember, *, with_names: bool = True
) -> tuple[list[Line], Mapping[UnitRef, Text]]:
    """Every participant as a line, in a number of queries that does not grow with their number.

    Args:
        with_names: open the names; without them nothing personal is read.
    """
    institution = who.institution_id
    today = helsinki_day(outside.now())
    rows = [one for one in uow.coaching.participants(institution) if one.state is not ParticipantState.WITHDRAWN]
    units = uow.coaching.units_of_all(institution)
    outlines = uow.coaching.unit_outlines({unit for some in units.values() for unit in some})
    shown = uow.agreements.shown_of(institution)
    seen = uow.coaching.last_observed(institution)
    sites = {site.id: site.name for site in uow.environments.sites(institution)}
    names = _names(uow, outside, institution) if with_names else {row.person_id: "" for row in rows}
    lines = []
    for row in rows:
        if row.person_id not in names:
            continue  # the key is gone: erased a moment ago
        unit, missing, required = _working_on(row.person_id, units.get(row.person_id, ()), outlines, shown)
        last = seen.get(row.person_id)
        line = Line(
            person_id=row.person_id,
            code=row.code,
            name=names[row.person_id],
            state=row.state,
            site=sites.get(row.site_id or "", ""),
            unit=unit,
            unit_name=outlines[unit][0] if unit is not None else NO_TEXT,
            shown=required - len(missing),
            required=required,
            last_observed=last,
            days_since=(today - last).days if last is not None else None,
            mine=row.coach_id == who.id,
            next_step="accept",
            missing=missing,
        )
        lines.append(replace(line, next_step=_next_step(row, line)))
    return lines, {ref: name for ref, (name, _) in outlines.items()}


def _names(uow: UnitOfWork, outside: Outside, institution_id: str) -> dict[str, str]:
    sealed = uow.coaching.sealed_of_all(institution_id)
    names: dict[str, str] = {}
    with outside.person_keys.held(list(sealed)):
        for person_id, value in sealed.items():
            try:
                names[person_id] = open_personal(outside, person_id, value).name
            except PersonErasedError:
                continue
    return names


def _working_on(
    person_id: str,
    units: tuple[UnitRef, ...],
    outlines: Mapping[UnitRef, tuple[Text, tuple[str, ...]]],
    shown: Mapping[tuple[str, UnitRef], frozenset[str]],
) -> tuple[UnitRef | None, frozenset[str], int]:
    """The first unit that is not whole yet (else the first), what is missing, and how much it requires."""
    coverage = [
        (unit, frozenset(outlines[unit][1]) - shown.get((person_id, unit), frozenset()), len(outlines[unit][1]))
        for unit in units
        if unit in outlines
    ]
    return next((one for one in coverage if one[1]), coverage[0] if coverage else (None, frozenset(), 0))


def _next_step(row: ParticipantRow, line: Line) -> NextStep:
    if row.state is ParticipantState.INTAKE:
        return "accept"
    if line.unit is None:
        return "choose_unit"
    if line.last_observed is None:
        return "first_observation"
    if not line.missing:
        return "badge"
    return "observe" if line.quiet else "agree"


def _fits(line: Line, wish: Wish) -> bool:
    if wish.words and fold(wish.words) not in fold(line.name) and wish.words.strip() != line.code:
        return False
    if wish.unit is not None and line.unit != wish.unit:
        return False
    if wish.missing is not None and wish.missing not in line.missing:
        return False
    wanted = ((wish.mine, line.mine), (wish.quiet, line.quiet), (wish.near, line.near))
    return all(holds for asked, holds in wanted if asked)


def _order(sort: Sort) -> Callable[[Line], tuple[str, str]]:
    """The key of an order; running numbers break ties."""

    def key(line: Line) -> tuple[str, str]:
        first = {
            "number": "",
            "seen": (line.last_observed or date.min).isoformat(),
            "shown": f"{1 - line.shown / line.required if line.required else 1:.4f}",
            "name": line.name.casefold(),
        }
        return first[sort], line.code.zfill(9)

    return key
