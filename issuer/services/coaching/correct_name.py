"""Corrects a participant's name; the names before are kept beside it, sealed, so that the correction can be traced."""

from dataclasses import replace

from issuer.domain.audit import Act
from issuer.domain.errors import NotFoundError
from issuer.domain.participant import ParticipantRow, check_languages, check_name
from issuer.domain.permissions import StaffMember
from issuer.services.coaching.find_participants import located
from issuer.services.coaching.personal import open_personal, seal_personal
from issuer.services.outside import Outside

MOST_EARLIER = 20


def correct_name(
    outside: Outside, who: StaffMember, number: str, name: str, *, languages: tuple[str, ...]
) -> ParticipantRow:
    """Keep the name used and the languages anew. Raises NotFoundError, InvalidRequestError."""
    kept, spoken = check_name(name), check_languages(languages)
    now = outside.now()
    with outside.database.write() as uow:
        row = located(uow, who, number)
        sealed = uow.coaching.sealed(row.person_id)
        if sealed is None:
            raise NotFoundError("participant")
        personal = open_personal(outside, row.person_id, sealed)
        earlier = personal.earlier_names
        if kept != personal.name:
            earlier = (*earlier, personal.name)[-MOST_EARLIER:]
        anew = replace(personal, name=kept, languages=spoken, earlier_names=earlier)
        uow.coaching.set_sealed(row.person_id, seal_personal(outside, row.person_id, anew))
        refs = (("person", row.person_id),)
        uow.audit.append(Act(at=now, actor=who.actor, action="participant.corrected", refs=refs))
    return row
