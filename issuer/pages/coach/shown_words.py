"""Words that pages of people share: catalogue texts in the page's language, ages in days, pairs for choices."""

from dataclasses import dataclass
from datetime import date

from issuer.domain.catalogue_text import Text as CatalogueText
from issuer.i18n import content_language
from verifier.templating import Text


@dataclass(frozen=True, slots=True)
class Words:
    """A text of the catalogue; `lang` is set, and told in brackets, where it is not in the page's language."""

    text: str
    lang: str | None = None


def words(text: CatalogueText, language: str) -> Words:
    """Return a catalogue text for a page in `language`."""
    own = content_language(language)
    found = text.language_for(own)
    return Words(text.in_language(own), found if found not in ("", own) else None)


def ago(t: Text, days: int | None) -> str:
    """Say how long ago something was noted."""
    if days is None:
        return t("persons.seen.never")
    if days <= 0:
        return t("persons.seen.today")
    return t("persons.seen.yesterday") if days == 1 else t("persons.seen.days", count=days)


def pairs(t: Text, prefix: str, values: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return value and text of each choice, for the macros of `_fields.html`."""
    return [(value, t(f"{prefix}.{value}")) for value in values]


def typed_day(day: date) -> str:
    """Return a day as people here type it: 22.11.2026."""
    return f"{day.day}.{day.month}.{day.year}"


def iso(day: date | None) -> str:
    """Return a day for a form's field of type date; "" for none."""
    return day.isoformat() if day is not None else ""
