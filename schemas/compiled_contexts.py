"""Pinned JSON-LD contexts compiled to tables: what each member of a document means at each place, found out once.

What JSON-LD context processing yields (protected terms, type-scoped and property-scoped contexts, propagation)
depends on the pinned contexts and on the path of types and members to a place, never on values. So PyLD does it
once for each place that occurs, and the result is a table that a document is then walked with:

    Place (where we are)  ×  member name  →  MemberRule (predicate, how values are read, the place inside)

The tables know a subset of JSON-LD, the one that honest credentials use. Whatever lies outside raises
`NotCompiledError`, and so does every fault: the tables only ever say yes, and `jsonld.SafeProcessor` says what is
wrong.
"""

import re
import threading
from collections.abc import Mapping
from enum import Enum, auto
from typing import Any, Final

from pyld.context_resolver import ContextResolver
from pyld.jsonld import JsonLdError, JsonLdProcessor

from schemas.jsonld_rules import MAX_CONTEXTS, MEMBER_ROOTS
from schemas.strict_json import JsonObject, JsonValue

MAX_PLACES: Final = 1000  # strangers choose types and so create places; each holds about 100 kB
MAX_TYPES: Final = 6  # of one object
_MAX_TYPE_SETS: Final = 256  # of one place
_MAX_ROOTS: Final = 64  # lists of contexts that may begin at one place
_MAX_IRIS: Final = 4096
_MAX_IRI_LENGTH: Final = 256  # of an IRI worth remembering

_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
# What RFC 3987 and N-Quads allow, less DEL: a doubtful identifier is left to SafeProcessor.
_ABSOLUTE_IRI: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):[^\x00-\x20<>\"{}|^`\\\x7f\ud800-\udfff]*").fullmatch
_KEYWORDS: Final = frozenset({"@id", "@type"})
_SHARED: Final = frozenset({"achievement", "issuer"})  # one given to many people, the other giving many

_Context = Mapping[str, Any]  # an active context as PyLD makes it


class NotCompiledError(Exception):
    """Outside the tables, or faulty: SafeProcessor has to look at the document."""


class Reading(Enum):
    """How a value that is not an object becomes an RDF term."""

    KEYWORD = auto()  # not at all: it is the object's id or its types, read before the other members
    OBJECTS = auto()  # not at all: only objects belong here
    LITERAL = auto()
    IRI = auto()
    VOCABULARY = auto()  # a term of the context, standing for its IRI


class MemberRule:
    """What a member means at a place.

    Attributes:
        predicate: N-Quads text.
        reading: how strings are read.
        datatype: IRI that the context fixes for literals; empty if it fixes none.
        literal_end: what follows the closing quote of a string literal; None if strings are not literals.
        holds_nodes: an object here is an ordinary node: no graph, no list, no credential.
        is_list: an array keeps its order.
        is_graph: each value is a graph of its own (proofs, members of a presentation).
        may_hold_credential: an object here may begin with a context of its own.
        scalars: the place in which strings are read.
        takes_text: a string here is one statement: no list, no graph, not the object's id or type.
        is_shared: many documents hold the same object here, so what it says is kept.
        inside: the place at which an object here begins.
        inside_reference: the same for an object that holds nothing but its id.
    """

    __slots__ = (
        "datatype",
        "holds_nodes",
        "inside",
        "inside_reference",
        "is_graph",
        "is_list",
        "is_shared",
        "literal_end",
        "may_hold_credential",
        "predicate",
        "reading",
        "scalars",
        "takes_text",
    )

    datatype: str
    holds_nodes: bool
    inside: "Place"
    inside_reference: "Place"
    is_graph: bool
    is_list: bool
    is_shared: bool
    literal_end: str | None
    may_hold_credential: bool
    predicate: str
    reading: Reading
    scalars: "Place"
    takes_text: bool


