"""The row bulk issuing: badges of one achievement, durable on both databases, and what a second process gives."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator

import postgres

COUNTS = (1_000, 10_000, 100_000)
_PROCESSES = 2


def table(*, most: int) -> str:
    """Each run in a process of its own, with a fresh installation; the longest runs take minutes."""
    counts = [count for count in COUNTS if count <= most]
    lines = [
        "### bulk issuing, badges of one achievement",
        "",
        "Every badge is reserved, signed, verified whole, stored, read back and issued, with audit rows and a status",
        "place; databases wait for the disk. CPU is that of our processes, without the database server.",
        "",
        "| database | badges | signers | s | badges/s | CPU µs a badge | peak MiB, and of a signer | disk kB a badge |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    runs = [(counts[0], 1), *((count, _PROCESSES) for count in counts)]
    lines += [_line("SQLite", count, processes, _run(count, processes, None)) for count, processes in runs]
    with _server() as server:
        if server is None:
            lines.append(f"| PostgreSQL | absent: {postgres.ABSENT} | | | | | | |")
        else:
            for count, processes in runs:
                url = postgres.make_database(server)
                lines.append(_line("PostgreSQL", count, processes, _run(count, processes, url)))
                postgres.drop_database(url)
    return "\n".join([*lines, ""])


@contextlib.contextmanager
def _server() -> Iterator[str | None]:
    if postgres.binaries() is None:
        yield None
        return
    with postgres.cluster(durable=True) as server:
        yield server


def _run(count: int, processes: int, database: str | None) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.bulk_child", "--count", str(count), "--processes", str(processes)]
    if database is not None:
        command += ["--database", database]
    done = subprocess.run(
        command,
        check=True,
        capture_output=True,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": "tests"},
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    print(f"bulk: {count} badges, {processes} processes: {found}", file=sys.stderr, flush=True)
    return found


def _line(database: str, count: int, processes: int, found: dict[str, float]) -> str:
    disk = f"{found['bytes'] / count / 1000:.1f}" if database == "SQLite" else ""
    return (
        f"| {database} | {count:,} | {processes} | {found['wall']:,.1f} | {count / found['wall']:,.0f} "
        f"| {found['cpu'] / count * 1e6:,.0f} | {found['peak_mib']:,.0f}, {found['signer_peak_mib']:,.0f} | {disk} |"
    )
