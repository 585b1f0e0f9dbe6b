"""Tests of the guarded fetcher against a real TLS server on loopback, reached through an injected backend."""

import ssl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from loopback_tls import NAMES, Loopback, Server, make_certificate, ok, redirect

from verifier.environment import FetchError, FetchRules
from verifier.fetch_cache import MAX_SECONDS, freshness
from verifier.https_fetch import HttpsFetch

PUBLIC = "93.184.215.14"
RULES = FetchRules(purpose="credential")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def server(certificate: Path) -> Iterator[Server]:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    running = Server(tls)
    yield running
    running.close()


@pytest.fixture
def trusted(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))


class Seconds:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.ahead


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def fetcher(server: Server, trusted: ssl.SSLContext, seconds: Seconds) -> Iterator[HttpsFetch]:
    made = HttpsFetch(resolve=lambda host: [PUBLIC], connect=Loopback(server.port), tls=trusted, monotonic=seconds)
    yield made
    made.close()


def reason_of(fetch: Callable[[], object]) -> str:
    with pytest.raises(FetchError) as caught:
        fetch()
    return caught.value.reason


def test_a_document_comes_with_its_type_and_bytes_over_tls(fetcher: HttpsFetch, server: Server) -> None:
    server.answer = lambda path, send: send(ok(b'{"id":1}', content_type="application/did+json; charset=utf-8"))
    response = fetcher.session()("https://good.example/a?b=1", rules=RULES)
    assert (response.status, response.content_type, response.body) == (200, "application/did+json", b'{"id":1}')
    assert response.source == "network"
    assert server.requests == ["/a?b=1"]
    assert fetcher.connect.wanted == [(PUBLIC, 443)]


def test_the_request_says_who_is_asked_and_nothing_about_the_asker(fetcher: HttpsFetch, server: Server) -> None:
    fetcher.session()("https://GOOD.example/a", rules=RULES)
    names = {line.split(":")[0].lower() for line in server.heads[0].split("\r\n")[1:] if line}
    assert names <= {"host", "accept", "accept-encoding", "connection"}
    assert "host: good.example\r\n" in server.heads[0].lower()


def test_a_certificate_for_another_name_is_no_answer(server: Server, trusted: ssl.SSLContext) -> None:
    fetcher = HttpsFetch(resolve=lambda host: [PUBLIC], connect=Loopback(server.port), tls=trusted)
    assert reason_of(lambda: fetcher.session()("https://stranger.example/", rules=RULES)) == "failed"
    assert server.requests == []


def test_a_certificate_that_nobody_trusts_is_no_answer(server: Server) -> None:
    fetcher = HttpsFetch(resolve=lambda host: [PUBLIC], connect=Loopback(server.port))
    assert reason_of(lambda: fetcher.session()("https://good.example/", rules=RULES)) == "failed"
    assert server.requests == []


@pytest.mark.parametrize("status", [404, 410, 500, 503])
def test_another_status_is_told_without_its_body(fetcher: HttpsFetch, server: Server, status: int) -> None:
    server.answer = lambda path, send: send(f"HTTP/1.1 {status} X\r\ncontent-length: 6\r\n\r\nsecret".encode())
    response = fetcher.session()("https://good.example/", rules=RULES)
    assert (response.status, response.body) == (status, b"")


def test_a_redirect_on_the_same_host_is_followed(fetcher: HttpsFetch, server: Server) -> None:
    server.answer = lambda path, send: send(redirect("/b") if path == "/a" else ok(b"{}"))
    assert fetcher.session()("https://good.example/a", rules=RULES).body == b"{}"
    assert server.requests == ["/a", "/b"]


def test_two_redirects_are_followed_and_a_third_is_refused(fetcher: HttpsFetch, server: Server) -> None:
    server.answer = lambda path, send: send(redirect(path + "x") if len(path) < 4 else ok(b"{}"))
    assert fetcher.session()("https://good.example/a", rules=RULES).status == 200
    server.answer = lambda path, send: send(redirect(path + "x"))
    assert reason_of(lambda: fetcher.session()("https://good.example/c", rules=RULES)) == "refused"
    assert server.requests[-3:] == ["/c", "/cx", "/cxx"]


