"""Refuses to write anything new about a participant who has not said yes to coaching, or has taken the yes back."""

from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.errors import ConflictError
from issuer.domain.participant import ParticipantState


def require_active(uow: UnitOfWork, person_id: str, institution_id: str) -> None:
    """Let the act go on for an active participant, and for a person who is no participant (a badge by the API).

    Before the yes only the draft of the intake may be stored, since that alone lapses wholly; after a withdrawal
    nothing new is recorded (privacy.md PC3). Corrections of what is there stay possible and do not ask this.

    Raises:
        ConflictError: ``person.not_active``.
    """
    row = uow.coaching.participant(person_id, institution_id)
    if row is not None and row.state is not ParticipantState.ACTIVE:
        raise ConflictError(code="person.not_active")
