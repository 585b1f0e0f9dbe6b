"""Texts of the catalogue: three languages without the sources' junk, plain text from HTML, and folding for search."""

import html
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

LANGUAGES: Final = ("fi", "sv", "en")

_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*>")
_TAG_NAME = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_ITEM = re.compile(r"<li\b", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_EDGES = " .;\u00a0"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
# Not seen, but they change what is read: zero width and bidirectional marks. A soft hyphen changes nothing: it stays.
_UNSEEN = re.compile(r"[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# Swedish names that carry a remark on scope: ", 12 kp i svenskspråkig utbildning" (domain.md section 4, fact 13).
_SCOPE_REMARK = re.compile(r",\s*\d+\s*kp\b.*\Z", re.DOTALL)
# Words that stand for a missing translation, folded.
_PLACEHOLDERS = frozenset({"opiskelija", "krav pa yrkesskicklighet"})
_SHORT_HEADING = 160
_DEEPEST_LIST = 8  # lists further in count as one with this


@dataclass(frozen=True, slots=True)
class Text:
    """Plain text in Finnish, Swedish and English; an empty string where there is none."""

    fi: str = ""
    sv: str = ""
    en: str = ""

    def __bool__(self) -> bool:
        return bool(self.fi or self.sv or self.en)

    def language_for(self, wanted: str) -> str:
        """The language that `in_language` answers in: the wanted one, else fi, sv, en in this order; "" for none."""
        order = (wanted, *LANGUAGES) if wanted in LANGUAGES else LANGUAGES
        return next((language for language in order if getattr(self, language)), "")

    def in_language(self, wanted: str) -> str:
        """The text in a language, or in the next best one; "" when there is none at all."""
        language = self.language_for(wanted)
        return str(getattr(self, language)) if language else ""


NO_TEXT: Final = Text()


@dataclass(frozen=True, slots=True)
class ListItem:
    """One item of an HTML list, with the words before its list."""

    text: str
    group: str
    intro: str


def plain(text: str) -> str:
    """One line of plain text: tags out, entities resolved, white space collapsed, " .;" trimmed.

    Unseen characters (controls, zero width, bidirectional marks) are dropped, and the text is NFC.
    """
    without_tags = _TAG.sub(" ", text) if "<" in text else text
    unescaped = html.unescape(without_tags) if "&" in without_tags else without_tags
    seen = _UNSEEN.sub("", _CONTROL.sub(" ", unescaped))
    return unicodedata.normalize("NFC", _SPACE.sub(" ", seen).strip(_EDGES))


def localised(fi: str, sv: str, en: str) -> Text:
    """A text from three raw ones by the language rules: English only where it differs from Finnish, no placeholders."""
    finnish, swedish, english = plain(fi), plain(sv), plain(en)
    if fold(swedish) in _PLACEHOLDERS:
        swedish = ""
    if english == finnish or fold(english) in _PLACEHOLDERS:
        english = ""
    return Text(finnish, swedish, english)


def unit_name(name: Text) -> Text:
    """A unit's name without remarks that belong elsewhere."""
    return Text(name.fi, _SCOPE_REMARK.sub("", name.sv), name.en)


def fold(text: str) -> str:
    """The form that search compares: no case, no diacritics (a finds ä and å, o finds ö), one space between words."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("\u00ad", ""))
    return _SPACE.sub(" ", "".join(sign for sign in decomposed if not unicodedata.combining(sign))).strip()


def list_items(source: str) -> tuple[ListItem, ...]:
    """The items of the lists in a piece of HTML, in order.

    Each `li` is an item (`dd` where there is no `li`). An item with a list inside it is the beginning of that
    list's items, so only the innermost items count, each with its beginning in front. Open or crossed tags are
    read as browsers do: the next item or the list's end closes them.
    """
    reader = _ListReader("li" if _ITEM.search(source) else "dd")
    position = 0
    for tag in _TAG.finditer(source):
        reader.words(source[position : tag.start()])
        position = tag.end()
        if name := _TAG_NAME.match(tag.group()):
            reader.tag(name.group(2).lower(), closing=bool(name.group(1)))
        else:
            reader.words(" ")
    reader.words(source[position:])
    return reader.finish()


class _ListReader:
    """Takes words and tags in turn; keeps open items on a stack, and blocks of words before the next list."""

    _BLOCKS = frozenset({"p", "div", "br", "b", "strong", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "dl", "ul", "ol"})
    _LISTS = frozenset({"ul", "ol", "dl"})

    def __init__(self, item_tag: str) -> None:
        self._item_tag = item_tag
        self._items: list[ListItem] = []
        self._open: list[tuple[list[str], int, int]] = []  # words so far, depth of its list, items finished before it
        self._depth = 0
        self._blocks: list[str] = []
        self._words: list[str] = []
        self._heading = ("", "")

    def words(self, text: str) -> None:
        if text:
            self._words.append(text)

    def tag(self, name: str, *, closing: bool) -> None:
        if name == self._item_tag:
            self._close_items(self._depth)
            if not closing:
                self._begin_item()
        elif name in self._LISTS:
            if closing:
                self._close_items(self._depth)
                self._depth = max(0, self._depth - 1)
            else:
                self._flush()
                self._depth = min(_DEEPEST_LIST, self._depth + 1)
        elif name in self._BLOCKS:
            self._flush()
        else:
            self._words.append(" ")

    def finish(self) -> tuple[ListItem, ...]:
        self._close_items(0)
        return tuple(self._items)

    def _begin_item(self) -> None:
        self._flush()
        if not self._open and self._blocks:
            self._heading = _heading(self._blocks)
            self._blocks = []
        self._open.append(([], self._depth, len(self._items)))

    def _close_items(self, depth: int) -> None:
        """Finish the open items of lists at this depth or deeper; only those without items inside count."""
        self._flush()
        while self._open and self._open[-1][1] >= depth:
            words, _, items_before = self._open.pop()
            if words and len(self._items) == items_before:
                parts = [part for outer, _, _ in self._open for part in outer]
                self._items.append(ListItem(plain(" ".join((*parts, *words))), *self._heading))

    def _flush(self) -> None:
        text = plain("".join(self._words))
        self._words = []
        if not text:
            return
        if self._open:
            words, _, items_before = self._open[-1]
            if len(self._items) == items_before:  # words after an inner list say nothing of its items
                words.append(text)
        else:
            self._blocks.append(text)


def _heading(blocks: list[str]) -> tuple[str, str]:
    """Group and intro from the blocks before a list: the last is the intro, a short one before it the group."""
    group = blocks[-2] if len(blocks) > 1 and len(blocks[-2]) <= _SHORT_HEADING else ""
    return group, blocks[-1]
