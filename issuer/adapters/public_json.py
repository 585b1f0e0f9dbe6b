"""Reads one public document over https, with bounds on hosts, bytes and seconds."""

from collections.abc import Callable, Collection
from time import monotonic
from urllib.parse import urlsplit

import httpx

from issuer.adapters.catalogue_sources import SourceError

CALLER_ID = "pateva"


class PublicJson:
    """A reader of public JSON documents.

    Args:
        hosts: the only hosts that are asked; redirects are not followed.
        max_bytes: largest answer, after decoding.
        seconds: longest time for the whole answer.
        transport: another way to the network, for tests.
    """

    def __init__(
        self,
        *,
        hosts: Collection[str],
        max_bytes: int = 16 << 20,
        seconds: float = 60.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._hosts = frozenset(hosts)
        self._max_bytes = max_bytes
        self._seconds = seconds
        self._transport = transport

    def get(
        self, url: str, *, query: dict[str, str] | None = None, on_bytes: Callable[[int], None] | None = None
    ) -> bytes:
        """The bytes of a document.

        Args:
            on_bytes: told the size of each piece, for a progress bar.

        Raises:
            SourceError: ``source.refused`` (host or scheme not allowed, status other than 200, answer too large),
                ``source.unreachable`` (no network, time over).
        """
        if not self._allowed(url):
            raise SourceError("source.refused", f"{url[:200]}: only https://{', '.join(sorted(self._hosts))} is asked")
        try:
            return self._read(url, query, on_bytes)
        except httpx.HTTPError as problem:
            reason = str(problem) or type(problem).__name__
            raise SourceError("source.unreachable", f"{url[:200]}: {reason}") from problem
        except httpx.InvalidURL as problem:
            raise SourceError("source.refused", f"{url[:200]}: {problem}") from problem

    def _allowed(self, url: str) -> bool:
        try:
            parts = urlsplit(url)
            plain = parts.port in (None, 443) and parts.username is None and parts.password is None
        except ValueError:
            return False
        return plain and parts.scheme == "https" and parts.hostname in self._hosts

    def _read(self, url: str, query: dict[str, str] | None, on_bytes: Callable[[int], None] | None) -> bytes:
        headers = {"Caller-id": CALLER_ID, "Accept": "application/json"}
        client = httpx.Client(timeout=self._seconds, transport=self._transport, trust_env=False)
        with client, client.stream("GET", url, params=query, headers=headers) as answer:
            if answer.status_code != httpx.codes.OK:
                raise SourceError("source.refused", f"{answer.url} answered {answer.status_code}")
            data, deadline = bytearray(), monotonic() + self._seconds
            for piece in answer.iter_bytes():
                data += piece
                if len(data) > self._max_bytes:
                    raise SourceError("source.too_large", f"{answer.url} sent more than {self._max_bytes} bytes")
                if monotonic() > deadline:
                    raise SourceError("source.unreachable", f"{answer.url} took more than {self._seconds:g} s")
                if on_bytes is not None:
                    on_bytes(len(piece))
        return bytes(data)
