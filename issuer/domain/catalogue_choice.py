"""Which of several units or revisions is meant, and in which order found units are shown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from issuer.domain.catalogue import Qualification, State, Unit, UnitCode, normal_code
from issuer.domain.catalogue_text import fold
from issuer.domain.source_values import HELSINKI

_STATE_ORDER = {State.VALID: 0, State.TRANSITION: 1, State.FUTURE: 2, State.EXPIRED: 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueUnit:
    """A unit with the revision of the qualification it belongs to (whose `units` are left out)."""

    unit: Unit
    qualification: Qualification


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitHit:
    """One unit found by search; its `unit.requirements` are left out and only counted.

    Attributes:
        qualification: None for a code of the national list of which no imported qualification has the unit.
        code: as the national list has it; None when only a qualification has it.
    """

    unit: Unit | None
    qualification: Qualification | None
    code: UnitCode | None
    requirement_count: int


def helsinki_day(now: datetime) -> date:
    """The day in Finland at an instant."""
    return now.astimezone(HELSINKI).date()


def best_unit(candidates: Iterable[CatalogueUnit], today: date) -> CatalogueUnit | None:
    """The unit that is meant when only its code is given.

    A real qualification goes before the demo; then one in force before one in transition, coming or expired; then a
    unit that can be awarded before one that cannot; then the qualification that came into force last; then the newest
    revision; then the larger id. docs/decisions/0002 gives the reasons.
    """
    return min(candidates, key=lambda one: _preference(one, today), default=None)


def _preference(one: CatalogueUnit, today: date) -> tuple[bool, int, bool, int, float, str]:
    qualification = one.qualification
    return (
        qualification.demo,
        _STATE_ORDER[qualification.state(today)],
        not one.unit.can_be_awarded,
        -(qualification.valid_from.toordinal() if qualification.valid_from else 0),
        -(qualification.revision.timestamp() if qualification.revision else 0.0),
        _descending(qualification.peruste_id),
    )


def _descending(peruste_id: str) -> str:
    """Text that sorts numbers from the largest down."""
    return f"{10**20 - int(peruste_id):020d}" if peruste_id.isascii() and peruste_id.isdigit() else f"~{peruste_id}"


def search_words(text: str) -> tuple[str, ...]:
    """The folded words of a query; a code loses its prefix."""
    return tuple(word.removeprefix("tutkinnonosat_") for word in fold(text).split())


def searchable(code: str | None, names: Sequence[str], register_number: str | None = None) -> str:
    """The folded text in which search looks: number, names, register number."""
    number = (code or "").removeprefix("tutkinnonosat_")
    return fold(" ".join((number, *names, register_number or "")))


def rank(hit: UnitHit, query: str, today: date) -> tuple[bool, bool, bool, bool, int, str, str]:
    """Sort key of a hit: the exact code first, then names that begin with the query, real before demo, valid first."""
    code = hit.unit.code if hit.unit is not None else (hit.code.code if hit.code else None)
    name = hit.unit.name if hit.unit is not None else (hit.code.name if hit.code else None)
    names = [fold(each) for each in (name.fi, name.sv, name.en)] if name is not None else []
    wanted = fold(query)
    qualification = hit.qualification
    return (
        code != normal_code(query),
        not any(each == wanted for each in names),
        not any(each.startswith(wanted) for each in names),
        qualification is None or qualification.demo,
        _STATE_ORDER[qualification.state(today)] if qualification is not None else len(_STATE_ORDER),
        names[0] if names else "",
        code or "",
    )
