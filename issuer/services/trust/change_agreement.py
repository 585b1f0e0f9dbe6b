"""The writing side changes the terms of a draft; an offer that is changed becomes a draft again."""

from dataclasses import replace

from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.cooperation import CooperationState, Terms, check_terms
from issuer.domain.permissions import StaffMember
from issuer.services.outside import Outside
from issuer.services.trust.draft_agreement import check_units
from issuer.services.trust.stored_agreement import of_writer, require_seen, store


def change(outside: Outside, who: StaffMember, ref: str, terms: Terms, *, seen: int) -> None:
    """Store other terms.

    Args:
        seen: the version that the page showed.

    Raises:
        ConflictError: ``cooperation.changed`` (a colleague was faster; nothing of theirs is lost),
            ``cooperation.state``, ``cooperation.other_side``.
        InvalidFormError, InvalidRequestError: a term breaks a rule.
        NotFoundError.
    """
    check_terms(terms, today=helsinki_day(outside.now()))
    with outside.database.write() as uow:
        agreement = of_writer(uow, who, ref, CooperationState.DRAFT, CooperationState.OFFERED)
        require_seen(agreement, seen)
        check_units(uow, terms)
        open_again = replace(
            agreement,
            terms=terms,
            state=CooperationState.DRAFT,
            content_sha256=None,
            offered_at=None,
            offered_by=None,
        )
        store(outside, uow, who, open_again, action="cooperation.changed")
