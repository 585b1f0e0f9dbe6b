"""Deletes what rows said 30 days after their batch was begun; which row became which badge stays."""

from datetime import timedelta

from issuer.domain.audit import Act
from issuer.services.outside import Outside

KEPT = timedelta(days=30)
_AT_ONCE = 20


def forget_old_cells(outside: Outside) -> int:
    """Delete the cells of old batches and the keys they were sealed under; return of how many."""
    now = outside.now()
    with outside.database.read() as uow:
        old = uow.batches.old(now - KEPT, limit=_AT_ONCE)
    for batch in old:
        with outside.database.write() as uow:
            uow.batches.forget_cells(batch.id, now=now)
            if batch.state in {"columns", "repair", "review"}:
                uow.batches.move_rows(batch.id, from_states=("open", "review", "approved"), to="left_out")
                uow.batches.change(batch, state="done", ended_at=now)
            uow.audit.append(Act(at=now, actor="system", action="batch.cells_gone", refs=(("batch", batch.id),)))
        outside.person_keys.destroy(batch.id)
    return len(old)