class Place:
    """Where we are in a document: an active context, and the table of what its members mean.

    Attributes:
        rules: member name → its rule, filled as members occur; `rule` fills it.
        id_name: the member that holds an object's id; `@id`, which no document may use, if the context names none.
        type_name: the same for its types.
    """

    __slots__ = ("_roots", "_tables", "_typed", "_vocabulary", "context", "id_name", "rules", "type_name")

    def __init__(self, tables: "CompiledContexts", context: _Context) -> None:
        if not context.keys().isdisjoint({"@vocab", "@base", "@language", "@direction"}):
            raise NotCompiledError("a context that changes the meaning of bare words")
        self._tables = tables
        self.context = context
        mappings = context["mappings"]
        self.id_name = _only_name(mappings, "@id")
        self.type_name = _only_name(mappings, "@type")
        self.rules: dict[str, MemberRule] = {}
        tables.note_prefixes({name for name, mapping in mappings.items() if mapping and mapping.get("_prefix")})
        self._typed: dict[tuple[str, ...], tuple[Place, tuple[str, ...]]] = {}
        self._roots: dict[tuple[str, ...], Place] = {}
        self._vocabulary: dict[str, str] = {}

    def rule(self, name: str) -> MemberRule:
        """Compile the rule of a member that is not among `rules` yet, and keep it there."""
        if name not in self.context["mappings"]:
            raise NotCompiledError(f"not a term here: {name}")
        found = self.rules[name] = self._tables.compile_member(self, name)
        return found

    def typed(self, types: JsonValue) -> "tuple[Place, tuple[str, ...]]":
        """Return the place that an object of these types opens, and the types as N-Quads text."""
        names: tuple[Any, ...]
        if isinstance(types, str):
            names = (types,)
        elif isinstance(types, list):
            names = tuple(types)
        else:
            raise NotCompiledError("types are text")
        try:
            found = self._typed.get(names)
        except TypeError:
            raise NotCompiledError("types are text") from None
        if found is None:
            found = self._tables.compile_types(self, names)
            if len(self._typed) >= _MAX_TYPE_SETS:
                raise NotCompiledError("too many sets of types")
            self._typed[names] = found
        return found

    def root(self, contexts: JsonValue) -> "Place":
        """Return the place at the root of a credential that names these contexts."""
        urls: tuple[Any, ...] = tuple(contexts) if isinstance(contexts, list) else (contexts,)
        try:
            found = self._roots.get(urls)
        except TypeError:
            raise NotCompiledError("an inline context") from None
        if found is None:
            if not 0 < len(urls) <= MAX_CONTEXTS or len(self._roots) >= _MAX_ROOTS:
                raise NotCompiledError("too many lists of contexts")
            found = self._roots[urls] = self._tables.compile_root(self, urls)
        return found

    def iri(self, text: str) -> str:
        """Return an id as N-Quads text."""
        return self._tables.iris.get(text) or self._tables.check_iri(text)

    def vocabulary_iri(self, word: str) -> str:
        """Return the IRI of a term that stands as a value, as N-Quads text."""
        found = self._vocabulary.get(word)
        if found is None:
            found = self._vocabulary[word] = self._tables.term_iri(self, word)
        return found


def _only_name(mappings: Mapping[str, Any], keyword: str) -> str:
    names = [name for name, mapping in mappings.items() if mapping and mapping["@id"] == keyword]
    if len(names) > 1:
        raise NotCompiledError(f"several names for {keyword}")
    return names[0] if names else keyword


class CompiledContexts:
    """All places that the pinned contexts lead to, compiled as documents come.

    Reading the tables needs no lock: an entry is complete before it is stored. Compiling is serialised.
    """

    def __init__(self, contexts: Mapping[str, JsonObject]) -> None:
        self.iris: dict[str, str] = {}  # absolute IRIs that were checked, as N-Quads text
        self._prefixes: frozenset[str] = frozenset()
        self._contexts = contexts
        self._lock = threading.RLock()
        self._processor = JsonLdProcessor()
        self._options = {
            "base": "",
            "processingMode": "json-ld-1.1",
            "documentLoader": self._load,
            "isFrame": False,
            "contextResolver": ContextResolver({}, self._load),
        }
        self._places: dict[int, Place] = {}  # by identity of PyLD's context, which the place keeps alive
        self._processed: dict[tuple[int, int, bool, bool], tuple[Place, object]] = {}
        self.start = self._place(self._processor._get_initial_context(self._options))  # noqa: SLF001 – no public face

    def _load(self, url: str, _options: object = None) -> dict[str, Any]:
        if url not in self._contexts:
            raise NotCompiledError("not a pinned context")
        return {
            "contentType": "application/ld+json",
            "contextUrl": None,
            "documentUrl": url,
            "document": self._contexts[url],
            "tag": "static",
        }

    def _place(self, context: _Context) -> Place:
        found = self._places.get(id(context))
        if found is None:
            if len(self._places) >= MAX_PLACES:
                raise NotCompiledError("the table of places is full")
            found = self._places[id(context)] = Place(self, context)
        return found

    def _process(self, place: Place, local: object, *, override: bool = False, propagate: bool = True) -> Place:
        """Return the place that a local context leads to, by PyLD's context processing."""
        key = (id(place), id(local), override, propagate)
        known = self._processed.get(key)
        if known is not None:
            return known[0]
        try:
            context = self._processor._process_context(  # noqa: SLF001 – no public face
                place.context, local, self._options, override_protected=override, propagate=propagate
            )
        except JsonLdError as problem:
            raise NotCompiledError("the contexts contradict each other") from problem
        found = self._place(context)
        self._processed[key] = found, local  # `local` is kept, so that its identity stays its own
        return found

    def note_prefixes(self, prefixes: set[str]) -> None:
        """Remember words that shorten IRIs somewhere; an id that begins with one is doubtful everywhere."""
        if not self._prefixes >= prefixes:
            self._prefixes |= prefixes
            self.iris.clear()

    def check_iri(self, text: str) -> str:
        """Return an id as N-Quads text, and remember it if it is short."""
        match = _ABSOLUTE_IRI(text)
        if match is None or match[1] in self._prefixes:
            raise NotCompiledError("not plainly an absolute IRI")
        if len(text) <= _MAX_IRI_LENGTH:
            if len(self.iris) >= _MAX_IRIS:
                self.iris.clear()
            self.iris[text] = f"<{text}>"
        return f"<{text}>"

    def compile_root(self, place: Place, urls: tuple[Any, ...]) -> Place:
        """Apply a document's own contexts; only pinned ones."""
        if any(not isinstance(url, str) or url not in self._contexts for url in urls):
            raise NotCompiledError("not a pinned context")
        with self._lock:
            return self._process(place, list(urls))

    def compile_types(self, place: Place, types: tuple[Any, ...]) -> tuple[Place, tuple[str, ...]]:
        """Apply the contexts that hang on types, in the order of JSON-LD 1.1: sorted by name."""
        if not 0 < len(types) <= MAX_TYPES or not all(isinstance(name, str) for name in types):
            raise NotCompiledError("an unusual list of types")
        with self._lock:
            iris = tuple(dict.fromkeys(self.term_iri(place, name) for name in types))
            inside = place
            for name in sorted(types):
                scoped = _definition(place, name, "@context")
                if scoped is not None and scoped is not False:
                    inside = self._process(inside, scoped, propagate=False)
            if (inside.id_name, inside.type_name) != (place.id_name, place.type_name):
                raise NotCompiledError("a type that renames id or type")
            return inside, iris

    def compile_member(self, place: Place, name: str) -> MemberRule:
        """Find out what a member means at a place."""
        iri = place.context["mappings"][name] and place.context["mappings"][name]["@id"]
        rule = MemberRule()
        rule.literal_end = None
        rule.takes_text = rule.holds_nodes = rule.is_list = rule.is_graph = rule.may_hold_credential = False
        rule.is_shared = name in _SHARED
        if iri in _KEYWORDS:
            rule.reading = Reading.KEYWORD
            return rule
        rule.predicate = _as_term(iri)
        with self._lock:
            scoped = _definition(place, name, "@context")
            rule.scalars = place if scoped is None else self._process(place, scoped, override=True)
            _read_definition(rule, place, name)
            # A type-scoped context ends where the next object begins, but not for a mere reference.
            before = rule.scalars.context.get("previousContext")
            outside = rule.scalars if before is None else self._place(before)
            scoped = _definition(rule.scalars, name, "@context")
            if scoped is None:
                rule.inside, rule.inside_reference = outside, rule.scalars
            else:
                rule.inside = self._process(outside, scoped, override=True)
                rule.inside_reference = self._process(rule.scalars, scoped, override=True)
        return rule

    def term_iri(self, place: Place, word: str) -> str:
        """Return what a term stands for, as N-Quads text; words that are no term are refused."""
        mapping = place.context["mappings"].get(word)
        if not mapping:
            raise NotCompiledError(f"not a term here: {word}")
        return _as_term(mapping["@id"])


