"""The program inside a killable worker: does one piece of work after another within bounds the kernel keeps."""

import os
import resource
import signal
import struct
import sys
from collections.abc import Callable
from functools import cache
from types import FrameType
from typing import TYPE_CHECKING, BinaryIO, NoReturn

from schemas import strict_json
from schemas.errors import DocumentError
from schemas.jsonld import W3C_CONTEXTS, HashName, SafeProcessor, TooComplex
from schemas.pdf_attachment import read_pdf

if TYPE_CHECKING:
    from schemas.strict_json import JsonObject

OK, WRONG, TOO_MUCH = b"o", b"w", b"t"
_FRAME = struct.Struct(">I")
_MAX_REQUEST = 8 << 20
_MAX_VALUES = 20_000
_LESS_URGENT = 5  # documents that need a worker are mostly faulty; the others come first
_GRACE = 1.5  # after this many times the bound the kernel ends the process, also inside a C function


class _OutOfTime(BaseException):
    """Raised by the timer; no `except Exception` of a library can swallow it."""


def _out_of_time(_number: int, _frame: FrameType | None) -> NoReturn:
    raise _OutOfTime


def _bound_memory(more_bytes: int) -> None:
    """Allow `more_bytes` of address space beyond what is mapped now; a larger wish becomes MemoryError."""
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123  one line of the kernel
        mapped = int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    resource.setrlimit(resource.RLIMIT_AS, (mapped + more_bytes, mapped + more_bytes))


def _answer(work: Callable[[], str]) -> bytes:
    try:
        return OK + work().encode()
    except (TooComplex, _OutOfTime, MemoryError, RecursionError):
        return TOO_MUCH
    except DocumentError as error:
        fault: JsonObject = {"code": error.code, "pointer": error.pointer, "detail": error.detail[:500]}
        return WRONG + strict_json.write(fault)


@cache
def _processor(*, generic: bool, max_nodes: int) -> SafeProcessor:
    return SafeProcessor(W3C_CONTEXTS if generic else None, max_nodes=max_nodes, inline_contexts=generic)


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def _hash_name(value: object) -> HashName:
    return "sha384" if value == "sha384" else "sha256"


def _serve(requests: BinaryIO, answers: BinaryIO, cpu_seconds: float) -> None:
    """Answer frames until the other end closes."""
    _processor(generic=False, max_nodes=500)  # most ask for this one
    _send(answers, OK)
    while len(frame := requests.read(_FRAME.size)) == _FRAME.size:
        payload = requests.read(min(_FRAME.unpack(frame)[0], _MAX_REQUEST))
        first, _, text = payload.partition(b"\n")
        head = strict_json.read_object(first)
        work = _work(head, text)
        signal.setitimer(signal.ITIMER_VIRTUAL, cpu_seconds)
        signal.setitimer(signal.ITIMER_PROF, cpu_seconds * _GRACE)
        try:
            answer = _answer(work)
        except _OutOfTime:  # the timer rang between the work and here
            answer = TOO_MUCH
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            signal.setitimer(signal.ITIMER_PROF, 0)
        _send(answers, answer)


def _work(head: "JsonObject", text: bytes) -> Callable[[], str]:
    """What is wanted: the credential inside a PDF, or canonical N-Quads."""
    if head.get("pdf") is True:
        return lambda: read_pdf(text).content.decode("latin-1")  # each byte as a sign: the answer is text
    process = _processor(generic=head["generic"] is True, max_nodes=_whole(head["max_nodes"]))
    hash_name = _hash_name(head["hash"])
    return lambda: _canonicalise(process, text, hash_name)


def _canonicalise(process: SafeProcessor, text: bytes, hash_name: HashName) -> str:
    document = strict_json.read_object(text, max_bytes=_MAX_REQUEST, max_values=_MAX_VALUES)
    return process(document, hash_name=hash_name)


def _send(answers: BinaryIO, payload: bytes) -> None:
    answers.write(_FRAME.pack(len(payload)) + payload)
    answers.flush()


def main() -> None:
    """Start with two arguments: bytes of memory beyond the start, seconds of processor time for one document."""
    signal.signal(signal.SIGVTALRM, _out_of_time)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # ctrl-C is for the parent, which then closes the pipe
    os.nice(_LESS_URGENT)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # what people check must not land on the disk
    _bound_memory(int(sys.argv[1]))
    _serve(sys.stdin.buffer, sys.stdout.buffer, float(sys.argv[2]))


if __name__ == "__main__":
    main()
