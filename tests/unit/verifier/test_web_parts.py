"""Tests of the small parts behind pages and interface: codes in pictures, times in words, memories, forms, serving."""

import asyncio
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image
from starlette.requests import Request

from schemas import qr_code
from verifier import FetchRules, Response, local_times
from verifier.app import serve
from verifier.fetch_cache import ResponseCache
from verifier.problems import Problem
from verifier.qr_decoding import NotAPicture, read_code
from verifier.request_body import form_parts, read_body
from verifier.source import link_in
from verifier.status_memory import NewestStatus
from verifier.surroundings import Surroundings

CODE = "https://demo.pateva.example/s/abcdefghijklmnopqrstuv"


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def code_image() -> Image.Image:
    return Image.open(io.BytesIO(qr_code.png(CODE))).convert("L")


@pytest.mark.parametrize("degrees", [0, 90, 180, 270, 12])
def test_a_code_is_read_at_any_angle(degrees: int) -> None:
    turned = code_image().rotate(degrees, expand=True, fillcolor=255)
    assert read_code(encoded(turned)) == CODE


def test_a_code_on_a_transparent_ground_is_read() -> None:
    grey = code_image()
    clear = Image.new("RGBA", grey.size)
    clear.paste((0, 0, 0, 255), mask=grey.point(lambda value: 255 - value))
    assert read_code(encoded(clear)) == CODE


def test_a_code_in_a_corner_of_a_photograph_is_read() -> None:
    photo = Image.effect_noise((3000, 4000), 30).convert("L")
    photo.paste(code_image().resize((900, 900)), (1800, 200))
    assert read_code(encoded(photo, "JPEG", quality=70)) == CODE


def test_a_picture_without_a_code_has_no_text() -> None:
    assert read_code(encoded(Image.new("L", (300, 300), 128))) is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"\x89PNG\r\n\x1a\nbroken",
        encoded(Image.new("L", (300, 300)))[:-30],
        encoded(Image.new("1", (6000, 4001))),
        encoded(Image.new("L", (10, 10)), "GIF"),
    ],
    ids=["empty", "text", "broken", "cut", "too many pixels", "another kind"],
)
def test_what_is_no_picture_or_too_large_is_refused(data: bytes) -> None:
    with pytest.raises(NotAPicture):
        read_code(data)


def test_a_picture_of_too_many_bytes_is_refused_unread() -> None:
    with pytest.raises(NotAPicture):
        read_code(encoded(code_image()), most_bytes=100)


@pytest.mark.parametrize(
    ("moment", "fi", "sv", "en"),
    [
        ("2026-11-22T12:05:00", "22.11.2026 klo 14.05", "22.11.2026 kl. 14.05", "22 Nov 2026, 14:05"),
        ("2026-07-01T21:30:00", "2.7.2026 klo 0.30", "2.7.2026 kl. 0.30", "2 Jul 2026, 00:30"),
        ("2026-03-29T00:59:59", "29.3.2026 klo 2.59", "29.3.2026 kl. 2.59", "29 Mar 2026, 02:59"),
        ("2026-03-29T01:00:00", "29.3.2026 klo 4.00", "29.3.2026 kl. 4.00", "29 Mar 2026, 04:00"),
        ("2026-10-25T00:59:59", "25.10.2026 klo 3.59", "25.10.2026 kl. 3.59", "25 Oct 2026, 03:59"),
        ("2026-10-25T01:00:00", "25.10.2026 klo 3.00", "25.10.2026 kl. 3.00", "25 Oct 2026, 03:00"),
    ],
)
def test_moments_are_told_in_finnish_time(moment: str, fi: str, sv: str, en: str) -> None:
    found = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert [local_times.full(found, language) for language in ("fi", "sv", "en")] == [fi, sv, en]
    assert local_times.full(found, "fi-x-selko") == fi


def test_a_month_is_told_by_its_name() -> None:
    assert [local_times.month(2026, 11, language) for language in ("fi", "sv", "en", "fi-x-selko")] == [
        "marraskuu 2026",
        "november 2026",
        "November 2026",
        "marraskuu 2026",
    ]


def response(size: int) -> Response:
    return Response(200, "application/json", b"x" * size, "cache")


def test_the_cache_forgets_the_least_used_beyond_its_entries() -> None:
    cache = ResponseCache(lambda: 0.0)
    for number in range(512):
        cache.put(number, response(1), 60)
    assert cache.get(0) is not None
    cache.put("new", response(1), 60)
    assert cache.get(1) is None
    assert cache.get(0) is not None


def test_the_cache_forgets_beyond_its_bytes_and_counts_what_is_replaced() -> None:
    cache = ResponseCache(lambda: 0.0)
    for _ in range(100):
        cache.put("same", response(1 << 20), 60)
    assert cache.get("same") is not None
    for number in range(33):
        cache.put(number, response(1 << 20), 60)
    assert cache.get("same") is None
    assert sum(cache.get(number) is not None for number in range(33)) == 32


def test_what_is_no_longer_fresh_is_forgotten() -> None:
    now = 0.0
    cache = ResponseCache(lambda: now)
    cache.put("a", response(1), 60)
    cache.put("b", response(1), 0)
    now = 59.9
    assert cache.get("a") is not None
    now = 60.0
    assert cache.get("a") is None
    assert cache.get("b") is None


def test_the_newest_list_is_remembered_and_an_older_one_does_not_replace_it() -> None:
    memory, day = NewestStatus(), datetime(2026, 11, 22, tzinfo=UTC)
    assert memory.newest("u") is None
    memory.remember("u", day)
    memory.remember("u", day - timedelta(days=1))
    assert memory.newest("u") == day
    for number in range(4096):
        memory.remember(str(number), day)
    assert memory.newest("u") is None


