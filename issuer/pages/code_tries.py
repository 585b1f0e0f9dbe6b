"""Bounds guessing of typed codes: five misses from a prefix of addresses, then a wait; and a bound for all together."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Request

from verifier.admission import prefix_of

MISSES = 5
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15))
# Of 2^80 codes; far above what people mistype, and a nothing for somebody who guesses.
MISSES_AN_HOUR_HERE = 1_000
_FORGET_AFTER = timedelta(hours=1)
_MAX_PREFIXES = 20_000


class WaitError(Exception):
    """No code is looked at for now, right or wrong.

    Attributes:
        seconds: until one may be tried again.
    """

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(seconds)


@dataclass(slots=True)
class _Count:
    misses: int
    last: datetime
    until: datetime


class CodeTries:
    """Counts misses by prefix (IPv4 /24, IPv6 /56) in memory and nowhere else; an hour without one forgets them.

    Args:
        clock: aware now.
        most_here: misses in an hour in the whole installation; then no typed code is looked at, and links
            still work.

    Loopback is only counted for the installation: it is the operator's own machine, or a proxy that should pass the
    address on.
    """

    def __init__(self, clock: Callable[[], datetime], *, most_here: int = MISSES_AN_HOUR_HERE) -> None:
        self._clock, self._most_here = clock, most_here
        self._counts: OrderedDict[str, _Count] = OrderedDict()
        self._here = (0, clock())
        self._lock = threading.Lock()

    def check(self, request: Request) -> None:
        """Let nobody try who has to wait. Raises WaitError."""
        now, prefix = self._clock(), _prefix(request)
        with self._lock:
            misses, since = self._here
            if misses >= self._most_here and now - since < _FORGET_AFTER:
                raise WaitError(_seconds(since + _FORGET_AFTER - now))
            count = self._counts.get(prefix) if prefix is not None else None
            if count is not None and now < count.until:
                raise WaitError(_seconds(count.until - now))

    def missed(self, request: Request) -> None:
        """Count a miss; every fifth one begins a wait, each longer than the one before."""
        now, prefix = self._clock(), _prefix(request)
        with self._lock:
            misses, since = self._here
            self._here = (misses + 1, since) if now - since < _FORGET_AFTER else (1, now)
            if prefix is None:
                return
            count = self._counts.pop(prefix, None)
            if count is None or now - count.last >= _FORGET_AFTER:
                count = _Count(0, now, now)
            count.misses, count.last = count.misses + 1, now
            if count.misses % MISSES == 0:
                count.until = now + WAITS[min(count.misses // MISSES, len(WAITS)) - 1]
            self._counts[prefix] = count
            while len(self._counts) > _MAX_PREFIXES:
                self._counts.popitem(last=False)


def _seconds(left: timedelta) -> int:
    return max(1, int(left.total_seconds()))


def _prefix(request: Request) -> str | None:
    return prefix_of(request.client.host if request.client else None)
