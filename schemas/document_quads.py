"""One walk over a JSON-LD document along the compiled contexts: RDF statements come out, already as N-Quads text."""

import re
from collections.abc import Callable
from json.encoder import encode_basestring
from typing import Final

from schemas.compiled_contexts import CompiledContexts, MemberRule, NotCompiledError, Place, Reading
from schemas.jsonld_rules import MAX_STRINGS_IN_ARRAY
from schemas.rdf_canonical import Dataset, Quad, Term
from schemas.shared_objects import SharedObject, SharedObjects, written
from schemas.strict_json import JsonObject, JsonValue

_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDF_TYPE: Final = f"<{_RDF}type>"
_RDF_FIRST: Final = f"<{_RDF}first>"
_RDF_REST: Final = f"<{_RDF}rest>"
_RDF_NIL: Final = f"<{_RDF}nil>"
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_LARGEST_INTEGER: Final = 2**53 - 1
_LANGUAGE_TAG: Final = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*").fullmatch
_LANGUAGE_STRING: Final = frozenset({"@value", "@language"})

# RDFC-1.0, section 5.2. All other characters stand for themselves, also U+0085 and U+2028.
_ESCAPES: Final = {code: f"\\u{code:04X}" for code in (*range(0x20), 0x7F)} | {
    ord(char): escape
    for char, escape in {
        "\b": "\\b",
        "\t": "\\t",
        "\n": "\\n",
        "\f": "\\f",
        "\r": "\\r",
        '"': '\\"',
        "\\": "\\\\",
    }.items()
}

Quote = Callable[[str], str]

quote_ordinary: Quote = encode_basestring
"""Text as an N-Quads literal, in C; exact unless `is_doubtful` says otherwise of what comes out."""


def quote_any(text: str) -> str:
    """Return any text as an N-Quads literal, escaped as RDFC-1.0 wants it."""
    return f'"{text.translate(_ESCAPES)}"'


def quote(text: str) -> str:
    """Return text as an N-Quads literal: the quick way where it is exact."""
    quoted = quote_ordinary(text)
    return quote_any(text) if needs_exact_quotes(quoted) else quoted


def needs_exact_quotes(quoted: str) -> bool:
    r"""Say whether `quote_ordinary` may have erred: JSON writes \u000b where RDFC-1.0 has \u000B, and leaves DEL."""
    return "\x7f" in quoted or ("\\" in quoted and "\\u00" in quoted)


def dataset_of(
    document: JsonObject,
    contexts: CompiledContexts,
    *,
    max_nodes: int,
    quote: Quote,
    shared: SharedObjects | None = None,
) -> "tuple[Dataset, bool]":
    """Return the RDF statements of a document, and whether its JSON has to be looked at by the rules.

    Args:
        document: with its `@context`; not changed.
        contexts: the tables.
        max_nodes: most objects in the document, inclusive.
        quote: how text becomes a literal.
        shared: objects of earlier documents, read with the same `quote`; None: none is kept.

    Returns:
        The dataset, and True if an id is described twice or value objects occur: whether that is allowed
        is for `jsonld_rules.check` to say.

    Raises:
        NotCompiledError: the document has to go to SafeProcessor.
    """
    walk = _Walk(contexts, quote, max_nodes, shared)
    walk.root(contexts.start, document, None)
    return Dataset(walk.quads, walk.blank_nodes, walk.lines), walk.is_doubtful


