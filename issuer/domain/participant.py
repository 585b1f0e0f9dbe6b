"""A participant (osallistuja): who it is, what was permitted, which cards are held; rules of intake and consent."""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from issuer.domain.errors import InvalidRequestError
from issuer.domain.free_text import check_text
from issuer.domain.unit_ref import UnitRef

MOST_NAME = 80
MOST_CONTACT = 120
LANGUAGES: Final = ("fi", "sv", "en", "se", "ru", "et", "uk", "ar", "fa", "so", "ku", "other")
INTAKE_LIFE = timedelta(days=14)


class ParticipantState(StrEnum):
    """Where a participant stands with the provider."""

    INTAKE = "intake"  # a draft without consent; it lapses
    ACTIVE = "active"
    WITHDRAWN = "withdrawn"  # took the consent to coaching back: nothing new is recorded


class Purpose(StrEnum):
    """What a permission is for; each is asked for alone (privacy.md PC2)."""

    COACHING = "coaching"
    CONTACT = "contact"
    PICTURES = "pictures"
    FOLLOW_UP = "follow_up"


class How(StrEnum):
    """How a yes was given (privacy.md PC1, PH2)."""

    ALONE = "alone"
    WITH_SUPPORT = "with_support"
    PAPER = "paper"


class CardKind(StrEnum):
    """A card or pass of working life."""

    HYGIENE = "hygiene"  # hygieniapassi
    FORKLIFT = "forklift"  # trukkikortti
    SAFETY = "safety"  # työturvallisuuskortti


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What one permission says: which data, to whom, and for how many days (None: until it is taken back).

    Attributes:
        version: of the text in use; a changed text gets a new number and new keys, the old ones stay.
    """

    data: tuple[str, ...]
    to_whom: str
    days: int | None
    version: str = "1"


TERMS: Final[dict[Purpose, Terms]] = {
    Purpose.COACHING: Terms(data=("name", "languages", "observations", "goals"), to_whom="provider", days=None),
    Purpose.CONTACT: Terms(data=("contact",), to_whom="provider", days=None),
    Purpose.PICTURES: Terms(data=("pictures",), to_whom="provider", days=365),
    # It ends by itself 6 months and 14 days after the last period (issuer.domain.follow_up.KEPT).
    Purpose.FOLLOW_UP: Terms(data=("contact", "follow_up"), to_whom="provider", days=None, version="2"),
}
# Years for which a card is good after the day it was given; a hygiene pass has no end.
CARD_YEARS: Final[dict[CardKind, int | None]] = {CardKind.HYGIENE: None, CardKind.FORKLIFT: 5, CardKind.SAFETY: 5}


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantRow:
    """What is known of a participant without opening anything personal."""

    person_id: str
    institution_id: str
    number: int
    state: ParticipantState
    coach_id: str | None
    site_id: str | None
    created_at: datetime
    lapses_at: datetime | None
    accepted_at: datetime | None

    @property
    def code(self) -> str:
        """As people say and type it: ``014``."""
        return f"{self.number:03d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """A participant with what is personal, opened for someone whose reading was noted.

    Attributes:
        number: runs per institution.
        contact: a way to reach the person; kept only with the permission for it.
        earlier_names: names before corrections, newest last.
        units: what the person works towards, in the order chosen.
    """

    person_id: str
    institution_id: str
    number: int
    name: str
    languages: tuple[str, ...]
    state: ParticipantState
    coach_id: str | None = None
    site_id: str | None = None
    contact: str | None = None
    earlier_names: tuple[str, ...] = ()
    units: tuple[UnitRef, ...] = ()
    accepted_at: datetime | None = None
    lapses_at: datetime | None = None

    @property
    def code(self) -> str:
        """As people say and type it: ``014``."""
        return f"{self.number:03d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """The receipt of one permission (privacy.md PC1).

    Attributes:
        data, to_whom: codes, as they were when it was given.
        until: last day, inclusive; None until it is taken back.
        text_version, language: of the text that was read.
        withdrawn_at: from then on it does not hold.
    """

    id: str
    person_id: str
    purpose: Purpose
    data: tuple[str, ...]
    to_whom: str
    until: date | None
    text_version: str
    language: str
    how: How
    given_at: datetime
    withdrawn_at: datetime | None = None

    def holds(self, day: date) -> bool:
        """Tell whether it is in force on a day."""
        return self.withdrawn_at is None and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A card or pass; `valid_until` is its last day, None for one without an end."""

    id: str
    kind: CardKind
    issued_on: date
    valid_until: date | None

    def holds(self, day: date) -> bool:
        """Tell whether it is valid on a day."""
        return self.valid_until is None or day <= self.valid_until


def check_name(name: str, *, pointer: str = "/name") -> str:
    """Return the name used, trimmed. Raises InvalidRequestError for an empty, long or odd one."""
    return check_text(name, most=MOST_NAME, pointer=pointer, lines=False)


def check_contact(contact: str, *, pointer: str = "/contact") -> str:
    """Return the contact detail, trimmed. Raises InvalidRequestError for an empty, long or odd one."""
    return check_text(contact, most=MOST_CONTACT, pointer=pointer, lines=False)


def check_languages(languages: tuple[str, ...], *, pointer: str = "/languages") -> tuple[str, ...]:
    """Return the languages in the order given. Raises InvalidRequestError ``person.language`` for others or none."""
    if not languages or not set(languages) <= set(LANGUAGES):
        raise InvalidRequestError(code="person.language", pointer=pointer)
    return languages


def card_until(kind: CardKind, issued_on: date, *, today: date) -> date | None:
    """Compute a card's last day. Raises InvalidRequestError ``card.future`` when it was given after today."""
    if issued_on > today:
        raise InvalidRequestError(code="card.future", pointer="/issued_on")
    years = CARD_YEARS[kind]
    if years is None:
        return None
    year = issued_on.year + years
    last = calendar.monthrange(year, issued_on.month)[1]
    return issued_on.replace(year=year, day=min(issued_on.day, last))


def consent_until(purpose: Purpose, day: date) -> date | None:
    """Return the last day of a permission given on `day`; None until it is taken back."""
    days = TERMS[purpose].days
    return None if days is None else day + timedelta(days=days)
