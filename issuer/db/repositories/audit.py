"""Appends to the audit chain and reads it back. The head row's lock makes `seq` gap-free across processes."""

from collections.abc import Iterator, Sequence

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from issuer.db.models.trail import AuditHead, AuditRow
from issuer.domain.audit import GENESIS, Act, chain_hash, entry


class AuditRepository:
    """The trail within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def lock(self) -> None:
        """Take the end of the chain now: nobody else appends, and so nobody else changes state, until this is over."""
        self._session.execute(select(AuditHead.seq).where(AuditHead.id == 1).with_for_update())

    def append(self, *acts: Act) -> None:
        """Add acts at the end of the chain, in order. Blocks until no other transaction is adding."""
        self.append_all(acts)

    def append_all(self, acts: Sequence[Act]) -> None:
        """Add many acts with one lock and one insert."""
        if not acts:
            return
        head = self._session.execute(
            select(AuditHead.seq, AuditHead.hash).where(AuditHead.id == 1).with_for_update()
        ).one_or_none()
        if head is None:
            self._session.execute(insert(AuditHead).values(id=1, seq=0, hash=GENESIS))
        seq, last = (head.seq, head.hash) if head is not None else (0, GENESIS)
        rows = []
        for act in acts:
            seq += 1
            text = entry(act, seq)
            here = chain_hash(last, text)
            rows.append({"seq": seq, "prev_hash": last, "entry": text, "hash": here})
            last = here
        self._session.execute(insert(AuditRow), rows)
        self._session.execute(update(AuditHead).where(AuditHead.id == 1).values(seq=seq, hash=last))

    def rows(self, *, chunk: int = 1000) -> Iterator[tuple[int, bytes, str, bytes]]:
        """Yield (seq, prev_hash, entry, hash) from the first row on."""
        query = select(AuditRow.seq, AuditRow.prev_hash, AuditRow.entry, AuditRow.hash).order_by(AuditRow.seq)
        for row in self._session.execute(query.execution_options(yield_per=chunk)):
            yield row.seq, row.prev_hash, row.entry, row.hash

    def head(self) -> tuple[int, bytes]:
        """Return (seq, hash) of the newest row; (0, 32 zero bytes) for an empty chain."""
        row = self._session.execute(select(AuditHead.seq, AuditHead.hash)).one_or_none()
        return (row.seq, row.hash) if row is not None else (0, GENESIS)
