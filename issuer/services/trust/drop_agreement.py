"""The writing side drops a draft or an offer that will not come into force."""

from dataclasses import replace

from issuer.domain.cooperation import CooperationState
from issuer.domain.permissions import StaffMember
from issuer.services.outside import Outside
from issuer.services.trust.stored_agreement import of_writer, require_seen, store


def drop(outside: Outside, who: StaffMember, ref: str, *, seen: int) -> None:
    """End a draft or an offer.

    Raises:
        ConflictError: ``cooperation.changed``, ``cooperation.state``, ``cooperation.other_side``.
        NotFoundError.
    """
    with outside.database.write() as uow:
        agreement = of_writer(uow, who, ref, CooperationState.DRAFT, CooperationState.OFFERED)
        require_seen(agreement, seen)
        ended = replace(agreement, state=CooperationState.ENDED, ended_at=outside.now())
        store(outside, uow, who, ended, action="cooperation.dropped")
