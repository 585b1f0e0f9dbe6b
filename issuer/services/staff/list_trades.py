"""Lists the trades of the catalogue: qualifications by degree, or by peruste where they lead to no degree."""

from dataclasses import dataclass

from issuer.domain.catalogue_text import Text
from issuer.services.outside import Outside


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownTrade:
    """A trade that can be recorded: code of a degree or id of a peruste, and the qualification's name."""

    code: str
    name: Text


def list_trades(outside: Outside) -> tuple[KnownTrade, ...]:
    """Return each trade once, by Finnish name."""
    with outside.database.read() as uow:
        listed = uow.catalogue.newest()
    found = {code: one.name for one in listed for code in one.degree_codes or (one.peruste_id,)}
    ordered = sorted(found.items(), key=lambda pair: (pair[1].in_language("fi"), pair[0]))
    return tuple(KnownTrade(code=code, name=name) for code, name in ordered)
