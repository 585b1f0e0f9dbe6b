"""Checks of stage B that canonicalising makes: what JSON-LD would drop, hide, leave relative or never finish."""

from typing import Final

from schemas.errors import DocumentError
from schemas.jsonld import Canonicalise, HashName, TooComplex
from schemas.strict_json import JsonObject
from verifier.findings import Finding, blocked, failed, inconclusive, not_applicable, passed

CODES: Final = (
    "context.nested",
    "jsonld.keyword",
    "jsonld.iri",
    "jsonld.language",
    "jsonld.terms",
    "jsonld.node_conflict",
    "structure.too_complex",
)
_ALL_PASSED: Final = [passed(code) for code in CODES]


class CanonicaliseOnce:
    """A canonicaliser that does each document of one verification once.

    The same document comes back for the JSON-LD checks and for each of its proofs, as a new dict with the same
    values: the identities of the values are the key, and the kept document keeps them alive.
    """

    def __init__(self, canonicalise: Canonicalise) -> None:
        self._canonicalise = canonicalise
        self._done: dict[tuple[object, ...], tuple[JsonObject, str]] = {}

    def __call__(self, document: JsonObject, *, hash_name: HashName = "sha256") -> str:
        """Canonical N-Quads; see `schemas.jsonld.Canonicalise`."""
        key = (hash_name, *document, *map(id, document.values()))
        done = self._done.get(key)
        if done is None:
            done = self._done[key] = (document, self._canonicalise(document, hash_name=hash_name))
        return done[1]


def check_linked_data(document: JsonObject, canonicalise: Canonicalise) -> tuple[list[Finding], str | None]:
    """The findings of `CODES`, and the code that stands in the way of proofs (None: nothing does).

    Args:
        document: without `proof`.
        canonicalise: keeps the result for the proofs.
    """
    try:
        canonicalise(document)
    except TooComplex as problem:
        return _stopped(inconclusive(problem.code, problem.pointer, "budget")), problem.code
    except DocumentError as problem:
        if problem.code == "input.limits":
            finding = inconclusive("input.limits", problem.pointer, "structure")
        else:
            finding = failed(problem.code, problem.pointer)
        return _stopped(finding), problem.code
    return _ALL_PASSED, None


def _stopped(finding: Finding) -> list[Finding]:
    """The one fault that was found; what would have come after it was not looked at."""
    others = [blocked(code, finding.code) for code in CODES if code != finding.code]
    if finding.code == "structure.too_complex" and finding.reason == "budget":
        others = [passed(code) for code in CODES[:-1]]  # the budget is spent only after all of them
    return [finding, *others]


def without_linked_data() -> list[Finding]:
    """For documents that no JSON-LD processor reads (OB 2.0)."""
    return [not_applicable(code) for code in CODES]
