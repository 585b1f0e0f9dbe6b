"""Imports one qualification (peruste): read it wholly, then store it in one transaction, or change nothing."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from issuer.db.unit_of_work import Database
from issuer.domain.audit import Act
from issuer.domain.catalogue import NO_VERSION, Kind, Problem, Qualification, with_versions
from issuer.domain.peruste_reading import read_peruste
from schemas import strict_json

MAX_BYTES = 16 << 20
_MAX_VALUES = 2_000_000
_MAX_DEPTH = 64
_MAX_STRING_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportSummary:
    """What an import found and did.

    Attributes:
        qualification: the revision as read, units with the versions known now.
        added: False when the same content was there already and nothing changed.
        other_revisions: revisions of the same peruste that stand beside this one.
    """

    qualification: Qualification
    added: bool
    other_revisions: int

    @property
    def requirements_by_format(self) -> dict[str, int]:
        """Number of requirements in each format that occurs."""
        count = Counter[str]()
        for unit in self.qualification.units:
            count[unit.format.value] += len(unit.requirements)
        return {form: number for form, number in sorted(count.items()) if number}

    @property
    def units_by_kind(self) -> dict[Kind, int]:
        """Number of vocational and of common units."""
        return dict(Counter(unit.kind for unit in self.qualification.units))

    @property
    def units_without_version(self) -> int:
        """Vocational units whose code has no known version yet."""
        return sum(NO_VERSION in each.award_problems() for each in self.qualification.units if each.kind != Kind.COMMON)

    @property
    def awardable_units(self) -> int:
        """Units of which a badge can be made now."""
        return sum(unit.can_be_awarded for unit in self.qualification.units)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """Everything named: of the qualification first, then of its units, each problem once."""
        named = dict.fromkeys(self.qualification.problems)
        named.update(dict.fromkeys(problem for unit in self.qualification.units for problem in unit.problems))
        return tuple(named)


def import_qualification(
    database: Database,
    data: bytes,
    *,
    now: datetime,
    actor: str = "cli",
    on_unit: Callable[[int, int], None] | None = None,
) -> ImportSummary:
    """Import the peruste in these bytes.

    Args:
        data: JSON as the public API gives it, at most `MAX_BYTES`.
        now: aware; when it was imported.
        on_unit: told (done, total) after each unit was read.

    Raises:
        DocumentError: the bytes are not JSON within bounds; pointer or detail names the place.
        CatalogueError: the JSON is not a peruste with units. Nothing is stored in either case.
    """
    value = strict_json.read(
        data,
        max_bytes=MAX_BYTES,
        max_depth=_MAX_DEPTH,
        max_values=_MAX_VALUES,
        max_string_bytes=_MAX_STRING_BYTES,
    )
    return store_qualification(database, read_peruste(value, on_unit=on_unit), now=now, actor=actor)


def store_qualification(
    database: Database, qualification: Qualification, *, now: datetime, actor: str = "cli"
) -> ImportSummary:
    """Store a revision that was read; the same content again changes nothing."""
    with database.write() as uow:
        stored = uow.catalogue.add(qualification, imported_at=now)
        versions = uow.catalogue.versions(unit.code for unit in qualification.units if unit.code)
        if stored.added:
            refs = (("peruste", qualification.peruste_id), ("sha256", qualification.digest))
            uow.audit.append(Act(at=now, actor=actor, action="catalogue.qualification_added", refs=refs))
    units = with_versions(qualification.units, versions)
    return ImportSummary(
        qualification=qualification.with_units(units), added=stored.added, other_revisions=stored.others
    )
