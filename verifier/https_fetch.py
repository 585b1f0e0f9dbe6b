"""The only file that opens a socket: https documents by strict rules of address, size, time and number.

Method: one regular expression is the only reader of URLs, so no second parser can disagree with it. Every connection
goes through `_GuardedBackend`, which resolves the name once, refuses unless all answers are ordinary public addresses,
and connects to the address that it checked; a second DNS answer or a redirect meets the same check. One deadline
bounds the whole fetch, also against a peer that sends one byte at a time. Source: verification.md section 7.
"""

import ssl
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import NoReturn

import httpcore

from verifier.environment import FetchError, FetchRules, Response
from verifier.fetch_cache import FAULT_SECONDS, FaultMemory, ResponseCache, freshness
from verifier.public_addresses import HOST, HTTPS_PORT, fault, is_public, split_url, system_resolve

CONNECT_SECONDS = 3.0
MAX_FETCHES = 8  # of one verification
MAX_HOSTS = 4  # of one verification
PER_SECOND = 10.0  # to one target host, over all verifications
MAX_IN_FLIGHT = 32  # over all verifications, so that nobody makes an amplifier of us
_MAX_RATED_HOSTS = 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TROUBLE = (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, OSError, FutureTimeoutError)

Resolve = Callable[[str], list[str]]


class _NoAnswerError(FetchError):
    """The server gave no answer; for a moment it is not asked again."""

    def __init__(self, note: str) -> None:
        super().__init__("failed")
        self.add_note(note)