def _definition(place: Place, name: str, part: str) -> Any:  # noqa: ANN401 – PyLD's context is untyped
    return JsonLdProcessor.get_context_value(place.context, name, part)


def _as_term(iri: object) -> str:
    if not isinstance(iri, str) or _ABSOLUTE_IRI(iri) is None:
        raise NotCompiledError("a term without an absolute IRI")
    return f"<{iri}>"


def _read_definition(rule: MemberRule, place: Place, name: str) -> None:
    """Fill in the parts of a rule that stand in the term's definition."""
    containers = JsonLdProcessor.arrayify(_definition(place, name, "@container") or [])
    inside = JsonLdProcessor.arrayify(_definition(rule.scalars, name, "@container") or [])
    if ("@list" in containers) is not ("@list" in inside):
        raise NotCompiledError("a scoped context that makes or unmakes its own list")
    if not {"@set", "@list", "@graph"}.issuperset(containers):
        raise NotCompiledError("a map container")
    definitions = [
        mapping for where in (place, rule.scalars) if (mapping := where.context["mappings"].get(name)) is not None
    ]
    if any(mapping.get("reverse") or "@language" in mapping or "@direction" in mapping for mapping in definitions):
        raise NotCompiledError("a reversed or language-tagged term")
    rule.is_list = "@list" in containers
    rule.is_graph = "@graph" in containers
    rule.may_hold_credential = name in MEMBER_ROOTS
    rule.takes_text = not (rule.is_list or rule.is_graph)
    rule.holds_nodes = not (rule.is_list or rule.is_graph or rule.may_hold_credential)
    rule.datatype = ""
    rule.reading = Reading.LITERAL
    coercion = _definition(rule.scalars, name, "@type")
    if "@json" in (coercion, _definition(place, name, "@type")):
        raise NotCompiledError("a JSON literal")
    if rule.is_graph:
        rule.reading = Reading.OBJECTS
    elif coercion == "@id":
        rule.reading = Reading.IRI
    elif coercion == "@vocab":
        rule.reading = Reading.VOCABULARY
    elif coercion is None or coercion == "@none":
        rule.literal_end = ""
    else:
        rule.datatype = coercion
        rule.literal_end = "" if coercion == _XSD + "string" else f"^^{_as_term(coercion)}"
