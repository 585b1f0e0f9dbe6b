"""Tests of the killable workers: same answers as in this process, and no document can hold them."""

import io
import os
import signal
import struct
import subprocess
import sys
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
from verifier.isolation import OK, TOO_MUCH, WRONG, IsolatedCanonicalise, IsolatedPdf, WorkerPool

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


def test_a_worker_that_died_unseen_is_noticed_when_it_is_asked(pool: WorkerPool) -> None:
    isolated = IsolatedCanonicalise(pool)
    isolated(BADGE)
    dead = pool.pids()[0]
    os.kill(dead, signal.SIGKILL)
    os.waitid(os.P_PID, dead, os.WEXITED | os.WNOWAIT)  # its end of the pipe is closed then
    with pytest.raises(TooComplex):
        isolated(BADGE)
    assert isolated(BADGE)


def test_a_worker_that_answers_too_much_is_killed(pool: WorkerPool, monkeypatch: pytest.MonkeyPatch) -> None:
    isolated = IsolatedCanonicalise(pool)
    isolated(BADGE)
    before = pool.pids()
    monkeypatch.setattr("verifier.isolation._MAX_ANSWER", 10)
    with pytest.raises(TooComplex):
        isolated(BADGE)
    assert pool.pids() == []
    with pytest.raises(ProcessLookupError):
        os.kill(before[0], 0)


def test_who_waits_too_long_for_a_free_worker_gets_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_QUEUE_SECONDS", "_WALL_SECONDS"):
        monkeypatch.setattr(f"verifier.isolation.{name}", 0.05)
    with pytest.raises(TooComplex):
        IsolatedCanonicalise(WorkerPool(workers=0))(BADGE)


def test_an_interrupt_while_a_worker_works_leaves_no_worker_behind(
    pool: WorkerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    isolated = IsolatedCanonicalise(pool)
    isolated(BADGE)
    worker = pool.pids()[0]
    os.kill(worker, signal.SIGSTOP)
    previous = signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        with pytest.raises(KeyboardInterrupt):
            isolated(BADGE)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)
    assert isolated(BADGE)


def test_warm_workers_wait_before_the_first_question() -> None:
    pool = WorkerPool(2)
    pool.warm()
    pool.warm()
    assert len(pool.pids()) == 2
    pool.close()
    assert pool.pids() == []


def asked(arguments: tuple[str, str], *questions: bytes) -> tuple[list[bytes], int]:
    """The greeting and the answers of a worker started by itself, and how it ended after its input had ended."""
    program = [sys.executable, "-m", "verifier.isolation_worker", *arguments]
    sent = b"".join(struct.pack(">I", len(question)) + question for question in questions)
    done = subprocess.run(program, input=sent, capture_output=True, timeout=60, check=False)
    answers, rest = [], done.stdout
    while rest:
        (size,) = struct.unpack(">I", rest[:4])
        answers.append(rest[4 : 4 + size])
        rest = rest[4 + size :]
    return answers, done.returncode


def question(document: object, *, generic: bool = False, hash_name: str = "sha256") -> bytes:
    head = {"generic": generic, "max_nodes": 500, "hash": hash_name}
    return strict_json.write(head) + b"\n" + strict_json.write(document)


def test_a_worker_greets_answers_each_question_and_ends_with_its_input() -> None:
    import good_badges

    pdf = good_badges.contained(0, "pdf").data
    answers, code = asked(
        (str(256 << 20), "5"),
        question(BADGE),
        question(BADGE, hash_name="sha384"),
        question(BADGE, generic=True),
        question(BADGE | {"gpa": "5"}),
        b'{"pdf":true}\n' + pdf,
        b'{"pdf":true}\nno PDF',
    )
    assert code == 0
    assert [answer[:1] for answer in answers] == [OK, OK, OK, OK, WRONG, OK, WRONG]
    assert answers[1][1:].decode() == SafeProcessor()(BADGE)
    assert answers[2][1:].decode() == SafeProcessor()(BADGE, hash_name="sha384")


def test_a_worker_says_of_each_question_that_it_ran_out_of_time() -> None:
    large = BADGE | {"evidence": [{"type": ["Evidence"], "name": str(number)} for number in range(400)]}
    answers, code = asked((str(256 << 20), "0.2"), question(large), question(large))
    assert code == 0
    assert answers == [OK, TOO_MUCH, TOO_MUCH]


def test_a_worker_that_is_cut_off_in_the_middle_of_a_question_ends() -> None:
    program = [sys.executable, "-m", "verifier.isolation_worker", str(256 << 20), "5"]
    done = subprocess.run(program, input=b"\0\0", capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (0, b"\0\0\0\1" + OK)


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


def test_a_pdf_whose_worker_died_is_beyond_our_limits() -> None:
    pool = WorkerPool(workers=1)
    try:
        pool.warm()
        os.kill(pool.pids()[0], signal.SIGKILL)
        with pytest.raises(DocumentError) as refusal:
            IsolatedPdf(pool)(b"%PDF-1.7 nothing")
        assert refusal.value.code == "input.limits"
    finally:
        pool.close()
