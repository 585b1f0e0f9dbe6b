"""The outside world of one verification, as one parameter: clock, fetching, canonicalising, trust lists, bounds."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING, Final, Literal, Protocol

from schemas.container import Baked
from schemas.pdf_attachment import read_pdf
from schemas.strict_json import JsonObject

if TYPE_CHECKING:
    from schemas.jsonld import Canonicalise
    from verifier.moulds import Moulds

Origin = Literal["documents", "cache", "network"]
FetchFault = Literal["refused", "failed", "not_allowed_offline"]
FetchPurpose = Literal[
    "did_document", "controller_document", "jwks", "status_list", "refresh", "credential", "open_badges_2", "trust_list"
]

# Media types without parameters, verification.md section 7.
DOCUMENT_TYPES = frozenset(
    {
        "application/json",
        "application/ld+json",
        "application/did+json",
        "application/did+ld+json",
        "application/cid",
        "application/vc",
        "application/vc+ld+json",
        "application/vc+jwt",
        "application/jwk+json",
        "application/jwk-set+json",
        "text/plain",
    }
)


@dataclass(frozen=True, slots=True)
class Response:
    """An answer to one GET.

    Attributes:
        status: HTTP status after redirects.
        content_type: value of the header as received, possibly with parameters; empty when absent.
        body: at most `FetchRules.max_bytes` bytes.
        source: given by the caller, held by the fetcher, or from the net.
    """

    status: int
    content_type: str
    body: bytes
    source: Origin


class FetchError(Exception):
    """No answer could be had. Nothing about addresses, ports or times is told (security.md D2).

    Attributes:
        reason: `refused` by our own rules, `failed` on the way, or `not_allowed_offline`.
    """

    def __init__(self, reason: FetchFault) -> None:
        super().__init__(reason)
        self.reason: FetchFault = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchRules:
    """What one fetch may do.

    Attributes:
        purpose: what the answer is wanted for; chooses caching.
        did: the DID that led to the URL, a second name for it in given documents.
        max_redirects: 0 for did:web, else 2.
        same_host: redirects must stay on the host of the URL (keys and lists).
        max_bytes: longest body, after no decoding (identity encoding only).
        seconds: for the whole exchange.
        media_types: media types without parameters that may be answered.
    """

    purpose: FetchPurpose
    did: str | None = None
    max_redirects: int = 2
    same_host: bool = True
    max_bytes: int = 1 << 20
    seconds: float = 5.0
    media_types: frozenset[str] = DOCUMENT_TYPES


class Fetch(Protocol):
    """One GET of an https URL without fragment."""

    def __call__(self, url: str, *, rules: FetchRules) -> Response:
        """Answer whatever status the server gives.

        Raises:
            FetchError: refused by the rules, failed, or not allowed offline.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of one verification (verification.md, section 1). All sizes in bytes are of the data as received."""

    json_bytes: int = 1 << 20
    image_bytes: int = 4 << 20
    inflated_bytes: int = 1 << 20
    depth: int = 32
    values: int = 2_000
    nodes: int = 500
    string_bytes: int = 256 << 10
    contexts: int = 8
    proofs: int = 5
    endorsements: int = 20
    endorsement_depth: int = 2
    array_strings: int = 200
    status_list_coded_bytes: int = 1 << 20
    status_list_bytes: int = 16 << 20
    clr_bytes: int = 4 << 20
    clr_values: int = 4_000
    clr_nodes: int = 1_000
    clr_members: int = 50
    fetches: int = 8
    hosts: int = 4


_LIMITS: Final = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustListSource:
    """A trust list that the operator relies on.

    Attributes:
        url: address of the list, also its `id`.
        keys: Multikey texts, one of which must have signed the list; pinned, never taken from the list.
        document: the signed list if it is at hand; None: it is fetched.
        stored_at: when `document` was stored, shown when the list is a cached copy.
    """

    url: str
    keys: tuple[str, ...]
    document: bytes | None = None
    stored_at: datetime | None = None


class StatusMemory(Protocol):
    """Remembers the newest status list seen for each URL (check `status.rolled_back`)."""

    def newest(self, url: str) -> datetime | None:
        """`validFrom` of the newest list seen, aware; None at first sight."""
        ...

    def remember(self, url: str, valid_from: datetime) -> None:
        """Keep `valid_from` if it is later than what is known."""
        ...


class BoundedMemory:
    """Results of pure work on bytes that were fetched before; the least recently used one leaves first.

    Args:
        entries: most results kept, inclusive.
        size_bytes: most bytes kept, by what `put` is told, inclusive.
    """

    def __init__(self, entries: int = 1024, size_bytes: int = 64 << 20) -> None:
        self._entries = entries
        self._size_bytes = size_bytes
        self._used_bytes = 0
        self._values: OrderedDict[object, tuple[object, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: object) -> object | None:
        """The value, or None when it is not kept."""
        with self._lock:
            kept = self._values.get(key)
            if kept is None:
                return None
            self._values.move_to_end(key)
            return kept[0]

    def put(self, key: object, value: object, *, size_bytes: int) -> None:
        """Keep `value`, which must never be changed afterwards.

        Args:
            key: hashable.
            value: anything but None.
            size_bytes: what it costs, roughly; a value beyond the whole memory is not kept.
        """
        with self._lock:
            _, before = self._values.pop(key, (None, 0))
            self._used_bytes -= before
            if size_bytes > self._size_bytes:
                return
            self._values[key] = (value, size_bytes)
            self._used_bytes += size_bytes
            while len(self._values) > self._entries or self._used_bytes > self._size_bytes:
                _, (_, freed) = self._values.popitem(last=False)
                self._used_bytes -= freed


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """Everything a verification may ask of the world.

    Attributes:
        clock: aware UTC time; read once per verification.
        fetch: the only way out; with `offline` it must answer from what it was given.
        canonicalise: JSON-LD to canonical N-Quads, pinned contexts only.
        canonicalise_generic: the same with inline contexts allowed, for policy W3C; None: `canonicalise` is used.
        clock_skew: allowed at both ends of every period; zero with a given time.
        clock_kind: `system`, or `given` by the caller.
        offline: nothing was fetched from the net; told in the report.
        trust_lists: lists that the operator relies on, first match counts.
        status_memory: for `status.rolled_back`; None: every list is seen for the first time.
        limits: bounds of the documents.
        memory: decoded lists and read documents; share one between verifications.
        existence: reads one piece of evidence (a log proof, a time stamp) about these bytes of a badge and says since
            when it proves that they exist; None: the evidence proves nothing. Without it evidence is not looked at.
        read_pdf: takes the credential out of a PDF; a composition root gives one in a killable process.
        schemas: JSON Schemas given by the operator, by URL; run for `credentialSchema`.
        moulds: what badges seen before have in common; share it between verifications. None: nothing is kept.
    """

    clock: Callable[[], datetime]
    fetch: Fetch
    canonicalise: "Canonicalise"
    canonicalise_generic: "Canonicalise | None" = None
    clock_skew: timedelta = timedelta(seconds=60)
    clock_kind: Literal["system", "given"] = "system"
    offline: bool = False
    trust_lists: tuple[TrustListSource, ...] = ()
    status_memory: StatusMemory | None = None
    limits: Limits = _LIMITS
    memory: BoundedMemory = field(default_factory=BoundedMemory)
    schemas: Mapping[str, JsonObject] = field(default_factory=dict)
    existence: Callable[[bytes, bytes], datetime | None] | None = None
    read_pdf: Callable[[bytes], Baked] = read_pdf
    moulds: "Moulds | None" = None

    def now(self) -> datetime:
        """One reading of the clock in UTC.

        Raises:
            ValueError: the clock is not aware.
        """
        now = self.clock()
        if now.tzinfo is None:
            raise ValueError("the clock must give aware times")
        return now.astimezone(UTC)
