"""Words of pages in all languages: reading the locale files, choosing a language, looking a text up."""

import re
from pathlib import Path
from typing import Final

from schemas import strict_json

# In the order in which a menu shows them. `fi-x-selko` is plain Finnish (RFC 5646, private use).
LANGUAGES: Final = {"fi": "Suomi", "fi-x-selko": "Selkosuomi", "sv": "Svenska", "en": "English"}
DEFAULT_LANGUAGE: Final = "fi"
_FALLBACK: Final = {"fi-x-selko": "fi"}
_MAX_BYTES = 1 << 20
_WEIGHT = re.compile(r"\s*;\s*q=(0(?:\.[0-9]{1,3})?|1(?:\.0{1,3})?)\s*")


class Texts:
    """Texts of one locale family, for example ``pages.fi.json``, ``pages.sv.json``, ``pages.en.json``.

    Args:
        directories: where the files lie; a key in a later directory wins.
        stem: first part of the file names.

    A file is one flat object of key → text; ``{name}`` in a text is a place for a value. Plain Finnish may leave out
    keys: they are read in Finnish.

    Raises:
        OSError, DocumentError: a file is missing or wrong, at start.
    """

    def __init__(self, *directories: Path, stem: str) -> None:
        self._tables: dict[str, dict[str, str]] = {}
        for language in LANGUAGES:
            table = dict(self._tables[_FALLBACK[language]]) if language in _FALLBACK else {}
            for directory in directories:
                path = directory / f"{stem}.{language}.json"
                if path.exists() or language not in _FALLBACK:
                    table |= _read(path)
            self._tables[language] = table

    def keys(self, language: str) -> frozenset[str]:
        """Return all keys that `language` answers, its fallback's included."""
        return frozenset(self._tables[language])

    def text(self, language: str, key: str, **values: object) -> str:
        """Return the text with its places filled.

        Raises:
            KeyError: no such language, key or place; a test finds it before a person does.
        """
        text = self._tables[language][key]
        return text.format_map(values) if values else text


def _read(path: Path) -> dict[str, str]:
    table = strict_json.read_object(path.read_bytes(), max_bytes=_MAX_BYTES, max_values=20_000)
    return {key: text for key, text in table.items() if isinstance(text, str)}


def choose_language(
    asked: str | None, kept: str | None, accept_language: str | None, *, default: str = DEFAULT_LANGUAGE
) -> str:
    """Return the language of a page: what was asked for now, else what was kept, else what the browser prefers.

    Args:
        asked: value of the query ``lang``.
        kept: value of the cookie ``lang``.
        accept_language: the header's value (RFC 9110, section 12.5.4).
        default: when the browser prefers none of ours.
    """
    for wanted in (asked, kept):
        if wanted in LANGUAGES:
            return wanted
    best, best_weight = default, 0.0
    for item in (accept_language or "")[:200].split(","):
        tag, _, rest = item.partition(";")
        weight = _weight(f";{rest}" if rest else "")
        language = _supported(tag.strip().lower())
        if language is not None and weight > best_weight:
            best, best_weight = language, weight
    return best


def _weight(text: str) -> float:
    if not text:
        return 1.0
    match = _WEIGHT.fullmatch(text)
    return float(match[1]) if match else 0.0


def _supported(tag: str) -> str | None:
    if tag in LANGUAGES:
        return tag
    primary = tag.partition("-")[0]
    return primary if primary in LANGUAGES else None