class _Walk:
    """The state of one walk: the statements so far, and what has been counted."""

    __slots__ = (
        "_contexts",
        "_described",
        "_emit",
        "_iris",
        "_nodes_left",
        "_quote",
        "_shared",
        "blank_nodes",
        "is_doubtful",
        "lines",
        "quads",
    )

    def __init__(
        self, contexts: CompiledContexts, quote: Quote, max_nodes: int, shared: SharedObjects | None = None
    ) -> None:
        self.quads: list[Quad] = []
        self.lines: list[str] = []
        self._contexts = contexts
        self._iris = contexts.iris
        self._shared = shared
        self.blank_nodes = 0
        self.is_doubtful = False
        self._described: set[str] = set()
        self._nodes_left = max_nodes
        self._quote = quote
        self._emit = self.quads.append

    def root(self, place: Place, element: JsonObject, graph: int | None) -> Term:
        """Walk a credential, whose first member names its contexts."""
        members = element.copy()
        return self.node(place.root(members.pop("@context", None)), members, graph)

    def node(self, place: Place, element: JsonObject, graph: int | None) -> Term:
        """Walk one object: emit its statements and return its subject."""
        subject = self._subject(place, element)
        finished = self.lines if graph is None and isinstance(subject, str) else None
        emit, quote = self._emit, self._quote
        types = element.get(place.type_name)
        if types is not None:
            place, type_terms = place.typed(types)
            for term in type_terms:
                self._state(subject, _RDF_TYPE, term, graph)
        rules = place.rules
        for name, value in element.items():
            rule = rules.get(name) or place.rule(name)
            if rule.takes_text and isinstance(value, str):
                text = quote(value) + rule.literal_end if rule.literal_end is not None else _resource(rule, value)
                if value[:2] == "_:":
                    raise NotCompiledError("text that looks like a blank node")
                if finished is not None:
                    finished.append(f"{subject} {rule.predicate} {text} .\n")
                else:
                    emit((subject, rule.predicate, text, graph))
            elif rule.holds_nodes and isinstance(value, dict) and len(value) > 1 and "@value" not in value:
                walk = self._kept if rule.is_shared else self.node
                self._state(subject, rule.predicate, walk(rule.inside, value, graph), graph)
            elif rule.reading is not Reading.KEYWORD or not isinstance(value, str | list):
                for one in self._terms(rule, value, graph):
                    self._state(subject, rule.predicate, one, graph)
        return subject

    def _state(self, subject: Term, predicate: str, object_: Term, graph: int | None) -> None:
        """Emit one statement, finished if there is no blank node in it."""
        if graph is None and isinstance(subject, str) and isinstance(object_, str):
            self.lines.append(f"{subject} {predicate} {object_} .\n")
        else:
            self._emit((subject, predicate, object_, graph))

    def _kept(self, place: Place, element: JsonObject, graph: int | None) -> Term:
        """Walk an object that other documents hold, too; its statements are taken from the last of them."""
        key = written(element) if self._shared is not None and graph is None else None
        if key is None or self._shared is None:
            return self.node(place, element, graph)
        known = self._shared.get((place, key))
        if known is None:
            walk = _Walk(self._contexts, self._quote, self._nodes_left)
            subject = walk.node(place, element, None)
            if walk.is_doubtful:
                return self.node(place, element, graph)
            nodes = self._nodes_left - walk._nodes_left
            known = SharedObject(subject, walk.lines, walk.quads, walk.blank_nodes, frozenset(walk._described), nodes)
            self._shared.put((place, key), known)
        return self._add(known)

    def _add(self, known: SharedObject) -> Term:
        """Take over what was found out about an object; its blank nodes get the next numbers."""
        self._nodes_left -= known.nodes
        if self._nodes_left < 0:
            raise NotCompiledError("too many objects")
        if not known.described.isdisjoint(self._described):
            self.is_doubtful = True
        self._described |= known.described
        first = self.blank_nodes
        self.blank_nodes += known.blank_nodes
        self.lines += known.lines
        self.quads += known.quads_from(first)
        return known.subject + first if isinstance(known.subject, int) else known.subject

    def _subject(self, place: Place, element: JsonObject) -> Term:
        """Return the object's id as N-Quads text, or a new blank node."""
        self._nodes_left -= 1
        if self._nodes_left < 0 or not element:
            raise NotCompiledError("too many objects, or an empty one")
        name = element.get(place.id_name)
        if name is None:
            self.blank_nodes += 1
            return self.blank_nodes - 1
        if not isinstance(name, str):
            raise NotCompiledError("an id that is not text")
        if len(element) > 1:
            if name in self._described:
                self.is_doubtful = True
            self._described.add(name)
        return self._iris.get(name) or place.iri(name)

    def blank_node(self) -> int:
        """Return a new blank node."""
        self.blank_nodes += 1
        return self.blank_nodes - 1

    def _terms(self, rule: MemberRule, value: JsonValue, graph: int | None) -> list[Term]:
        """Read an array, or a single value: the terms that stand in as many statements."""
        values = value if isinstance(value, list) else [value]
        if not values or len(values) > MAX_STRINGS_IN_ARRAY:
            raise NotCompiledError("an empty or long array")
        terms = []
        for item in values:
            if rule.holds_nodes and isinstance(item, dict) and len(item) > 1 and "@value" not in item:
                terms.append(self.node(rule.inside, item, graph))
            else:
                terms.append(self._term(rule, item, graph))
        return [self._list(terms, graph)] if rule.is_list else terms

    def _list(self, terms: list[Term], graph: int | None) -> Term:
        """Emit an ordered list and return its first cell."""
        cells: list[Term] = [self.blank_node() for _ in terms]
        for cell, term, rest in zip(cells, terms, [*cells[1:], _RDF_NIL], strict=True):
            self._emit((cell, _RDF_FIRST, term, graph))
            self._emit((cell, _RDF_REST, rest, graph))
        return cells[0]

    def _term(self, rule: MemberRule, value: JsonValue, graph: int | None) -> Term:
        """Read one value: a literal, a resource, or an object of its own."""
        if isinstance(value, dict):
            return self._object(rule, value, graph)
        if isinstance(value, str):
            if rule.literal_end is not None:
                return self._literal(value) + rule.literal_end
            return _resource(rule, value)
        if rule.reading is not Reading.LITERAL or isinstance(value, list):
            raise NotCompiledError("neither text nor object where one belongs")
        return _scalar(rule, value)

    def _object(self, rule: MemberRule, value: JsonObject, graph: int | None) -> Term:
        if "@value" in value:
            return self._language_string(rule, value)
        if rule.is_graph:
            if len(value) == 1:
                raise NotCompiledError("a graph that says nothing")
            name = self.blank_node()
            self._inner(rule, value, name)
            return name
        return self._inner(rule, value, graph)

    def _inner(self, rule: MemberRule, value: JsonObject, graph: int | None) -> Term:
        if rule.may_hold_credential and "@context" in value:
            return self.root(rule.inside, value, graph)
        if len(value) == 1 and rule.scalars.id_name in value:
            return self.node(rule.inside_reference, value, graph)
        return self.node(rule.inside, value, graph)

    def _language_string(self, rule: MemberRule, value: JsonObject) -> Term:
        text, tag = value["@value"], value.get("@language")
        self._nodes_left -= 1
        self.is_doubtful = True  # equal ones in an array are refused, and there is no blank node to show them
        if value.keys() != _LANGUAGE_STRING or not isinstance(text, str) or rule.is_graph:
            raise NotCompiledError("an unusual value object")
        if not isinstance(tag, str) or _LANGUAGE_TAG(tag) is None:
            # The tag is not escaped in N-Quads: a line break would move a statement out of sight.
            raise NotCompiledError("an unusual language tag")
        return f"{self._literal(text)}@{tag.lower()}"

    def _literal(self, text: str) -> str:
        if text[:2] == "_:":
            raise NotCompiledError("text that looks like a blank node")
        return self._quote(text)


