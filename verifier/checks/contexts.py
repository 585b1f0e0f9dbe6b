"""Checks of stage B that look at `@context` alone: order, known addresses, versions."""

from typing import Final

from schemas.jsonld import PINNED_CONTEXTS
from schemas.strict_json import JsonObject, JsonValue
from verifier.findings import Finding, failed, not_applicable, passed

VC2: Final = "https://www.w3.org/ns/credentials/v2"
VC1: Final = "https://www.w3.org/2018/credentials/v1"
_OB: Final = "https://purl.imsglobal.org/spec/ob/v3p0/context"
NEWEST_OB: Final = f"{_OB}-3.0.3.json"
OB_CONTEXTS: Final = frozenset(
    {NEWEST_OB, f"{_OB}-3.0.2.json", f"{_OB}-3.0.1.json", f"{_OB}.json", f"{_OB}/ob_v3p0.jsonld"}
)
_CLR: Final = "https://purl.imsglobal.org/spec/clr/v2p0/context"
NEWEST_CLR: Final = f"{_CLR}-2.0.1.json"
CLR_CONTEXTS: Final = frozenset({NEWEST_CLR, f"{_CLR}.json"})


def _second_is_right(kind: str, contexts: list[JsonValue]) -> bool:
    """Whether the contexts after the first are those of the document's kind (openbadges.md, section 1)."""
    names = [item if isinstance(item, str) else "" for item in contexts[1:3]]
    if kind == "ClrCredential":
        return len(names) > 1 and names[0] in CLR_CONTEXTS and names[1] in OB_CONTEXTS
    return bool(names) and names[0] in OB_CONTEXTS


def _order(document: JsonObject, kind: str, *, generic: bool) -> Finding:
    contexts = document.get("@context")
    if not isinstance(contexts, list):
        return failed("context.order", "/@context", "not_an_array")
    if not contexts or contexts[0] not in (VC2, VC1):
        return failed("context.order", "/@context/0", "first")
    addresses = [item for item in contexts if isinstance(item, str)]
    if len(set(addresses)) != len(addresses):
        return failed("context.order", "/@context", "repeated")
    if not generic and not _second_is_right(kind, contexts):
        return failed("context.order", "/@context/1", "second")
    return passed("context.order")


def _known(document: JsonObject, *, conformance: bool) -> Finding:
    """Every address is pinned; nothing is fetched, whatever the address (DI 4.6)."""
    contexts = document.get("@context")
    for place, item in enumerate(contexts if isinstance(contexts, list) else [contexts]):
        at = f"/@context/{place}" if isinstance(contexts, list) else "/@context"
        if isinstance(item, str) and item not in PINNED_CONTEXTS and not conformance:
            return failed("context.known", at)  # under W3C the canonicaliser says it
        if not isinstance(item, str | dict):
            return failed("context.known", at, "not_an_address")
        if isinstance(item, dict) and not conformance:
            return passed("context.known")  # context.nested speaks of it
    return passed("context.known")


def _version(document: JsonObject, kind: str, *, generic: bool) -> Finding:
    contexts = document.get("@context")
    if not isinstance(contexts, list) or VC2 not in contexts[:1]:
        return failed("context.version", "/@context", "vcdm_1_1")
    if generic:
        return not_applicable("context.version")
    wanted = [NEWEST_CLR, NEWEST_OB] if kind == "ClrCredential" else [NEWEST_OB]
    if contexts[1 : 1 + len(wanted)] != wanted:
        return failed("context.version", "/@context/1", "older")
    return passed("context.version")


def check_contexts(document: JsonObject, kind: str, *, generic: bool, conformance: bool) -> list[Finding]:
    """`context.order`, `context.known`, `context.version`.

    Args:
        document: as received.
        kind: see `verifier.report.Kind`.
        generic: no badge is expected; only the first context is fixed.
        conformance: policy W3C; inline contexts and contexts of examples are allowed.
    """
    return [
        _order(document, kind, generic=generic),
        _known(document, conformance=conformance),
        _version(document, kind, generic=generic),
    ]
