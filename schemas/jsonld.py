"""The only home of PyLD: safe expansion and RDFC-1.0 within a budget of work, with vendored contexts only."""

import hashlib
import math
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, NoReturn, Protocol, cast
from urllib.parse import urljoin

from pyld import canon, nquads
from pyld import jsonld as pyld
from pyld.documentloader.frozen import FrozenDocumentLoader

from schemas import jsonld_rules as rules
from schemas.errors import DocumentError
from schemas.pinned_contexts import PINNED_CONTEXTS, W3C_CONTEXTS, context_bytes
from schemas.strict_json import JsonObject, JsonValue

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "CONTEXT_BYTES",
    "PINNED_CONTEXTS",
    "W3C_CONTEXTS",
    "Canonicalise",
    "HashName",
    "SafeProcessor",
    "TooComplex",
    "canonical_nquads",
]

HashName = Literal["sha256", "sha384"]
CONTEXT_BYTES = context_bytes

BUDGET = 5000  # the W3C suite needs 3,348 at most, ordinary badges 0
_SENTINEL = "https://relative-iri.invalid/"  # nobody owns it; whatever resolves against it was relative
_LARGEST_GROUP = 12  # 12! is far beyond every budget
_EXPANDED_OBJECT = 3  # place among the arguments of PyLD's _expand_object
_NQUADS = {"format": "application/n-quads"}

# PyLD's caches are process-wide and have no lock: two threads spoil each other's contexts, and a good badge is refused.
_ONE_AT_A_TIME = threading.Lock()

# RDFC-1.0 section 5.2; PyLD 3.3 leaves out backspace, form feed and the other control characters.
_ESCAPES = {code: f"\\u{code:04X}" for code in (*range(0x20), 0x7F)} | {
    ord("\b"): "\\b",
    ord("\t"): "\\t",
    ord("\n"): "\\n",
    ord("\f"): "\\f",
    ord("\r"): "\\r",
    ord('"'): '\\"',
    ord("\\"): "\\\\",
}


def _escape(value: str) -> str:
    return value.translate(_ESCAPES)


nquads.escape = _escape  # looked up at call time by PyLD's serialiser


def _never_load(url: str, _options: object) -> NoReturn:
    raise DocumentError(rules.CONTEXT_KNOWN, "", f"{url} would have been fetched")


pyld.set_document_loader(_never_load)  # PyLD's own default opens sockets; ours is passed in every call

# JSON-LD error codes that are not simply a broken term.
_CODES = {
    "loading document failed": rules.CONTEXT_KNOWN,
    "loading remote context failed": rules.CONTEXT_KNOWN,
    "invalid @id value": rules.IRI,
    "invalid base IRI": rules.IRI,
    "invalid language-tagged string": rules.LANGUAGE,
    "invalid language-tagged value": rules.LANGUAGE,
    "invalid value object": rules.KEYWORD,
    "protected term redefinition": rules.CONTEXT_NESTED,
    "invalid context nullification": rules.CONTEXT_NESTED,
    "invalid local context": rules.CONTEXT_NESTED,
    "invalid remote context": rules.CONTEXT_NESTED,
    "invalid term definition": rules.CONTEXT_NESTED,
    "cyclic IRI mapping": rules.CONTEXT_NESTED,
    "keyword redefinition": rules.CONTEXT_NESTED,
}


class TooComplex(DocumentError):  # noqa: N818 – an outcome ("we could not tell"), not a fault of the document
    """Canonicalising would take more work than allowed: INCONCLUSIVE, not a fault of the document."""

    def __init__(self, detail: str) -> None:
        super().__init__(rules.TOO_COMPLEX, "", detail)


class Canonicalise(Protocol):
    """A way from a JSON-LD document to its canonical N-Quads."""

    def __call__(self, document: JsonObject, *, hash_name: HashName = "sha256") -> str:
        """Return canonical N-Quads: each line ends in LF, lines sorted by code point.

        Args:
            document: with its ``@context``; not changed.
            hash_name: the hash inside RDFC-1.0; P-384 suites need SHA-384.

        Raises:
            DocumentError: with the codes of jsonld_rules; TooComplex when the budget is spent.
        """


