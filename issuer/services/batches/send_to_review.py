"""Sends the sound rows of a batch to the second pair of eyes; the others stay out and are listed."""

import secrets

from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.errors import ConflictError, ForbiddenError, NotFoundError
from issuer.domain.permissions import Permission, StaffMember
from issuer.services.batches.check_rows import check_batch
from issuer.services.outside import Outside

SAMPLE = 5
_DRAW = secrets.SystemRandom()


def send(outside: Outside, who: StaffMember, batch_id: str, *, expected: int) -> int:
    """Send; return how many rows went.

    Args:
        expected: the number on the button: that many rows were sound when it was pressed.

    Raises:
        ForbiddenError: ``agreement.other_trade``: others may prepare a batch, but not stand behind it.
        ConflictError: ``batch.changed``: something changed meanwhile, nothing was sent; ``batch.no_rows``;
            ``review.own_draft``: sent by its own reviewer.
    """
    with outside.database.read() as uow:
        batch = uow.batches.get(batch_id, who.institution_id)
        if batch.state != "repair":
            raise ConflictError(batch_id, code="state.conflict")
        if batch.reviewer_id == who.id:  # whoever sends stands behind it: nobody would be left to look at it
            raise ConflictError(batch_id, code="review.own_draft")
        _check_trade(uow, who, batch_id)
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


def _check_trade(uow: UnitOfWork, who: StaffMember, batch_id: str) -> None:
    """The same rule as for a single draft (`draft_blockers`)."""
    found = uow.catalogue.unit_of(uow.batches.get(batch_id, who.institution_id).unit)
    if found is None:
        raise NotFoundError("unit", code="unit.unknown")
    degree = found.qualification
    if not who.may_sign(degree.degree_codes, degree.peruste_id):
        raise ForbiddenError(Permission.COMPETENCE_SIGN.value, code="agreement.other_trade")
