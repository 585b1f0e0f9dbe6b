"""`POST /api/verify` over HTTP: 200 with the report for every verdict, 4xx for what cannot be read, never 5xx."""

import io
import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
import verifier_world
import workshop
from fastapi import FastAPI
from PIL import Image
from starlette.testclient import TestClient
from verifier_world import ClosedWorld

from schemas import qr_code
from verifier import api
from verifier.admission import Admission, Rate, prefix_of
from verifier.app import Options, create_app
from verifier.request_body import read_body
from verifier.verify_endpoint import StraightToVerify

PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app(surroundings=ClosedWorld()), client=("192.0.2.1", 1)) as made:
        yield made


@pytest.fixture(scope="module")
def unlimited() -> Iterator[TestClient]:
    """The same with no bound on checks a minute."""
    app = create_app(Options(checks_per_minute=0), surroundings=ClosedWorld())
    with TestClient(app, raise_server_exceptions=False) as made:
        yield made


def test_an_accepted_badge_is_answered_200_with_its_report(unlimited: TestClient) -> None:
    answer = unlimited.post("/api/verify", content=verifier_world.good())
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert (answer.json()["format"], answer.json()["verdict"]) == ("pateva.report/1", "accepted")


def test_a_rejected_badge_is_answered_200_too(unlimited: TestClient) -> None:
    answer = unlimited.post("/api/verify", content=verifier_world.altered())
    assert (answer.status_code, answer.json()["verdict"]) == (200, "rejected")


def test_an_undetermined_badge_is_answered_200_too(unlimited: TestClient) -> None:
    badge = workshop.with_status(workshop.badge(), url="https://issuer.example/status/silent")
    answer = unlimited.post("/api/verify", content=workshop.dump(workshop.sign(badge)))
    assert (answer.status_code, answer.json()["verdict"]) == (200, "undetermined")


def test_there_is_no_single_boolean_in_the_report(unlimited: TestClient) -> None:
    text = unlimited.post("/api/verify", content=verifier_world.good()).text
    assert not any(f'"{name}":' in text for name in ("valid", "ok", "verified"))


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "application/x-www-form-urlencoded", None])
def test_the_content_type_of_raw_bytes_does_not_matter(unlimited: TestClient, content_type: str | None) -> None:
    headers = {"content-type": content_type} if content_type else {}
    answer = unlimited.post("/api/verify", content=verifier_world.good(), headers=headers)
    assert answer.json()["verdict"] == "accepted"


def test_a_form_carries_file_documents_evidence_and_recipient(unlimited: TestClient) -> None:
    url = "https://issuer.example/status/other"
    badge = workshop.sign(workshop.with_status(workshop.badge(), url=url))
    files = {
        "file": ("b.json", workshop.dump(badge), "application/json"),
        "documents": ("d.json", workshop.dump({url: workshop.sign(workshop.status_document(url=url))})),
        "evidence": ("e", b"not a proof"),
        "recipient": (None, "urn:uuid:0f2f8f5e-6f5a-4b0e-9d0a-000000000002"),
    }
    report = unlimited.post("/api/verify", files=files).json()
    assert report["verdict"] == "accepted"
    assert {fetch["from"] for fetch in report["fetches"]} == {"documents"}
    assert "evidence" not in json.dumps(report["fetches"])


def test_documents_that_are_none_are_a_usage_error(unlimited: TestClient) -> None:
    for body in ("ä", "a", "!"):
        answers = {"https://a.example/": {"status": 200, "body_base64": body}}
        files = {"file": ("b", verifier_world.good()), "documents": ("d", workshop.dump(answers))}
        assert unlimited.post("/api/verify", files=files).status_code == 400


def test_a_list_that_a_stranger_gives_makes_nobody_s_badge_uncertain(unlimited: TestClient) -> None:
    url = "https://issuer.example/status/other"
    badge = workshop.dump(workshop.sign(workshop.with_status(workshop.badge(), url=url)))
    older = workshop.status_document(url=url, validFrom="2026-11-22T06:00:00Z")
    newer = workshop.status_document(url=url, validFrom="2026-11-22T07:00:00Z")
    for document in (newer, older):
        files = {"file": ("b.json", badge), "documents": ("d.json", workshop.dump({url: workshop.sign(document)}))}
        report = unlimited.post("/api/verify", files=files).json()
        assert report["verdict"] == "accepted"


def test_a_link_as_text_is_followed_and_never_stands_in_the_query(unlimited: TestClient) -> None:
    link = "https://wallet.example/badge"
    files = {
        "file": ("link", link.encode()),
        "documents": ("d", workshop.dump({link: json.loads(verifier_world.good())})),
    }
    report = unlimited.post("/api/verify", files=files).json()
    assert (report["verdict"], report["source"]["url"], report["source"]["kind"]) == ("accepted", link, "url")
    assert unlimited.post("/api/verify?url=https://wallet.example/badge").status_code == 400


