"""Removes intake drafts with their keys: the participant said no, or 14 days passed without a yes."""

from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.errors import ConflictError
from issuer.domain.participant import ParticipantState
from issuer.domain.permissions import StaffMember
from issuer.services.coaching.find_participants import located
from issuer.services.outside import Outside


def decline(outside: Outside, who: StaffMember, number: str) -> None:
    """Remove a draft at once, since the participant does not want it; no reason is asked.

    Raises:
        NotFoundError: no such participant here.
        ConflictError: ``intake.accepted``: it is no draft any more.
    """
    with outside.database.read() as uow:
        row = located(uow, who, number)
        if row.state is not ParticipantState.INTAKE:
            raise ConflictError(code="intake.accepted")
    _drop(outside, row.person_id, actor=who.actor, decision="declined")


def lapse_intakes(outside: Outside) -> int:
    """Remove the drafts whose time is over; return how many."""
    with outside.database.read() as uow:
        lapsed = uow.coaching.lapsed(outside.now())
    return sum(_drop(outside, one, actor="system", decision="lapsed") for one in lapsed)


def _drop(outside: Outside, person_id: str, *, actor: str, decision: str) -> bool:
    """Key and rows together: while the row is held nobody can accept the draft; a crash between is mended next time."""
    with outside.database.write() as uow:
        uow.audit.lock()
        if not _still_draft(uow, person_id):
            return False
        outside.person_keys.destroy(person_id)
        outside.checkpoint("intake.key_destroyed")
        uow.coaching.remove_intake(person_id)
        refs = (("person", person_id),)
        uow.audit.append(
            Act(at=outside.now(), actor=actor, action="participant.draft_removed", refs=refs, decision=decision)
        )
    return True


def _still_draft(uow: UnitOfWork, person_id: str) -> bool:
    institution_id = uow.people.person_institution(person_id)
    row = uow.coaching.participant(person_id, institution_id) if institution_id is not None else None
    return row is not None and row.state is ParticipantState.INTAKE
