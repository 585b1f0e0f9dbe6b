"""What a site's texts must be before they are kept, and which of their words are told to the writer."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from issuer.domain.errors import DomainError, InvalidFormError, InvalidRequestError
from issuer.domain.free_text import check_text, check_words
from issuer.domain.learning_environment import SiteTexts
from issuer.domain.telling_words import TellingWord, telling_words

LENGTHS: Final = {
    "name": 120,
    "address": 200,
    "public_name": 80,
    "public_description": 1_000,
    "real_work": 1_000,
    "equipment": 1_000,
    "safety": 1_000,
    "municipality": 60,
}
REQUIRED: Final = ("name", "public_name", "public_description", "municipality")
PUBLIC: Final = ("public_name", "public_description", "real_work", "equipment", "safety", "municipality")
TASK_LENGTH: Final = 120
_ONE_LINE: Final = frozenset({"name", "address", "public_name", "municipality"})
_MUNICIPALITY = re.compile(r"\d{3}", re.ASCII)


def check_site(texts: SiteTexts) -> SiteTexts:
    """Return the texts without white space around them.

    Raises:
        InvalidFormError: codes ``form.missing``, ``text.*``, ``privacy.telling_word`` (in what the public may read),
            ``site.municipality`` and ``form.choice``, each with a pointer to its field.
    """
    faults: list[DomainError] = []
    kept: dict[str, str] = {}
    for name, most in LENGTHS.items():
        _kept(faults, kept, name, lambda name=name, most=most: _text(texts, name, most))  # type: ignore[misc]
    if not _MUNICIPALITY.fullmatch(texts.municipality_code):
        faults.append(InvalidRequestError(code="site.municipality", pointer="/municipality_code"))
    if texts.language not in ("fi", "sv", "en"):
        faults.append(InvalidRequestError(code="form.choice", pointer="/language"))
    if faults:
        raise InvalidFormError(tuple(faults))
    return replace(texts, **kept)  # type: ignore[arg-type]


def check_task(name: str, *, pointer: str = "/task") -> str:
    """Return a task's name, which stands in public reports. Raises InvalidRequestError or TellingWordError."""
    checked = check_text(name, most=TASK_LENGTH, pointer=pointer, lines=False)
    check_words(checked, pointer=pointer)
    return checked


def first_blocked(text: str) -> TellingWord | None:
    """The first word that keeps a public text from being kept; None for none."""
    return next((word for word in telling_words(text) if word.level == "B"), None)


def warnings(texts: SiteTexts) -> tuple[tuple[str, str], ...]:
    """Fields of the public texts with a word each that could tell too much but does not block (level W)."""
    found = []
    for name in PUBLIC:
        word = next((word for word in telling_words(getattr(texts, name)) if word.level == "W"), None)
        if word is not None:
            found.append((name, word.word))
    return tuple(found)


def _text(texts: SiteTexts, name: str, most: int) -> str:
    value = getattr(texts, name).strip()
    pointer = f"/{name}"
    if not value:
        if name in REQUIRED:
            raise InvalidRequestError(code="form.missing", pointer=pointer)
        return ""
    checked = check_text(value, most=most, pointer=pointer, lines=name not in _ONE_LINE)
    if name in PUBLIC:
        check_words(checked, pointer=pointer)
    return checked


def _kept(faults: list[DomainError], kept: dict[str, str], name: str, read: Callable[[], str]) -> None:
    try:
        kept[name] = read()
    except DomainError as fault:
        faults.append(fault)