def test_policy_language_and_time_come_in_the_query(unlimited: TestClient) -> None:
    query = "/api/verify?policy=PRIOR_LEARNING&language=sv&time=2026-11-22T12:00:00Z"
    report = unlimited.post(query, content=verifier_world.good()).json()
    assert (report["policy"]["name"], report["clock"]) == ("PRIOR_LEARNING", "given")
    assert report["evaluated_at"] == "2026-11-22T12:00:00Z"


@pytest.mark.parametrize(
    "query",
    ["policy=NONE", "language=de", "time=now", "policy=STRICT&policy=W3C", "recipient=a@b.example", "valid=1"],
)
def test_an_unknown_or_doubled_query_is_a_usage_problem(unlimited: TestClient, query: str) -> None:
    answer = unlimited.post(f"/api/verify?{query}", content=verifier_world.good())
    assert (answer.status_code, answer.headers["content-type"]) == (400, PROBLEM)
    assert answer.json()["code"] == "usage"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 422, "input.unreadable"),
        (b"hello", 422, "input.unreadable"),
        (b"{", 422, "input.unreadable"),
        (b"<html></html>", 422, "input.unreadable"),
        (b"PK\x03\x04rest", 415, "input.unsupported"),
        (b"https://wallet.example/nothing", 422, "input.not_fetched"),
        (b'{"a":"' + b"x" * (1 << 20) + b'"}', 413, "input.too_large"),
        (b"\x89PNG" + b"x" * (4 << 20), 413, "input.too_large"),
    ],
)
def test_what_cannot_be_judged_is_a_problem(unlimited: TestClient, body: bytes, status: int, code: str) -> None:
    answer = unlimited.post("/api/verify", content=body)
    assert (answer.status_code, answer.headers["content-type"], answer.json()["code"]) == (status, PROBLEM, code)
    assert answer.json()["status"] == status


def test_a_chunked_body_beyond_the_limit_is_cut(unlimited: TestClient) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while sent < 64 << 20:
            sent += 65536
            yield b"x" * 65536

    assert unlimited.post("/api/verify", content=endless()).status_code == 413


def test_a_coded_body_is_not_unpacked(unlimited: TestClient) -> None:
    answer = unlimited.post("/api/verify", content=b"x", headers={"content-encoding": "gzip"})
    assert (answer.status_code, answer.json()["code"]) == (415, "input.unsupported")


@pytest.mark.parametrize(
    "files",
    [
        [("other", ("a", b"x"))],
        [("file", ("a", b"x")), ("file", ("b", b"y"))],
        [("file", ("a", b"{}")), ("documents", ("d", b"[1]"))],
        [("recipient", (None, "x"))],
    ],
)
def test_a_form_of_another_shape_is_a_usage_problem(unlimited: TestClient, files: list[Any]) -> None:
    answer = unlimited.post("/api/verify", files=files)
    assert (answer.status_code, answer.json()["code"]) == (400, "usage")


@pytest.mark.parametrize(
    "content_type",
    ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=" + "x" * 300],
)
def test_a_broken_form_is_a_usage_problem(unlimited: TestClient, content_type: str) -> None:
    answer = unlimited.post("/api/verify", content=b"--x\r\n\r\n", headers={"content-type": content_type})
    assert (answer.status_code, answer.json()["code"]) == (400, "usage")


def test_another_method_is_405_with_a_problem(unlimited: TestClient) -> None:
    answer = unlimited.get("/api/verify")
    assert (answer.status_code, answer.headers["content-type"]) == (405, PROBLEM)


