"""Pauses a batch, lets it go on, and tries its failed rows once more; badges that were given are never touched."""

from issuer.domain.audit import Act
from issuer.domain.errors import ConflictError
from issuer.services.batches.approve_batch import RUN
from issuer.services.outbox import enqueue
from issuer.services.outside import Outside


def pause(outside: Outside, batch_id: str, *, institution_id: str, actor: str) -> None:
    """Stop after the rows that are under work now. Raises ConflictError when it is not queued or running."""
    _change(outside, batch_id, institution_id, actor, to="paused", allowed=("queued", "running"))


def go_on(outside: Outside, batch_id: str, *, institution_id: str, actor: str) -> None:
    """Queue a paused batch again. Raises ConflictError when it is not paused."""
    _change(outside, batch_id, institution_id, actor, to="queued", allowed=("paused",))


def retry(outside: Outside, batch_id: str, *, institution_id: str | None, actor: str) -> int:
    """Queue the failed rows of a batch that is done; return how many.

    Raises:
        ConflictError: ``batch.nothing_failed``, ``batch.cells_gone``, or it is not done.
    """
    now = outside.now()
    with outside.database.write() as uow:
        batch = uow.batches.get(batch_id, institution_id)
        if batch.state != "done":
            raise ConflictError(batch_id, code="state.conflict")
        if batch.cells_gone_at is not None:
            raise ConflictError(batch_id, code="batch.cells_gone")
        count = uow.batches.retry_failed(batch_id)
        if not count:
            raise ConflictError(batch_id, code="batch.nothing_failed")
        if not uow.batches.change(batch, state="queued", ended_at=None):
            raise ConflictError(batch_id, code="state.conflict")
        enqueue(uow, RUN, {"batch": batch_id}, now=now)
        refs = (("batch", batch_id), ("rows", str(count)))
        uow.audit.append(Act(at=now, actor=actor, action="batch.retried", refs=refs))
    return count


def _change(
    outside: Outside, batch_id: str, institution_id: str, actor: str, *, to: str, allowed: tuple[str, ...]
) -> None:
    now = outside.now()
    with outside.database.write() as uow:
        batch = uow.batches.get(batch_id, institution_id)
        if batch.state not in allowed or not uow.batches.change(batch, state=to):
            raise ConflictError(batch_id, code="state.conflict")
        if to == "queued":
            enqueue(uow, RUN, {"batch": batch_id}, now=now)
        uow.audit.append(Act(at=now, actor=actor, action=f"batch.{to}", refs=(("batch", batch_id),)))
