"""Chooses the way from a document to its canonical N-Quads: compiled contexts with PyLD behind them, or PyLD alone."""

from collections.abc import Mapping

from schemas.compiled_canonicaliser import MAX_NODES, CompiledCanonicaliser
from schemas.jsonld import BUDGET, Canonicalise, SafeProcessor
from schemas.strict_json import JsonObject

__all__ = ["canonicaliser"]


def canonicaliser(
    *,
    fast_path: bool,
    contexts: Mapping[str, JsonObject] | None = None,
    budget: int = BUDGET,
    max_nodes: int = MAX_NODES,
    inline_contexts: bool = False,
    fallback: Canonicalise | None = None,
) -> Canonicalise:
    """Return a canonicaliser; make one per process and keep it, since warm contexts are most of the speed.

    Args:
        fast_path: use compiled contexts where they can; otherwise, or with inline contexts, PyLD does all.
        contexts: address → document; None means the pinned contexts.
        budget: most work in RDFC-1.0, inclusive.
        max_nodes: most objects in one document, inclusive.
        inline_contexts: allow contexts inside the document (policy W3C only).
        fallback: where documents go that the tables do not know, for example a killable worker that runs
            SafeProcessor; None means a SafeProcessor here. It must obey the same bounds.
    """
    if fallback is None:
        fallback = SafeProcessor(contexts, budget=budget, max_nodes=max_nodes, inline_contexts=inline_contexts)
    if not fast_path or inline_contexts:
        return fallback
    return CompiledCanonicaliser(contexts, budget=budget, max_nodes=max_nodes, fallback=fallback)
