"""Takes a permission back: it ends at once, and what it alone allowed goes at once (privacy.md PC3)."""

from dataclasses import replace

from issuer.domain.audit import Act
from issuer.domain.errors import ConflictError, NotFoundError
from issuer.domain.holder import Holder
from issuer.domain.participant import Purpose
from issuer.domain.permissions import StaffMember
from issuer.services.coaching.personal import open_personal, seal_personal
from issuer.services.outside import Outside


def withdraw(outside: Outside, who: StaffMember, person_id: str, purpose: Purpose) -> None:
    """End the permission; contact details, pictures and answers go with theirs, coaching stops with its own.

    Raises:
        NotFoundError: no such participant here.
        ConflictError: ``consent.not_given``: there is none in force.
    """
    _withdraw(outside, person_id, who.institution_id, purpose, actor=who.actor)


def withdraw_own(outside: Outside, who: Holder, purpose: Purpose) -> None:
    """The same by the participant alone, in the own view; raises as `withdraw` does."""
    _withdraw(outside, who.person_id, who.institution_id, purpose, actor="participant")


def withdraw_after_time(outside: Outside, person_id: str, institution_id: str, purpose: Purpose) -> None:
    """The same when what it was given for is over; raises as `withdraw` does."""
    _withdraw(outside, person_id, institution_id, purpose, actor="system")


def _withdraw(outside: Outside, person_id: str, institution_id: str, purpose: Purpose, *, actor: str) -> None:
    now = outside.now()
    with outside.database.write() as uow:
        row = uow.coaching.participant(person_id, institution_id)
        if row is None:
            raise NotFoundError("participant")
        if not uow.coaching.withdraw_consents(person_id, purpose, now=now):
            raise ConflictError(code="consent.not_given")
        if purpose is Purpose.PICTURES:
            uow.coaching.remove_pictures(person_id)
        elif purpose is Purpose.CONTACT and (sealed := uow.coaching.sealed(person_id)) is not None:
            personal = replace(open_personal(outside, person_id, sealed), contact=None)
            uow.coaching.set_sealed(person_id, seal_personal(outside, person_id, personal))
        elif purpose is Purpose.FOLLOW_UP:
            uow.followups.forget(person_id)
        elif purpose is Purpose.COACHING:
            uow.coaching.end_consent(person_id)
        refs = (("person", person_id),)
        uow.audit.append(Act(at=now, actor=actor, action="consent.withdrawn", refs=refs, decision=purpose.value))
