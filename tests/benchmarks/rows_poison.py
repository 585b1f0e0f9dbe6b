"""The row "five in a hundred are poison": what honest checks wait while others post the worst input that we know."""

import http.client
import itertools
import os
import statistics
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import material, rows_http, rows_proofs

RATE = 60  # requests a second, all senders together: well below what a good machine does, so that waits are told apart
SECONDS = 20
SENDERS = 12
EVERY = 20  # one in so many is poison
_PAGE = os.sysconf("SC_PAGE_SIZE")
_SHARED = Path(__file__).parents[3] / "shared" / "data" / "security" / "generated"


def poison() -> list[bytes]:
    """Return hostile inputs up to 4 MiB: the shared sets where they are at hand, and the worst of our own making."""
    own = [
        b'{"a":' * 170_000,
        b'{"a":"' + b'\\"' * 520_000 + b'"}',
        b'{"a":[' + b"1," * 500_000 + b"1]}",
        b'<svg xmlns="http://www.w3.org/2000/svg" '
        + b"".join(b'a%d="" ' % number for number in range(300_000))
        + b"/>",
        b"%PDF-1.7\n" + b"".join(b"%d 0 obj<</Type/Catalog>>endobj\n" % number for number in range(100_000)),
        b"eyJhbGciOiJFZERTQSJ9." + b"e" * 1_000_000 + b".aaaa",
    ]
    folders = [_SHARED / kind for kind in ("rdf-poison", "status", "png")]
    shared = [path.read_bytes() for folder in folders for path in sorted(folder.glob("*.*"))]
    return own + shared


@dataclass
class Load:
    """What came of one run; times in milliseconds."""

    waits: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    grown_mib: float = 0.0

    def percentile(self, part: float) -> float:
        return sorted(self.waits)[min(len(self.waits) - 1, int(len(self.waits) * part))]


def drive(*, with_poison: bool, seconds: float, rate: float = RATE) -> Load:
    """Post good badges at an even rate, every twentieth request poison; the wait counts from when it was due."""
    good = rows_proofs.sign_once(material.badges()["2.7 kB"], material.FAST)
    bad, load, lock = itertools.cycle(poison()), Load(), threading.Lock()
    turns = itertools.count()
    with rows_http._served("isolated", 1) as (port, group):
        for _ in range(30):
            rows_http._ask(port, "POST", good)
        before, started = _resident(group), time.monotonic()

        def send() -> None:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            while True:
                with lock:
                    turn = next(turns)
                    hostile = with_poison and turn % EVERY == 0
                    data = next(bad) if hostile else good
                due = started + turn / rate
                if due > started + seconds:
                    connection.close()
                    return
                time.sleep(max(0.0, due - time.monotonic()))
                connection.request("POST", "/api/verify", data)
                answer = connection.getresponse()
                answer.read()
                with lock:
                    load.statuses[answer.status] += 1
                    if not hostile:
                        load.waits.append((time.monotonic() - due) * 1e3)

        senders = [threading.Thread(target=send) for _ in range(SENDERS)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        load.grown_mib = (_resident(group) - before) / (1 << 20)
    return load


def _resident(group: int) -> int:
    """Resident bytes of the serving process itself."""
    return int(Path(f"/proc/{group}/statm").read_text(encoding="ascii").split()[1]) * _PAGE


def table(*, quick: bool = False) -> str:
    """Measure without and with poison, by turns."""
    seconds = 2.0 if quick else SECONDS
    lines = [
        "### verify over HTTP while five in a hundred requests are poison",
        "",
        f"{RATE} requests a second for {seconds:.0f} s, one server process; waits of honest requests, client included.",
        "",
        "| load | median | p99 | answers by status | growth of the server |",
        "|---|--:|--:|---|--:|",
    ]
    for name, with_poison in (("good only", False), ("5 % poison", True)):
        load = drive(with_poison=with_poison, seconds=seconds)
        answers = ", ".join(f"{status}: {count}" for status, count in sorted(load.statuses.items()))
        median, high = statistics.median(load.waits), load.percentile(0.99)
        lines.append(f"| {name} | {median:.0f} ms | {high:.0f} ms | {answers} | {load.grown_mib:.0f} MiB |")
    return "\n".join([*lines, ""])
