"""Bounds guessing of share links: so many misses an hour from one prefix of addresses, then 429 for all."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.requests import Request

from verifier.admission import prefix_of

MISSES_AN_HOUR = 60  # security.md section 11
_HOUR = 3600.0
_MAX_PREFIXES = 10_000


class Misses:
    """Counts misses for each prefix (IPv4 /24, IPv6 /56) for an hour, in memory and nowhere else.

    Args:
        most: misses in an hour, inclusive.
        monotonic: seconds that never go back.

    Loopback is not counted: it is the operator's own machine, or a proxy that should pass the address on.
    """

    def __init__(self, most: int = MISSES_AN_HOUR, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._most, self._monotonic = most, monotonic
        self._counts: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._lock = threading.Lock()

    def spent(self, request: Request) -> bool:
        """Tell whether this asker has guessed too often; right tokens are refused then, too."""
        prefix = _prefix(request)
        with self._lock:
            return prefix is not None and self._count(prefix)[0] >= self._most

    def add(self, request: Request) -> None:
        """Count a miss."""
        prefix = _prefix(request)
        if prefix is None:
            return
        with self._lock:
            count, since = self._count(prefix)
            self._counts[prefix] = (count + 1, since)
            while len(self._counts) > _MAX_PREFIXES:
                self._counts.popitem(last=False)

    def _count(self, prefix: str) -> tuple[int, float]:
        now = self._monotonic()
        count, since = self._counts.get(prefix, (0, now))
        return (0, now) if now - since >= _HOUR else (count, since)


def _prefix(request: Request) -> str | None:
    return prefix_of(request.client.host if request.client else None)
