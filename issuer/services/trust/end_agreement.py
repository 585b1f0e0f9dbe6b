"""Either side ends an agreement that both have confirmed: at once, or with a last day."""

from dataclasses import replace
from datetime import date

from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.cooperation import CooperationState, check_end
from issuer.domain.permissions import StaffMember
from issuer.services.outside import Outside
from issuer.services.trust.stored_agreement import of_side, require_seen, store


def end(outside: Outside, who: StaffMember, ref: str, last_day: date | None, *, seen: int) -> None:
    """End an agreement; what was decided under it stays as it is.

    Args:
        last_day: inclusive, not after its end; None: it is over at once.
        seen: the version that the page showed.

    Raises:
        ConflictError: ``cooperation.changed``, ``cooperation.state``.
        InvalidRequestError: ``cooperation.ends_before``, ``cooperation.ends_later``.
        NotFoundError.
    """
    now = outside.now()
    with outside.database.write() as uow:
        agreement = of_side(uow, who, ref)
        require_seen(agreement, seen)
        check_end(agreement, last_day, today=helsinki_day(now))
        after = replace(agreement, ends_on=last_day, ended_at=now)
        if last_day is None:
            after = replace(agreement, state=CooperationState.ENDED, ended_at=now)
        store(outside, uow, who, after, action="cooperation.ended")
