"""The ledger of erasures as a file: whole lines only, in a chain, each person once, from several writers at a time."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from issuer.adapters.erasure_ledger import FileLedger, LedgerError
from issuer.domain.erasure import Badges

PEOPLE = [f"00000000-0000-4000-8000-{number:012d}" for number in range(20)]
DAY = "2026-11-22"


@pytest.fixture
def ledger(tmp_path: Path) -> FileLedger:
    made = FileLedger(tmp_path / "erasures" / "ledger")
    made.make()
    return made


def test_entries_come_back_in_order_and_each_person_once(ledger: FileLedger) -> None:
    ledger.add(PEOPLE[0], Badges.KEEP, day=DAY)
    ledger.add(PEOPLE[1], Badges.WITHDRAW, day=DAY)
    ledger.add(PEOPLE[0], Badges.WITHDRAW, day=DAY)
    assert list(ledger.entries().items()) == [(PEOPLE[0], Badges.KEEP), (PEOPLE[1], Badges.WITHDRAW)]
    assert stat.S_IMODE(ledger.path.stat().st_mode) == 0o600


def test_making_it_again_leaves_it_as_it_is(ledger: FileLedger) -> None:
    ledger.add(PEOPLE[0], Badges.KEEP, day=DAY)
    name = ledger.name()
    ledger.make()
    assert (ledger.name(), list(ledger.entries())) == (name, [PEOPLE[0]])


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_line_that_a_crash_cut_off_is_no_entry_and_the_next_one_is(ledger: FileLedger, cut: int) -> None:
    ledger.add(PEOPLE[0], Badges.KEEP, day=DAY)
    ledger.add(PEOPLE[1], Badges.KEEP, day=DAY)
    ledger.path.write_bytes(ledger.path.read_bytes()[:-cut])
    assert list(ledger.entries()) == [PEOPLE[0]]
    ledger.add(PEOPLE[2], Badges.KEEP, day=DAY)
    assert list(ledger.entries()) == [PEOPLE[0], PEOPLE[2]]


@pytest.mark.parametrize("line", [1, 2, 3])
def test_a_line_that_was_taken_out_or_changed_is_noticed(ledger: FileLedger, line: int) -> None:
    for person in PEOPLE[:4]:
        ledger.add(person, Badges.KEEP, day=DAY)
    lines = ledger.path.read_text().splitlines(keepends=True)
    ledger.path.write_text("".join(lines[:line] + lines[line + 1 :]))
    with pytest.raises(LedgerError, match="broken"):
        ledger.entries()
    ledger.path.write_text("".join([*lines[:line], lines[line].replace("keep", "withdraw"), *lines[line + 1 :]]))
    with pytest.raises(LedgerError, match="broken"):
        ledger.entries()


def test_a_file_that_is_none_and_a_file_that_is_not_there_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="cannot be read"):
        FileLedger(tmp_path / "absent").entries()
    with pytest.raises(LedgerError, match="cannot be opened"):
        FileLedger(tmp_path / "absent").add(PEOPLE[0], Badges.KEEP, day=DAY)
    other = tmp_path / "other"
    other.write_text("something else\n")
    with pytest.raises(LedgerError, match="no ledger"):
        FileLedger(other).name()


def test_writers_at_the_same_time_lose_nothing(ledger: FileLedger) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda one: FileLedger(ledger.path).add(one, Badges.KEEP, day=DAY), PEOPLE * 2))
    assert sorted(ledger.entries()) == PEOPLE
