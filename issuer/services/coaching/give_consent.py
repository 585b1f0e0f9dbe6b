"""Records a permission that the participant gives, each alone; a yes to coaching ends the draft."""

import uuid
from dataclasses import dataclass, replace

from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import ConflictError, InvalidRequestError, NotFoundError
from issuer.domain.holder import Holder
from issuer.domain.participant import (
    TERMS,
    Consent,
    How,
    ParticipantState,
    Purpose,
    check_contact,
    consent_until,
)
from issuer.domain.permissions import StaffMember
from issuer.services.coaching.personal import open_personal, seal_personal
from issuer.services.followups.sealed_answer import seal_contact
from issuer.services.outside import Outside
from verifier.texts import LANGUAGES


@dataclass(frozen=True, slots=True, kw_only=True)
class Yes:
    """A participant's yes to one permission.

    Attributes:
        language: of the text that was read, a key of `verifier.texts.LANGUAGES`.
        contact: a way to reach the person: needed with the permission to keep one, free with the one to ask later.
    """

    purpose: Purpose
    how: How
    language: str
    contact: str | None = None


def hows_of(purpose: Purpose) -> tuple[How, ...]:
    """How staff may record a yes: to be asked later is the participant's own act, in the own view or on paper."""
    return (How.PAPER,) if purpose is Purpose.FOLLOW_UP else tuple(How)


def give(outside: Outside, who: StaffMember, person_id: str, yes: Yes) -> Consent:
    """Write the receipt; nothing else is permitted by it.

    Raises:
        NotFoundError: no such participant here.
        InvalidRequestError: ``consent.language``, ``consent.own_act``, or the contact is missing or breaks a rule.
        ConflictError: ``consent.given`` before, or ``consent.coaching_first``: the others come after coaching.
    """
    if yes.how not in hows_of(yes.purpose):
        raise InvalidRequestError(code="consent.own_act", pointer=f"/how-{yes.purpose.value}")
    return _give(outside, person_id, who.institution_id, yes, actor=who.actor)


def give_own(outside: Outside, who: Holder, purpose: Purpose, *, language: str, contact: str | None) -> Consent:
    """The same by the participant, alone or with support, in the own view; raises as `give` does."""
    how = How.WITH_SUPPORT if who.supported else How.ALONE
    yes = Yes(purpose=purpose, how=how, language=language, contact=contact)
    return _give(outside, who.person_id, who.institution_id, yes, actor="participant")


def _give(outside: Outside, person_id: str, institution_id: str, yes: Yes, *, actor: str) -> Consent:
    if yes.language not in LANGUAGES:
        raise InvalidRequestError(code="consent.language", pointer="/language")
    contact = _contact(yes)
    now = outside.now()
    today = helsinki_day(now)
    consent = Consent(
        id=str(uuid.uuid4()),
        person_id=person_id,
        purpose=yes.purpose,
        data=TERMS[yes.purpose].data,
        to_whom=TERMS[yes.purpose].to_whom,
        until=consent_until(yes.purpose, today),
        text_version=TERMS[yes.purpose].version,
        language=yes.language,
        how=yes.how,
        given_at=now,
    )
    with outside.database.write() as uow:
        uow.audit.lock()
        row = uow.coaching.participant(person_id, institution_id)
        if row is None:
            raise NotFoundError("participant")
        if uow.coaching.permitted(person_id, yes.purpose, today):
            raise ConflictError(code="consent.given")
        if yes.purpose is Purpose.COACHING:
            if row.state is ParticipantState.INTAKE and row.lapses_at is not None and row.lapses_at <= now:
                raise NotFoundError("participant")
            uow.coaching.accept_intake(person_id, now=now)
        elif row.state is not ParticipantState.ACTIVE:
            raise ConflictError(code="consent.coaching_first")
        uow.coaching.add_consent(consent)
        if contact is not None:
            _keep_contact(uow, outside, person_id, yes.purpose, contact)
        refs = (("person", person_id), ("consent", consent.id))
        uow.audit.append(Act(at=now, actor=actor, action="consent.given", refs=refs, decision=yes.purpose.value))
    return consent


def _contact(yes: Yes) -> str | None:
    if yes.purpose is Purpose.CONTACT:
        return check_contact(yes.contact or "")
    if yes.purpose is Purpose.FOLLOW_UP and yes.contact:
        return check_contact(yes.contact)
    return None


def _keep_contact(uow: UnitOfWork, outside: Outside, person_id: str, purpose: Purpose, contact: str) -> None:
    """Each contact lies where its own permission ends it."""
    if purpose is Purpose.FOLLOW_UP:
        uow.followups.set_contact(person_id, seal_contact(outside, person_id, contact))
    elif (sealed := uow.coaching.sealed(person_id)) is not None:
        personal = replace(open_personal(outside, person_id, sealed), contact=contact)
        uow.coaching.set_sealed(person_id, seal_personal(outside, person_id, personal))