def test_pages_of_any_origin_may_ask_without_cookies(unlimited: TestClient) -> None:
    answer = unlimited.post("/api/verify", content=b"{}", headers={"origin": "https://school.example"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    assert unlimited.options("/api/verify").headers["access-control-allow-methods"] == "POST"


@pytest.mark.shared
def test_hostile_files_of_every_kind_get_a_report_or_a_problem_and_never_5xx(
    unlimited: TestClient, shared: Path
) -> None:
    base = shared / "data/security/generated"
    files = [path for kind in ("json", "png", "svg", "jsonld", "status", "pdf") for path in (base / kind).glob("*.*")]
    assert len(files) > 50
    odd = {}
    for path in files:
        data = path.read_bytes()
        answer = unlimited.post("/api/verify", content=data)
        expected = PROBLEM if answer.status_code in (413, 415, 422) else "application/json"
        if answer.status_code >= 500 or answer.headers["content-type"] != expected:
            odd[path.name] = answer.status_code
    assert odd == {}


def test_a_prefix_has_thirty_checks_a_minute_and_then_429(client: TestClient) -> None:
    answers = [client.post("/api/verify", content=b"hello") for _ in range(31)]
    assert {answer.status_code for answer in answers[:30]} == {422}
    assert (answers[30].status_code, answers[30].json()["code"]) == (429, "too_many")
    assert answers[30].headers["retry-after"]


def test_a_rate_counts_prefixes_and_fills_again_with_time() -> None:
    now = 0.0
    rate = Rate(2, monotonic=lambda: now)
    assert [rate.take("198.51.100.1"), rate.take("198.51.100.200"), rate.take("198.51.100.3")] == [True, True, False]
    assert rate.take("198.51.101.1")
    now = 31.0
    assert rate.take("198.51.100.9")
    assert not rate.take("198.51.100.9")


@pytest.mark.parametrize(
    ("address", "prefix"),
    [
        ("198.51.100.7", "198.51.100.0/24"),
        ("::ffff:198.51.100.7", "198.51.100.0/24"),
        ("2001:db8:1:2ff::1", "2001:db8:1:200::/56"),
        ("127.0.0.1", None),
        ("::1", None),
        (None, None),
        ("unix:", None),
    ],
)
def test_addresses_are_counted_by_prefix(address: str | None, prefix: str | None) -> None:
    assert prefix_of(address) == prefix


def jpeg(text: str, *, side: int = 640) -> bytes:
    """A camera frame with a QR code."""
    picture = Image.open(io.BytesIO(qr_code.png(text))).convert("L").resize((side, side))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=60)
    return out.getvalue()


def test_a_camera_frame_is_read(unlimited: TestClient) -> None:
    answer = unlimited.post("/api/verify/frame", content=jpeg("https://demo.pateva.example/s/abcdefghijklmnopqrstuv"))
    assert answer.json() == {"text": "https://demo.pateva.example/s/abcdefghijklmnopqrstuv"}


def test_a_frame_without_a_code_says_so(unlimited: TestClient) -> None:
    out = io.BytesIO()
    Image.new("L", (640, 640), 200).save(out, "JPEG")
    assert unlimited.post("/api/verify/frame", content=out.getvalue()).json() == {"text": None}


@pytest.mark.parametrize(("body", "status"), [(b"hello", 422), (b"", 422), (b"x" * 100_001, 413)])
def test_what_is_no_frame_is_a_problem(unlimited: TestClient, body: bytes, status: int) -> None:
    answer = unlimited.post("/api/verify/frame", content=body)
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)


def test_a_body_that_trickles_is_answered_408(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(read_body.__kwdefaults__, "seconds", 0.5)
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(surroundings=ClosedWorld()), log_level="warning", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        with socket.create_connection(listener.getsockname(), 10) as slow:
            slow.sendall(b"POST /api/verify HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\n{")
            time.sleep(0.1)
            slow.sendall(b"x")
            slow.settimeout(10)
            assert slow.recv(4096).startswith(b"HTTP/1.1 408")
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


def test_no_more_than_the_places_and_the_queue_are_let_in() -> None:
    alone = FastAPI()
    alone.include_router(api.router(ClosedWorld().environment, admission=Admission(in_flight=0, queue=0)))
    with TestClient(alone) as made:
        assert made.post("/api/verify", content=b"{}").status_code == 429


GOOD = verifier_world.good()
REQUESTS: dict[str, dict[str, Any]] = {
    "good": {"content": GOOD},
    "by another policy": {"content": GOOD, "params": {"policy": "STRICT", "language": "fi"}},
    "doubled query": {"content": GOOD, "params": [("policy", "STRICT"), ("policy", "STRICT")]},
    "no badge": {"content": b"hello"},
    "empty": {"content": b""},
    "too large": {"content": b"x" * (5 << 20)},
    "chunks": {"content": GOOD, "headers": {"transfer-encoding": "chunked"}},
    "coded": {"content": GOOD, "headers": {"content-encoding": "gzip"}},
    "odd length": {"content": GOOD, "headers": {"content-length": "-1"}},
    "form": {"files": {"file": ("badge.json", GOOD)}, "data": {"recipient": "emailAddress=a@example.org"}},
    "broken form": {"content": b"x", "headers": {"content-type": "multipart/form-data"}},
    "archive": {"content": b"PK\x03\x04rest"},
    "link": {"content": b"https://not.reached.example/badge"},
    "get": {"method": "GET"},
    "options": {"method": "OPTIONS"},
    "another path": {"url": "/api/verify/", "content": GOOD},
}


@pytest.mark.parametrize("name", REQUESTS)
def test_the_straight_way_answers_as_the_application_does(unlimited: TestClient, name: str) -> None:
    slow = create_app(Options(checks_per_minute=0), surroundings=ClosedWorld())
    slow.user_middleware = [one for one in slow.user_middleware if one.cls is not StraightToVerify]
    given: dict[str, Any] = {"method": "POST", "url": "/api/verify", **REQUESTS[name]}
    with TestClient(slow, raise_server_exceptions=False) as made:
        by_route, straight = made.request(**given), unlimited.request(**given)
    assert straight.status_code == by_route.status_code
    assert straight.status_code < 500
    moment = re.compile(rb'"evaluated_at":"[^"]+"')
    assert moment.sub(b"", straight.content) == moment.sub(b"", by_route.content)
    assert sorted(straight.headers.multi_items()) == sorted(by_route.headers.multi_items())
