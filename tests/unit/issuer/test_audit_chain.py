"""The audit chain: every edit, deletion, reordering and cut is found at its row."""

from datetime import UTC, datetime

import pytest

from issuer.domain.audit import GENESIS, Act, chain_hash, entry, first_break

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def _chain(length: int) -> list[tuple[int, bytes, str, bytes]]:
    rows, last = [], GENESIS
    for seq in range(1, length + 1):
        text = entry(Act(at=NOW, actor="test", action="badge.issued", refs=(("badge", str(seq)),)), seq)
        rows.append((seq, last, text, chain_hash(last, text)))
        last = rows[-1][3]
    return rows


def test_a_whole_chain_has_no_break() -> None:
    assert first_break(_chain(50)) is None


@pytest.mark.parametrize("at", [0, 7, 48])
def test_an_edited_entry_is_found(at: int) -> None:
    rows = _chain(50)
    seq, prev, text, own = rows[at]
    rows[at] = (seq, prev, text.replace("issued", "failed"), own)
    assert first_break(rows) == at + 1


@pytest.mark.parametrize("at", [0, 7, 48])
def test_an_edited_entry_with_its_own_hash_made_new_is_found_at_the_next_row(at: int) -> None:
    rows = _chain(50)
    seq, prev, text, _ = rows[at]
    changed = text.replace("issued", "failed")
    rows[at] = (seq, prev, changed, chain_hash(prev, changed))
    assert first_break(rows) == at + 2


@pytest.mark.parametrize("at", [0, 7, 48])
def test_a_deleted_row_is_found(at: int) -> None:
    rows = _chain(50)
    del rows[at]
    assert first_break(rows) == at + 2


def test_two_rows_that_changed_places_are_found() -> None:
    rows = _chain(50)
    rows[10], rows[11] = rows[11], rows[10]
    assert first_break(rows) == 12


def test_a_row_under_a_number_that_its_entry_does_not_say_is_found() -> None:
    text = entry(Act(at=NOW, actor="test", action="badge.issued"), 2)
    assert first_break([(1, GENESIS, text, chain_hash(GENESIS, text))]) == 1
