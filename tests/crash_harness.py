"""Kills the issuing path with SIGKILL at named points and at random moments, and looks for what must never be there.

Run alone: ``PYTHONPATH=.:tests python tests/crash_harness.py --kills 1000 [--postgres]`` (`make crash-test`). Each
kill is a process of its own, forked from a parent that has everything imported, so that a start costs a tenth of a
second. Some killed requests are repeated with their idempotency key, the others are left to the sweeper, which is how
clients and servers really die.
"""

import argparse
import hashlib
import os
import secrets
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import installation as installations
import postgres

from issuer.composition import compose
from issuer.domain.award import AwardRequest
from issuer.domain.badge_states import SHOWN
from issuer.services.issue_badge import issue
from issuer.services.link_tokens import share_token
from issuer.services.open_share import open_share
from issuer.services.outside import Outside
from issuer.services.publish_status_list import publish_due
from issuer.services.revoke_badge import revoke
from issuer.services.sweep import sweep
from issuer.services.verify_audit import verify_audit
from schemas.status_list import decode, value_at
from schemas.strict_json import read_object
from verifier import EMPLOYMENT, Verdict, verify

ISSUE_POINTS = (
    "award.before_reserve",
    "award.in_reserve",
    "award.after_reserve",
    "sign.after_lint",
    "sign.after_grant",
    "sign.after_sign",
    "sign.before_t2",
    "sign.in_t2",
    "sign.after_t2",
    "issue.before_t4",
    "issue.in_t4",
    "issue.after_t4",
)
REVOKE_POINTS = (
    "revoke.in_transaction",
    "revoke.after_store",
    "publish.after_reserve",
    "publish.before_public",
    "publish.after_public",
    "revoke.after_publish",
)
UNIT = "106889"


@dataclass
class Tally:
    """What happened, and what was promised to a client."""

    kills: Counter[str] = field(default_factory=Counter)
    issued: dict[str, tuple[str, str]] = field(default_factory=dict)  # key → (credential id, SHA-256 of the bytes)
    revoked: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)


class Kill:
    """A checkpoint that stops the process dead at the nth passing of one point."""

    def __init__(self, point: str, nth: int) -> None:
        self._point, self._left = point, nth

    def __call__(self, name: str) -> None:
        if name == self._point:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def in_child(work: "Work", *, point: str = "", nth: int = 1, after: float | None = None) -> tuple[bool, str]:
    """Run one act in a child of its own; return (killed, what it acknowledged or an empty string).

    Args:
        point, nth: where the child kills itself.
        after: seconds until the parent kills it, wherever it is then.
    """
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read_end)
        code = 1
        try:
            with compose(work.settings, clock=work.clock, checkpoint=Kill(point, nth)) as composition:
                answer = work.act(composition.outside)
                os.write(write_end, answer.encode())
                code = 0
        except BaseException as problem:  # noqa: BLE001  the parent reads what went wrong
            os.write(write_end, f"!{type(problem).__name__}: {problem}".encode())
        finally:
            os._exit(code)
    os.close(write_end)
    if after is not None:
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
    with os.fdopen(read_end) as pipe:
        answer = pipe.read()
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status), answer


@dataclass
class Work:
    """One act of one process."""

    settings: installations.Settings
    clock: installations.MovableClock
    institution_id: str
    key: str = ""
    credential_id: str = ""

    def act(self, outside: Outside) -> str:
        if self.credential_id:
            view = revoke(
                outside, self.credential_id, institution_id=self.institution_id, reason="mistake", actor="test"
            )
            return view.id if view.status_published else ""
        request = AwardRequest(institution_id=self.institution_id, unit_code=UNIT)
        view = issue(outside, request, idempotency_key=self.key, actor="test")
        if view.document is None:
            return "!no document"
        return f"{view.id} {hashlib.sha256(view.document).hexdigest()}"


def run(home: Path, database_url: str | None, *, kills: int, report: bool = False) -> Tally:
    """Kill `kills` times over issuing and withdrawing, then look at everything that is left."""
    tally, clock = Tally(), installations.MovableClock()
    settings = installations.settings_for(home, database_url)
    with compose(settings) as composition, composition.outside.database.read() as uow:
        institution_id = uow.institutions.by_slug("osaamismerkit").id
    draw = secrets.SystemRandom()
    for number in range(kills * 3):  # an act may end before it is killed; never more than three tries for a kill
        if sum(tally.kills.values()) >= kills or len(tally.problems) > 20:
            break
        work = Work(settings, clock, institution_id, key=f"crash-{secrets.token_hex(12)}")
        points = ISSUE_POINTS
        if tally.issued and number % 4 == 3:
            open_ones = [one for one, _ in tally.issued.values() if one not in tally.revoked]
            if open_ones:
                work.credential_id, points = draw.choice(open_ones), REVOKE_POINTS
        if number % 5 == 4:
            killed, answer = in_child(work, after=draw.uniform(0.02, 0.25))
            tally.kills["at random"] += killed
        else:
            point = draw.choice(points)
            killed, answer = in_child(work, point=point, nth=draw.choice((1, 1, 2)) if "publish" in point else 1)
            tally.kills[point] += killed
        note(tally, work, answer)
        if killed and draw.random() < 0.6:  # the client comes back with its key
            killed_again, answer = in_child(work)
            if killed_again or answer.startswith("!"):
                tally.problems.append(f"repeat failed: {answer}")
            note(tally, work, answer)
        if report and number % 50 == 0:
            print(f"{number} kills, {len(tally.issued)} acknowledged", flush=True)
    recover(settings, clock)
    inspect(settings, clock, tally)
    return tally


