"""An observation (havainto): who saw whom do what, which requirements it shows, and how independently."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from issuer.domain.errors import ConflictError, InvalidRequestError
from issuer.domain.free_text import check_text, check_words
from issuer.domain.telling_words import telling_words
from issuer.domain.unit_ref import UnitRef

MOST_WORDS = 1_000
MOST_REQUIREMENTS = 60
MOST_PEOPLE = 30
OLDEST = timedelta(days=3 * 366)
UNSEEN_AFTER = timedelta(days=14)  # without an observation for longer, a participant stands on the coach's list


class Independence(StrEnum):
    """How independently it was done."""

    ALONE = "alone"  # itsenäisesti
    SOME_HELP = "some_help"  # pienellä avulla
    TOGETHER = "together"  # yhdessä tehden


class Origin(StrEnum):
    """Whether the competence was brought along or gained in the period; the two are kept apart."""

    PRIOR = "prior"
    PERIOD = "period"


class Medium(StrEnum):
    """How it was seen."""

    WORK = "work"
    TALK = "talk"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservationRow:
    """An observation without its words.

    Attributes:
        id: of this version.
        at: when it was noted; observed_on: the day it was seen, in Finland.
        root_id: the first version's id; `version` counts from 1.
        replaced: a newer version stands in its place.
        in_trade: the observer had the trade of the qualification when noting it.
    """

    id: str
    root_id: str
    version: int
    person_id: str
    unit: UnitRef
    at: datetime
    observed_on: date
    staff_id: str
    site_id: str | None
    task_id: str | None
    requirement_keys: tuple[str, ...]
    independence: Independence
    origin: Origin
    medium: Medium
    in_trade: bool
    replaced: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewObservation:
    """What an observer says. `words` may be None; `task_id` is None for another task.

    Attributes:
        person_ids: one, or a group that did the same task.
        picture: bytes of an image, only with the participant's permission.
        warned: the writer has seen the neutral offer for a word that may tell (level W) and keeps the text.
    """

    person_ids: tuple[str, ...]
    unit: UnitRef
    requirement_keys: tuple[str, ...]
    independence: Independence
    observed_on: date
    task_id: str | None = None
    site_id: str | None = None
    origin: Origin = Origin.PERIOD
    medium: Medium = Medium.WORK
    words: str | None = None
    picture: bytes | None = None
    warned: bool = False


class WarnedWordError(InvalidRequestError):
    """A word may tell (level W): the writer is offered a neutral wording and may keep the text.

    Attributes:
        word: as it stands in the text, for the writer's eyes only.
    """

    code = "observation.warned_word"

    def __init__(self, word: str, *, pointer: str) -> None:
        self.word = word
        super().__init__(pointer=pointer)


def check_observation(new: NewObservation, *, today: date) -> str | None:
    """Hold an observation against the rules; return its words as they are kept.

    Raises:
        InvalidRequestError: ``observation.people``, ``observation.requirements`` (none, or too many),
            ``observation.day`` (in the future, or more than three years ago), or a rule of texts.
        TellingWordError: a word that blocks.
        WarnedWordError: a word that may tell, unless `warned`.
    """
    if not 1 <= len(set(new.person_ids)) <= MOST_PEOPLE:
        raise InvalidRequestError(code="observation.people", pointer="/person")
    if not 1 <= len(set(new.requirement_keys)) <= MOST_REQUIREMENTS:
        raise InvalidRequestError(code="observation.requirements", pointer="/requirement")
    if not today - OLDEST <= new.observed_on <= today:
        raise InvalidRequestError(code="observation.day", pointer="/observed_on")
    return check_own_words(new.words, warned=new.warned)


def check_own_words(words: str | None, *, warned: bool, pointer: str = "/words", most: int = MOST_WORDS) -> str | None:
    """Return the words as they are kept; None for none. Raises as `check_observation`."""
    if words is None or not words.strip():
        return None
    kept = check_text(words, most=most, pointer=pointer)
    check_words(kept, pointer=pointer)
    if not warned:
        found = next((one for one in telling_words(kept) if one.level == "W"), None)
        if found is not None:
            raise WarnedWordError(found.word, pointer=pointer)
    return kept


def check_correction(row: ObservationRow, staff_id: str) -> None:
    """Let only the observer correct, and only the newest version (domain.md section 2).

    Raises:
        ConflictError: ``observation.not_own`` or ``observation.replaced``.
    """
    if row.staff_id != staff_id:
        raise ConflictError(code="observation.not_own")
    if row.replaced:
        raise ConflictError(code="observation.replaced")