def _resource(rule: MemberRule, value: str) -> str:
    """Read text that names a resource."""
    if rule.reading is Reading.IRI:
        return rule.scalars.iri(value)
    if rule.reading is Reading.VOCABULARY:
        return rule.scalars.vocabulary_iri(value)
    raise NotCompiledError("text where only objects belong")


def _scalar(rule: MemberRule, value: JsonValue) -> str:
    """Write a boolean or number as JSON-LD 1.1 says (section 8.6); null and the odd ones are not for us."""
    if isinstance(value, bool):
        return f'"{str(value).lower()}"^^<{rule.datatype or _XSD + "boolean"}>'
    if isinstance(value, float) and not value.is_integer():
        return f'"{_double(value)}"^^<{rule.datatype or _XSD + "double"}>'
    if isinstance(value, int | float) and abs(value) <= _LARGEST_INTEGER and rule.datatype != _XSD + "double":
        return f'"{int(value)}"^^<{rule.datatype or _XSD + "integer"}>'
    raise NotCompiledError("null, or an unusual number")


def _double(value: float) -> str:
    """Return the canonical form of xsd:double: `0.25` is `2.5E-1`."""
    if not 1e-7 < abs(value) < 1e15:  # noqa: PLR2004 – exponents: left to the oracle; also NaN and infinity
        raise NotCompiledError("a number with a large exponent")
    digits, _, exponent = f"{value:.15E}".partition("E")
    whole, _, fraction = digits.partition(".")
    return f"{whole}.{fraction.rstrip('0') or '0'}E{int(exponent)}"