@pytest.mark.parametrize(
    ("data", "link"),
    [
        (b"https://a.example/b", "https://a.example/b"),
        (b" https://a.example/b\r\n", "https://a.example/b"),
        (b"HTTPS://A.EXAMPLE/B", "HTTPS://A.EXAMPLE/B"),
        (b"https://a.example/b https://c.example", None),
        (b"https://a.example/b\nhttps://c.example", None),
        ("https://ä.example/".encode(), None),
        (b"http://a.example/", None),
        (b"https://" + b"a" * 5000, None),
        (b"{}", None),
    ],
)
def test_a_link_is_one_https_address_and_nothing_beside_it(data: bytes, link: str | None) -> None:
    assert link_in(data) == link


def test_fields_of_a_form_keep_their_bytes() -> None:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="a\xc3\xa4.png"\r\n'
        b"Content-Type: image/png\r\n\r\n\x00\r\n--\xff\r\n"
        b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\nhei\r\n--b--\r\n'
    )
    parts = form_parts(body, "multipart/form-data; boundary=b")
    assert [(p.name, p.file_name, bytes(p.data)) for p in parts] == [
        ("file", "aä.png", b"\x00\r\n--\xff"),
        ("text", None, b"hei"),
    ]
    parts = form_parts(b"text=a%C3%A4+b&lang=fi", "application/x-www-form-urlencoded")
    assert [(p.name, bytes(p.data).decode()) for p in parts] == [("text", "aä b"), ("lang", "fi")]
    assert form_parts(b"", "application/json") is None


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"--b\r\nno header\r\n\r\n", "multipart/form-data; boundary=b"),
        (b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--", "multipart/form-data; boundary=b"),
        (b"--b\r\nX: " + b"x" * 5000 + b"\r\n\r\n", "multipart/form-data; boundary=b"),
        (b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n' * 25, "multipart/form-data; boundary=b"),
        (b"a=1&" * 30, "application/x-www-form-urlencoded"),
        ("a=ä".encode(), "application/x-www-form-urlencoded"),
        (b"--b--", "multipart/form-data"),
        (b"--b--", "multipart/form-data; boundary=" + "b" * 300),
    ],
    ids=["no colon", "no name", "long header", "many parts", "many fields", "not ASCII", "unbound", "long boundary"],
)
def test_a_broken_form_is_a_usage_problem(body: bytes, content_type: str) -> None:
    with pytest.raises(Problem) as caught:
        form_parts(body, content_type)
    assert caught.value.code == "usage"


def request(messages: list[dict[str, object]], headers: list[tuple[bytes, bytes]]) -> Request:
    async def receive() -> dict[str, object]:
        return messages.pop(0)

    return Request({"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": headers}, receive)


@pytest.mark.parametrize(
    ("messages", "headers", "code"),
    [
        ([], [(b"content-length", b"11")], "input.too_large"),
        ([], [(b"content-length", b"-1")], "input.too_large"),
        ([{"type": "http.request", "body": b"x" * 11, "more_body": True}], [], "input.too_large"),
        ([{"type": "http.disconnect"}], [], "usage"),
        ([], [(b"content-encoding", b"br")], "input.unsupported"),
    ],
)
def test_a_body_out_of_bounds_is_a_problem(messages: list[dict[str, object]], headers, code: str) -> None:
    # A thread of its own: the browser's driver of other tests may keep an event loop in this one.
    with ThreadPoolExecutor(1) as thread, pytest.raises(Problem) as caught:
        thread.submit(lambda: asyncio.run(read_body(request(messages, headers), 10))).result()
    assert caught.value.code == code


def test_a_body_may_come_in_parts() -> None:
    messages = [
        {"type": "http.request", "body": b"12345", "more_body": True},
        {"type": "http.request", "body": b"67890", "more_body": False},
    ]
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(lambda: asyncio.run(read_body(request(messages, []), 10))).result() == b"1234567890"


def test_serving_starts_on_loopback_without_a_log_of_visitors() -> None:
    given: dict[str, object] = {}
    assert serve(["--port", "8101"], run=lambda app, **options: given.update(options)) == 0
    assert (given["host"], given["port"], given["access_log"], given["proxy_headers"]) == (
        "127.0.0.1",
        8101,
        False,
        False,
    )
    serve(["--behind-proxy", "10.0.0.1"], run=lambda app, **options: given.update(options))
    assert (given["proxy_headers"], given["forwarded_allow_ips"]) == (True, "10.0.0.1")


def test_a_trust_list_is_given_with_the_key_that_must_have_signed_it() -> None:
    with pytest.raises(SystemExit):
        serve(["--trust-list", "https://lists.example/list.json"], run=lambda app, **options: None)
    pair = ["https://lists.example/list.json", "z6Mkon3Necd6NkkyfoGoHxid2znGc59LU3K7mubaRcFbLfLX"]
    assert serve(["--trust-list", *pair], run=lambda app, **options: None) == 0


def test_surroundings_count_each_verification_anew_and_share_the_rest(tmp_path: Path) -> None:
    world = Surroundings(isolate=False)
    one, two = world.environment(), world.environment()
    assert one.fetch is not two.fetch
    assert (one.memory, one.canonicalise, one.status_memory) == (two.memory, two.canonicalise, two.status_memory)
    assert one.now().tzinfo is UTC
    given = world.environment(now=datetime(2026, 1, 1, tzinfo=UTC), offline=True)
    assert (given.clock_kind, given.clock_skew, given.status_memory) == ("given", timedelta(0), None)
    assert world.environment(documents={"https://a.example/": response(2)}).status_memory is None
    assert FetchRules(purpose="credential").max_bytes == 1 << 20
    world.close()
