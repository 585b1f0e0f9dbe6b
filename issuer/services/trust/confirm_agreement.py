"""The other side confirms an offered agreement with a passkey: from then on it is in force on its days."""

from dataclasses import replace

from issuer.domain.cooperation import CooperationState
from issuer.domain.permissions import StaffMember
from issuer.services import signing_act
from issuer.services.outside import Outside
from issuer.services.trust.stored_agreement import of_other, store, to_confirm


def act_name(ref: str) -> str:
    """The act that the passkey confirms."""
    return f"cooperation.confirm:{ref}"


def confirm(outside: Outside, who: StaffMember, ref: str, *, seen: str, assertion: str) -> None:
    """Confirm exactly what was offered.

    Args:
        seen: digest (hex) of the terms that the page showed.
        assertion: the passkey's answer.

    Raises:
        ForbiddenError: ``act.not_confirmed``.
        ConflictError: ``cooperation.changed``, ``cooperation.state`` (the own side cannot confirm its own offer).
        InvalidFormError, InvalidRequestError: the terms or a party no longer hold, for example its days are over.
        NotFoundError.
    """
    with outside.database.read() as uow:
        agreement = of_other(uow, who, ref)
        digest = to_confirm(outside, uow, agreement, seen)
    signing_act.confirm(outside, who, act_name(ref), digest, assertion)
    with outside.database.write() as uow:
        confirmed = replace(
            agreement, state=CooperationState.CONFIRMED, confirmed_at=outside.now(), confirmed_by=who.id
        )
        store(outside, uow, who, confirmed, action="cooperation.confirmed")
