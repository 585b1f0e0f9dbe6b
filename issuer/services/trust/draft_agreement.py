"""One side writes a draft of a cooperation agreement; the other side sees it once it is offered."""

import secrets
import uuid

from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.cooperation import Cooperation, CooperationState, Terms, check_parties, check_terms
from issuer.domain.errors import InvalidRequestError
from issuer.domain.permissions import StaffMember
from issuer.services.outside import Outside

_REF_BYTES = 12


def draft(outside: Outside, who: StaffMember, other_id: str, terms: Terms) -> str:
    """Store a draft and return its reference for addresses.

    Args:
        other_id: the other party: a school where the own institution signs badges, else who signs badges.

    Raises:
        InvalidFormError, InvalidRequestError: ``cooperation.…``, ``unit.unknown``.
        NotFoundError: no such institution.
    """
    now = outside.now()
    check_terms(terms, today=helsinki_day(now))
    with outside.database.write() as uow:
        own, other = uow.institutions.get(who.institution_id), uow.institutions.get(other_id)
        school, partner = (own, other) if own.kind == "school" else (other, own)
        check_parties(school, partner)
        check_units(uow, terms)
        agreement = Cooperation(
            id=str(uuid.uuid4()),
            ref=secrets.token_urlsafe(_REF_BYTES),
            school_id=school.id,
            partner_id=partner.id,
            drafted_by=own.id,
            state=CooperationState.DRAFT,
            version=1,
            terms=terms,
            created_at=now,
            changed_at=now,
            changed_by=who.id,
        )
        uow.trust.add(agreement)
        refs = (("cooperation", agreement.id), ("school", school.id), ("partner", partner.id))
        uow.audit.append(Act(at=now, actor=who.actor, action="cooperation.drafted", refs=refs))
    return agreement.ref


def check_units(uow: UnitOfWork, terms: Terms) -> None:
    """Refuse units that the catalogue does not have. Raises InvalidRequestError ``unit.unknown``."""
    if any(uow.catalogue.unit_of(unit) is None for unit in terms.units):
        raise InvalidRequestError(code="unit.unknown", pointer="/units")
