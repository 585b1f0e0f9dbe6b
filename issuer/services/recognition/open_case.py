"""A participant sends one of the own badges to a school: a case opens there, and the clock that both see starts."""

from issuer.domain.badge_states import IN_FORCE
from issuer.domain.errors import ConflictError, NotFoundError
from issuer.domain.holder import Holder
from issuer.services.endorsements.place_of_badge import place_to_tell
from issuer.services.outside import Outside
from issuer.services.recognition.begin_case import Arrived, begin
from schemas.strict_json import read_object

_MOST_VALUES = 40_000


def open_case(
    outside: Outside,
    who: Holder,
    share_id: str,
    school_id: str,
    *,
    tell_provider: bool = False,
    tell_place: bool = False,
) -> str:
    """Open a case at a school with the badge behind an own living link; return the case's public reference.

    Args:
        tell_provider: whether the provider may learn, without a name, that its badge was used (privacy.md PV5).
        tell_place: the school may learn in which recognised environment it was earned (PN5).

    Raises:
        NotFoundError: no such school, or the link is not the holder's own, or has ended.
        ConflictError: ``recognition.badge_not_in_force``: a badge out of use cannot be sent.
    """
    now = outside.now()
    with outside.database.read() as uow:
        school = uow.institutions.get(school_id)
        credential_id = uow.recognition.shared_badge(share_id, who.person_id, now=now)
        if school.kind != "school" or school.closed_at is not None or credential_id is None:
            raise NotFoundError("share")
        record = uow.credentials.get(credential_id)
        report_id = place_to_tell(uow, credential_id) if tell_place else None
    if record.state not in IN_FORCE or record.document is None:
        raise ConflictError(code="recognition.badge_not_in_force")
    data = outside.person_keys.unseal(record.person_id, "document", record.document)
    arrived = Arrived(
        data=data,
        document=read_object(data, max_values=_MOST_VALUES),
        way="share",
        credential_id=record.id,
        person_id=who.person_id,
        report_id=report_id,
    )
    return begin(
        outside, school_id, arrived, actor=f"person:{who.person_id}", staff_id=None, tell_provider=tell_provider
    )
