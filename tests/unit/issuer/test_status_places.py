"""Decoys hide how many badges are withdrawn; reasons keep class and month in sixteen bits."""

from datetime import UTC, datetime

import pytest

from issuer.domain.revocation import entry_value, months_since_epoch
from issuer.domain.status_places import LIST_SIZE, wanted_decoys


def test_an_empty_list_starts_with_decoys() -> None:
    assert wanted_decoys(issued=0, withdrawn=0, decoys=0) == round(LIST_SIZE / 100)


@pytest.mark.parametrize(("issued", "withdrawn"), [(1_000, 10), (10_000, 300), (60_000, 600), (100_000, 5_000)])
def test_unused_places_carry_bits_at_the_true_rate_within_two_points(issued: int, withdrawn: int) -> None:
    decoys = wanted_decoys(issued=issued, withdrawn=withdrawn, decoys=0)
    assert abs(decoys / (LIST_SIZE - issued) - withdrawn / issued) <= 0.02


def test_a_decoy_is_never_taken_back() -> None:
    assert wanted_decoys(issued=10_000, withdrawn=0, decoys=5_000) == 0


def test_the_first_withdrawal_does_not_eat_the_pool() -> None:
    assert wanted_decoys(issued=1, withdrawn=1, decoys=0) < LIST_SIZE // 40


def test_a_reason_and_its_month_share_sixteen_bits() -> None:
    assert entry_value(4, months_since_epoch(datetime(2026, 11, 22, tzinfo=UTC))) == 4 << 12 | 82


@pytest.mark.parametrize("year", [2019, 2362])
def test_a_month_outside_the_range_is_refused(year: int) -> None:
    with pytest.raises(ValueError, match="range"):
        months_since_epoch(datetime(year, 1, 1, tzinfo=UTC))
