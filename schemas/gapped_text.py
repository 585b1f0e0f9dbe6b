"""JSON texts that differ in a few strings only: a text with gaps says whether another is the same but for these.

Outside its gaps a text must be the same, sign for sign, white space included. So its members, their order, its numbers
and its structure are those of the first text, and were judged with it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple, TypeAlias

import orjson

from schemas.jsonld_rules import pointer
from schemas.strict_json import JsonObject, JsonValue

Fits: TypeAlias = Callable[[str], object]
"""Says whether a string may stand in a gap: None or False if not. It must refuse quotes and backslashes."""

Names: TypeAlias = tuple[str, ...]
"""The members that lead to a string, without the places in arrays."""


class NoGapsError(Exception):
    """The text holds something that is neither known to stay the same nor known to vary."""


class GappedText(NamedTuple):
    """A JSON text with gaps.

    Attributes:
        start: up to the first gap, its opening quote included.
        rest: for each gap what may stand in it, and the text behind it, from its closing quote to the next opening one.
        pointers: RFC 6901, one for each gap, in the order of the text.
    """

    start: str
    rest: tuple[tuple[Fits, str], ...]
    pointers: tuple[str, ...]

    def values(self, text: str) -> list[str] | None:
        """Return what stands in the gaps, or None if the text differs elsewhere or a string does not fit."""
        if not text.startswith(self.start):
            return None
        at = len(self.start)
        found = []
        for fits, behind in self.rest:
            end = text.find('"', at)
            value = text[at:end]
            if not text.startswith(behind, end) or not fits(value):
                return None
            found.append(value)
            at = end + len(behind)
        return found if at == len(text) else None


def document_of(text: str) -> JsonObject:
    """Return the value of a text that was matched; it has the structure of one that was read strictly."""
    document: JsonObject = orjson.loads(text)
    return document


def with_gaps(text: str, document: JsonObject, gaps: Mapping[Names, Fits], fixed: frozenset[Names]) -> GappedText:
    """Return the text with its gaps.

    Args:
        text: one JSON object that was read strictly.
        document: its value.
        gaps: where strings vary, and what may stand there.
        fixed: where values stay the same, with all that is inside them.

    Raises:
        NoGapsError: a value is under neither, a string of the text is written with an escape, or does not fit.
    """
    if "\\" in text:
        raise NoGapsError("an escape")
    tokens = text.split('"')
    walk = _strings(document, (), (), fixed.union(gaps), fixed)
    start, piece = "", ""
    fits: Fits | None = None
    rest: list[tuple[Fits, str]] = []
    pointers: list[str] = []
    for place, token in enumerate(tokens):
        if place % 2 == 0:
            piece += token
            continue
        names, steps, string = next(walk, ((), (), None))
        if string != token:
            raise NoGapsError("not the document's text")
        varies = gaps.get(names) if steps else None
        if varies is None:
            piece += f'"{token}"'
            continue
        if not varies(token):
            raise NoGapsError("an unusual string")
        if fits is None:
            start = f'{piece}"'
        else:
            rest.append((fits, f'{piece}"'))
        piece, fits = '"', varies
        pointers.append(pointer(*steps))
    if next(walk, None) is not None or fits is None:
        raise NoGapsError("not the document's text, or without gaps")
    return GappedText(start, (*rest, (fits, piece)), tuple(pointers))


_Step: TypeAlias = str | int


def _strings(
    value: JsonValue, names: Names, steps: tuple[_Step, ...], known: frozenset[Names], fixed: frozenset[Names]
) -> Iterator[tuple[Names, tuple[_Step, ...], str]]:
    """Yield all strings in the order of the text: its members, its steps (none for a name, or inside a fixed value)."""
    if names in fixed:
        for string in _all_strings(value):
            yield names, (), string
    elif isinstance(value, dict):
        for name, item in value.items():
            yield names, (), name
            yield from _strings(item, (*names, name), (*steps, name), known, fixed)
    elif isinstance(value, list):
        for place, item in enumerate(value):
            if not isinstance(item, dict):  # texts side by side can be equal, which texts of their own members cannot
                raise NoGapsError(f"a list without objects: {'/'.join(names)}")
            yield from _strings(item, names, (*steps, place), known, fixed)
    elif isinstance(value, str) and names in known:
        yield names, steps, value
    else:
        raise NoGapsError(f"not known: {'/'.join(names)}")


def _all_strings(value: JsonValue) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from _all_strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _all_strings(item)


def plain_text(longest: int) -> Fits:
    """Return what fits a text in Latin letters: no sign that is escaped, hidden, or stands for structure."""
    signs = r"[ !#-\[\]-z|~\xa1-\xac\xae-\u02af]"
    return re.compile(rf"(?!_:){signs}{{1,{longest}}}").fullmatch


ABSOLUTE_IRI: Final[Fits] = re.compile(
    r"(?:urn:uuid:[0-9A-Fa-f-]{36}|https://[A-Za-z0-9][A-Za-z0-9._~:/?#@!$&'()*+,;=%-]{0,500}"
    r"|did:(?:web|key):[A-Za-z0-9._:%-]{1,500})"
).fullmatch
