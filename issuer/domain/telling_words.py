"""The telling-word lint: words and numbers that could say who someone is or why they were at a workshop.

The list is data with a version (telling_words.json); matching follows privacy.md section 2: NFC, casefold, hyphens and
soft hyphens removed; Finnish and Swedish stems anywhere in a word, English words whole, names case-sensitive.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from schemas.strict_json import JsonObject, JsonValue, read_object

Level = Literal["B", "W"]
_LIST = Path(__file__).with_name("telling_words.json")

# What we draw or count ourselves; a random identifier may look like a telephone number.
_MACHINE = re.compile(
    r"urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|https://[a-z0-9.-]+/status/[a-z2-7]{16}(?:#[0-9]{1,6})?"
    r"|https://[a-z0-9.-]+/achievements/[0-9a-f]{32}(?:#(?:req-[!-~]{1,200}|grade))?"
    r"|[0-9]{1,6}"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"
)

_HYPHENS = re.compile("[-\u2010\u2011]")

_IDENTIFIERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("identity_code", re.compile(r"(?<!\d)\d{6}[-+A-FU-Y]\d{3}[0-9A-Y](?![0-9A-Za-z])")),
    ("learner_number", re.compile(r"1\.2\.246\.562\.(?:24|98|198|298)\.\d+")),
    ("email", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("phone", re.compile(r"(?<![\d/.:#-])(?:\+358|0)[ -]?(?:4\d|50|[1-9]\d?)(?:[ -]?\d{2,4}){2,3}(?![\d-])")),
    (
        "street",
        re.compile(r"\b[A-ZÅÄÖ][\w-]{2,}(?:katu|tie|kuja|polku|gatan|vägen|gränd)(?:lla|llä|n)? \d+\b"),
    ),
    ("plate", re.compile(r"\b(?!OPH-)[A-ZÅÄÖ]{2,3}-\d{2,3}(?![\w-])")),
)


@dataclass(frozen=True, slots=True)
class TellingWord:
    """A word that was found.

    Attributes:
        word: as it stands in the text, for the writer's eyes only; never logged.
        field: what it could tell about: prison, substances, health, services, life, place, or identifiers.
        level: B blocks, W warns.
    """

    word: str
    field: str
    level: Level


@dataclass(frozen=True, slots=True)
class _Rule:
    field: str
    level: Level
    folded: re.Pattern[str] | None
    excepted: re.Pattern[str] | None
    english: re.Pattern[str] | None
    names: re.Pattern[str] | None


def telling_words(text: str) -> Iterator[TellingWord]:
    """Yield every telling word of `text`, in all three languages at once, whatever the page's language is."""
    plain = unicodedata.normalize("NFC", text)
    folded = plain.casefold().replace("\u00ad", "")
    joined, spaced = _HYPHENS.sub("", folded), _HYPHENS.sub(" ", folded)
    for rule in _rules():
        for word in _found_by(rule, plain, joined, spaced):
            yield TellingWord(word, rule.field, rule.level)
    for name, pattern in _IDENTIFIERS:
        for found in pattern.finditer(plain):
            yield TellingWord(found.group(), f"identifiers.{name}", "B")


def _found_by(rule: "_Rule", plain: str, joined: str, spaced: str) -> Iterator[str]:
    if rule.folded is not None:
        for found in rule.folded.finditer(joined):
            word = _whole_word(joined, found.start(), found.end())
            if rule.excepted is None or not rule.excepted.search(word):
                yield word
    if rule.english is not None:
        for form in dict.fromkeys((spaced, joined)):
            yield from (found.group() for found in rule.english.finditer(form))
    if rule.names is not None:
        yield from (found.group() for found in rule.names.finditer(plain))


def first_telling_word(text: str) -> TellingWord | None:
    """The first telling word of either level, or None: what a public name must answer."""
    return next(telling_words(text), None)


def lint_document(document: JsonObject, *, national: Iterable[str], level: Level = "B") -> Iterator[tuple[str, str]]:
    """Yield (pointer, field) of every string of a document that holds a telling word of `level`.

    Args:
        document: exactly what will be signed, after templates and translations (privacy.md PW4).
        national: texts of the national catalogue; a string is exempt only if it equals one of them wholly.
            Identifiers that we drew ourselves are exempt by their form.
    """
    exempt = frozenset(national)
    for pointer, text in strings(document):
        if text in exempt or _MACHINE.fullmatch(text):
            continue
        for found in telling_words(text):
            if found.level == level:
                yield pointer, found.field
                break


def strings(value: JsonValue, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Yield (pointer, text) of every string value, depth first."""
    if isinstance(value, str):
        yield pointer, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from strings(inner, f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from strings(inner, f"{pointer}/{number}")


def _whole_word(text: str, start: int, end: int) -> str:
    while start > 0 and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum():
        end += 1
    return text[start:end]


@cache
def _rules() -> tuple[_Rule, ...]:
    data = read_object(_LIST.read_bytes())
    fields = data["fields"]
    if not isinstance(fields, list):
        raise TypeError("telling_words.json: fields")
    return tuple(_rule(row) for row in fields if isinstance(row, dict))


def _rule(row: JsonObject) -> _Rule:
    return _Rule(
        str(row["field"]),
        "W" if row["level"] == "W" else "B",
        _any(_stem(one) for one in _words(row, "fi") + _words(row, "sv")),
        _any(re.escape(one) for one in _words(row, "fi_not")),
        _any(_english(one) for one in _words(row, "en")),
        _any(rf"\b{re.escape(one)}(?::?[a-zåäö]{{1,4}})?\b" for one in _words(row, "names")),
    )


def _words(row: JsonObject, key: str) -> list[str]:
    words = row.get(key, [])
    if not isinstance(words, list):
        raise TypeError(f"telling_words.json: {key}")
    return [str(one) for one in words]


def _any(patterns: Iterable[str]) -> re.Pattern[str] | None:
    alternatives = "|".join(patterns)
    return re.compile(alternatives) if alternatives else None


def _stem(text: str) -> str:
    return r"\w*\s+".join(re.escape(part) for part in text.casefold().replace("-", "").split(" "))


def _english(text: str) -> str:
    body = r"\s+".join(re.escape(part) for part in text.replace("-", " ").split(" "))
    return rf"\b{body[:-2]}\w*" if body.endswith(r"\*") else rf"\b{body}\b"
