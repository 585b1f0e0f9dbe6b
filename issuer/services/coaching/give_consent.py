"""Records a permission that the participant gives, each alone; a yes to coaching ends the draft."""

import uuid
from dataclasses import dataclass, replace

from issuer.domain.audit import Act
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import ConflictError, InvalidRequestError, NotFoundError
from issuer.domain.participant import (
    TERMS,
    TEXT_VERSION,
    Consent,
    How,
    ParticipantState,
    Purpose,
    check_contact,
    consent_until,
)
from issuer.domain.permissions import StaffMember
from issuer.services.coaching.personal import open_personal, seal_personal
from issuer.services.outside import Outside
from verifier.texts import LANGUAGES


@dataclass(frozen=True, slots=True, kw_only=True)
class Yes:
    """A participant's yes to one permission.

    Attributes:
        language: of the text that was read, a key of `verifier.texts.LANGUAGES`.
        contact: a way to reach the person, with the permission to keep one.
    """

    purpose: Purpose
    how: How
    language: str
    contact: str | None = None


def give(outside: Outside, who: StaffMember, person_id: str, yes: Yes) -> Consent:
    """Write the receipt; nothing else is permitted by it.

    Raises:
        NotFoundError: no such participant here.
        InvalidRequestError: ``consent.language``, or the contact is missing or breaks a rule.
        ConflictError: ``consent.given`` before, or ``consent.coaching_first``: the others come after coaching.
    """
    if yes.language not in LANGUAGES:
        raise InvalidRequestError(code="consent.language", pointer="/language")
    contact = check_contact(yes.contact or "") if yes.purpose is Purpose.CONTACT else None
    now = outside.now()
    today = helsinki_day(now)
    consent = Consent(
        id=str(uuid.uuid4()),
        person_id=person_id,
        purpose=yes.purpose,
        data=TERMS[yes.purpose].data,
        to_whom=TERMS[yes.purpose].to_whom,
        until=consent_until(yes.purpose, today),
        text_version=TEXT_VERSION,
        language=yes.language,
        how=yes.how,
        given_at=now,
    )
    with outside.database.write() as uow:
        uow.audit.lock()
        row = uow.coaching.participant(person_id, who.institution_id)
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
        sealed = uow.coaching.sealed(person_id)
        if contact is not None and sealed is not None:
            personal = replace(open_personal(outside, person_id, sealed), contact=contact)
            uow.coaching.set_sealed(person_id, seal_personal(outside, person_id, personal))
        refs = (("person", person_id), ("consent", consent.id))
        uow.audit.append(Act(at=now, actor=who.actor, action="consent.given", refs=refs, decision=yes.purpose.value))
    return consent
