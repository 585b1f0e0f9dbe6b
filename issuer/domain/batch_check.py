"""What keeps a row of a table from becoming a badge: each fault with its class, its cause and its column. Pure."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from issuer.domain import batch_table
from issuer.domain.badge_texts import LANGUAGES
from issuer.domain.catalogue import Unit
from issuer.domain.errors import InvalidRequestError
from issuer.domain.free_text import check_text
from issuer.domain.telling_words import telling_words

MOST_CONTACT = 120
_TICKED = frozenset({"x", "1", "k", "kyllä", "kylla", "ja", "j", "yes", "y", "ok", "v", "✓", "✔"})
_UNTICKED = frozenset({"", "0", "-", "ei", "nej", "no", "n"})
_NUMBER = re.compile(r"\d{1,9}", re.ASCII)
_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_FINNISH_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
_MAIL = re.compile(r"[^\s@<>()\",;:]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_PHONE = re.compile(r"\+?\d[\d -]{4,18}\d", re.ASCII)
_LOOKS_LIKE: Final = str.maketrans("oOlIiSsBzZ", "0011155822")
_LANGUAGE_WORDS: Final = {
    "suomi": "fi",
    "finska": "fi",
    "finnish": "fi",
    "ruotsi": "sv",
    "svenska": "sv",
    "swedish": "sv",
    "englanti": "en",
    "engelska": "en",
    "english": "en",
}


class Problem(StrEnum):
    """The classes of screens.md B17; OTHER takes what none of them says (docs/decisions/0026)."""

    PERSON_UNKNOWN = "person_unknown"  # henkilöä ei löydy
    DUPLICATE = "duplicate"  # sama rivi kahdesti
    ALREADY_GIVEN = "already_given"  # merkki on jo annettu
    SITE_NOT_RECOGNISED = "site_not_recognised"  # paikkaa ei ole tunnistettu tälle
    NO_OBSERVATION = "no_observation"  # havainto puuttuu
    NO_AGREEMENT = "no_agreement"  # yhteistä arviota ei ole
    TELLING_WORD = "telling_word"  # paljastava sana
    DAY_OUTSIDE = "day_outside"  # päiväys jakson ulkopuolella
    CONTACT = "contact"  # yhteystieto ei kelpaa
    SAME_PERSON = "same_person"  # sama kirjaaja ja katsoja
    OTHER = "other"  # muu korjattava


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing to mend.

    Attributes:
        cause: stable code of the exact cause; its sentence says what is wrong and how to put it right.
        field: of the column: person, day, v12, …
    """

    problem: Problem
    cause: str
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row, read as far as it can be read.

    Attributes:
        person_number, day: None when they cannot be read.
        positions: numbers of the ticked requirements.
        faults: of the cells alone, without asking anybody.
    """

    number: int
    person_number: int | None
    language: str
    day: date | None
    positions: tuple[int, ...]
    narrative: str | None
    contact: str | None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonFacts:
    """What is known of a participant, for one unit.

    Attributes:
        may_receive: accepted and not withdrawn.
        periods: (first day, last day or None) of those that have begun.
        observers: of each requirement key, who saw it.
        agreed: requirement keys that both hold for shown.
        given: sets of requirement keys that badges in force say already.
    """

    person_id: str
    may_receive: bool
    periods: tuple[tuple[date, date | None], ...]
    observers: Mapping[str, frozenset[str]]
    agreed: frozenset[str]
    given: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    """A published report on the site for the unit; both days inclusive."""

    first_day: date
    last_day: date
    keys: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that rows are held against, read in bulk.

    Attributes:
        people: by the provider's number.
        reviewer_id: who will look at the rows.
        today: a Helsinki day.
    """

    people: Mapping[int, PersonFacts]
    recognitions: tuple[Recognition, ...]
    reviewer_id: str
    today: date


def read_entry(number: int, cells: Sequence[str], columns: Sequence[str | None], unit: Unit) -> Entry:
    """Read one row of a table by the meaning of its columns."""
    values = {field: cell for field, cell in zip(columns, cells, strict=True) if field is not None}
    faults: list[Fault] = []
    person = values.get(batch_table.PERSON, "")
    person_number = int(person) if _NUMBER.fullmatch(person) else None
    if person_number is None:
        cause = "person.number" if person else "person.missing"
        faults.append(Fault(Problem.PERSON_UNKNOWN, cause, batch_table.PERSON))
    return Entry(
        number=number,
        person_number=person_number,
        language=_language(values.get(batch_table.LANGUAGE, ""), faults),
        day=_day(values.get(batch_table.DAY, ""), faults),
        positions=_positions(values, len(unit.requirements), faults),
        narrative=_narrative(values.get(batch_table.NARRATIVE, ""), faults),
        contact=_contact(values.get(batch_table.CONTACT, ""), faults),
        faults=tuple(faults),
    )


def check_entries(entries: Sequence[Entry], unit: Unit, facts: Facts) -> dict[int, tuple[Fault, ...]]:
    """Hold all rows against the facts; return the faults of each row's number, in the order of the columns."""
    keys = {one.position: one.key for one in unit.requirements}
    seen: set[int] = set()
    found: dict[int, tuple[Fault, ...]] = {}
    for entry in entries:
        faults = list(entry.faults)
        if entry.person_number is not None:
            if entry.person_number in seen:
                faults.append(Fault(Problem.DUPLICATE, "row.duplicate", batch_table.PERSON))
            elif entry.person_number in facts.people:
                seen.add(entry.person_number)
            faults += _against_person(entry, keys, facts)
        faults += _against_site(entry, keys, facts)
        found[entry.number] = tuple(faults)
    return found