def note(tally: Tally, work: Work, answer: str) -> None:
    """Keep what a client was told."""
    if answer.startswith("!"):
        tally.problems.append(f"{work.credential_id or work.key}: {answer}")
    elif answer and work.credential_id:
        tally.revoked.add(answer)
    elif answer:
        credential_id, digest = answer.split(" ")
        told = tally.issued.setdefault(work.key, (credential_id, digest))
        if told != (credential_id, digest):
            tally.problems.append(f"one key, two answers: {work.key}")


def recover(settings: installations.Settings, clock: installations.MovableClock) -> None:
    """What the worker does after the crashes: leases run out, the sweeper goes on, lists are published."""
    clock.moved += timedelta(seconds=200)
    with compose(settings, clock=clock) as composition:
        for _ in range(50):
            if sweep(composition.outside, limit=200) == 0:
                break
            clock.moved += timedelta(seconds=61)
        publish_due(composition.outside)


def inspect(settings: installations.Settings, clock: installations.MovableClock, tally: Tally) -> None:
    """Look for a lost badge, a place used twice, a half-signed badge that shows, a broken chain."""
    with compose(settings, clock=clock) as composition:
        outside = composition.outside
        with outside.database.read() as uow:
            places = uow.credentials.place_of_all()
            lists = uow.publications.lists()
            decoys = [(one.id, bit.index) for one in lists for bit in uow.publications.bits(one.id)]
            pool = Counter({one.id: uow.publications.free_places(one.id) for one in lists})
            records = [uow.credentials.get(one) for one in uow.credentials.ids()]
            shares = {record.id: uow.shares.first_of(record.id) for record in records}
            published = {one.id: uow.publications.current("status_list", one.id) for one in lists}
        _inspect_places(tally, places, decoys, pool, {one.id: one.size for one in lists})
        by_id = {record.id: record for record in records}
        for key, (credential_id, digest) in tally.issued.items():
            record = by_id.get(credential_id)
            if record is None or record.state not in SHOWN or (record.document_sha256 or b"").hex() != digest:
                tally.problems.append(f"acknowledged badge lost: {key} {record.state if record else None}")
        for record in records:
            share = shares[record.id]
            shown = open_share(outside, share_token(outside.link_secret, share.id), counted=False) if share else None
            if record.state in SHOWN:
                bits = published[record.list_id]
                _inspect_shown(outside, tally, record.id, record.state, shown.document if shown else None)
                _inspect_bit(tally, record, bits.document if bits else None)
            elif shown is not None or record.document is not None:
                tally.problems.append(f"badge in state {record.state} shows: {record.id}")
        for credential_id in tally.revoked:
            if by_id[credential_id].state != "withdrawn":
                tally.problems.append(f"withdrawal lost: {credential_id}")
        audit = verify_audit(outside)
        if audit.broken_at is not None:
            tally.problems.append(f"audit chain broken at {audit.broken_at}")


def _inspect_places(
    tally: Tally,
    places: list[tuple[str, int]],
    set_bits: list[tuple[str, int]],
    pool: Counter[str],
    sizes: dict[str, int],
) -> None:
    if len(places) != len(set(places)):
        tally.problems.append("a status index was used twice")
    for list_id, size in sizes.items():
        used = {index for one, index in places if one == list_id} | {index for one, index in set_bits if one == list_id}
        if len(used) + pool[list_id] > size:
            tally.problems.append("a place is both in the pool and in use")


def _inspect_shown(outside: Outside, tally: Tally, credential_id: str, state: str, document: bytes | None) -> None:
    if document is None:
        tally.problems.append(f"issued badge does not show: {credential_id}")
        return
    verdict = verify(document, policy=EMPLOYMENT, environment=outside.environment()).verdict
    expected = Verdict.REJECTED if state == "withdrawn" else Verdict.ACCEPTED
    if verdict is not expected:
        tally.problems.append(f"{state} badge is {verdict.value}: {credential_id}")


def _inspect_bit(tally: Tally, record: object, published: bytes | None) -> None:
    subject = read_object(published or b"{}").get("credentialSubject")
    encoded = subject.get("encodedList") if isinstance(subject, dict) else None
    if not isinstance(encoded, str):
        tally.problems.append("no public status list")
        return
    bit = value_at(decode(encoded), record.index)  # type: ignore[attr-defined]
    if bit != (record.state == "withdrawn"):  # type: ignore[attr-defined]
        tally.problems.append(f"public bit {bit} of a {record.state} badge")  # type: ignore[attr-defined]


def main() -> int:
    """Run from the command line; exit 1 when anything was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--postgres", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        if not arguments.postgres:
            installations.make_template(home, None)
            tally = run(home, None, kills=arguments.kills, report=True)
        else:
            with postgres.cluster() as server:
                url = postgres.make_database(server)
                installations.make_template(home, url)
                tally = run(home, url, kills=arguments.kills, report=True)
    for point, number in sorted(tally.kills.items()):
        print(f"{number:6} {point}")
    print(f"{sum(tally.kills.values())} kills, {len(tally.issued)} badges and {len(tally.revoked)} withdrawals "
          f"acknowledged, {len(tally.problems)} problems")  # fmt: skip
    print(*tally.problems[:20], sep="\n")
    return 1 if tally.problems else 0


if __name__ == "__main__":
    sys.exit(main())
