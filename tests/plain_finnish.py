"""Rules of plain Finnish that a machine can check, and which texts the pages of participants and the public use."""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from issuer import i18n
from verifier.templating import locales_directory, templates_directory

ISSUER: Final = Path(i18n.__file__).parent
TEMPLATES: Final = ISSUER / "pages" / "templates"
LOCALES: Final = ISSUER / "locales"

MOST_WORDS: Final = 12  # in any sentence
MEAN_WORDS: Final = 8.0  # over all sentences of a screen
# Words of offices; each has a shorter one. Stems, so that inflected forms are found.
HEAVY: Final = (
    "mikäli", "suoritt", "suoritet", "suorite", "toteutt", "toteute", "edellyt", "mahdollist", "hyödynt", "toimenpi",
    "liittyen", "koskien", "johtuen", "kyseis", "kyseessä", "tulee olla", "lukien", "sekä että", "ohella", "täten",
    "siten että", "huomioi", "menettely", "velvoit", "ilmoitettava", "huolimatta",
)  # fmt: skip
SHORTENED: Final = re.compile(
    r"(?<![\w.])(?:esim|mm|ym|yms|jne|ks|ts|ko|em|ns|pvm|nro|puh|osp|vrt|eo|po|tms|mrd)\b\.?", re.IGNORECASE
)
# The passive present ("poistetaan", "tehdään", "ei näytetä"): who does it? Plain Finnish says "me" or "sinä".
PASSIVE: Final = re.compile(
    r"\b\w+(?:etaan|etään|itaan|itään|ataan|ätään|otaan|utaan|ytään|daan|dään|staan|stään|llaan|llään|nnaan)\b"
    r"|\b(?:ei|eikä) \w+(?:eta|etä|ita|itä|oteta|uteta|ytetä)\b",
    re.IGNORECASE,
)
# Looks like one and is none.
NO_PASSIVE: Final = frozenset(
    {"ainoastaan", "vastaan", "edestään", "mitään", "itseään", "itsestään", "viimeistään", "ennallaan"}
)
# Beginnings that every area has keys of; those of an area are found by the folder that they lie in.
EVERYWHERE: Final = frozenset({"error."})

_SENTENCE = re.compile(r"(?<=[.!?:])\s+|\n+")
_KEY = re.compile(r"""["']([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+)["']""")
_BEGINNING = re.compile(r"""\bt\(\s*["']([a-z0-9_.]+\.)["']\s*~|f["']([a-z0-9_.]+\.)\{""")
_MORE = re.compile(r"""\{%-?\s*(?:extends|include|from|import)\s+["']([\w./]+)["']""")


def sentences(text: str) -> list[str]:
    """The sentences of a text; a place to fill counts as one word."""
    return [one for one in _SENTENCE.split(text.strip()) if one]


def words(sentence: str) -> int:
    return sum(any(sign.isalnum() for sign in word) for word in sentence.split())


def faults(text: str) -> list[str]:
    """What is not plain in a text."""
    found = [f"long: {one}" for one in sentences(text) if words(one) > MOST_WORDS]
    folded = text.casefold()
    found += [f"heavy: {one}" for one in HEAVY if re.search(rf"\b{one}", folded)]
    found += [f"shortened: {one.group()}" for one in SHORTENED.finditer(text)]
    found += [f"passive: {one.group()}" for one in PASSIVE.finditer(text) if one.group().casefold() not in NO_PASSIVE]
    return found


def own_texts(language: str) -> dict[str, str]:
    """Every text that stands in a file of this language itself, without what it falls back to."""
    folders = [locales_directory, LOCALES, *sorted(one for one in LOCALES.iterdir() if one.is_dir())]
    table: dict[str, str] = {}
    for folder in folders:
        for stem in ("pages", "lines", "compact"):
            path = folder / f"{stem}.{language}.json"
            if path.exists():
                table |= json.loads(path.read_text())
    return table


def used_keys(templates: Iterable[str], modules: Iterable[Path], finnish: Iterable[str]) -> frozenset[str]:
    """The keys that templates, what they extend and include, and modules name, whole or by their beginning."""
    every = frozenset(finnish)
    found: set[str] = set()
    for content in (*_with_included(templates), *(path.read_text() for path in modules)):
        found |= every.intersection(_KEY.findall(content))
        beginnings = {first or second for first, second in _BEGINNING.findall(content)}
        found |= {key for key in every if any(key.startswith(one) for one in beginnings - EVERYWHERE)}
    return frozenset(found)


def _with_included(templates: Iterable[str]) -> Iterator[str]:
    pending, seen = list(templates), set()
    while pending:
        name = pending.pop()
        if name in seen:
            continue
        seen.add(name)
        places = [folder / name for folder in (TEMPLATES, templates_directory)]
        content = next(place for place in places if place.exists()).read_text()
        pending += _MORE.findall(content)
        yield content
