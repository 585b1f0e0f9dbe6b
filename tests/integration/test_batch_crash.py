"""Done-when 3 of the coach's desk: faulty rows named, the server killed in the middle, each good row issued once."""

import os
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import installation as installations
import pytest
from batches import BatchWorld, batch_world, faults
from desk import desk_over
from served import ROOT, Served, free_port

from issuer.services.verify_audit import verify_audit
from verifier import EMPLOYMENT, Verdict, verify

KINDS = 5  # of faults that are planted, in turn


def with_faults(world: BatchWorld, count: int, faulty: int) -> tuple[list[list[str]], dict[int, tuple[str, str, str]]]:
    """Rows of which `faulty` cannot become badges, spread evenly; and what is to be said of each, by row number."""
    rows = world.rows(range(1, count + 1))
    at = {name: place for place, name in enumerate(rows[0])}
    expected = {}
    for number in range(faulty):
        row = 1 + number * (count // faulty)
        cells = rows[row]
        planted = (
            ("henkilo", "999999", ("person_unknown", "person.unknown", "person")),
            ("v09", "x", ("no_observation", "observation.none", "v09")),
            ("kertomus", "Tuli vankilasta töihin.", ("telling_word", "narrative.telling_word", "narrative")),
            ("paiva", f"{world.day - timedelta(days=100):%d.%m.%Y}", ("day_outside", "day.outside", "day")),
            ("yhteystieto", "soita", ("contact", "contact.unusable", "contact")),
        )[number % KINDS]
        cells[at[planted[0]]] = planted[1]
        expected[row + 1] = planted[2]
    return rows, expected


def server(served: Served, command: str, log: Path) -> subprocess.Popen[bytes]:
    """One process of the product, with a group of its own, which can be killed without a word."""
    arguments = ["--port", str(served.port)] if command == "serve" else []
    with log.open("ab") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "issuer.cli", command, *arguments],
            cwd=ROOT,
            env=served.environ,
            stdout=out,
            stderr=out,
        )


def run_with_kills(world: BatchWorld, batch: str, log: Path, *, kills: int, seconds: float) -> int:
    """Let the real process work, kill it in the middle several times, then let it end; return how often it was."""
    settings = world.desk.installation.settings
    url = None if settings.database_url.startswith("sqlite") else settings.database_url
    served = Served(home=settings.home, port=free_port(), database_url=url)
    killed, end = 0, time.monotonic() + seconds
    while killed < kills:
        before = world.states(batch).get("issued", 0)
        process = server(served, "worker" if url else "serve", log)
        while world.states(batch).get("issued", 0) == before and time.monotonic() < end:
            assert process.poll() is None, log.read_text()
            time.sleep(0.05)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        killed += world.states(batch).get("waiting", 0) > 0
        if not world.states(batch).get("waiting"):
            break
    process = server(served, "worker" if url else "serve", log)
    while world.states(batch).get("waiting") and time.monotonic() < end:
        assert process.poll() is None, log.read_text()
        time.sleep(0.2)
    process.send_signal(signal.SIGTERM)
    process.wait(60)
    return killed


def check_each_row_once(world: BatchWorld, batch: str, good: set[int]) -> None:
    """Every good row has one badge, which verifies, on a place of its own; nobody has two; the chain is whole."""
    outside = world.outside
    with outside.database.read() as uow:
        rows = uow.batches.rows(batch, states=("issued",))
        records = [uow.credentials.get(one) for one in uow.credentials.ids()]
        places = uow.credentials.place_of_all()
        shares = {record.id: uow.shares.first_of(record.id) for record in records}
    assert {row.number for row in rows} == good
    assert sorted(row.credential_id for row in rows) == sorted(record.id for record in records)
    assert {record.state for record in records} == {"issued"}
    assert max(Counter(record.person_id for record in records).values()) == 1
    assert {row.person_id for row in rows} == {record.person_id for record in records}
    assert len(set(places)) == len(places)
    assert not any(shares.values())  # participants make their links themselves
    assert verify_audit(outside).broken_at is None
    environment = outside.environment()
    for record in records[:: max(1, len(records) // 40)]:
        document = outside.person_keys.unseal(record.person_id, "document", record.document)
        assert verify(document, policy=EMPLOYMENT, environment=environment).verdict is Verdict.ACCEPTED


def prove(desk, tmp_path: Path, *, count: int, faulty: int, kills: int, seconds: float) -> None:
    world = batch_world(desk, count)
    rows, expected = with_faults(world, count, faulty)
    began = time.monotonic()
    batch = world.start(rows)
    print(f"{count} rows read and checked in {time.monotonic() - began:.1f} s")
    assert faults(world, batch) == {number: {fault} for number, fault in expected.items()}
    assert world.queued(batch) == count - faulty
    began = time.monotonic()
    killed = run_with_kills(world, batch, tmp_path / "server.log", kills=kills, seconds=seconds)
    usage = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"{count - faulty} badges in {time.monotonic() - began:.1f} s with {killed} kills, server ≤ {usage} MB")
    assert killed >= 1
    check_each_row_once(world, batch, set(range(2, count + 2)) - set(expected))


def test_each_good_row_of_500_is_issued_once_although_the_server_is_killed(both_desks, tmp_path):
    prove(both_desks, tmp_path, count=500, faulty=15, kills=2, seconds=400)


@pytest.mark.slow
def test_each_good_row_of_10_000_is_issued_once_although_the_server_is_killed(sqlite_template, tmp_path):
    home = tmp_path / "home"
    installations.copy_home(sqlite_template, home)
    with installations.open_installation(home, None) as opened, desk_over(opened) as desk:
        prove(desk, tmp_path, count=10_000, faulty=300, kills=3, seconds=1_800)
