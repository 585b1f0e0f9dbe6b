"""One canonical form for many badges that differ in a few texts only: compile once, fill in values, never guess.

A badge of a batch differs from the next in its ids and a few texts. The template canonicalises one badge whose
varying texts were replaced by marks, and keeps the result as lines with gaps. Filling the gaps is exact under
five conditions, each checked here; where one does not hold, `NotCompiledError` sends the badge the general way.

1. A gap is a whole text, in the place of a literal or an id (`_Gaps`).
2. A value in the place of an id is plainly an absolute IRI, and no two objects get the same id (`_terms`).
3. No two blank nodes have the same first-degree hash, so each label follows from hashes alone (`_labels`).
4. A dataset is a set: lines that became equal are one (`canonical`); statements of a blank node that became
   equal would change its hash, so they are refused (`_NodeLines.digest`).
5. Text is escaped as RDFC-1.0 says (`document_quads.quote`).
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from json.encoder import encode_basestring
from sys import getsizeof
from typing import TYPE_CHECKING, Final

from schemas import strict_json
from schemas.compiled_contexts import NotCompiledError
from schemas.document_quads import quote
from schemas.rdf_canonical import Dataset, Quad, line_seen_from, repeats

if TYPE_CHECKING:
    from schemas.compiled_canonicaliser import CompiledCanonicaliser
    from schemas.strict_json import JsonObject, JsonValue

_MARK: Final = "urn:pateva-gap:"
_GAP: Final = re.compile(r"""<urn:pateva-gap:(\d+)>|"urn:pateva-gap:(\d+)\"""")
_COPIES: Final = 4  # of each line: as it is, seen from the blank nodes at both its ends, and in the JSON
_PLACE: Final = re.compile(_GAP.pattern + "|\x00([0-9]+)\x00")  # a gap, or the label of a blank node


@dataclass(frozen=True, slots=True)
class TemplateBounds:
    """How large a template may get.

    Attributes:
        statements, blank_nodes: of the badge.
    """

    statements: int = 20_000
    blank_nodes: int = 5_000


_BOUNDS: Final = TemplateBounds()


class BadgeTemplate:
    """The canonical form and the JSON of a badge, with gaps for values.

    Args:
        badge: a badge of the batch, without proof; not changed.
        gaps: RFC 6901 pointers to the texts that vary, in the order in which values will come.
        canonicaliser: the compiled path.
        bounds: larger badges are refused before anything is made of them.

    Raises:
        NotCompiledError: the badge is outside the tables, too large or not plain, or a gap is no text of its own.
    """

    def __init__(
        self,
        badge: "JsonObject",
        gaps: Sequence[str],
        canonicaliser: "CompiledCanonicaliser",
        *,
        bounds: TemplateBounds = _BOUNDS,
    ) -> None:
        self._bounds = bounds
        if _MARK in strict_json.write(badge).decode():
            raise NotCompiledError("the badge holds a mark")
        self._canonicaliser = canonicaliser
        self._size = len(gaps)
        marked: JsonValue = badge
        for number, gap in enumerate(gaps):
            marked = _with_mark(marked, gap, number)
        if not isinstance(marked, dict):
            raise NotCompiledError("a gap is a text inside the badge")
        dataset = canonicaliser.dataset(marked)
        if dataset.blank_nodes > bounds.blank_nodes:
            raise NotCompiledError("too many blank nodes")
        self._check_gaps(dataset)
        self._prepare(dataset)
        self._json = _Lines([strict_json.write(marked).decode()])

    def _check_gaps(self, dataset: Dataset) -> None:
        """Condition 1: each gap came out as a literal or an id, and nowhere else."""
        seen: set[int] = set()
        self._is_id = [False] * self._size
        for subject, predicate, object_, graph in dataset.all_quads():
            if _MARK in predicate or graph is not None:
                raise NotCompiledError("a gap outside literals and ids")
            for term in (subject, object_):
                if isinstance(term, str) and _MARK in term:
                    match = _GAP.match(term)
                    if match is None:
                        raise NotCompiledError("a gap inside a text")
                    seen.add(int(match[1] or match[2]))
                    if match[1]:
                        self._is_id[int(match[1])] = True
        if seen != set(range(self._size)):
            raise NotCompiledError("a gap that is not signed")

    def _prepare(self, dataset: Dataset) -> None:
        """Keep all statements as one text, and those around each blank node."""
        quads = list(dict.fromkeys(dataset.all_quads()))
        if len(quads) > self._bounds.statements:
            raise NotCompiledError("too many statements")
        subjects = {quad[0] for quad in quads if isinstance(quad[0], str)}
        self._fixed_subjects = frozenset(subject for subject in subjects if _MARK not in subject)
        self._varying_subjects = [int(match[1]) for subject in subjects if (match := _GAP.match(subject))]
        self._lines = _Lines([_written(quad) for quad in quads], labels_at=2 * self._size)
        around: list[list[str]] = [[] for _ in range(dataset.blank_nodes)]
        for quad in quads:
            for node in {quad[0], quad[2]}:
                if isinstance(node, int):
                    around[node].append(line_seen_from(node, quad)[:-1])
        self._nodes = [_NodeLines(lines) for lines in around]

    @property
    def bytes_at_most(self) -> int:
        """What the template's texts take in memory, about."""
        return _COPIES * getsizeof(self._lines)

    def canonical(self, values: Sequence[str]) -> str:
        """Return the canonical N-Quads of the badge with these values; the same as the general path gives.

        Args:
            values: one for each gap, in order.

        Raises:
            NotCompiledError: a condition does not hold: the badge has to go the general way.
        """
        terms = self._terms(values)
        lines = self._lines.filled([*terms, *self._labels(terms)])
        lines.sort()
        return "\n".join([*(dict.fromkeys(lines) if repeats(lines) else lines), ""])

    def json(self, values: Sequence[str], proof: "JsonObject | None" = None) -> bytes:
        """Return the badge with these values as compact JSON, its members in the order of the template's badge."""
        text = self._json.text([encode_basestring(value) for value in values for _ in range(2)])
        if proof is None:
            return text.encode()
        return f'{text[:-1]},"proof":{strict_json.write(proof).decode()}}}'.encode()

    def _terms(self, values: Sequence[str]) -> list[str]:
        """Condition 2: return each value as an id (empty if it is none) and as a literal."""
        if len(values) != self._size:
            raise NotCompiledError("not one value for each gap")
        terms: list[str] = []
        for value, is_id in zip(values, self._is_id, strict=True):
            if value[:2] == "_:":
                raise NotCompiledError("text that looks like a blank node")
            terms += (self._canonicaliser.iri(value) if is_id else "", quote(value))
        named = {terms[2 * number] for number in self._varying_subjects}
        if len(named) < len(self._varying_subjects) or not named.isdisjoint(self._fixed_subjects):
            raise NotCompiledError("two objects with one id")
        return terms

    def _labels(self, terms: list[str]) -> tuple[str, ...]:
        """Condition 3: the labels in the order of the nodes."""
        digests = [node.digest(terms) for node in self._nodes]
        order = {digest: number for number, digest in enumerate(sorted(digests))}
        if len(order) < len(digests):
            raise NotCompiledError("blank nodes that look alike")
        return tuple([f"_:c14n{order[digest]}" for digest in digests])


