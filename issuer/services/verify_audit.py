"""Checks the audit chain from its first row."""

from collections.abc import Iterator
from dataclasses import dataclass

from issuer.domain.audit import first_break
from issuer.services.outside import Outside


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditState:
    """How far the chain is whole.

    Attributes:
        rows: how many rows the head speaks of.
        broken_at: `seq` of the first row that does not follow, or None.
    """

    rows: int
    broken_at: int | None


def verify_audit(outside: Outside) -> AuditState:
    """Read the whole chain; a head that names another last row is a break behind the last row."""
    with outside.database.read() as uow:
        head_seq, head_hash = uow.audit.head()
        last: list[tuple[int, bytes]] = [(0, bytes(32))]

        def rows() -> Iterator[tuple[int, bytes, str, bytes]]:
            for row in uow.audit.rows():
                last[0] = (row[0], row[3])
                yield row

        broken = first_break(rows())
    if broken is None and last[0] != (head_seq, head_hash):
        broken = last[0][0] + 1
    return AuditState(rows=head_seq, broken_at=broken)
