"""One agreement as a side of it, or a provider whose badges go out in its partner's name, may read it."""

from dataclasses import dataclass

from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.catalogue_choice import CatalogueUnit, helsinki_day
from issuer.domain.cooperation import Cooperation, CooperationState, Standing, overlapping
from issuer.domain.errors import NotFoundError
from issuer.domain.institution import Institution
from issuer.domain.permissions import StaffMember
from issuer.services.outside import Outside
from issuer.services.trust.stored_agreement import digest_of, of_side


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """An agreement with what its page shows beside it.

    Attributes:
        standing: today.
        side: whether the reader's institution is a party; else it only reads.
        digest: of what is confirmed, hex.
        units: as the catalogue has them, None for one that has left it.
        others: agreements of the same parties that rule the same unit on the same day.
    """

    agreement: Cooperation
    standing: Standing
    side: bool
    school: Institution
    partner: Institution
    digest: str
    units: tuple[CatalogueUnit | None, ...]
    others: tuple[Cooperation, ...]


def read(outside: Outside, who: StaffMember, ref: str) -> Read:
    """Open an agreement. Raises NotFoundError: there is none, or it is another institution's."""
    with outside.database.read() as uow:
        own = uow.institutions.get(who.institution_id)
        agreement = uow.trust.by_ref(ref)
        side = own.id in agreement.parties
        if not side and not signed_for(own, agreement):
            raise NotFoundError("cooperation")
        if side:
            of_side(uow, who, ref)
        return Read(
            agreement=agreement,
            standing=agreement.standing(helsinki_day(outside.now())),
            side=side,
            school=uow.institutions.get(agreement.school_id),
            partner=uow.institutions.get(agreement.partner_id),
            digest=digest_of(uow, agreement).hex(),
            units=tuple(uow.catalogue.unit_of(unit) for unit in agreement.terms.units),
            others=_others(uow, who, agreement) if side else (),
        )


def signed_for(own: Institution, agreement: Cooperation) -> bool:
    """Tell whether a provider's badges go out in the name that this confirmed agreement is made with."""
    confirmed = agreement.state is CooperationState.CONFIRMED
    return own.did is None and own.parent_id == agreement.partner_id and confirmed


def _others(uow: UnitOfWork, who: StaffMember, agreement: Cooperation) -> tuple[Cooperation, ...]:
    shown = [one for one in uow.trust.of_party(who.institution_id) if one.shown_to(who.institution_id)]
    return overlapping(agreement, shown)
