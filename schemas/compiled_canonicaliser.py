"""From a document to canonical N-Quads along the compiled contexts; what they do not know goes to the fallback."""

from collections.abc import Mapping
from typing import Final

from schemas import jsonld_rules
from schemas.compiled_contexts import CompiledContexts, NotCompiledError
from schemas.document_quads import dataset_of, needs_exact_quotes, quote_any, quote_ordinary
from schemas.jsonld import BUDGET, PINNED_CONTEXTS, Canonicalise, HashName, TooComplex
from schemas.proof_options import OptionsCanonicaliser
from schemas.rdf_canonical import Dataset, WorkExceededError, canonical_form
from schemas.shared_objects import SharedObjects
from schemas.strict_json import JsonObject
from schemas.warm_documents import warm_documents

__all__ = ["CompiledCanonicaliser", "NotCompiledError"]

MAX_NODES: Final = 500


class CompiledCanonicaliser:
    """Canonical N-Quads along the compiled contexts; whatever they do not know, or not allow, goes to the fallback.

    This path only ever says yes. A document with any fault goes to the fallback, which names the fault: so the
    codes and places of refusals are the same with and without it, and it can never be the laxer of the two.

    Args:
        contexts: address → document; None means PINNED_CONTEXTS.
        budget: most work in RDFC-1.0, inclusive.
        max_nodes: most objects in one document, inclusive.
        fallback: SafeProcessor, or a worker that runs it; with the same bounds.
    """

    def __init__(
        self,
        contexts: Mapping[str, JsonObject] | None = None,
        *,
        budget: int = BUDGET,
        max_nodes: int = MAX_NODES,
        fallback: Canonicalise,
    ) -> None:
        known = PINNED_CONTEXTS if contexts is None else contexts
        self._contexts = CompiledContexts(known)
        self._budget = budget
        self._max_nodes = max_nodes
        self._fallback = fallback
        self._shared = SharedObjects()
        self._options = OptionsCanonicaliser(self.compiled)
        self._rules = jsonld_rules.Rules(known_context=known.__contains__, max_nodes=max_nodes)

    def __call__(self, document: JsonObject, *, hash_name: HashName = "sha256") -> str:
        """Return canonical N-Quads; see Canonicalise."""
        try:
            return self.quickly(document, hash_name=hash_name)
        except NotCompiledError:
            return self._fallback(document, hash_name=hash_name)

    def quickly(self, document: JsonObject, *, hash_name: HashName = "sha256") -> str:
        """As `compiled`, and what is known of proof options is used."""
        if "proofPurpose" in document:  # one blank node has one label by any hash
            return self._options(document)
        return self.compiled(document, hash_name=hash_name)

    def compiled(self, document: JsonObject, *, hash_name: HashName = "sha256") -> str:
        """Return canonical N-Quads without help.

        Raises:
            NotCompiledError: the document has to go to the fallback.
            TooComplex: telling its nodes apart takes more work than allowed; the fallback would say so too.
            DocumentError: equal siblings, or two descriptions of one id.
        """
        text = self._attempt(document, hash_name, exact_quotes=False)
        if needs_exact_quotes(text):
            text = self._attempt(document, hash_name, exact_quotes=True)
        return text

    def dataset(self, document: JsonObject) -> Dataset:
        """Return the RDF statements of a plain document.

        Raises:
            NotCompiledError: outside the tables, or with parts that the rules would have to look at: an id that is
                described twice, a language string.
        """
        dataset, is_doubtful = dataset_of(document, self._contexts, max_nodes=self._max_nodes, quote=quote_any)
        if is_doubtful:
            raise NotCompiledError("not plain")
        return dataset

    def iri(self, text: str) -> str:
        """Return an id as N-Quads text; NotCompiledError unless it is plainly an absolute IRI."""
        return self._contexts.start.iri(text)

    def warm(self) -> None:
        """Fill the tables with what ordinary documents lead to, before strangers come and fill them with theirs."""
        for document in warm_documents():
            self.compiled(document)

    def _attempt(self, document: JsonObject, hash_name: HashName, *, exact_quotes: bool) -> str:
        quote = quote_any if exact_quotes else quote_ordinary
        shared = None if exact_quotes else self._shared
        dataset, is_doubtful = dataset_of(
            document, self._contexts, max_nodes=self._max_nodes, quote=quote, shared=shared
        )
        if is_doubtful:
            jsonld_rules.check(document, self._rules)
        try:
            return canonical_form(
                dataset,
                hash_name=hash_name,
                budget=self._budget,
                before_hard_work=lambda: jsonld_rules.check(document, self._rules),
            )
        except WorkExceededError as problem:
            raise TooComplex("the budget for alike nodes is spent") from problem
        except UnicodeEncodeError as problem:
            raise NotCompiledError("a lone surrogate") from problem
