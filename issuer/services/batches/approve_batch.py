"""The reviewer's signing act: what was approved waits for issuing, in shuffled order, and the job is enqueued."""

import secrets

from issuer.domain.audit import Act
from issuer.domain.errors import ConflictError
from issuer.domain.permissions import StaffMember
from issuer.services import signing_act
from issuer.services.batches.review_rows import approved_digest, review_state, reviewed_batch
from issuer.services.outbox import enqueue
from issuer.services.outside import Outside

RUN = "batch.run"
_SHUFFLE = secrets.SystemRandom()


def act_name(batch_id: str) -> str:
    """What the passkey confirms."""
    return f"batch.approve:{batch_id}"


def approve(outside: Outside, who: StaffMember, batch_id: str, response: str) -> int:
    """Confirm by passkey and enqueue; return how many badges will be given.

    Raises:
        ForbiddenError: ``act.not_confirmed``, or not the reviewer.
        ConflictError: ``batch.undecided``: a row is neither approved nor returned; ``batch.no_rows``.
    """
    signing_act.confirm(outside, who, act_name(batch_id), digest_of(outside, who, batch_id), response)
    now = outside.now()
    with outside.database.write() as uow:
        batch = reviewed_batch(uow, who, batch_id)
        rows = uow.batches.rows(batch_id, states=("approved",))
        order = [row.number for row in rows]
        _SHUFFLE.shuffle(order)  # privacy.md PN9
        uow.batches.set_turns(batch_id, {number: turn for turn, number in enumerate(order)})
        uow.batches.move_rows(batch_id, from_states=("approved",), to="waiting")
        if not rows or not uow.batches.change(batch, state="queued", approved_at=now):
            raise ConflictError(batch_id, code="state.conflict")
        enqueue(uow, RUN, {"batch": batch_id}, now=now)
        refs = (("batch", batch_id), ("rows", str(len(order))))
        uow.audit.append(Act(at=now, actor=who.actor, action="batch.approved", refs=refs))
    return len(order)


def digest_of(outside: Outside, who: StaffMember, batch_id: str) -> bytes:
    """SHA-256 of what the reviewer confirms. Raises as `approve`."""
    with outside.database.read() as uow:
        batch = reviewed_batch(uow, who, batch_id)
        rows = uow.batches.rows(batch_id, states=("review", "approved", "returned"))
    state = review_state(rows)
    if state.undecided:
        raise ConflictError(batch_id, code="batch.undecided")
    if not state.approved:
        raise ConflictError(batch_id, code="batch.no_rows")
    return approved_digest(batch, [row for row in rows if row.state == "approved"])
