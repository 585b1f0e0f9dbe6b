"""Catalogue texts as pages show them: in the page's language, or in another one that is named."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from issuer.domain.catalogue import Requirement
from issuer.domain.catalogue_text import Text
from issuer.i18n import content_language


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A text; `lang` is set where it is not in the page's language, so that it is marked and read out rightly."""

    text: str
    lang: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownGroup:
    """Requirements under one heading."""

    heading: Shown
    requirements: tuple[tuple[Requirement, Shown], ...]


def shown(text: Text, language: str) -> Shown:
    """Return a text as a page in `language` shows it."""
    own = content_language(language)
    found = text.language_for(own)
    return Shown(text=text.in_language(own), lang=found if found not in ("", own) else None)


def groups(requirements: Sequence[Requirement], language: str) -> tuple[ShownGroup, ...]:
    """Return requirements under their headings, in the catalogue's order; neighbours share a heading."""
    found: list[tuple[Text, list[Requirement]]] = []
    for requirement in requirements:
        if not found or found[-1][0] != requirement.group:
            found.append((requirement.group, []))
        found[-1][1].append(requirement)
    return tuple(
        ShownGroup(heading=shown(heading, language), requirements=tuple((one, shown(one.text, language)) for one in of))
        for heading, of in found
    )


def threshold(texts: Iterable[Text], language: str) -> tuple[Shown, ...]:
    """Return the criteria of the lowest passing level (T1)."""
    return tuple(shown(text, language) for text in texts)


def credits_text(least: float | None, most: float | None) -> str:
    """Return a scope in competence points as people write it: "15", "15–25", "" when it is not known."""
    if least is None or most is None:
        return ""
    return f"{least:g}" if least == most else f"{least:g}–{most:g}"
