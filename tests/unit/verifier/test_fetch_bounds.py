"""Bounds of fetching that are reached before anything is asked: deadlines, ports, how many at a time, how many kept."""

import time
from collections.abc import Callable, Iterator

import pytest

from verifier.environment import FetchError, FetchRules
from verifier.fetch_cache import FaultMemory
from verifier.https_fetch import HttpsFetch, _GuardedBackend, _HostRates

PUBLIC = "93.184.215.14"
RULES = FetchRules(purpose="credential")


class Nowhere:
    """A way out that must not be taken."""

    def connect_tcp(self, host: str, port: int, timeout: float | None = None) -> None:
        raise AssertionError("nothing may be connected")


@pytest.fixture
def fetcher() -> Iterator[HttpsFetch]:
    made = HttpsFetch(resolve=lambda host: [PUBLIC], connect=Nowhere())
    yield made
    made.close()


def reason_of(fetch: Callable[[], object]) -> str:
    with pytest.raises(FetchError) as caught:
        fetch()
    return caught.value.reason


def test_a_name_that_is_found_only_after_the_deadline_is_not_connected() -> None:
    now = [0.0]

    def late(host: str) -> list[str]:
        now[0] += 60
        return [PUBLIC]

    fetcher = HttpsFetch(resolve=late, connect=Nowhere(), monotonic=lambda: now[0])
    assert reason_of(lambda: fetcher.session()("https://good.example/", rules=RULES)) == "failed"
    fetcher.close()


@pytest.mark.parametrize(("host", "port"), [("good.example", 80), ("good.example", 22), ("bad_host.example", 443)])
def test_the_way_out_is_to_named_hosts_on_the_https_port_only(fetcher: HttpsFetch, host: str, port: int) -> None:
    backend = _GuardedBackend(fetcher, time.monotonic() + 5)
    assert reason_of(lambda: backend.connect_tcp(host, port)) == "refused"
    assert reason_of(lambda: backend.connect_unix_socket("/run/x")) == "refused"


def test_no_more_fetches_run_at_a_time_than_allowed(fetcher: HttpsFetch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("verifier.https_fetch.CONNECT_SECONDS", 0.05)
    taken = 0
    while fetcher._in_flight.acquire(blocking=False):
        taken += 1
    assert reason_of(lambda: fetcher.session()("https://good.example/", rules=RULES)) == "failed"
    fetcher._in_flight.release(taken)


def test_only_so_many_hosts_and_faults_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("verifier.https_fetch._MAX_RATED_HOSTS", 2)
    monkeypatch.setattr("verifier.fetch_cache._MAX_ENTRIES", 2)
    rates, faults = _HostRates(lambda: 1.0), FaultMemory(lambda: 1.0)
    for name in ("a", "b", "c"):
        assert rates.take(name)
        faults.remember(name)
    assert list(rates._tokens) == ["b", "c"]
    assert [faults.knows(name) for name in ("a", "b", "c")] == [False, True, True]