def test_did_web_documents_may_not_redirect(fetcher: HttpsFetch, server: Server) -> None:
    server.answer = lambda path, send: send(redirect("/b"))
    rules = FetchRules(purpose="did_document", max_redirects=0)
    assert reason_of(lambda: fetcher.session()("https://good.example/.well-known/did.json", rules=rules)) == "refused"
    assert len(server.requests) == 1


def test_keys_and_lists_may_not_come_from_another_host(fetcher: HttpsFetch, server: Server) -> None:
    server.answer = lambda path, send: send(redirect("https://other.example/b") if path == "/a" else ok(b"{}"))
    assert reason_of(lambda: fetcher.session()("https://good.example/a", rules=RULES)) == "refused"
    loose = FetchRules(purpose="credential", same_host=False)
    assert fetcher.session()("https://good.example/a", rules=loose).status == 200


@pytest.mark.parametrize(
    "where",
    [
        "http://good.example/",
        "https://169.254.169.254/",
        "//other.example/",
        "https://[::1]/",
        "file:///etc/passwd",
        "",
    ],
)
def test_a_redirect_to_a_forbidden_form_is_refused(fetcher: HttpsFetch, server: Server, where: str) -> None:
    server.answer = lambda path, send: send(redirect(where))
    rules = FetchRules(purpose="credential", same_host=False)
    assert reason_of(lambda: fetcher.session()("https://good.example/", rules=rules)) == "refused"
    assert len(fetcher.connect.wanted) == 1


def test_a_name_that_turns_to_an_inner_address_between_two_fetches_is_not_connected(
    server: Server, trusted: ssl.SSLContext
) -> None:
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    fetcher = HttpsFetch(resolve=lambda host: next(answers), connect=Loopback(server.port), tls=trusted)
    session = fetcher.session()
    assert session("https://good.example/a", rules=RULES).status == 200
    assert reason_of(lambda: session("https://good.example/b", rules=RULES)) == "failed"
    assert fetcher.connect.wanted == [(PUBLIC, 443)]


def test_a_redirect_resolves_and_checks_again(server: Server, trusted: ssl.SSLContext) -> None:
    answers = iter([[PUBLIC], ["10.0.0.1"]])
    server.answer = lambda path, send: send(redirect("/again"))
    fetcher = HttpsFetch(resolve=lambda host: next(answers), connect=Loopback(server.port), tls=trusted)
    assert reason_of(lambda: fetcher.session()("https://good.example/", rules=RULES)) == "failed"
    assert len(fetcher.connect.wanted) == 1


def test_one_inner_address_among_public_ones_spoils_all(server: Server, trusted: ssl.SSLContext) -> None:
    fetcher = HttpsFetch(resolve=lambda host: [PUBLIC, "127.0.0.1"], connect=Loopback(server.port), tls=trusted)
    assert reason_of(lambda: fetcher.session()("https://good.example/", rules=RULES)) == "failed"
    assert fetcher.connect.wanted == []


def test_a_body_of_the_largest_size_passes_and_one_byte_more_does_not(fetcher: HttpsFetch, server: Server) -> None:
    rules = FetchRules(purpose="credential", max_bytes=1000)
    server.answer = lambda path, send: send(ok(b"x" * int(path[1:])))
    assert len(fetcher.session()("https://good.example/1000", rules=rules).body) == 1000
    assert reason_of(lambda: fetcher.session()("https://good.example/1001", rules=rules)) == "refused"


