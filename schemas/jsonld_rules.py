"""Rules on the JSON of a linked-data document, checked before any JSON-LD processor sees it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NoReturn

from schemas import canonical_json
from schemas.errors import DocumentError
from schemas.strict_json import JsonObject, JsonValue

CONTEXT_KNOWN = "context.known"
CONTEXT_NESTED = "context.nested"
KEYWORD = "jsonld.keyword"
IRI = "jsonld.iri"
LANGUAGE = "jsonld.language"
TERMS = "jsonld.terms"
NODE_CONFLICT = "jsonld.node_conflict"
TOO_COMPLEX = "structure.too_complex"
LIMITS = "input.limits"

MAX_CONTEXTS = 8
MAX_STRINGS_IN_ARRAY = 200  # PyLD is quadratic in them

# Members whose values are whole credentials, with a context of their own at their root.
MEMBER_ROOTS = frozenset({"endorsement", "verifiableCredential"})

_VALUE_OBJECT = frozenset({"@value", "@language", "@direction"})
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")  # BCP 47, well-formed as VCDM needs it
# RFC 3987; the characters that N-Quads' IRIREF may hold
_ABSOLUTE_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`\ud800-\udfff]*")
_ENDORSEMENT_SUBJECT = "EndorsementSubject"
_ENDORSEMENT_MEMBERS = frozenset({"id", "type", "endorsementComment"})
_PROOF = "proof"
_NO_DESCRIPTION = frozenset({"id", "@context"})
_ADDRESS_ONLY = frozenset({"id", "type"})
_REFRESH = "refreshService"  # its address is often that of the credential itself, as in the examples of OB 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What may differ between policies.

    Attributes:
        known_context: says whether an address is pinned.
        inline_contexts: generic credentials (policy W3C only): objects as contexts, contexts at any place, members
            with a colon, and equal siblings, which only the budget bounds then.
        max_nodes: most objects in the document, inclusive.
    """

    known_context: Callable[[str], bool]
    inline_contexts: bool = False
    max_nodes: int = 500


def is_absolute_iri(text: str) -> bool:
    """Say whether the text has a scheme and holds only characters that an IRI may hold."""
    return _ABSOLUTE_IRI.fullmatch(text) is not None