class SafeProcessor:
    """JSON-LD through PyLD in safe mode: nothing is fetched, dropped, guessed or left relative.

    Args:
        contexts: address → document; None means PINNED_CONTEXTS.
        budget: most work in RDFC-1.0, in orders of alike blank nodes to be tried, inclusive.
        max_nodes: most objects in one document, inclusive.
        inline_contexts: allow contexts inside the document (policy W3C only).
    """

    def __init__(
        self,
        contexts: Mapping[str, JsonObject] | None = None,
        *,
        budget: int = BUDGET,
        max_nodes: int = 500,
        inline_contexts: bool = False,
    ) -> None:
        known = PINNED_CONTEXTS if contexts is None else contexts
        self._loader = FrozenDocumentLoader(documents=dict(known))
        self._budget = budget
        self._rules = rules.Rules(
            known_context=known.__contains__, inline_contexts=inline_contexts, max_nodes=max_nodes
        )

    def __call__(self, document: JsonObject, *, hash_name: HashName = "sha256") -> str:
        """Return canonical N-Quads; see Canonicalise."""
        try:
            text = _canonical(self.dataset(document), self._budget, hash_name)
            text.encode("utf-8", "strict")
        except UnicodeEncodeError as problem:  # strict_json lets none in; a document made here may hold one
            raise DocumentError("input.encoding", "", "a lone surrogate") from problem
        return text

    def check(self, document: JsonObject) -> None:
        """Run the checks on the JSON alone, without expanding; raises as `__call__`."""
        rules.check(document, self._rules)

    def expand(self, document: JsonObject) -> list[JsonObject]:
        """Return the expanded form, safe as `__call__`: every property and type an absolute IRI."""
        self.check(document)
        return cast("list[JsonObject]", self._run(lambda p: p.expand(document, self._options()), document))

    def dataset(self, document: JsonObject) -> dict[str, Any]:
        """Return the RDF dataset in PyLD's form, safe as `__call__`."""
        self.check(document)
        options = self._options() | {"produceGeneralizedRdf": False}
        return cast("dict[str, Any]", self._run(lambda p: p.to_rdf(document, options), document))

    def _options(self) -> dict[str, Any]:
        return {"base": _SENTINEL, "documentLoader": self._loader}

    def _run(self, work: Any, document: JsonObject) -> object:  # noqa: ANN401 – a callable on PyLD's untyped class
        processor = _SafeExpansion(document)
        try:
            with _ONE_AT_A_TIME:
                return work(processor)
        except DocumentError:
            raise
        except pyld.JsonLdError as problem:
            raise _translated(problem) from problem
        except RecursionError as problem:
            raise TooComplex("nested too deeply for the processor") from problem
        except (ValueError, KeyError, TypeError, AttributeError, IndexError) as problem:
            # PyLD 3.3 falls over some odd inline contexts, {"@vocab": null} for one; none comes through as good
            raise DocumentError(rules.TERMS, "", f"the processor failed: {problem!r}") from problem


