"""Imports the national list of unit codes: the versions that signed keys carry, and names to search by."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from issuer.db.unit_of_work import Database
from issuer.domain.audit import Act
from issuer.domain.catalogue import Problem, UnitCode
from issuer.domain.koodisto_reading import read_unit_codes
from schemas import strict_json

MAX_BYTES = 16 << 20
_MAX_VALUES = 2_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CodesSummary:
    """What an import of unit codes found and did."""

    total: int
    added: int
    changed: int
    unchanged: int
    problems: tuple[Problem, ...]


def import_unit_codes(
    database: Database,
    data: bytes,
    *,
    now: datetime,
    actor: str = "cli",
    on_code: Callable[[int, int], None] | None = None,
) -> CodesSummary:
    """Import the list in these bytes, in one transaction.

    Raises:
        DocumentError: the bytes are not JSON within bounds.
        CatalogueError: the JSON is not a list of unit codes. Nothing is stored in either case.
    """
    value = strict_json.read(data, max_bytes=MAX_BYTES, max_values=_MAX_VALUES)
    read = read_unit_codes(value, on_code=on_code)
    return store_unit_codes(database, read.codes, now=now, actor=actor, problems=read.problems)


def store_unit_codes(
    database: Database,
    codes: Sequence[UnitCode],
    *,
    now: datetime,
    actor: str = "cli",
    problems: tuple[Problem, ...] = (),
    demo: bool = False,
) -> CodesSummary:
    """Store codes; `demo` facts never replace those of the real list."""
    with database.write() as uow:
        changes = uow.catalogue.put_codes(codes, demo=demo)
        if changes.added or changes.changed:
            refs = (("added", str(changes.added)), ("changed", str(changes.changed)))
            uow.audit.append(Act(at=now, actor=actor, action="catalogue.codes_changed", refs=refs))
    return CodesSummary(
        total=len(codes), added=changes.added, changed=changes.changed, unchanged=changes.unchanged, problems=problems
    )