def pointer(*steps: str | int) -> str:
    """Return the RFC 6901 pointer of the steps."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def check(document: JsonObject, rules: Rules) -> None:
    """Refuse whatever JSON-LD would drop, hide or move out of sight.

    Raises:
        DocumentError: ``context.known``, ``context.nested``, ``jsonld.keyword``, ``jsonld.iri``, ``jsonld.language``,
            ``jsonld.terms``, ``jsonld.node_conflict``, ``structure.too_complex`` (equal siblings) or ``input.limits``,
            with the pointer of the first place in document order.

    Source: openbadges.md sections 1 and 14; VCDM 2.0 section 6.1.2.
    """
    if "@context" not in document:
        raise DocumentError(CONTEXT_KNOWN, "/@context", "missing")
    _Walk(rules).object(document, "", at_root=True)
    check_node_conflicts(document)


class _Walk:
    """One pass over the document that counts nodes and checks each member."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._nodes = 0

    def object(self, item: JsonObject, at: str, *, at_root: bool) -> None:
        self._nodes += 1
        if self._nodes > self._rules.max_nodes:
            raise DocumentError(LIMITS, at, f"more than {self._rules.max_nodes} nodes")
        if "@value" in item:
            _check_value_object(item, at)
            return
        for name, value in item.items():
            here = f"{at}/{name}" if "/" not in name and "~" not in name else at + pointer(name)
            if name == "@context":
                self._context(value, here, at_root=at_root)
                continue
            self._name(name, here)
            self._member(name, value, here)

    def _name(self, name: str, here: str) -> None:
        if name.startswith("@"):
            raise DocumentError(KEYWORD, here, name)
        if ":" in name:
            if name.startswith("_:"):
                raise DocumentError(KEYWORD, here, name)
            if not self._rules.inline_contexts:  # no pinned context defines a term with a colon (tested)
                raise DocumentError(TERMS, here, "a member is spelled as an IRI")

    def _member(self, name: str, value: JsonValue, here: str) -> None:
        if name == "id":
            _check_id(value, here)
        elif name == "type":
            _check_type(value, here)
        if isinstance(value, str):
            _check_text(value, here)
        elif isinstance(value, dict):
            self.object(value, here, at_root=name in MEMBER_ROOTS)
        elif isinstance(value, list):
            self._array(name, value, here)
        elif value is None:
            raise DocumentError(KEYWORD, here, "null")

    def _array(self, name: str, items: list[JsonValue], here: str) -> None:
        if not items:
            raise DocumentError(KEYWORD, here, "an empty array")
        strings = 0
        for index, value in enumerate(items):
            place = f"{here}/{index}"
            if isinstance(value, dict):
                self.object(value, place, at_root=name in MEMBER_ROOTS)
            elif isinstance(value, str):
                strings += 1
                _check_text(value, place)
            elif isinstance(value, list):
                raise DocumentError(KEYWORD, place, "an array in an array")
            elif value is None:
                raise DocumentError(KEYWORD, place, "null")
        if strings > MAX_STRINGS_IN_ARRAY:
            raise DocumentError(LIMITS, here, f"{strings} strings in an array")
        if len(items) > 1 and not self._rules.inline_contexts:
            check_equal_siblings(items, here)

    def _context(self, value: JsonValue, here: str, *, at_root: bool) -> None:
        if not at_root and not self._rules.inline_contexts:
            raise DocumentError(CONTEXT_NESTED, here, "a context below the top")
        items = value if isinstance(value, list) else [value]
        if len(items) > MAX_CONTEXTS:
            raise DocumentError(LIMITS, here, f"{len(items)} contexts")
        for index, item in enumerate(items):
            place = f"{here}/{index}" if isinstance(value, list) else here
            if isinstance(item, str):
                if not self._rules.known_context(item):
                    raise DocumentError(CONTEXT_KNOWN, place, item)
            elif not isinstance(item, dict) or not self._rules.inline_contexts:
                raise DocumentError(CONTEXT_NESTED, place, "not the address of a context")
            else:
                _check_inline_context(item, place)


def _check_inline_context(context: JsonObject, here: str) -> None:
    """Bound an inline context (policy W3C): no further documents, no language, few terms."""
    if len(context) > MAX_STRINGS_IN_ARRAY:
        raise DocumentError(LIMITS, here, f"{len(context)} terms")
    for name in ("@import", "@language", "@direction", "@propagate"):
        if name in context:
            raise DocumentError(CONTEXT_NESTED, f"{here}/{name}", name)


def _check_id(value: JsonValue, here: str) -> None:
    if value is None or (isinstance(value, str) and value.startswith("_:")):
        raise DocumentError(KEYWORD, here, "null or a blank node identifier as id")
    # PyLD leaves out a node with a bad id, and all its statements, without a word (openbadges.md 14.4)
    if not isinstance(value, str) or not is_absolute_iri(value):
        raise DocumentError(IRI, here, "an id is one absolute IRI")


def _check_type(value: JsonValue, here: str) -> None:
    """Refuse keywords as types: PyLD leaves a node's type "@json" out of the graph without a word."""
    for index, item in enumerate(value if isinstance(value, list) else [value]):
        if isinstance(item, str) and item.startswith("@"):
            raise DocumentError(KEYWORD, f"{here}/{index}" if isinstance(value, list) else here, item)


def _check_text(text: str, here: str) -> None:
    if text.startswith("_:"):
        raise DocumentError(KEYWORD, here, "a blank node identifier")


def _check_value_object(item: JsonObject, at: str) -> None:
    for name in item:
        if name not in _VALUE_OBJECT:
            raise DocumentError(KEYWORD, at + pointer(name), name)
    if not isinstance(item["@value"], str):
        raise DocumentError(KEYWORD, f"{at}/@value", "a value object holds text")
    if "@language" in item:
        tag = item["@language"]
        if not isinstance(tag, str) or not _LANGUAGE_TAG.fullmatch(tag):
            # a line break in a tag moves a signed statement out of sight (openbadges.md 14.5)
            raise DocumentError(LANGUAGE, f"{at}/@language", "not a BCP 47 tag")
    if "@direction" in item and item["@direction"] not in ("ltr", "rtl"):
        raise DocumentError(LANGUAGE, f"{at}/@direction", "neither ltr nor rtl")