class _DeadlineStream(httpcore.NetworkStream):
    """A stream on which each operation gets only what is left of the whole fetch's time."""

    def __init__(self, stream: httpcore.NetworkStream, left: Callable[[], float]) -> None:
        self._stream, self._left = stream, left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002  httpcore's signature
        return self._stream.read(max_bytes, self._left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._stream.write(buffer, self._left())

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> "_DeadlineStream":
        return _DeadlineStream(self._stream.start_tls(ssl_context, server_hostname, self._left()), self._left)

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


class _GuardedBackend(httpcore.NetworkBackend):
    """Resolves, checks and connects; TLS still gets the name, which httpcore takes from the URL."""

    def __init__(self, shared: "HttpsFetch", ends_at: float) -> None:
        self._shared, self._ends_at = shared, ends_at

    def left(self) -> float:
        """Seconds left of the deadline; raises when it has passed."""
        left = self._ends_at - self._shared.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("deadline")
        return left

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002
        local_address: str | None = None,  # noqa: ARG002
        socket_options: object = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        if port != HTTPS_PORT or not HOST.fullmatch(host):
            raise fault("refused", "host or port")
        asked = self._shared.names.submit(self._shared.resolve, host)
        addresses = asked.result(timeout=min(CONNECT_SECONDS, self.left()))
        if not addresses or not all(map(is_public, addresses)):
            # One bad answer spoils all: mixed answers are an attack. Told as "failed", like a name that does not
            # exist, so that nobody learns from us which inner names there are (D2).
            raise _NoAnswerError("address")
        stream = self._shared.connect.connect_tcp(addresses[0], port, min(CONNECT_SECONDS, self.left()))
        return _DeadlineStream(stream, self.left)

    def connect_unix_socket(self, path: str, timeout: float | None = None, socket_options: object = None) -> NoReturn:
        """Refuse: there is no such way out."""
        del path, timeout, socket_options  # httpcore's signature
        raise fault("refused", "unix socket")


class _HostRates:
    """At most `PER_SECOND` connections a second to one host; remembers the hosts asked last."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._tokens: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, host: str) -> bool:
        """Take one token of the host; False when none is left."""
        with self._lock:
            now = self._monotonic()
            tokens, since = self._tokens.pop(host, (PER_SECOND, now))
            tokens = min(PER_SECOND, tokens + (now - since) * PER_SECOND)
            self._tokens[host] = (tokens - 1 if tokens >= 1 else tokens, now)
            if len(self._tokens) > _MAX_RATED_HOSTS:
                self._tokens.popitem(last=False)
            return tokens >= 1


class HttpsFetch:
    """The guarded fetcher of one process: its cache, rates and name resolution, shared by all verifications.

    Args:
        resolve: host → addresses as text; runs in a thread, as it may hang.
        connect: makes the connection to a checked address; tests give one that leads to loopback.
        tls: verifies the server's certificate for the host name.
        monotonic: seconds that never go back.

    Calling it fetches once without counters; `session()` gives the Fetch of one verification.
    """

    def __init__(
        self,
        *,
        resolve: Resolve = system_resolve,
        connect: httpcore.NetworkBackend | None = None,
        tls: ssl.SSLContext | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.resolve = resolve
        self.connect = connect or httpcore.SyncBackend()
        self.monotonic = monotonic
        self.names = ThreadPoolExecutor(max_workers=16, thread_name_prefix="names")
        self._tls = tls or httpcore.default_ssl_context()
        self._cache = ResponseCache(monotonic)
        self._faults = FaultMemory(monotonic)
        self._rates = _HostRates(monotonic)
        self._in_flight = threading.BoundedSemaphore(MAX_IN_FLIGHT)
        self._lock = threading.Lock()
        self._running: dict[tuple[str, FetchRules], Future[Response]] = {}

    def __call__(self, url: str, *, rules: FetchRules) -> Response:
        """Fetch one document without counting it towards a verification."""
        return self.session()(url, rules=rules)

    def session(self) -> "CountedFetch":
        """Return the Fetch of one verification, with its own counters."""
        return CountedFetch(self)

    def close(self) -> None:
        """Let the threads that resolve names end."""
        self.names.shutdown(wait=False, cancel_futures=True)

    def kept(self, url: str, rules: FetchRules) -> Response | None:
        """Answer from the cache; None when the network has to be asked.

        Raises:
            FetchError: a bad form of the URL.
        """
        split_url(url)
        return self._cache.get(_key(url, rules))

    def get(self, url: str, rules: FetchRules, count: Callable[[str], None]) -> Response:
        """Answer from the cache or the network; several askers of one URL share one request.

        `count` is called with the host before each request, and raises FetchError when a bound is reached.
        """
        key = _key(url, rules)
        cached = self._cache.get(key)
        if cached is not None:
            return cached
        if self._faults.knows(key):
            raise fault("failed", "failed a moment ago")
        with self._lock:
            shared = self._running.get(key)
            if shared is None:
                mine = self._running[key] = Future[Response]()
        if shared is not None:
            return self._wait(shared, rules) or self._request(url, rules, count)[0]
        try:
            response, seconds = self._request(url, rules, count)
        except BaseException as error:
            if isinstance(error, _NoAnswerError):
                self._faults.remember(key)
            mine.set_exception(error if isinstance(error, FetchError) else fault("failed", "interrupted"))
            mine.exception()
            raise
        else:
            self._cache.put(key, replace(response, source="cache"), seconds)
            mine.set_result(response)
            return response
        finally:
            with self._lock:
                del self._running[key]

    @staticmethod
    def _wait(shared: "Future[Response]", rules: FetchRules) -> Response | None:
        """Return what another asker got; None when its own bounds, which are not ours, kept it from asking."""
        try:
            return replace(shared.result(timeout=rules.seconds), source="cache")
        except FutureTimeoutError:
            raise fault("failed", "deadline") from None
        except FetchError as error:
            if error.reason == "refused":
                return None
            raise FetchError(error.reason) from error

    def _request(self, url: str, rules: FetchRules, count: Callable[[str], None]) -> tuple[Response, float]:
        """Ask the network, following redirects; returns the response and for how many seconds it is fresh."""
        backend = _GuardedBackend(self, self.monotonic() + rules.seconds)
        first_host, _ = split_url(url)
        for _ in range(rules.max_redirects + 1):
            host, target = split_url(url)
            if rules.same_host and host != first_host:
                raise fault("refused", "redirected to another host")
            count(host)
            if not self._rates.take(host):
                raise fault("failed", "rate of the host")
            answer = self._ask(host, target, backend, rules)
            if isinstance(answer, tuple):
                return answer
            url = answer
        raise fault("refused", "too many redirects")

    def _ask(self, host: str, target: str, backend: _GuardedBackend, rules: FetchRules) -> tuple[Response, float] | str:
        """One request; returns (response, seconds of freshness) or the next URL."""
        try:
            if not self._in_flight.acquire(timeout=min(CONNECT_SECONDS, backend.left())):
                raise fault("failed", "too many fetches at a time")
            try:
                return self._exchange(host, target, backend, rules)
            finally:
                self._in_flight.release()
        except _TROUBLE as error:
            raise _NoAnswerError(type(error).__name__) from error

    def _exchange(
        self, host: str, target: str, backend: _GuardedBackend, rules: FetchRules
    ) -> tuple[Response, float] | str:
        place = httpcore.URL(scheme=b"https", host=host.encode(), port=443, target=target.encode())
        headers = [("Host", host), ("Accept", ", ".join(sorted(rules.media_types))), ("Accept-Encoding", "identity")]
        with (
            httpcore.ConnectionPool(ssl_context=self._tls, network_backend=backend, retries=0) as pool,
            pool.stream("GET", place, headers=headers) as answer,
        ):
            fields = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers}
            if answer.status in _REDIRECTS:
                where = fields.get("location", "")
                return f"https://{host}{where}" if where[:1] == "/" and where[:2] != "//" else where
            media_type = fields.get("content-type", "").split(";")[0].strip().lower()
            if answer.status != HTTPStatus.OK:  # its body is not read
                seconds = FAULT_SECONDS
                return Response(status=answer.status, content_type=media_type, body=b"", source="network"), seconds
            seconds = freshness(fields.get("cache-control", ""), fields.get("age", ""))
            _require_document(media_type, fields, rules)
            body = bytearray()
            for part in answer.iter_stream():
                body += part
                if len(body) > rules.max_bytes:
                    raise fault("refused", "too large")
        return Response(
            status=HTTPStatus.OK.value, content_type=media_type, body=bytes(body), source="network"
        ), seconds


def _key(url: str, rules: FetchRules) -> tuple[str, FetchRules]:
    return url, replace(rules, purpose="credential", did=None)  # what it is wanted for does not change the answer


def _require_document(media_type: str, fields: Mapping[str, str], rules: FetchRules) -> None:
    if media_type not in rules.media_types:
        raise fault("refused", "media type")
    if fields.get("content-encoding", "identity").lower() != "identity":
        raise fault("refused", "content encoding")
    length = fields.get("content-length", "0")
    if length.isascii() and length.isdigit() and int(length[:20]) > rules.max_bytes:
        raise fault("refused", "too large")


@dataclass(slots=True)
class CountedFetch:
    """The Fetch of one verification: at most eight requests to four hosts; what the cache answers is free.

    Attributes:
        requests: requests made so far.
        hosts: hosts asked so far.
    """

    shared: HttpsFetch
    requests: int = 0
    hosts: set[str] = field(default_factory=set)

    def __call__(self, url: str, *, rules: FetchRules) -> Response:
        """Fetch `url`; an answer other than 200 has an empty body.

        Raises:
            FetchError: ``refused`` when a rule is broken, ``failed`` when no answer could be had. Its note is for
                our own log: outsiders must not learn about ports, addresses and times (D2).
        """
        split_url(url)  # a bad form is refused before anything else is looked at
        return self.shared.get(url, rules, self._count)

    def _count(self, host: str) -> None:
        if self.requests >= MAX_FETCHES or len(self.hosts | {host}) > MAX_HOSTS:
            raise fault("refused", "too many fetches of one verification")
        self.requests += 1
        self.hosts.add(host)