def test_an_endless_body_without_length_is_cut(fetcher: HttpsFetch, server: Server) -> None:
    def endless(path: str, send: Callable[[bytes], None]) -> None:
        send(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n")
        while True:
            send(b"x" * 65536)

    server.answer = endless
    assert reason_of(lambda: fetcher.session()("https://good.example/", rules=RULES)) == "refused"


def test_a_body_of_one_byte_at_a_time_is_cut_at_the_deadline(fetcher: HttpsFetch, server: Server) -> None:
    def slow(path: str, send: Callable[[bytes], None]) -> None:
        send(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n")
        while True:
            send(b"x")
            time.sleep(0.05)

    server.answer = slow
    started = time.monotonic()
    rules = FetchRules(purpose="credential", seconds=0.6)
    assert reason_of(lambda: fetcher.session()("https://good.example/", rules=rules)) == "failed"
    assert time.monotonic() - started < 2


def test_a_resolver_that_hangs_is_cut_at_the_deadline(server: Server) -> None:
    hang = threading.Event()
    fetcher = HttpsFetch(resolve=lambda host: [str(hang.wait(5))], connect=Loopback(server.port))
    rules = FetchRules(purpose="credential", seconds=0.3)
    started = time.monotonic()
    assert reason_of(lambda: fetcher.session()("https://good.example/", rules=rules)) == "failed"
    assert time.monotonic() - started < 2
    hang.set()
    fetcher.close()


@pytest.mark.parametrize("content_type", ["text/html", "image/png", "application/xml", ""])
def test_another_media_type_is_refused(fetcher: HttpsFetch, server: Server, content_type: str) -> None:
    server.answer = lambda path, send: send(ok(b"{}", content_type=content_type))
    assert reason_of(lambda: fetcher.session()("https://good.example/", rules=RULES)) == "refused"


def test_a_compressed_body_is_refused(fetcher: HttpsFetch, server: Server) -> None:
    server.answer = lambda path, send: send(ok(b"{}", "content-encoding: gzip"))
    assert reason_of(lambda: fetcher.session()("https://good.example/", rules=RULES)) == "refused"


def test_garbage_instead_of_http_is_no_answer(fetcher: HttpsFetch, server: Server) -> None:
    server.answer = lambda path, send: send(b"\x00\xffhello\r\n\r\n")
    assert reason_of(lambda: fetcher.session()("https://good.example/", rules=RULES)) == "failed"


def test_a_verification_makes_eight_fetches_and_no_ninth(fetcher: HttpsFetch, seconds: Seconds) -> None:
    session = fetcher.session()
    for number in range(8):
        assert session(f"https://good.example/{number}", rules=RULES).status == 200
    assert reason_of(lambda: session("https://good.example/8", rules=RULES)) == "refused"
    seconds.ahead = 2
    assert fetcher.session()("https://good.example/8", rules=RULES).status == 200


def test_a_verification_asks_four_hosts_and_no_fifth(fetcher: HttpsFetch) -> None:
    session = fetcher.session()
    for host in NAMES[:4]:
        assert session(f"https://{host}/", rules=RULES).status == 200
    assert reason_of(lambda: session(f"https://{NAMES[4]}/", rules=RULES)) == "refused"
    assert session(f"https://{NAMES[0]}/again", rules=RULES).status == 200


def test_one_host_is_asked_ten_times_a_second_over_all_verifications(fetcher: HttpsFetch, seconds: Seconds) -> None:
    frozen = time.monotonic()
    fetcher._rates._monotonic = lambda: frozen + seconds.ahead
    for number in range(10):
        fetcher.session()(f"https://good.example/{number}", rules=RULES)
    assert reason_of(lambda: fetcher.session()("https://good.example/10", rules=RULES)) == "failed"
    assert fetcher.session()("https://other.example/", rules=RULES).status == 200
    seconds.ahead = 0.11
    assert fetcher.session()("https://good.example/10", rules=RULES).status == 200


def test_a_hundred_checks_ask_for_a_list_once(fetcher: HttpsFetch, server: Server) -> None:
    bodies = {fetcher.session()("https://good.example/list", rules=RULES).body for _ in range(100)}
    assert bodies == {b"{}"}
    assert server.requests == ["/list"]


def test_askers_at_the_same_time_share_one_request(fetcher: HttpsFetch, server: Server) -> None:
    def late(path: str, send: Callable[[bytes], None]) -> None:
        time.sleep(0.2)
        send(ok(b"{}"))

    server.answer = late
    sources: list[str] = []

    def ask() -> None:
        sources.append(fetcher.session()("https://good.example/list", rules=RULES).source)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(sources) == ["cache"] * 7 + ["network"]
    assert server.requests == ["/list"]


def test_a_server_that_does_not_answer_is_waited_for_once_in_ten_seconds(
    fetcher: HttpsFetch, server: Server, seconds: Seconds
) -> None:
    server.answer = lambda path, send: send(b"no HTTP\r\n\r\n")
    for _ in range(20):
        assert reason_of(lambda: fetcher.session()("https://good.example/list", rules=RULES)) == "failed"
    assert len(server.requests) == 1
    server.answer = lambda path, send: send(ok(b"{}"))
    seconds.ahead = 10.1
    assert fetcher.session()("https://good.example/list", rules=RULES).status == 200


def test_the_bounds_of_one_asker_do_not_fall_on_another_that_waits_for_it(fetcher: HttpsFetch, server: Server) -> None:
    def late(path: str, send: Callable[[bytes], None]) -> None:
        time.sleep(0.3)
        send(redirect("/target") if path == "/list" else ok(b"{}"))

    server.answer = late
    worn, fresh, found = fetcher.session(), fetcher.session(), []
    worn.requests = 7  # the redirect will be its ninth
    first = threading.Thread(
        target=lambda: found.append(reason_of(lambda: worn("https://good.example/list", rules=RULES)))
    )
    first.start()
    time.sleep(0.1)
    assert fresh("https://good.example/list", rules=RULES).status == 200
    first.join()
    assert found == ["refused"]


def test_what_may_not_be_stored_is_asked_again(fetcher: HttpsFetch, server: Server) -> None:
    server.answer = lambda path, send: send(ok(b"{}", "cache-control: no-store"))
    for _ in range(2):
        fetcher.session()("https://good.example/", rules=RULES)
    assert len(server.requests) == 2


def test_a_long_promise_of_freshness_is_cut_to_five_minutes(
    fetcher: HttpsFetch, server: Server, seconds: Seconds
) -> None:
    server.answer = lambda path, send: send(ok(b"{}", "cache-control: public, max-age=31536000"))
    fetcher.session()("https://good.example/", rules=RULES)
    seconds.ahead = MAX_SECONDS - 5
    assert fetcher.session()("https://good.example/", rules=RULES).source == "cache"
    seconds.ahead = MAX_SECONDS + 5
    assert fetcher.session()("https://good.example/", rules=RULES).source == "network"


def test_an_answer_under_looser_rules_is_not_given_under_stricter_ones(fetcher: HttpsFetch, server: Server) -> None:
    server.answer = lambda path, send: send(redirect("https://other.example/b") if path == "/a" else ok(b"{}"))
    fetcher.session()("https://good.example/a", rules=FetchRules(purpose="credential", same_host=False))
    assert reason_of(lambda: fetcher.session()("https://good.example/a", rules=RULES)) == "refused"


@pytest.mark.parametrize(
    ("cache_control", "age", "seconds"),
    [
        ("", "", 60),
        ("max-age=30", "", 30),
        ("max-age=30", "10", 20),
        ("max-age=30", "40", 0),
        ("public,max-age=299", "", 299),
        ("max-age=301", "", 300),
        ("no-cache", "", 0),
        ("max-age=100, no-store", "", 0),
        ("x-max-age=5", "", 60),
        ("max-age=١٢", "", 60),
        ("max-age=30", "-5", 30),
    ],
)
def test_freshness_follows_the_headers_within_bounds(cache_control: str, age: str, seconds: float) -> None:
    assert freshness(cache_control, age) == seconds


def test_those_who_wait_for_an_answer_that_fails_are_told_so(fetcher: HttpsFetch, server: Server) -> None:
    def broken(path: str, send: Callable[[bytes], None]) -> None:
        time.sleep(0.5)
        send(b"no HTTP")

    server.answer = broken
    reasons: list[str] = []

    def ask() -> None:
        reasons.append(reason_of(lambda: fetcher.session()("https://good.example/x", rules=RULES)))

    askers = [threading.Thread(target=ask) for _ in range(3)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert reasons == ["failed"] * 3
    assert len(server.requests) == 1
