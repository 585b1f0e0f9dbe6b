"""Learning environments: sites with their tasks, the matrix of tasks and requirements, and the published reports."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from issuer.domain.unit_ref import UnitRef
from schemas.canonical_json import canonicalise
from schemas.strict_json import JsonObject

MOST_SITES: Final = 200
MOST_TASKS: Final = 60
MOST_YEARS: Final = 10  # from recognition to the end of validity: catches a slip of the finger, 2206 for 2026


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteTexts:
    """What a provider says about a site. All but `name` and `address` may be read by anybody once published.

    Attributes:
        name, address: inner; they never leave the house, but for an address that may be published.
        address_public: whether the address stands in published reports.
        public_name: neutral; description, real_work, equipment, safety: what is done, with what, how it is kept safe.
        customers: whether the work is done for real customers.
        municipality_code: three digits of the national list (kunta), municipality: its name, as the provider wrote it.
        language: of the public texts: fi, sv or en.
    """

    name: str
    address: str = ""
    address_public: bool = False
    public_name: str = ""
    public_description: str = ""
    real_work: str = ""
    equipment: str = ""
    safety: str = ""
    customers: bool = False
    municipality_code: str = ""
    municipality: str = ""
    language: str = "fi"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A place of work of one provider (toimipaikka)."""

    id: str
    institution_id: str
    texts: SiteTexts

    @property
    def name(self) -> str:
        """The inner name."""
        return self.texts.name

    @property
    def public_description(self) -> str:
        """What anybody may read about the work."""
        return self.texts.public_description

    @property
    def seen(self) -> str:
        """What an editor had before the eyes: differs as soon as somebody else changed a text."""
        return digest_of({name: getattr(self.texts, name) for name in SiteTexts.__slots__})


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A task of a site (työtehtävä). `number` counts within the site from 1 and is never given again."""

    id: str
    site_id: str
    number: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recogniser:
    """Who from outside recognised the environment, without the name, which is sealed."""

    role: str
    organisation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """What is known of a recognition before it is published; days are those of Helsinki, `valid_until` inclusive.

    Attributes:
        register_number: diaarinumero of the qualification that the environment was held against.
        name_key: whose key seals the recogniser's name; None while no name is given.
        name_sealed: the name under that key.
        name_public: whether the recogniser agreed that the name stands in the public report.
    """

    recogniser: Recogniser | None = None
    recognised_on: date | None = None
    valid_until: date | None = None
    register_number: str = ""
    name_key: str | None = None
    name_sealed: bytes | None = None
    name_public: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitMap:
    """The matrix of one unit on one site: which task teaches which requirement, and what is learned elsewhere.

    Attributes:
        ticks: requirement keys by id of the task; elsewhere: keys of what the work on site cannot teach.
        catalogue_digest: of the revision of the qualification that somebody looked at last.
    """

    id: str
    site_id: str
    unit: UnitRef
    catalogue_digest: str
    ticks: Mapping[str, frozenset[str]]
    elsewhere: frozenset[str]
    recognition: Recognition

    @property
    def at_work(self) -> frozenset[str]:
        """Keys of requirements that at least one task teaches."""
        return frozenset[str]().union(*self.ticks.values())

    @property
    def seen(self) -> str:
        """What an editor had before the eyes: differs as soon as somebody else ticked something."""
        ticks: JsonObject = {task: [*sorted(keys)] for task, keys in self.ticks.items() if keys}
        return digest_of({"ticks": ticks, "elsewhere": [*sorted(self.elsewhere)]})


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A published report of recognition (tunnistamisraportti): one frozen version for one unit on one site.

    Attributes:
        id: 32 hex digits, drawn; its public address is ``/environments/{id}``.
        version: 1 upwards within site and unit.
        valid_until: last day, inclusive; ended_on: last day when it was ended before that.
        requirement_keys_at_work, requirement_keys_elsewhere: in the catalogue's order; a key may stand in both.
        tasks: requirement keys by id of the task.
    """

    id: str
    site_id: str
    unit: UnitRef
    unit_version: int
    version: int
    recognised_on: date
    published_on: date
    valid_until: date
    ended_on: date | None
    recogniser: Recogniser
    requirement_keys_at_work: tuple[str, ...]
    requirement_keys_elsewhere: tuple[str, ...]
    tasks: Mapping[str, tuple[str, ...]]
    digest: str

    def in_force(self, day: date) -> bool:
        """Tell whether it is in force on a Helsinki day; both ends are inclusive."""
        last = min(self.valid_until, self.ended_on) if self.ended_on is not None else self.valid_until
        return self.published_on <= day <= last


def digest_of(values: JsonObject) -> str:
    """SHA-256 (hex) of the canonical form: equal values give equal text."""
    return hashlib.sha256(canonicalise(values)).hexdigest()