class _SafeExpansion(pyld.JsonLdProcessor):  # type: ignore[misc]  # PyLD has no types
    """PyLD's processor that refuses what it would drop, and whatever stayed relative."""

    def __init__(self, document: JsonObject) -> None:
        super().__init__(on_property_dropped=self._dropped)
        self._document = document
        self._object: object = None

    def _expand_object(self, *arguments: Any, **more: Any) -> None:  # noqa: ANN401 – PyLD's own protected method
        outer, self._object = self._object, arguments[_EXPANDED_OBJECT]
        super()._expand_object(*arguments, **more)
        self._object = outer

    def _dropped(self, name: str | None) -> None:
        place = rules.find(self._document, lambda _, value: value == self._object)
        raise DocumentError(rules.TERMS, (place or "") + rules.pointer(name or ""), f"undefined term {name}")

    def expand(self, input_: JsonValue, options: dict[str, Any]) -> list[JsonObject]:
        expanded = cast("list[JsonObject]", super().expand(input_, options))
        for kind, iri in _iris(expanded):
            if iri.startswith(_SENTINEL) or not rules.is_absolute_iri(iri):
                code = rules.IRI if kind == "@id" or not iri.startswith(_SENTINEL) else rules.TERMS
                raise DocumentError(code, self._place_of(iri), f"{kind} {iri.removeprefix(_SENTINEL)!r}")
        return expanded

    def _place_of(self, iri: str) -> str:
        def is_it(_: str, value: JsonValue) -> bool:
            try:
                return isinstance(value, str) and iri in (value, urljoin(_SENTINEL, value))
            except ValueError:  # an unclosed bracket in a host
                return False

        return rules.find(self._document, is_it) or ""


def _iris(expanded: object) -> "Iterator[tuple[str, str]]":
    """Yield ("@id" | "@type" | "property", IRI) of everything in an expanded document."""
    if isinstance(expanded, list):
        for item in expanded:
            yield from _iris(item)
    elif isinstance(expanded, dict):
        for name, value in expanded.items():
            if name == "@id":
                yield name, str(value)
            elif name == "@type":
                # a keyword is a type of values only, where it is no list: {"@value": …, "@type": "@json"}
                types = value if isinstance(value, list) else [value] if value != "@json" else []
                yield from ((name, str(t)) for t in types)
            elif not name.startswith("@"):
                yield "property", name
            if name != "@value":
                yield from _iris(value)


def _translated(problem: pyld.JsonLdError) -> DocumentError:
    """Return our error for PyLD's, by the innermost JSON-LD code that it carries."""
    code: str | None = None
    cause: BaseException | None = problem
    while isinstance(cause, pyld.JsonLdError):
        code = cause.code or code
        cause = cause.__cause__
    return DocumentError(_CODES.get(code or "", rules.TERMS), "", str(code or problem.type))


class _BoundedRdfc(canon.URDNA2015):  # type: ignore[misc]  # PyLD has no types
    """RDFC-1.0 with a bound on its work and a choice of hash."""

    def __init__(self, budget: int, hash_name: HashName) -> None:
        super().__init__()
        self._left = budget
        self._hash_name = hash_name

    def create_hash(self) -> Any:  # noqa: ANN401 – hashlib's objects have no public class
        return hashlib.new(self._hash_name)

    def create_hash_to_related(self, id_: str, issuer: object) -> dict[str, list[str]]:
        related = cast("dict[str, list[str]]", super().create_hash_to_related(id_, issuer))
        # RDFC-1.0 is factorial in alike blank nodes: charge before the orders are tried
        self._left -= 1 + sum(math.factorial(min(len(nodes), _LARGEST_GROUP)) for nodes in related.values())
        if self._left < 0:
            raise TooComplex("the budget for alike nodes is spent")
        return related


def _canonical(dataset: dict[str, Any], budget: int, hash_name: HashName) -> str:
    return cast("str", _BoundedRdfc(budget, hash_name).main(dataset, _NQUADS))


def canonical_nquads(
    dataset: dict[str, Any], *, budget: int = BUDGET, hash_name: HashName = "sha256"
) -> tuple[str, dict[str, str]]:
    """Return canonical N-Quads of a dataset (schemas/nquads.py) and its map of blank node names.

    The map goes from the given name to the canonical one, both without ``_:``. The dataset is used up.
    """
    machine = _BoundedRdfc(budget, hash_name)
    text = cast("str", machine.main(dataset, _NQUADS))
    issued = machine.canonical_issuer
    return text, {old.removeprefix("_:"): issued.get_id(old).removeprefix("_:") for old in issued.order}
