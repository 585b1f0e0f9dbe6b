"""Fills every form of a page as somebody would who writes the same marked words everywhere."""

from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

_TYPED: Final = frozenset({"text", "search", "email", "tel", "password", "url"})
_DAY: Final = "2026-11-20"


@dataclass
class PageForm:
    """One form: how it is sent, the values that it holds already, and the names of fields that are typed into."""

    action: str
    method: str
    upload: bool
    values: dict[str, str] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)

    def filled(self, word: Callable[[str], str]) -> dict[str, str]:
        """The values to send, with `word(name)` in each field that takes words."""
        return self.values | {name: word(name) for name in self.typed}


def forms_of(html: str) -> list[PageForm]:
    """All forms of a page. Of each group of buttons, radio buttons and options the first one is chosen."""
    reader = _Reader()
    reader.feed(html)
    return reader.forms


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self._inside: PageForm | None = None
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            upload = "multipart" in given.get("enctype", "")
            self._inside = PageForm(given.get("action", ""), given.get("method", "get").lower(), upload)
            self.forms.append(self._inside)
        elif self._inside is not None and ("name" in given or tag == "option"):
            self._take(self._inside, tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = None
        elif tag == "select":
            self._select = ""

    def _take(self, form: PageForm, tag: str, given: dict[str, str]) -> None:
        name, kind = given.get("name", ""), given.get("type", "text")
        if tag == "textarea":
            form.typed.append(name)
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and given.get("value"):
            form.values.setdefault(self._select, given["value"])
        elif tag == "input" and kind in _TYPED and not given.get("pattern") and "readonly" not in given:
            form.typed.append(name)
        elif tag == "input" and kind == "date":
            form.values[name] = given.get("value") or _DAY
        elif tag in ("input", "button") and kind != "file":
            form.values.setdefault(name, given.get("value", "on"))
