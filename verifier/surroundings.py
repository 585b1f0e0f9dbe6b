"""Makes Environments for real: the system's clock, the guarded fetcher, canonicalisers; kept for a whole process."""

import functools
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol

from schemas.canonicaliser import canonicaliser
from schemas.compiled_canonicaliser import CompiledCanonicaliser
from schemas.jsonld import W3C_CONTEXTS, Canonicalise, SafeProcessor
from schemas.pdf_attachment import read_pdf
from verifier.at_hand import at_hand
from verifier.documents_fetch import DocumentsFetch, given_schemas
from verifier.environment import BoundedMemory, Environment, Fetch, Response, TrustListSource
from verifier.https_fetch import HttpsFetch
from verifier.isolation import IsolatedCanonicalise, IsolatedPdf, WorkerPool
from verifier.moulds import Moulds
from verifier.status_memory import NewestStatus

_MAX_NODES = 1_000  # of a CLR; the verifier itself holds badges to 500


class MakeEnvironment(Protocol):
    """Makes the Environment of one verification; `Surroundings.environment` is one."""

    def __call__(
        self, *, now: datetime | None = None, documents: Mapping[str, Response] | None = None, offline: bool = False
    ) -> Environment:
        """Return it; `documents` as `verifier.documents_fetch.read_documents` gives them."""
        ...


def system_clock() -> datetime:
    """Return the time, aware UTC."""
    return datetime.now(UTC)  # noqa: TID251  the one clock of the stand-alone verifier


class Surroundings:
    """What the verifications of one process share.

    Args:
        fast_path: use compiled contexts where they can.
        isolate: do the rest in killable processes; without, a document may take longer, but nothing is started.
        trust_lists: lists that the operator relies on.
    """

    def __init__(
        self, *, fast_path: bool = True, isolate: bool = True, trust_lists: tuple[TrustListSource, ...] = ()
    ) -> None:
        self.pool = WorkerPool() if isolate else None
        self._memory = BoundedMemory()
        self._status_memory = NewestStatus()
        self._trust_lists = trust_lists
        self._fast_path = fast_path

    @functools.cached_property
    def https(self) -> HttpsFetch:
        """The fetcher; made when first needed, since a check of files may need none."""
        return HttpsFetch()

    @functools.cached_property
    def _canonicalise(self) -> Canonicalise:
        fallback = (
            SafeProcessor(max_nodes=_MAX_NODES)
            if self.pool is None
            else IsolatedCanonicalise(self.pool, max_nodes=_MAX_NODES)
        )
        return canonicaliser(fast_path=self._fast_path, max_nodes=_MAX_NODES, fallback=fallback)

    @functools.cached_property
    def _generic(self) -> Canonicalise:
        if self.pool is None:
            return SafeProcessor(W3C_CONTEXTS, max_nodes=_MAX_NODES, inline_contexts=True)
        return IsolatedCanonicalise(self.pool, max_nodes=_MAX_NODES, generic=True)

    @functools.cached_property
    def _moulds(self) -> Moulds | None:
        canonicalise = self._canonicalise
        return Moulds(canonicalise) if isinstance(canonicalise, CompiledCanonicaliser) else None

    def environment(
        self,
        *,
        now: datetime | None = None,
        documents: Mapping[str, Response] | None = None,
        offline: bool = False,
    ) -> Environment:
        """Return the Environment of one verification; its fetches are counted anew.

        Args:
            now: aware; a given time has no skew, the system's clock 60 s.
            documents: answers that replace the network.
            offline: what is not in `documents` is not fetched.
        """
        network: Fetch | None = None if offline else self.https.session()
        fetch = network if network is not None and not documents else DocumentsFetch(documents or {}, network)
        given = now is not None
        return Environment(
            clock=system_clock if now is None else lambda: now,
            clock_kind="given" if given else "system",
            clock_skew=timedelta(0) if given else timedelta(seconds=60),
            fetch=fetch,
            canonicalise=self._canonicalise,
            canonicalise_generic=self._generic,
            offline=offline,
            trust_lists=self._trust_lists,
            status_memory=None if given or documents else self._status_memory,  # what a caller gives is no news
            memory=self._memory,
            schemas=given_schemas(documents or {}),
            read_pdf=read_pdf if self.pool is None else IsolatedPdf(self.pool),
            moulds=self._moulds,
        )

    def at_hand(
        self,
        *,
        now: datetime | None = None,
        documents: Mapping[str, Response] | None = None,
        offline: bool = False,
    ) -> Environment:
        """Return the same Environment as `environment`, in which nothing waits: see `verifier.at_hand`."""
        return at_hand(self.environment(now=now, documents=documents, offline=offline))

    def warm(self) -> None:
        """Make at the start what is slow to make, before strangers can fill the tables with other things."""
        if self.pool is not None:
            self.pool.warm()
        canonicalise = self._canonicalise
        if isinstance(canonicalise, CompiledCanonicaliser):
            canonicalise.warm()

    def close(self) -> None:
        """End the workers and threads."""
        if self.pool is not None:
            self.pool.close()
        if "https" in self.__dict__:
            self.https.close()
