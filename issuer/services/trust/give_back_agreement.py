"""The other side gives an offer back to be changed: it is the writer's own draft again."""

from dataclasses import replace

from issuer.domain.cooperation import CooperationState
from issuer.domain.permissions import StaffMember
from issuer.services.outside import Outside
from issuer.services.trust.stored_agreement import of_other, require_seen, store


def give_back(outside: Outside, who: StaffMember, ref: str, *, seen: int) -> None:
    """Give an offer back.

    Raises:
        ConflictError: ``cooperation.changed``, ``cooperation.state``.
        NotFoundError.
    """
    with outside.database.write() as uow:
        agreement = of_other(uow, who, ref)
        require_seen(agreement, seen)
        draft = replace(agreement, state=CooperationState.DRAFT, content_sha256=None, offered_at=None, offered_by=None)
        store(outside, uow, who, draft, action="cooperation.given_back")
