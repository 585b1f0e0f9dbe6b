"""Finds units by code or by Finnish, Swedish or English name, whatever the case and the dots over letters."""

from dataclasses import dataclass
from datetime import datetime

from issuer.db.unit_of_work import Database
from issuer.domain.catalogue_choice import CatalogueUnit, UnitHit, helsinki_day, rank, search_words

_MOST_READ = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """The first hits in order, and how many there are in all."""

    hits: tuple[UnitHit, ...]
    total: int


def search_units(database: Database, words: str, *, now: datetime, limit: int = 20) -> SearchResult:
    """Find units in whose code or names every word stands.

    Args:
        words: what a person typed; `106889`, `tutkinnonosat_106889` and `polkupyoran huolto` find the same unit.
        now: aware; qualifications in force on that day in Finland come first.
        limit: most hits returned.
    """
    today = helsinki_day(now)
    with database.read() as uow:
        found = uow.catalogue.search(search_words(words), limit=_MOST_READ)
    found.sort(key=lambda hit: rank(hit, words, today))
    return SearchResult(hits=tuple(found[:limit]), total=len(found))


def find_unit(
    database: Database, code: str, *, now: datetime, register_number: str | None = None
) -> CatalogueUnit | None:
    """The unit that a code means today, whole with its requirements (see `best_unit`); None when there is none."""
    with database.read() as uow:
        return uow.catalogue.unit(code, today=helsinki_day(now), register_number=register_number)
