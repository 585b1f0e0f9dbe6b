"""Guessing of share links is bounded for each prefix of addresses."""

from starlette.requests import Request

from issuer.pages.misses import Misses


def asker(address):
    return Request({"type": "http", "client": (address, 1), "headers": []})


def test_the_last_allowed_miss_is_the_sixtieth():
    misses = Misses()
    for _ in range(59):
        misses.add(asker("203.0.113.9"))
    assert not misses.spent(asker("203.0.113.9"))
    misses.add(asker("203.0.113.9"))
    assert misses.spent(asker("203.0.113.9"))


def test_neighbours_in_one_prefix_share_a_bound_and_strangers_do_not():
    misses = Misses(1)
    misses.add(asker("203.0.113.9"))
    assert misses.spent(asker("203.0.113.200"))
    assert not misses.spent(asker("198.51.100.9"))


def test_after_an_hour_guessing_may_begin_anew_and_one_second_before_not():
    now = [0.0]
    misses = Misses(1, monotonic=lambda: now[0])
    misses.add(asker("2001:db8::1"))
    now[0] = 3599.0
    assert misses.spent(asker("2001:db8::2"))
    now[0] = 3600.0
    assert not misses.spent(asker("2001:db8::2"))


def test_a_proxy_on_this_machine_is_not_bounded():
    misses = Misses(1)
    misses.add(asker("127.0.0.1"))
    assert not misses.spent(asker("127.0.0.1"))
