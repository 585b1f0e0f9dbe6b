"""A short run of the crash harness; `make crash-test` runs 1,000 kills on each database."""

from pathlib import Path

import crash_harness


def test_killed_at_named_points_and_at_random_nothing_is_lost_doubled_or_half_shown(
    prepared_home: tuple[Path, str | None],
) -> None:
    tally = crash_harness.run(*prepared_home, kills=24)
    assert sum(tally.kills.values()) == 24
    assert tally.issued
    assert tally.problems == []
