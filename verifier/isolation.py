"""Killable processes for PDFs and for canonicalisation outside the compiled path: no document holds this process.

A few workers run PyLD under bounds of processor time and memory that the kernel keeps (`isolation_worker`). A worker
that overruns is killed and replaced; the document is then too complex for us, not wrong.
"""

import contextlib
import os
import select
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

from schemas import strict_json
from schemas.container import Baked, limit_reached
from schemas.errors import DocumentError
from schemas.jsonld import HashName, TooComplex
from schemas.strict_json import JsonObject

CPU_SECONDS = 0.8  # of one document
MEMORY_BYTES = 256 << 20  # beyond what a worker has after its start
_WALL_SECONDS = 10.0  # a worker gets much less than a core on a busy machine; its own timers end it sooner
_START_SECONDS = 20.0
_QUEUE_SECONDS = 2.0
_MAX_ANSWER = 16 << 20
_FRAME = struct.Struct(">I")
_PACKAGES = Path(__file__).parents[1]
# Answers of a worker, one byte in front of the payload.
OK, WRONG, TOO_MUCH = b"o", b"w", b"t"


class WorkerGone(Exception):  # noqa: N818  a state, told to the pool only
    """The worker was killed or fell over; the pool starts another."""


class _Worker:
    """One process: takes a frame, answers a frame. Not for two threads at a time."""

    def __init__(self, *, memory_bytes: int, cpu_seconds: float) -> None:
        # A program of its own instead of a fork: a fork of a process with threads may hold locks for ever.
        self._process = subprocess.Popen(  # noqa: S603  fixed arguments
            [sys.executable, "-m", "verifier.isolation_worker", str(memory_bytes), str(cpu_seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_PACKAGES,
        )
        pipes = self._process.stdin, self._process.stdout
        assert pipes[0] is not None  # noqa: S101  asked for above
        assert pipes[1] is not None  # noqa: S101
        self._to, self._from = pipes[0], pipes[1]
        self._started = False

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, payload: bytes) -> bytes:
        """Return the worker's answer.

        Raises:
            WorkerGone: it died, or answered too late and was killed.
        """
        if not self._started:
            self._read(_START_SECONDS)  # it greets when its contexts are read
            self._started = True
        try:
            self._to.write(_FRAME.pack(len(payload)) + payload)
            self._to.flush()
        except OSError:
            self.kill()
            raise WorkerGone from None
        return self._read(_WALL_SECONDS)

    def _read(self, seconds: float) -> bytes:
        ends_at = time.monotonic() + seconds
        size = _FRAME.unpack(self._take(_FRAME.size, ends_at))[0]
        if size > _MAX_ANSWER:
            self.kill()
            raise WorkerGone
        return self._take(size, ends_at)

    def _take(self, size: int, ends_at: float) -> bytes:
        taken = bytearray()
        poll = select.poll()
        poll.register(self._from, select.POLLIN)
        while len(taken) < size:
            left = ends_at - time.monotonic()
            ready = poll.poll(left * 1000) if left > 0 else []
            part = os.read(self._from.fileno(), size - len(taken)) if ready else b""
            if not part:
                self.kill()
                raise WorkerGone
            taken += part
        return bytes(taken)

    def kill(self) -> None:
        """End the process at once."""
        self._process.kill()
        for pipe in (self._to, self._from):
            with contextlib.suppress(OSError):  # what could not be written any more
                pipe.close()
        self._process.wait()


class WorkerPool:
    """At most `workers` processes, started when first needed and kept.

    Args:
        workers: how many documents may be looked at at a time.
        memory_bytes: of one worker, beyond its start.
        cpu_seconds: of one document.
    """

    def __init__(self, workers: int = 2, *, memory_bytes: int = MEMORY_BYTES, cpu_seconds: float = CPU_SECONDS) -> None:
        self._places = threading.BoundedSemaphore(workers)
        self._idle: list[_Worker] = []
        self._lock = threading.Lock()
        self._bounds = {"memory_bytes": memory_bytes, "cpu_seconds": cpu_seconds}
        self._size = workers

    def warm(self) -> None:
        """Start all workers without waiting for them."""
        with self._lock:
            while len(self._idle) < self._size:
                self._idle.append(self._start())

    def ask(self, payload: bytes) -> bytes:
        """Return a worker's answer to one frame.

        Raises:
            WorkerGone: it was killed for overrunning, or no worker was free in time.
        """
        if not self._places.acquire(timeout=_QUEUE_SECONDS + _WALL_SECONDS):
            raise WorkerGone
        try:
            with self._lock:
                worker = self._idle.pop() if self._idle else self._start()
            try:
                answer = worker.ask(payload)
            except BaseException:  # an interrupt, too, leaves a worker in an unknown state
                worker.kill()
                raise
            with self._lock:
                self._idle.append(worker)
            return answer
        finally:
            self._places.release()

    def pids(self) -> list[int]:
        """Return the processes that wait for work."""
        with self._lock:
            return [worker.pid for worker in self._idle]

    def close(self) -> None:
        """End all idle workers; the pool may not be asked any more."""
        with self._lock:
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.kill()

    def _start(self) -> _Worker:
        return _Worker(memory_bytes=int(self._bounds["memory_bytes"]), cpu_seconds=self._bounds["cpu_seconds"])


class IsolatedCanonicalise:
    """A `Canonicalise` whose work is done in a killable process.

    Args:
        pool: shared by all canonicalisers of this process.
        max_nodes: most objects in one document, inclusive.
        generic: contexts inside the document and those of examples are allowed (policy W3C only).
    """

    def __init__(self, pool: WorkerPool, *, max_nodes: int = 500, generic: bool = False) -> None:
        self._pool = pool
        self._head: JsonObject = {"generic": generic, "max_nodes": max_nodes}

    def __call__(self, document: JsonObject, *, hash_name: HashName = "sha256") -> str:
        """Return canonical N-Quads; see `schemas.jsonld.Canonicalise`.

        Raises:
            DocumentError: as the canonicaliser in the worker raised it.
            TooComplex: budget, time or memory were not enough.
        """
        head = strict_json.write(self._head | {"hash": hash_name})
        try:
            answer = self._pool.ask(head + b"\n" + strict_json.write(document))
        except WorkerGone:
            raise TooComplex("time or memory of the worker") from None
        if answer[:1] == TOO_MUCH:
            raise TooComplex("budget, time or memory of the worker")
        return _good(answer)


def _good(answer: bytes) -> str:
    """The answer's text, or the fault that the worker named."""
    if answer[:1] == OK:
        return answer[1:].decode()
    problem = strict_json.read_object(answer[1:], max_string_bytes=_MAX_ANSWER)
    raise DocumentError(str(problem["code"]), str(problem["pointer"]), str(problem["detail"]))


class IsolatedPdf:
    """`schemas.pdf_attachment.read_pdf` in a killable process: its library is large, and PDF is a language."""

    def __init__(self, pool: WorkerPool) -> None:
        self._pool = pool

    def __call__(self, pdf: bytes) -> Baked:
        """Return the one credential of a PDF.

        Raises:
            DocumentError: as `read_pdf` in the worker raised it; ``input.limits`` when time or memory ran out.
        """
        try:
            answer = self._pool.ask(strict_json.write({"pdf": True}) + b"\n" + pdf)
        except WorkerGone:
            raise limit_reached("time or memory of the worker") from None
        if answer[:1] == TOO_MUCH:
            raise limit_reached("time or memory of the worker")
        return Baked("ob3", _good(answer).encode("latin-1"))
