"""Sends the sound rows of a batch to the second pair of eyes; the others stay out and are listed."""

import secrets

from issuer.domain.audit import Act
from issuer.domain.errors import ConflictError
from issuer.domain.permissions import StaffMember
from issuer.services.batches.check_rows import check_batch
from issuer.services.outside import Outside

SAMPLE = 5
_DRAW = secrets.SystemRandom()


def send(outside: Outside, who: StaffMember, batch_id: str, *, expected: int) -> int:
    """Send; return how many rows went.

    Args:
        expected: the number on the button: that many rows were sound when it was pressed.

    Raises:
        ConflictError: ``batch.changed``: something changed meanwhile, nothing was sent; ``batch.no_rows``.
    """
    with outside.database.read() as uow:
        if uow.batches.get(batch_id, who.institution_id).state != "repair":
            raise ConflictError(batch_id, code="state.conflict")
    check_batch(outside, batch_id)
    with outside.database.write() as uow:
        batch = uow.batches.get(batch_id, who.institution_id)
        sound = [row.number for row in uow.batches.rows(batch_id, states=("open",)) if not row.faulty]
        if not sound:
            raise ConflictError(batch_id, code="batch.no_rows")
        if len(sound) != expected:
            raise ConflictError(batch_id, code="batch.changed")
        if not uow.batches.change(batch, state="review", sent_at=outside.now(), drafter_id=who.id):
            raise ConflictError(batch_id, code="state.conflict")
        uow.batches.move_rows(batch_id, from_states=("open",), to="review", faulty=False)
        uow.batches.move_rows(batch_id, from_states=("open",), to="left_out", faulty=True)
        uow.batches.mark(batch_id, _DRAW.sample(sound, min(SAMPLE, len(sound))), drawn=True)
        refs = (("batch", batch_id), ("rows", str(len(sound))))
        uow.audit.append(Act(at=outside.now(), actor=who.actor, action="batch.sent", refs=refs))
    return len(sound)
