"""The writing side confirms a draft with a passkey and so offers it to the other side."""

from dataclasses import replace

from issuer.domain.cooperation import CooperationState
from issuer.domain.permissions import StaffMember
from issuer.services import signing_act
from issuer.services.outside import Outside
from issuer.services.trust.stored_agreement import of_writer, store, to_confirm


def act_name(ref: str) -> str:
    """The act that the passkey confirms."""
    return f"cooperation.offer:{ref}"


def offer(outside: Outside, who: StaffMember, ref: str, *, seen: str, assertion: str) -> None:
    """Offer a draft.

    Args:
        seen: digest (hex) of the terms that the page showed.
        assertion: the passkey's answer.

    Raises:
        ForbiddenError: ``act.not_confirmed``.
        ConflictError: ``cooperation.changed``, ``cooperation.state``, ``cooperation.other_side``.
        InvalidFormError, InvalidRequestError: the terms or a party no longer hold, for example its days are over.
        NotFoundError.
    """
    with outside.database.read() as uow:
        agreement = of_writer(uow, who, ref, CooperationState.DRAFT)
        digest = to_confirm(outside, uow, agreement, seen)
    signing_act.confirm(outside, who, act_name(ref), digest, assertion)
    with outside.database.write() as uow:
        offered = replace(
            agreement,
            state=CooperationState.OFFERED,
            content_sha256=digest,
            offered_at=outside.now(),
            offered_by=who.id,
        )
        store(outside, uow, who, offered, action="cooperation.offered")