def check_equal_siblings(items: list[JsonValue], here: str) -> None:
    """Refuse equal objects without an id in one array at the pointer `here`: RDFC-1.0 tries all orders of them.

    Raises:
        DocumentError: ``structure.too_complex``.
    """
    without_id = [(i, item) for i, item in enumerate(items) if isinstance(item, dict) and "id" not in item]
    if len(without_id) < 2:  # noqa: PLR2004 – a pair
        return
    seen = set()
    for index, item in without_id:
        try:
            form = canonical_json.canonicalise(item)
        except ValueError as problem:  # strict_json lets none in; a document made here may hold one
            raise DocumentError("input.json", f"{here}/{index}", str(problem)) from problem
        if form in seen:
            raise DocumentError(TOO_COMPLEX, f"{here}/{index}", "equal siblings without an id")
        seen.add(form)


def check_node_conflicts(document: JsonObject) -> None:
    """Refuse two descriptions of one id that differ in class or in a shared single member.

    Bare references, complementary descriptions, endorsement subjects and refresh addresses may share an id; members
    of a CLR or a presentation are looked at one by one; proofs are graphs of their own.

    Raises:
        DocumentError: ``jsonld.node_conflict``.
    """
    members: list[JsonObject] = []
    described: dict[str, list[JsonObject]] = {}
    for node, at in _nodes(document, "", members):
        name = node.get("id")
        if not isinstance(name, str) or node.keys() <= _NO_DESCRIPTION or _is_allowed_merge(node, at):
            continue
        others = described.setdefault(name, [])
        for other in others:
            _compare(node, other, at)
        others.append(node)
    for member in members:
        check_node_conflicts(member)


def _nodes(item: JsonObject, at: str, members: list[JsonObject]) -> Iterator[tuple[JsonObject, str]]:
    yield item, at
    for name, value in item.items():
        if name in (_PROOF, "@context"):
            continue
        children = value if isinstance(value, list) else [value]
        for index, child in enumerate(children):
            if not isinstance(child, dict) or "@value" in child:
                continue
            if name == "verifiableCredential":
                members.append(child)
            else:
                here = at + pointer(name, index) if isinstance(value, list) else at + pointer(name)
                yield from _nodes(child, here, members)


def _is_allowed_merge(node: JsonObject, at: str) -> bool:
    if node.keys() <= _ADDRESS_ONLY and at.endswith("/" + _REFRESH):
        return True
    return node.keys() <= _ENDORSEMENT_MEMBERS and _as_list(node.get("type")) == [_ENDORSEMENT_SUBJECT]


def _compare(node: JsonObject, other: JsonObject, at: str) -> None:
    for name, mine in node.items():
        theirs = other.get(name)
        if theirs is None or mine == theirs or name in _NO_DESCRIPTION:
            continue
        if name == "type":
            if {str(t) for t in _as_list(mine)} != {str(t) for t in _as_list(theirs)}:
                _conflict(at, name)
        elif not (isinstance(mine, list) and isinstance(theirs, list)) and _as_list(mine) != _as_list(theirs):
            _conflict(at, name)


def _conflict(at: str, name: str) -> NoReturn:
    raise DocumentError(NODE_CONFLICT, at + pointer(name), "another description has the same id")


def _as_list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else [value]


def find(document: JsonValue, wanted: Callable[[str, JsonValue], bool], at: str = "") -> str | None:
    """Return the pointer of the first member for which `wanted(name, value)` holds, in document order."""
    if isinstance(document, dict):
        for name, value in document.items():
            here = at + pointer(name)
            if name == "@context":
                continue
            if wanted(name, value):
                return here
            found = find(value, wanted, here)
            if found is not None:
                return found
    elif isinstance(document, list):
        for index, value in enumerate(document):
            found = at + pointer(index) if wanted("", value) else find(value, wanted, at + pointer(index))
            if found is not None:
                return found
    return None
