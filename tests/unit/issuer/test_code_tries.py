"""Guesses at typed codes: five misses begin a wait, each longer than the last, and the house has a bound of its own."""

from datetime import UTC, datetime, timedelta

import pytest
from starlette.requests import Request

from issuer.pages.code_tries import CodeTries, WaitError

START = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Clock:
    """Stands still until it is moved."""

    def __init__(self):
        self.now = START

    def __call__(self):
        return self.now

    def pass_by(self, **how_long):
        self.now += timedelta(**how_long)


@pytest.fixture
def clock():
    return Clock()


def asker(address):
    return Request({"type": "http", "client": (address, 1), "headers": []})


def miss(tries, address="203.0.113.7", times=5):
    for _ in range(times):
        tries.check(asker(address))
        tries.missed(asker(address))


def wait_of(tries, address="203.0.113.7"):
    with pytest.raises(WaitError) as refused:
        tries.check(asker(address))
    return refused.value.seconds


def test_every_fifth_miss_begins_a_longer_wait_up_to_a_quarter_of_an_hour(clock):
    tries = CodeTries(clock)
    waits = []
    for _ in range(6):
        miss(tries)
        waits.append(wait_of(tries))
        clock.pass_by(seconds=waits[-1])
    assert waits == [60, 120, 300, 900, 900, 900]


def test_a_wait_ends_at_its_second_and_not_before(clock):
    tries = CodeTries(clock)
    miss(tries)
    clock.pass_by(seconds=59)
    assert wait_of(tries) == 1
    clock.pass_by(seconds=1)
    tries.check(asker("203.0.113.7"))


def test_an_hour_without_a_miss_forgets(clock):
    tries = CodeTries(clock)
    miss(tries, times=4)
    clock.pass_by(hours=1)
    miss(tries, times=4)
    tries.check(asker("203.0.113.7"))


def test_neighbours_wait_together_and_others_do_not(clock):
    tries = CodeTries(clock)
    miss(tries)
    assert wait_of(tries, "203.0.113.250") == 60
    for other in ("203.0.114.7", "2001:db8::1", "127.0.0.1"):
        tries.check(asker(other))


def test_the_whole_house_waits_after_its_bound_until_the_hour_is_over(clock):
    tries = CodeTries(clock, most_here=12)
    for number in range(12):
        miss(tries, f"198.51.{number}.1", times=1)
    assert wait_of(tries, "192.0.2.1") == 3600
    assert wait_of(tries, "127.0.0.1") == 3600
    clock.pass_by(hours=1)
    miss(tries, "192.0.2.1", times=1)
    tries.check(asker("192.0.2.1"))
