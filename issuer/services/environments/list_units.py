"""Units of the catalogue as an institution looks for them: by words, qualification, state, or in use at its sites."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.catalogue import Qualification, State
from issuer.domain.catalogue_choice import UnitHit, helsinki_day, rank, search_words
from issuer.domain.permissions import StaffMember
from issuer.domain.unit_ref import UnitRef
from issuer.services.outside import Outside

STALE_AFTER = timedelta(days=90)
_MOST_READ = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for; "" and None take all.

    Attributes:
        words: every one of them stands in code, names or register number.
        peruste_id: of one qualification; used: only units that a site of the institution has in use.
    """

    words: str = ""
    peruste_id: str = ""
    state: State | None = None
    used: bool = False

    @property
    def anything(self) -> bool:
        """Tell whether something is looked for at all."""
        return bool(self.words.strip() or self.peruste_id or self.state or self.used)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLine:
    """One unit found, and on how many sites of the institution it is in use."""

    hit: UnitHit
    ref: UnitRef | None
    used: int
    state: State | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitList:
    """The first units found, how many there are, and what to choose from.

    Attributes:
        stale_since: when the catalogue was imported last, if that is longer ago than 90 days.
    """

    lines: tuple[UnitLine, ...]
    total: int
    qualifications: tuple[Qualification, ...]
    stale_since: date | None


def list_units(outside: Outside, who: StaffMember, wanted: Wanted, *, limit: int) -> UnitList:
    """Find units; same-named ones stay apart, each with its code and register number.

    Args:
        limit: most lines.
    """
    today = helsinki_day(outside.now())
    with outside.database.read() as uow:
        used = uow.environments.sites_by_unit(who.institution_id)
        lines = [_line(hit, used, today) for hit in _hits(uow, wanted, used)] if wanted.anything else []
        qualifications = uow.environments.qualifications()
        imported = uow.environments.last_import()
    if wanted.words.strip():
        lines.sort(key=lambda line: rank(line.hit, wanted.words, today))
    kept = tuple(line for line in lines if _is_wanted(line, wanted))
    stale = imported is not None and outside.now() - imported > STALE_AFTER
    return UnitList(
        lines=kept[:limit],
        total=len(kept),
        qualifications=qualifications,
        stale_since=helsinki_day(imported) if imported is not None and stale else None,
    )


def _hits(uow: UnitOfWork, wanted: Wanted, used: dict[UnitRef, int]) -> list[UnitHit]:
    if wanted.words.strip():
        return uow.catalogue.search(search_words(wanted.words), limit=_MOST_READ)
    listed = uow.environments.units_listed(
        peruste_id=wanted.peruste_id or None, units=tuple(used) if wanted.used else None, limit=_MOST_READ
    )
    versions = uow.catalogue.versions(one.unit.code for one in listed if one.unit.code)
    return [
        UnitHit(
            unit=replace(one.unit, version=one.unit.version or versions.get(one.unit.code or "")),
            qualification=one.qualification,
            code=None,
            requirement_count=one.requirement_count,
        )
        for one in listed
    ]


def _line(hit: UnitHit, used: dict[UnitRef, int], today: date) -> UnitLine:
    ref = UnitRef.of(hit.unit) if hit.unit is not None and hit.unit.code is not None else None
    return UnitLine(
        hit=hit,
        ref=ref,
        used=used.get(ref, 0) if ref is not None else 0,
        state=hit.qualification.state(today) if hit.qualification is not None else None,
    )


def _is_wanted(line: UnitLine, wanted: Wanted) -> bool:
    return (
        (not wanted.peruste_id or (line.ref is not None and line.ref.peruste_id == wanted.peruste_id))
        and (wanted.state is None or line.state is wanted.state)
        and (not wanted.used or line.used > 0)
    )
