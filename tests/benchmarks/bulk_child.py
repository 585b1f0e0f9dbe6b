"""Issues so many badges of one achievement in a fresh installation and prints what it took, as one line of JSON."""

import argparse
import json
import os
import tempfile
import time
from pathlib import Path

import installation as installations
from benchmarks.rounds import processes_of

from issuer.batch_pool import batch_signer
from issuer.domain.award import AwardRequest
from issuer.services.issue_batch import issue_batch

UNIT = "106889"
CHUNK = 1_000


def _issue(home: Path, database_url: str | None, count: int, processes: int) -> dict[str, float]:
    with installations.open_installation(home, database_url) as installation:
        request = AwardRequest(institution_id=installation.umbrella.id, unit_code=UNIT)
        keys = (f"benchmark-row-{number:09}" for number in range(count))
        before, wall = _cpu_seconds(), time.perf_counter()
        with batch_signer(installation.settings, processes=processes) as sign:
            done = issue_batch(installation.outside, request, keys, sign=sign, actor="bench", chunk=CHUNK)
            assert sum(progress.issued for progress in done) == count
            wall = time.perf_counter() - wall
            signers = [peak for pid, _, peak in processes_of(os.getpgrp()) if pid != os.getpid()]
            own = next(peak for pid, _, peak in processes_of(os.getpgrp()) if pid == os.getpid())
            return {"wall": wall, "cpu": _cpu_seconds() - before, "peak_mib": own, "signer_peak_mib": max(signers)}


def _cpu_seconds() -> float:
    """Of this process and the signing ones, which are all of its process group; not of a database server."""
    return sum(cpu for _, cpu, _ in processes_of(os.getpgrp()))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--database")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        installations.make_template(home, chosen.database)
        found = _issue(home, chosen.database, chosen.count, chosen.processes)
        found["bytes"] = sum(path.stat().st_size for path in home.rglob("*") if path.is_file())
    print(json.dumps(found))


if __name__ == "__main__":
    main()
