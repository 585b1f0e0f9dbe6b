"""The name by which a participant is called, for the participant's own view."""

from issuer.db.person_keys import PersonErasedError
from issuer.domain.errors import NotFoundError
from issuer.domain.holder import Holder
from issuer.services.coaching.personal import open_personal
from issuer.services.outside import Outside


def own_name(outside: Outside, who: Holder) -> str:
    """Return the holder's own name as the house uses it. Raises NotFoundError when there is none any more."""
    with outside.database.read() as uow:
        sealed = uow.coaching.sealed(who.person_id)
    if sealed is None:
        raise NotFoundError("participant")
    try:
        return open_personal(outside, who.person_id, sealed).name
    except PersonErasedError as gone:
        raise NotFoundError("participant") from gone
