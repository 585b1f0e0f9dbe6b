"""Words and times of the issuer's pages in fi, sv and en; plain Finnish falls back to Finnish, text by text."""

from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path

from verifier import local_times
from verifier.templating import locales_directory
from verifier.texts import Texts

_DIRECTORY = Path(__file__).with_name("locales")


@cache
def texts() -> Texts:
    """Return the texts of all pages, those of the verifier and of each desk (a folder) included, read once."""
    desks = sorted(folder for folder in _DIRECTORY.iterdir() if folder.is_dir() and any(folder.iterdir()))
    return Texts(locales_directory, _DIRECTORY, *desks, stem="pages")


def text(language: str, key: str, **values: object) -> str:
    """Return one text with its places filled.

    Raises:
        KeyError: no such language, key or place.
    """
    return texts().text(language, key, **values)


def content_language(language: str) -> str:
    """Return the language in which catalogue texts of a page stand: plain Finnish has no catalogue of its own."""
    return language.partition("-")[0]


def month(day: date, language: str) -> str:
    """Return a month-level date: "marraskuu 2026", "november 2026", "November 2026" (privacy.md PD1)."""
    return local_times.month(day.year, day.month, language)


def whole_day(day: date, language: str) -> str:
    """Return a date: "22.11.2026" or "22 Nov 2026"."""
    noon = datetime.combine(day, time(12), UTC)  # the same day in Finland all year round
    return local_times.day(noon, language)


def moment(at: datetime, language: str) -> str:
    """Return a moment in Finnish time: "22.11.2026 klo 14.05", "22.11.2026 kl. 14.05", "22 Nov 2026, 14:05".

    Args:
        at: aware.
        language: of the page.
    """
    return local_times.full(at, language)