def suggested_number(typed: str, known: Collection[int]) -> int | None:
    """Which participant may be meant: signs that look like digits read as digits, else one wrong digit, if only one.

    Args:
        typed: the cell.
        known: numbers of those who can get a badge.
    """
    looked = typed.strip().translate(_LOOKS_LIKE)
    if not _NUMBER.fullmatch(looked):
        return None
    if int(looked) in known:
        return int(looked)
    near = [one for one in known if _one_apart(f"{one:03d}", f"{int(looked):03d}")]
    return near[0] if len(near) == 1 else None


def _one_apart(first: str, second: str) -> bool:
    return len(first) == len(second) and sum(a != b for a, b in zip(first, second, strict=True)) == 1


def _against_person(entry: Entry, keys: Mapping[int, str], facts: Facts) -> list[Fault]:
    person = facts.people.get(entry.person_number or 0)
    if person is None:
        return [Fault(Problem.PERSON_UNKNOWN, "person.unknown", batch_table.PERSON)]
    if not person.may_receive:
        return [Fault(Problem.PERSON_UNKNOWN, "person.not_active", batch_table.PERSON)]
    faults = []
    wanted = frozenset(keys[one] for one in entry.positions)
    if wanted and any(wanted <= given for given in person.given):
        faults.append(Fault(Problem.ALREADY_GIVEN, "badge.given", batch_table.PERSON))
    if entry.day is not None and entry.day > facts.today:
        faults.append(Fault(Problem.DAY_OUTSIDE, "day.future", batch_table.DAY))
    elif entry.day is not None and not _within(entry.day, person.periods):
        faults.append(Fault(Problem.DAY_OUTSIDE, "day.outside", batch_table.DAY))
    for position in entry.positions:
        if not person.observers.get(keys[position]):
            faults.append(Fault(Problem.NO_OBSERVATION, "observation.none", batch_table.requirement_field(position)))
        elif keys[position] not in person.agreed:
            faults.append(Fault(Problem.NO_AGREEMENT, "agreement.none", batch_table.requirement_field(position)))
    watchers = frozenset[str]().union(*(person.observers.get(key, frozenset()) for key in wanted))
    if watchers == {facts.reviewer_id}:
        faults.append(Fault(Problem.SAME_PERSON, "reviewer.only_observer", batch_table.PERSON))
    return faults


def _against_site(entry: Entry, keys: Mapping[int, str], facts: Facts) -> list[Fault]:
    if entry.day is None or entry.day > facts.today:
        return []
    valid = [one for one in facts.recognitions if one.first_day <= entry.day <= one.last_day]
    if not valid:
        return [Fault(Problem.SITE_NOT_RECOGNISED, "site.no_report", batch_table.DAY)]
    covered = frozenset[str]().union(*(one.keys for one in valid))
    return [
        Fault(Problem.SITE_NOT_RECOGNISED, "site.not_covered", batch_table.requirement_field(position))
        for position in entry.positions
        if keys[position] not in covered
    ]


def _within(day: date, periods: Sequence[tuple[date, date | None]]) -> bool:
    return any(first <= day and (last is None or day <= last) for first, last in periods)


def _language(typed: str, faults: list[Fault]) -> str:
    folded = typed.casefold()
    language = _LANGUAGE_WORDS.get(folded, folded) or "fi"
    if language not in LANGUAGES:
        faults.append(Fault(Problem.OTHER, "language.unknown", batch_table.LANGUAGE))
        return "fi"
    return language


def _day(typed: str, faults: list[Fault]) -> date | None:
    iso, finnish = _ISO_DAY.fullmatch(typed), _FINNISH_DAY.fullmatch(typed)
    try:
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if finnish:
            return date(int(finnish[3]), int(finnish[2]), int(finnish[1]))
    except ValueError:
        pass
    faults.append(Fault(Problem.DAY_OUTSIDE, "day.unreadable" if typed else "day.missing", batch_table.DAY))
    return None


def _positions(values: Mapping[str, str], requirements: int, faults: list[Fault]) -> tuple[int, ...]:
    ticked: list[int] = []
    for position in range(1, requirements + 1):
        field = batch_table.requirement_field(position)
        mark = values.get(field, "").casefold()
        if mark in _TICKED:
            ticked.append(position)
        elif mark not in _UNTICKED:
            faults.append(Fault(Problem.OTHER, "tick.unreadable", field))
    if not ticked:
        faults.append(Fault(Problem.OTHER, "tick.none", batch_table.PERSON))
    return tuple(ticked)


def _narrative(typed: str, faults: list[Fault]) -> str | None:
    if not typed:
        return None
    try:
        text = check_text(typed, most=batch_table.MOST_CHARACTERS, pointer="/narrative")
    except InvalidRequestError as problem:
        faults.append(Fault(Problem.OTHER, problem.code, batch_table.NARRATIVE))
        return None
    if any(found.level == "B" for found in telling_words(text)):
        faults.append(Fault(Problem.TELLING_WORD, "narrative.telling_word", batch_table.NARRATIVE))
    return text


def _contact(typed: str, faults: list[Fault]) -> str | None:
    if not typed:
        return None
    if len(typed) > MOST_CONTACT or not (_MAIL.fullmatch(typed) or _PHONE.fullmatch(typed)):
        faults.append(Fault(Problem.CONTACT, "contact.unusable", batch_table.CONTACT))
        return None
    return typed
