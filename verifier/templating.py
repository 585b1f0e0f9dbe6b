"""What pages are made with: the template engine, addresses of static files, and the frame that all pages share."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

import jinja2

from verifier.texts import LANGUAGES, Texts

templates_directory = Path(__file__).with_name("templates")
static_directory = Path(__file__).with_name("static")
locales_directory = Path(__file__).with_name("locales")
STATIC_PREFIX = "/v/static"  # the issuer serves the same files at the same place


class Text(Protocol):
    """Looks up a text in the language of the page and fills its places."""

    def __call__(self, key: str, **values: object) -> str:
        """Return the text of `key`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link of menu or footer; `language` is that of its own words where it differs from the page's."""

    href: str
    text: str
    current: bool = False
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageError:
    """One thing to put right: what and how in one text, and the id of its field, if it has one."""

    text: str
    field: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What `base.html` shows around the content.

    Attributes:
        screen: id of screens.md, for example ``E1``; stands in ``<body data-screen>``.
        title: of the window; public and participant pages say nothing about unit, person or provider.
        language: a key of `verifier.texts.LANGUAGES`.
        t: texts of this page.
        frame: texts of the frame (`frame_text`).
        languages: the language menu; see `language_links`.
        about: accessibility statement, privacy, and what else stands in the footer.
        contact: who to ask: a person and a phone number; empty when the operator gave none.
        home: where the name of the service leads.
        notice: one sentence about what was just done.
        errors: box at the top, with links to the fields.
    """

    screen: str
    title: str
    language: str
    t: Text
    frame: Text
    languages: tuple[Link, ...]
    about: tuple[Link, ...] = ()
    contact: str = ""
    home: str = "/v"
    navigation: tuple[Link, ...] = ()
    notice: str | None = None
    errors: tuple[PageError, ...] = ()

    def error_of(self, field: str) -> str | None:
        """Return the text of the error at `field`, or None."""
        return next((error.text for error in self.errors if error.field == field), None)


def text_in(texts: Texts, language: str) -> Text:
    """Bind `texts` to one language."""

    def look_up(key: str, **values: object) -> str:
        return texts.text(language, key, **values)

    return look_up


def language_links(path: str, current: str) -> tuple[Link, ...]:
    """Return the language menu of a page that a GET of `path` shows; it keeps the place."""
    return tuple(
        Link(href=f"{path}?lang={code}", text=name, current=code == current, language=code)
        for code, name in LANGUAGES.items()
    )


@cache
def static_address(name: str) -> str:
    """Return the address of a static file; it changes with its bytes, so that it may be cached for long."""
    digest = hashlib.sha256((static_directory / name).read_bytes()).hexdigest()[:12]
    return f"{STATIC_PREFIX}/{name}?v={digest}"


def make_templates(*directories: Path, static: Callable[[str], str] = static_address) -> jinja2.Environment:
    """Return a template engine that looks in `directories` first and in ours last.

    Everything is escaped; a name that is not given is an error, not an empty place.
    """
    templates = jinja2.Environment(
        loader=jinja2.FileSystemLoader([*map(str, directories), str(templates_directory)]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    templates.globals["static"] = static
    return templates
