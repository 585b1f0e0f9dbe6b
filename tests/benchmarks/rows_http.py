"""The row verify over HTTP: wrk posts one badge to the service; CPU seconds of the server decide."""

import http.client
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import material, rows_proofs
from benchmarks.rounds import processes_of

REPEATS = 5
SECONDS = 4
CONNECTIONS = 16
_SCRIPT = """
local file = assert(io.open("{body}", "rb"))
wrk.method, wrk.body = "POST", file:read("*a")
wrk.headers["Content-Type"] = "application/json"
"""


def table(*, quick: bool = False) -> str:
    """Compare the compiled with the PyLD path, and one worker with two, by turns."""
    if not shutil.which("wrk"):
        return "### verify over HTTP\n\nabsent: needs wrk (apt: wrk)\n"
    badge = material.badges()["2.7 kB"]
    data = rows_proofs.sign_once(badge, material.FAST)
    variants = [("fast", 1), ("fast", 2), ("plain", 1), ("plain", 2)]
    figures: dict[tuple[str, int], list[tuple[float, float]]] = {variant: [] for variant in variants}
    with tempfile.TemporaryDirectory() as folder:
        body, script = Path(folder) / "badge.json", Path(folder) / "post.lua"
        body.write_bytes(data)
        script.write_text(_SCRIPT.format(body=body))
        for _ in range(1 if quick else REPEATS):
            for variant in variants:
                figures[variant].append(_drive(*variant, data, script, 1 if quick else SECONDS))
    return _written(figures)


def _drive(path: str, workers: int, data: bytes, script: Path, seconds: int) -> tuple[float, float]:
    """Return requests per second of elapsed time, and CPU microseconds of the server for one request."""
    with _served(path, workers) as (port, group):
        for _ in range(20 * workers):  # each worker warms its tables
            assert b'"verdict":"accepted"' in _ask(port, "POST", data)
        url = f"http://127.0.0.1:{port}/api/verify"
        before = _cpu_seconds(group)
        answer = subprocess.run(
            ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(script), url],
            check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
        used = _cpu_seconds(group) - before
    assert "Non-2xx" not in answer, answer
    requests = int(re.search(r"(\d+) requests in", answer)[1])
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", answer)[1])  # type: ignore[index]
    return rate, used / requests * 1e6


@contextmanager
def _served(path: str, workers: int) -> Iterator[tuple[int, int]]:
    """Run the service; yield its port and its process group."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "uvicorn", f"benchmarks.http_child:{path}", "--factory", "--port", str(port),
        "--workers", str(workers), "--loop", "uvloop", "--http", "httptools", "--log-level", "error", "--no-access-log",
    ]  # fmt: skip
    server = subprocess.Popen(command, start_new_session=True, env={**os.environ, "PYTHONPATH": "tests"})
    try:
        _wait_for(port)
        yield port, server.pid
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()


def _wait_for(port: int) -> None:
    for _ in range(1_200):  # two minutes: the machine may be busy
        try:
            _ask(port, "OPTIONS", b"")
        except ConnectionError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(port)


def _ask(port: int, method: str, data: bytes) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, "/api/verify", data)
        return connection.getresponse().read()
    finally:
        connection.close()


def _cpu_seconds(group: int) -> float:
    """User and system time of the server and its workers."""
    return sum(cpu for _, cpu, _ in processes_of(group))


def _written(figures: dict[tuple[str, int], list[tuple[float, float]]]) -> str:
    lines = [
        "### verify over HTTP, 2.7 kB",
        "",
        f"wrk, {CONNECTIONS} connections, client and server on the same cores; uvicorn with uvloop.",
        "",
        "| service | requests/s (spread) | server CPU µs a request (spread) |",
        "|---|--:|--:|",
    ]
    names = {"fast": "compiled contexts", "plain": "PyLD path"}
    for (path, workers), found in figures.items():
        rates, costs = [rate for rate, _ in found], [cost for _, cost in found]
        lines.append(
            f"| {names[path]}, {workers} worker{'s' * (workers > 1)} "
            f"| {statistics.median(rates):,.0f} ({min(rates):,.0f}–{max(rates):,.0f}) "
            f"| {statistics.median(costs):,.0f} ({min(costs):,.0f}–{max(costs):,.0f}) |"
        )
    by_cpu = [slow[1] / fast[1] for fast, slow in zip(figures["fast", 1], figures["plain", 1], strict=True)]
    by_wall = [fast[0] / slow[0] for fast, slow in zip(figures["fast", 1], figures["plain", 1], strict=True)]
    second = [two[0] / one[0] for one, two in zip(figures["fast", 1], figures["fast", 2], strict=True)]
    for title, ratios in (
        ("PyLD path ÷ compiled, CPU a request", by_cpu),
        ("compiled ÷ PyLD path, requests/s", by_wall),
        ("second worker, requests/s", second),
    ):
        lines.append(f"| {title} | {statistics.median(ratios):.2f} × ({min(ratios):.2f}–{max(ratios):.2f}) | |")
    return "\n".join([*lines, ""])
