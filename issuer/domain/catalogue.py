"""The catalogue: qualifications (perusteet), their units and requirements, and what keeps a unit from being awarded."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from issuer.domain.catalogue_structure import Structure
from issuer.domain.catalogue_text import NO_TEXT, Text
from schemas.errors import DocumentError

UNIT_PREFIX = "tutkinnonosat_"
UNIT_CODE = re.compile(r"tutkinnonosat_\d{1,12}", re.ASCII)

# domain.md section 5.2: 1, 26, 4 and 13 are initial, 11 further and 12 specialist vocational qualifications.
INITIAL_TYPES = frozenset({1, 4, 13, 26})
VOCATIONAL_TYPES = INITIAL_TYPES | {11, 12}
PUBLISHED_STATES = frozenset({"valmis", "julkaistu"})

NO_VERSION = "unit.no_version"
COMMON_UNIT = "unit.common"
UNIT_EMPTY = "unit.empty"
UNIT_MALFORMED = "unit.malformed"
DANGLING = "reference.dangling"

# Codes of problems that keep a unit from being awarded until it is whole; every other code is a remark.
BLOCKING = frozenset(
    {
        UNIT_EMPTY,
        UNIT_MALFORMED,
        "unit.no_code",
        "unit.no_name",
        "unit.no_scope",
        "unit.not_referenced",
        "unit.no_requirements",
        "unit.duplicate_code",
        "requirement.empty",
        DANGLING,
        "qualification.draft",
        "qualification.not_vocational",
        "qualification.no_register_number",
        "qualification.no_name",
    }
)
_MISSING_WHOLE = frozenset({UNIT_EMPTY, UNIT_MALFORMED})


class CatalogueError(DocumentError):
    """A source cannot be read as what it should be; nothing of it was stored.

    Codes: ``peruste.not_object``, ``peruste.no_id``, ``peruste.no_units``, ``peruste.single_unit``,
    ``peruste.search_page``, ``peruste.shape``, ``codes.shape``, ``codes.empty``.
    """


class Kind(StrEnum):
    """What a unit is for: only vocational units are recognised by badges (domain.md section 5.3)."""

    VOCATIONAL = "vocational"
    COMMON = "common"


class Format(StrEnum):
    """The generation of requirement data a unit is written in (domain.md section 5.3)."""

    GROUPED_2019 = "C2019"
    ASSESSMENT_2017 = "B2017"
    HTML_2014 = "A2014"
    TARGETS = "targets"  # the retired list of targets, read for old perusteet
    DEMO = "demo"
    NONE = "none"


class State(StrEnum):
    """Where a qualification stands on a day (domain.md section 5.5)."""

    FUTURE = "future"
    VALID = "valid"
    TRANSITION = "transition"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a source that is not as it should be.

    Attributes:
        code: stable code, for example ``unit.no_scope``.
        pointer: RFC 6901 pointer into the source as received.
        subject: what the source calls it: a code, a name or an id; empty when it has none.
    """

    code: str
    pointer: str
    subject: str = ""

    @property
    def blocks_award(self) -> bool:
        """Tell whether the unit cannot be awarded because of this."""
        return self.code in BLOCKING


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One requirement of vocational skill (ammattitaitovaatimus).

    Attributes:
        key: code URI, else the text's own identifier, else ours (domain.md section 5.4); unique within its unit.
        position: 1 upwards, in the order of the source.
        group: heading it stands under; intro: the words its text goes on from ("Opiskelija").
        code_uri: None where the source gives no code.
        threshold: criteria of the lowest passing level, where the source gives them for this requirement alone.
    """

    key: str
    position: int
    text: Text
    group: Text = NO_TEXT
    intro: Text = NO_TEXT
    code_uri: str | None = None
    threshold: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit (tutkinnon osa) as one revision of one qualification has it.

    Attributes:
        source_id: the id in the source, joined as text.
        code: for example ``tutkinnonosat_106889``; None when the source has none.
        version: of the code in Koodisto; None until it is known (`catalogue import-codes`).
        credits_min, credits_max: competence points (osp); both None when unknown, equal for a fixed scope.
        threshold: criteria of the lowest passing level that hold for the whole unit (T1).
        problems: also those of the qualification that concern each of its units.
    """

    source_id: str
    position: int
    code: str | None
    version: int | None
    peruste_id: str
    register_number: str | None
    name: Text
    credits_min: float | None
    credits_max: float | None
    kind: Kind
    format: Format
    requirements: tuple[Requirement, ...] = ()
    threshold: tuple[Text, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def number(self) -> str:
        """The code without its prefix, as people write it."""
        return (self.code or "").removeprefix(UNIT_PREFIX)

    def award_problems(self) -> tuple[str, ...]:
        """Codes of all that keeps this unit from being awarded, sorted; empty when it is whole."""
        codes = {problem.code for problem in self.problems if problem.blocks_award}
        if self.kind is Kind.COMMON:
            codes.add(COMMON_UNIT)
        if self.version is None:
            codes.add(NO_VERSION)
        return tuple(sorted(codes))

    @property
    def can_be_awarded(self) -> bool:
        """Tell whether a badge may be made of it: what a badge needs is whole."""
        return not self.award_problems()

    def requirement(self, key: str) -> Requirement | None:
        """The requirement with this key."""
        return next((each for each in self.requirements if each.key == key), None)


@dataclass(frozen=True, slots=True)
class CodedName:
    """A code of a national list with its name: a competence area (osaamisala) or a title (tutkintonimike)."""

    code: str
    name: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Qualification:
    """One revision of a qualification's requirements (peruste).

    Attributes:
        peruste_id: as text; a demo qualification has the id of the real one.
        register_number: diaarinumero, ``OPH-5410-2021`` or ``59/011/2014``; None when the source has none.
        degree_codes: for example ``koulutus_351301``.
        education_type: the number of its koulutustyyppi; None when unknown.
        valid_from, valid_until, transition_until: Helsinki days, all inclusive; None means open or unknown.
        revision: globalVersion, aware UTC; None when the source has none.
        digest: SHA-256 (hex) of the source's content, whatever its spacing and order of members.
        demo: requirement texts are our own words; a real import stands beside it and is preferred.
    """

    peruste_id: str
    register_number: str | None
    name: Text
    degree_codes: tuple[str, ...]
    education_type: int | None
    published_state: str
    valid_from: date | None
    valid_until: date | None
    transition_until: date | None
    revision: datetime | None
    digest: str
    units: tuple[Unit, ...]
    structures: tuple[Structure, ...] = ()
    competence_areas: tuple[CodedName, ...] = ()
    titles: tuple[CodedName, ...] = ()
    replaces: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    demo: bool = False

    def with_units(self, units: tuple[Unit, ...]) -> "Qualification":
        """The same revision with these units."""
        return replace(self, units=units)

    def state(self, day: date) -> State:
        """Where it stands on a Helsinki day; end days are inclusive (domain.md section 5.5)."""
        if self.valid_from is not None and day < self.valid_from:
            return State.FUTURE
        if self.valid_until is None or day <= self.valid_until:
            return State.VALID
        if self.transition_until is not None and day <= self.transition_until:
            return State.TRANSITION
        return State.EXPIRED

    @property
    def requirement_count(self) -> int:
        """Requirements of all its units."""
        return sum(len(unit.requirements) for unit in self.units)

    @property
    def missing_units(self) -> tuple[Problem, ...]:
        """Units of which the source holds nothing that could be kept, each named as well as it can be.

        An empty element and a reference that leads nowhere are two signs of the same unit, so the longer list counts.
        """
        empty = tuple(problem for problem in self.problems if problem.code in _MISSING_WHOLE)
        dangling = tuple(problem for problem in self.problems if problem.code == DANGLING)
        return empty if len(empty) >= len(dangling) else dangling


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCode:
    """One version of a unit code in Koodisto's list ``tutkinnonosat``."""

    code: str
    version: int
    name: Text
    valid_from: date | None = None
    valid_until: date | None = None

    @property
    def number(self) -> str:
        """The code without its prefix."""
        return self.code.removeprefix(UNIT_PREFIX)


def with_versions(units: Iterable[Unit], versions: dict[str, int]) -> tuple[Unit, ...]:
    """Give each unit without a version of its own the one of its code, where known."""
    return tuple(
        replace(unit, version=versions.get(unit.code)) if unit.version is None and unit.code else unit for unit in units
    )


def normal_code(text: str) -> str:
    """A unit code with its prefix, from `106889` or `tutkinnonosat_106889`."""
    stripped = text.strip()
    return UNIT_PREFIX + stripped if stripped.isascii() and stripped.isdigit() else stripped