class _Lines:
    """Lines with gaps, filled from a list: id and literal form of each value by turns, then the labels, if any.

    Args:
        lines: with marks.
        labels_at: where in the list the labels of blank nodes begin.
    """

    def __init__(self, lines: Iterable[str], *, labels_at: int = 0) -> None:
        places: list[int] = []

        def place(match: re.Match[str]) -> str:
            as_id, as_literal, label = match.groups()
            if label is not None:
                places.append(labels_at + int(label))
            else:
                places.append(2 * int(as_literal) + 1 if as_id is None else 2 * int(as_id))
            return "%s"

        self._format = _PLACE.sub(place, "\n".join(lines).replace("%", "%%"))
        self._places = places

    def __sizeof__(self) -> int:
        return getsizeof(self._format) + 9 * len(self._places)

    def text(self, terms: Sequence[str]) -> str:
        """Return the text with its gaps filled."""
        return self._format % tuple([terms[place] for place in self._places])

    def filled(self, terms: Sequence[str]) -> list[str]:
        """Return the lines with their gaps filled, without LF; no other character ends a line here."""
        return self.text(terms).split("\n") if self._format else []


class _NodeLines:
    """The statements around one blank node, of which its first-degree hash is made."""

    def __init__(self, lines: Iterable[str]) -> None:
        lines = sorted(lines)
        self._lines = _Lines(lines)
        self._different = len(set(lines))
        self._varies = _GAP.search("".join(lines)) is not None
        self._digest = _digest(lines)

    def digest(self, terms: list[str]) -> str:
        """Return the hash. Condition 4: statements that were different must still be."""
        if not self._varies:
            return self._digest
        lines = self._lines.filled(terms)
        if len(set(lines)) < self._different:
            raise NotCompiledError("statements that became equal")
        lines.sort()
        return _digest(lines)


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join([*lines, ""]).encode()).hexdigest()


def _written(quad: Quad) -> str:
    """Return a statement as a line without LF, with a mark for the label of each blank node.

    Without LF lines sort as with it: no sign in a line comes before LF.
    """
    subject, predicate, object_, _ = quad
    start = f"\x00{subject}\x00" if isinstance(subject, int) else subject
    end = f"\x00{object_}\x00" if isinstance(object_, int) else object_
    return f"{start} {predicate} {end} ."


def _with_mark(item: "JsonValue", pointer: str, number: int) -> "JsonValue":
    """Return a copy in which the text at the pointer is the mark of a gap."""
    if not pointer:
        if not isinstance(item, str) or _MARK in item:
            raise NotCompiledError("a gap is a text, given once")
        return f"{_MARK}{number}"
    step, slash, rest = pointer[1:].partition("/")
    name = step.replace("~1", "/").replace("~0", "~")
    if isinstance(item, dict) and name in item:
        return item | {name: _with_mark(item[name], slash + rest, number)}
    if isinstance(item, list) and name.isdecimal() and int(name) < len(item):
        index = int(name)
        return [*item[:index], _with_mark(item[index], slash + rest, number), *item[index + 1 :]]
    raise NotCompiledError("a gap that points nowhere")
