"""Bounds attempts to sign in: ten in 15 minutes for an account, and as many failed ones for a prefix of addresses."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta

from fastapi import Request

from verifier.admission import prefix_of

MOST = 10  # security.md section 11
WINDOW = timedelta(minutes=15)
# Requests for mail links tell nothing about success, so a whole house behind one address needs room.
MOST_MAILS_A_PREFIX = 30
_MAX_KEYS = 20_000


class TooManyAttemptsError(Exception):
    """No more for now.

    Attributes:
        seconds: until it may be tried again.
    """

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(seconds)


class Attempts:
    """Counts by key for a quarter of an hour, in memory and nowhere else.

    Args:
        clock: aware now.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._counts: OrderedDict[str, tuple[int, datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def check(self, request: Request) -> None:
        """Refuse a prefix that has failed too often. Raises TooManyAttemptsError."""
        self._check(_prefix("failed", request), MOST)

    def failed(self, request: Request) -> None:
        """Count a failed attempt."""
        self._add(_prefix("failed", request))

    def take_mail(self, request: Request, account: str) -> None:
        """Count a request for a link to an account, known or not. Raises TooManyAttemptsError."""
        prefix, named = _prefix("mail", request), f"account {account}"
        self._check(prefix, MOST_MAILS_A_PREFIX)
        self._check(named, MOST)
        self._add(prefix)
        self._add(named)

    def _check(self, key: str | None, most: int) -> None:
        if key is None:
            return
        with self._lock:
            count, since = self._of(key)
        if count >= most:
            left = since + WINDOW - self._clock()
            raise TooManyAttemptsError(max(1, int(left.total_seconds())))

    def _add(self, key: str | None) -> None:
        if key is None:
            return
        with self._lock:
            count, since = self._of(key)
            self._counts[key] = (count + 1, since)
            while len(self._counts) > _MAX_KEYS:
                self._counts.popitem(last=False)

    def _of(self, key: str) -> tuple[int, datetime]:
        now = self._clock()
        count, since = self._counts.get(key, (0, now))
        return (0, now) if now - since >= WINDOW else (count, since)


def _prefix(kind: str, request: Request) -> str | None:
    """None on loopback: the operator's own machine, or a proxy that should pass the address on."""
    prefix = prefix_of(request.client.host if request.client else None)
    return f"{kind} {prefix}" if prefix is not None else None
