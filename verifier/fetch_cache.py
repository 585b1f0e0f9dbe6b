"""A bounded memory of fetched documents, so that checking a badge tells its issuer as little as possible."""

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

from verifier.environment import Response

DEFAULT_SECONDS = 60.0  # when the server says nothing
# Longer promises are cut: a withdrawn badge or key must be seen within minutes. A list's `ttl` (default five minutes
# in Bitstring Status List) can only shorten this.
MAX_SECONDS = 300.0
FAULT_SECONDS = 10.0  # what gave no answer is not asked again at once, whoever asks
_MAX_ENTRIES = 512
_MAX_BYTES = 32 << 20
_DIRECTIVE = re.compile(r"(?:\A|[,\s])(no-store|no-cache|max-age=\"?([0-9]{1,9})\"?)(?=\Z|[,\s])", re.IGNORECASE)


def freshness(cache_control: str, age: str) -> float:
    """Return for how many seconds an answer may be used again, 0 to `MAX_SECONDS`.

    Args:
        cache_control: the header's value, or empty.
        age: seconds that the answer has spent in other caches, as text, or empty.

    Source: RFC 9111, sections 4.2.1 and 5.2.2.
    """
    seconds = DEFAULT_SECONDS
    for match in _DIRECTIVE.finditer(cache_control):
        if match[2] is None:
            return 0.0
        seconds = min(MAX_SECONDS, float(match[2]))
    spent = float(age[:9]) if age.isascii() and age.isdigit() else 0.0
    return max(0.0, seconds - spent)


class ResponseCache:
    """Responses by key; the least used leave first when 512 entries or 32 MiB are reached.

    Args:
        monotonic: seconds that never go back.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._entries: OrderedDict[Hashable, tuple[float, Response]] = OrderedDict()
        self._bytes = 0

    def get(self, key: Hashable) -> Response | None:
        """Return the response kept under `key` while it is fresh."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            if entry[0] <= self._monotonic():
                self._drop(key)
                return None
            self._entries.move_to_end(key)
            return entry[1]

    def put(self, key: Hashable, response: Response, seconds: float) -> None:
        """Keep `response` for `seconds`; 0 keeps nothing."""
        if seconds <= 0:
            return
        with self._lock:
            if key in self._entries:
                self._drop(key)
            self._entries[key] = (self._monotonic() + seconds, response)
            self._bytes += len(response.body)
            while len(self._entries) > _MAX_ENTRIES or self._bytes > _MAX_BYTES:
                self._drop(next(iter(self._entries)))

    def _drop(self, key: Hashable) -> None:
        _, response = self._entries.pop(key)
        self._bytes -= len(response.body)


class FaultMemory:
    """Remembers for `FAULT_SECONDS` what could not be fetched, so that a silent server costs one wait and not many.

    Args:
        monotonic: seconds that never go back.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._until: OrderedDict[Hashable, float] = OrderedDict()

    def knows(self, key: Hashable) -> bool:
        """Say whether `key` failed a moment ago."""
        with self._lock:
            until = self._until.get(key)
            return until is not None and self._monotonic() < until

    def remember(self, key: Hashable) -> None:
        """Note that `key` failed now."""
        with self._lock:
            self._until.pop(key, None)
            self._until[key] = self._monotonic() + FAULT_SECONDS
            if len(self._until) > _MAX_ENTRIES:
                self._until.popitem(last=False)
