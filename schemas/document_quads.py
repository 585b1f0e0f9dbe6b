"""One walk over a JSON-LD document along the compiled contexts: RDF statements come out, already as N-Quads text."""

import re
from collections.abc import Callable, Iterable
from json.encoder import encode_basestring
from typing import Final

from schemas.compiled_contexts import CompiledContexts, MemberRule, NotCompiledError, Place, Reading
from schemas.jsonld_rules import MAX_STRINGS_IN_ARRAY
from schemas.rdf_canonical import Dataset, Term
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


def needs_exact_quotes(quoted: str) -> bool:
    r"""Say whether `quote_ordinary` may have erred: JSON writes \u000b where RDFC-1.0 has \u000B, and leaves DEL."""
    return "\\u00" in quoted or "\x7f" in quoted


def dataset_of(
    document: JsonObject, contexts: CompiledContexts, *, max_nodes: int, quote: Quote
) -> "tuple[Dataset, bool]":
    """Return the RDF statements of a document, and whether its JSON has to be looked at by the rules.

    Args:
        document: with its `@context`; not changed.
        contexts: the tables.
        max_nodes: most objects in the document, inclusive.
        quote: how text becomes a literal.

    Returns:
        The dataset, and True if an id is described twice or value objects stand in an array: whether that is
        allowed is for `jsonld_rules.check` to say.

    Raises:
        NotCompiledError: the document has to go to SafeProcessor.
    """
    walk = _Walk(quote, max_nodes)
    walk.root(contexts.start, document, None)
    walk.dataset.blank_nodes = walk.blank_nodes
    return walk.dataset, walk.is_doubtful


class _Walk:
    """The state of one walk: the statements so far, and what has been counted."""

    __slots__ = ("_described", "_nodes_left", "_quote", "blank_nodes", "dataset", "is_doubtful")

    def __init__(self, quote: Quote, max_nodes: int) -> None:
        self.dataset = Dataset()
        self.blank_nodes = 0
        self.is_doubtful = False
        self._described: set[str] = set()
        self._nodes_left = max_nodes
        self._quote = quote

    def root(self, place: Place, element: JsonObject, graph: int | None) -> Term:
        """Walk a credential, whose first member names its contexts."""
        members = element.copy()
        return self.node(place.root(members.pop("@context", None)), members, graph)

    def node(self, place: Place, element: JsonObject, graph: int | None) -> Term:
        """Walk one object: emit its statements and return its subject."""
        subject = self._subject(place, element)
        statements: list[tuple[str, Term]] = []
        types = element.get(place.type_name)
        if types is not None:
            place, type_terms = place.typed(types)
            statements.extend([(_RDF_TYPE, term) for term in type_terms])
        rules, quote = place.rules, self._quote
        for name, value in element.items():
            rule = rules.get(name) or place.rule(name)
            if isinstance(value, str):
                if rule.literal_end is not None:
                    statements.append((rule.predicate, quote(value) + rule.literal_end))
                elif not rule.is_keyword:
                    statements.append((rule.predicate, _resource(rule, value)))
            elif rule.is_keyword:
                if name != place.type_name or not value:
                    raise NotCompiledError("an id that is not text, or no type")
            elif isinstance(value, list):
                terms = self._array(rule, value, graph)
                statements.extend([(rule.predicate, term) for term in terms])
            else:
                statements.append((rule.predicate, self._single(rule, value, graph)))
        self._emit(subject, statements, graph)
        return subject

    def _subject(self, place: Place, element: JsonObject) -> Term:
        """Return the object's id as N-Quads text, or a new blank node."""
        self._nodes_left -= 1
        if self._nodes_left < 0 or not element:
            raise NotCompiledError("too many objects, or an empty one")
        if place.id_name not in element:
            return self.blank_node()
        name = element[place.id_name]
        if not isinstance(name, str):
            raise NotCompiledError("an id that is not text")
        if len(element) > 1:
            if name in self._described:
                self.is_doubtful = True
            self._described.add(name)
        return place.iri(name)

    def blank_node(self) -> int:
        """Return a new blank node."""
        self.blank_nodes += 1
        return self.blank_nodes - 1

    def _emit(self, subject: Term, statements: Iterable[tuple[str, Term]], graph: int | None) -> None:
        if isinstance(subject, int) or graph is not None:
            self.dataset.quads.extend([(subject, predicate, term, graph) for predicate, term in statements])
            return
        lines, quads = self.dataset.lines, self.dataset.quads
        for predicate, term in statements:
            if isinstance(term, int):
                quads.append((subject, predicate, term, None))
            else:
                lines.append(f"{subject} {predicate} {term} .\n")

    def _single(self, rule: MemberRule, value: JsonValue, graph: int | None) -> Term:
        """Read a value that is not in an array."""
        if rule.is_list:
            return self._list([self._term(rule, value, graph)], graph)
        return self._term(rule, value, graph)

    def _array(self, rule: MemberRule, values: list[JsonValue], graph: int | None) -> list[Term]:
        """Read an array: the terms that stand in as many statements."""
        if not values or len(values) > MAX_STRINGS_IN_ARRAY:
            raise NotCompiledError("an empty or long array")
        terms = [self._term(rule, value, graph) for value in values]
        if len(values) > 1 and any(isinstance(value, dict) and "@value" in value for value in values):
            self.is_doubtful = True  # equal siblings, without a blank node that would show it
        return [self._list(terms, graph)] if rule.is_list else terms

    def _list(self, terms: list[Term], graph: int | None) -> Term:
        """Emit an ordered list and return its first cell."""
        cells: list[Term] = [self.blank_node() for _ in terms]
        for cell, term, rest in zip(cells, terms, [*cells[1:], _RDF_NIL], strict=True):
            self._emit(cell, ((_RDF_FIRST, term), (_RDF_REST, rest)), graph)
        return cells[0]

    def _term(self, rule: MemberRule, value: JsonValue, graph: int | None) -> Term:
        """Read one value: a literal, a resource, or an object of its own."""
        if isinstance(value, dict):
            return self._object(rule, value, graph)
        if rule.is_graph:
            raise NotCompiledError("a graph that is not an object")
        if isinstance(value, str):
            if rule.literal_end is not None:
                return self._quote(value) + rule.literal_end
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
        if value.keys() != _LANGUAGE_STRING or not isinstance(text, str) or rule.is_graph:
            raise NotCompiledError("an unusual value object")
        if not isinstance(tag, str) or _LANGUAGE_TAG(tag) is None:
            # The tag is not escaped in N-Quads: a line break would move a statement out of sight.
            raise NotCompiledError("an unusual language tag")
        return f"{self._quote(text)}@{tag.lower()}"


def _resource(rule: MemberRule, value: str) -> str:
    """Read text that names a resource."""
    if rule.is_graph:
        raise NotCompiledError("a graph that is not an object")
    if rule.reading is Reading.IRI:
        return rule.scalars.iri(value)
    return rule.scalars.vocabulary_iri(value)


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
