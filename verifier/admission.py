"""Who may check how much at a time: a bound on checks in flight, and a rate for each address prefix."""

import asyncio
import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from starlette.requests import Request

from verifier.problems import Problem

# Most of a slow check is waiting for others' servers, so this is more than the machine has cores.
IN_FLIGHT: Final = 32
QUEUE: Final = 50
CHECKS_PER_MINUTE: Final = 30
FRAMES_PER_MINUTE: Final = 240  # a camera sends two a second
_MAX_PREFIXES = 10_000
_MINUTE = 60.0


class Rate:
    """A bucket for each prefix of addresses: IPv4 /24, IPv6 /56. Addresses leave when their bucket is full again.

    Args:
        per_minute: how many; also how many at once.
        monotonic: seconds that never go back.

    Loopback is not limited: it is the operator's own machine, or a proxy that should pass the address on.
    """

    def __init__(self, per_minute: int, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._monotonic = monotonic
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, address: str | None) -> bool:
        """Take one; False when nothing is left for this prefix."""
        prefix = prefix_of(address)
        return prefix is None or self.take_for(prefix)

    def take_for(self, asker: str) -> bool:
        """Take one for whoever is known otherwise than by an address; False when nothing is left."""
        now = self._monotonic()
        tokens, since = self._buckets.pop(asker, (float(self._per_minute), now))
        tokens = min(float(self._per_minute), tokens + (now - since) * self._per_minute / _MINUTE)
        allowed = tokens >= 1
        self._buckets[asker] = (tokens - 1 if allowed else tokens, now)
        self._forget(now)
        return allowed

    def _forget(self, now: float) -> None:
        while self._buckets:
            oldest = next(iter(self._buckets))
            if len(self._buckets) <= _MAX_PREFIXES and now - self._buckets[oldest][1] < _MINUTE:
                return
            del self._buckets[oldest]


def prefix_of(address: str | None) -> str | None:
    """Return the prefix that an address counts for; None when it is not limited."""
    try:
        ip = ipaddress.ip_address(address or "")
    except ValueError:
        return None
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    if ip.is_loopback:
        return None
    return str(ipaddress.ip_network(f"{ip}/{24 if ip.version == 4 else 56}", strict=False))  # noqa: PLR2004


class Admission:
    """Lets requests in, or refuses them with 429: never 5xx, which means a fault of ours.

    Args:
        rate: of each prefix; None means no bound.
        in_flight: how many are worked on at a time.
        queue: how many may wait for that.
        asker: whom a request counts for; None: for the prefix of its address.
    """

    def __init__(
        self,
        rate: Rate | None = None,
        *,
        in_flight: int = IN_FLIGHT,
        queue: int = QUEUE,
        asker: Callable[[Request], str] | None = None,
    ) -> None:
        self._rate, self._asker = rate, asker
        self._places = asyncio.Semaphore(in_flight)
        self._left = in_flight + queue

    def enter(self, request: Request) -> "_Place":
        """Hold a place while the request is worked on: for `async with`, which raises.

        Raises:
            Problem: ``too_many``.
        """
        return _Place(self, request)

    async def take(self, request: Request) -> None:
        """Take a place, or raise Problem; `leave` gives it back."""
        if self._left <= 0 or not self._admits(request):
            raise Problem("too_many")
        self._left -= 1
        try:
            await self._places.acquire()
        except BaseException:
            self._left += 1
            raise

    def leave(self) -> None:
        """Give a place back."""
        self._places.release()
        self._left += 1

    def _admits(self, request: Request) -> bool:
        if self._rate is None:
            return True
        if self._asker is not None:
            return self._rate.take_for(self._asker(request))
        return self._rate.take(request.client.host if request.client else None)


class _Place:
    """A place that is held from entering to leaving."""

    def __init__(self, admission: Admission, request: Request) -> None:
        self._admission = admission
        self._request = request

    async def __aenter__(self) -> None:
        await self._admission.take(self._request)

    async def __aexit__(self, *_: object) -> None:
        self._admission.leave()
