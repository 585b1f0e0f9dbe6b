"""Tests of the killable workers: same answers as in this process, and no document can hold them."""

import io
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pypdf import PdfWriter

from schemas import strict_json
from schemas.errors import DocumentError
from schemas.jsonld import SafeProcessor, TooComplex
from schemas.pdf_attachment import read_pdf
from verifier.isolation import IsolatedCanonicalise, IsolatedPdf, WorkerPool

BADGE = {
    "@context": [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ],
    "id": "urn:uuid:0e0f0a52-9d2c-4c1d-8f0f-0d6a0c1f7a11",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "name": 'Polkupyörän huolto ä\u2028"',
    "issuer": {"id": "did:web:demo.pateva.example", "type": ["Profile"]},
    "credentialSubject": {"type": ["AchievementSubject"]},
}


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    made = WorkerPool(1)
    yield made
    made.close()


@pytest.mark.parametrize("hash_name", ["sha256", "sha384"])
def test_a_worker_answers_what_this_process_would(pool: WorkerPool, hash_name: str) -> None:
    assert IsolatedCanonicalise(pool)(BADGE, hash_name=hash_name) == SafeProcessor()(BADGE, hash_name=hash_name)


def test_a_fault_of_the_document_comes_back_with_code_and_place(pool: WorkerPool) -> None:
    bad = BADGE | {"gpa": "5"}
    with pytest.raises(DocumentError) as here:
        SafeProcessor()(bad)
    with pytest.raises(DocumentError) as there:
        IsolatedCanonicalise(pool)(bad)
    assert (there.value.code, there.value.pointer) == (here.value.code, here.value.pointer)
    assert there.value.code == "jsonld.terms"


def test_contexts_inside_the_document_are_for_the_generic_way_only(pool: WorkerPool) -> None:
    inline = BADGE | {"@context": [*BADGE["@context"], {"gpa": "https://terms.example/gpa"}], "gpa": "5"}
    with pytest.raises(DocumentError):
        IsolatedCanonicalise(pool)(inline)
    assert "terms.example/gpa" in IsolatedCanonicalise(pool, generic=True)(inline)


def test_a_worker_out_of_time_says_so_and_the_next_document_is_answered() -> None:
    pool = WorkerPool(1, cpu_seconds=0.0005)
    with pytest.raises(TooComplex):
        IsolatedCanonicalise(pool)(BADGE)
    with pytest.raises(TooComplex):
        IsolatedCanonicalise(pool)(BADGE)
    pool.close()


def test_a_worker_out_of_memory_is_no_answer_about_the_document() -> None:
    evidence = [{"type": ["Evidence"], "name": f"{number} {'x' * 2000}"} for number in range(400)]
    pool = WorkerPool(1, memory_bytes=2 << 20)
    with pytest.raises(TooComplex):
        IsolatedCanonicalise(pool)(BADGE | {"evidence": evidence})
    pool.close()


def test_a_killed_worker_is_replaced(pool: WorkerPool) -> None:
    isolated = IsolatedCanonicalise(pool)
    isolated(BADGE)
    os.kill(pool.pids()[0], signal.SIGKILL)
    with pytest.raises(TooComplex):
        isolated(BADGE)
    assert isolated(BADGE)


def test_a_worker_that_stops_is_killed_after_its_time(pool: WorkerPool, monkeypatch: pytest.MonkeyPatch) -> None:
    isolated = IsolatedCanonicalise(pool)
    isolated(BADGE)
    stopped = pool.pids()[0]
    monkeypatch.setattr("verifier.isolation._WALL_SECONDS", 0.3)
    os.kill(stopped, signal.SIGSTOP)
    started = time.monotonic()
    with pytest.raises(TooComplex):
        isolated(BADGE)
    assert time.monotonic() - started < 2
    with pytest.raises(ProcessLookupError):
        os.kill(stopped, 0)


def test_threads_share_the_workers(pool: WorkerPool) -> None:
    isolated, answers = IsolatedCanonicalise(pool), []
    threads = [threading.Thread(target=lambda: answers.append(isolated(BADGE))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 6
    assert len(set(answers)) == 1
    assert len(pool.pids()) == 1


@pytest.mark.shared
def test_poisoned_documents_end_in_time(shared: Path, pool: WorkerPool) -> None:
    isolated = IsolatedCanonicalise(pool)
    files = sorted((shared / "data/security/generated/rdf-poison").glob("*.json"))
    assert files
    for path in files:
        try:
            document = strict_json.read_object(path.read_bytes())
        except DocumentError:
            continue
        started = time.process_time(), time.monotonic()
        with pytest.raises(DocumentError):
            isolated(document)
        assert time.monotonic() - started[1] < 3, path.name


def test_a_pdf_is_read_in_a_worker_like_in_this_process():
    import good_badges

    good = good_badges.contained(0, "pdf")
    pool = WorkerPool(workers=1)
    try:
        isolated = IsolatedPdf(pool)
        assert isolated(good.data) == read_pdf(good.data)
        with pytest.raises(DocumentError) as refusal:
            isolated(b"%PDF-1.7 nothing")
        assert refusal.value.code in ("input.unreadable", "input.container")
    finally:
        pool.close()


def test_a_pdf_that_holds_the_worker_is_beyond_our_limits():
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    for number in range(60):
        writer.add_attachment(f"{number}.json", b'{"a": 1}' * 10_000)
    out = io.BytesIO()
    writer.write(out)
    pool = WorkerPool(workers=1, cpu_seconds=0.0005)
    try:
        with pytest.raises(DocumentError) as refusal:
            IsolatedPdf(pool)(out.getvalue())
        assert refusal.value.code == "input.limits"
    finally:
        pool.close()
