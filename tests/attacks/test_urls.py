"""No URL, redirect or DNS answer of the attack sets makes us connect to an address that is not public."""

import csv
import ipaddress
import json
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from keys.errors import KeyFormatError
from verifier.environment import FetchError, FetchRules
from verifier.https_fetch import HttpsFetch
from verifier.public_addresses import is_public, split_url

RULES = FetchRules(purpose="credential", same_host=False, seconds=1.0)
_watchers: list[list[object]] = []


def _watch(event: str, args: tuple[object, ...]) -> None:
    if event == "socket.connect":
        for seen in _watchers:
            seen.append(args[1])


sys.addaudithook(_watch)  # hooks cannot be taken away; without watchers this one does nothing


@pytest.fixture
def connects() -> Iterator[list[object]]:
    """Every address that any code of this process connects to during the test."""
    seen: list[object] = []
    _watchers.append(seen)
    yield seen
    _watchers.remove(seen)


@pytest.fixture(scope="module")
def urls(shared: Path) -> dict[str, object]:
    return json.loads((shared / "data/security/generated/url/urls.json").read_bytes())


def special_addresses(shared: Path) -> list[str]:
    """First, last and a middle address of every row of the IANA registers that is not globally reachable."""
    found = []
    for version in (4, 6):
        text = (shared / f"data/security/iana/iana-ipv{version}-special-registry-1.csv").read_text(encoding="utf-8")
        for row in csv.DictReader(text.splitlines()):
            if row["Globally Reachable"].startswith("True"):
                continue
            for block in row["Address Block"].split(","):
                network = ipaddress.ip_network(block.split("[")[0].strip())
                middle = network[network.num_addresses // 2]
                found += [str(network[0]), str(middle), str(network[-1])]
    return found


def test_the_watch_sees_a_connect(connects: list[object]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        socket.create_connection(listener.getsockname()).close()
        assert connects == [listener.getsockname()]


@pytest.mark.shared
def test_every_forbidden_form_is_refused_without_a_name_being_resolved(
    urls: dict[str, list[str]], connects: list[object]
) -> None:
    asked: list[str] = []
    fetcher = HttpsFetch(resolve=lambda host: asked.append(host) or ["93.184.215.14"])
    reasons = set()
    for url in urls["must_refuse_syntax"]:
        with pytest.raises(FetchError) as caught:
            fetcher.session()(url, rules=RULES)
        reasons.add(caught.value.reason)
    assert reasons == {"refused"}
    assert asked == []
    assert connects == []


class Names:
    """A resolver that gives each address a name of its own, so that the rate of a host does not answer instead."""

    def __init__(self, addresses: list[str], *, beside: list[str]) -> None:
        self._answers = {f"h{number}.example": [*beside, address] for number, address in enumerate(addresses)}
        self.asked: list[str] = []

    def __call__(self, host: str) -> list[str]:
        self.asked.append(host)
        return self._answers[host]

    def reasons(self, fetcher: HttpsFetch) -> set[str]:
        found = set()
        for host in self._answers:
            with pytest.raises(FetchError) as caught:
                fetcher.session()(f"https://{host}/", rules=RULES)
            found.add(caught.value.reason)
        assert self.asked == list(self._answers)
        return found


@pytest.mark.shared
def test_every_forbidden_address_is_not_connected_and_looks_like_a_missing_name(
    urls: dict[str, dict[str, str]], connects: list[object]
) -> None:
    names = Names(list(urls["must_refuse_after_dns"]), beside=[])
    assert names.reasons(HttpsFetch(resolve=names)) == {"failed"}
    assert connects == []


@pytest.mark.shared
def test_every_special_block_of_the_registers_is_not_connected(shared: Path, connects: list[object]) -> None:
    addresses = special_addresses(shared)
    assert len(addresses) > 100
    names = Names(addresses, beside=["93.184.215.14"])
    assert names.reasons(HttpsFetch(resolve=names)) == {"failed"}
    assert connects == []


@pytest.mark.shared
def test_ordinary_public_addresses_pass(urls: dict[str, list[str]]) -> None:
    assert all(map(is_public, urls["must_accept_after_dns"]))


@pytest.mark.shared
def test_every_bad_did_web_leads_to_no_url_that_may_be_fetched(urls: dict[str, list[str]]) -> None:
    from keys.did_web import document_url

    for did in urls["did_web_bad"]:
        with pytest.raises((KeyFormatError, FetchError)):
            split_url(document_url(did))


def test_proxies_of_the_environment_are_ignored(monkeypatch: pytest.MonkeyPatch, connects: list[object]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "HTTP_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.getsockname()[1]}")
        fetcher = HttpsFetch(resolve=lambda host: ["10.0.0.1"])
        with pytest.raises(FetchError):
            fetcher.session()("https://h.example/", rules=RULES)
    assert connects == []


def test_an_address_with_a_scope_is_not_public() -> None:
    assert not is_public("2606:4700::1111%eth0")
