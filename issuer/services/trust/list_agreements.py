"""The agreements of the own institution, those that wait for it first, and with whom a new one can be made."""

from dataclasses import dataclass

from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.cooperation import Cooperation, Standing
from issuer.domain.institution import Institution
from issuer.domain.permissions import StaffMember
from issuer.services.outside import Outside
from issuer.services.trust.read_agreement import signed_for

_ORDER = (Standing.OFFERED, Standing.DRAFT, Standing.IN_FORCE, Standing.COMING, Standing.ENDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One agreement of a list; `side` tells whether the own institution is a party or only reads."""

    agreement: Cooperation
    standing: Standing
    side: bool
    other: Institution


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """The whole list.

    Attributes:
        own: the reader's institution.
        signer: in whose name its badges go out, where that is another institution; None otherwise.
        partners: with whom it can make an agreement.
    """

    own: Institution
    signer: Institution | None
    agreements: tuple[Listed, ...]
    partners: tuple[Institution, ...]


def list_agreements(outside: Outside, who: StaffMember) -> Register:
    """Return what somebody of an institution may see: its own agreements, or those of the name it issues in."""
    today = helsinki_day(outside.now())
    with outside.database.read() as uow:
        own = uow.institutions.get(who.institution_id)
        everyone = {one.id: one for one in uow.institutions.all()}
        signer = everyone.get(own.parent_id) if own.did is None and own.parent_id is not None else None
        found = [one for one in uow.trust.of_party(own.id) if one.shown_to(own.id)]
        if signer is not None:
            found += [one for one in uow.trust.of_party(signer.id) if signed_for(own, one)]
    rows = [
        Listed(
            agreement=one,
            standing=one.standing(today),
            side=own.id in one.parties,
            other=everyone[one.partner_id if own.kind == "school" else one.school_id],
        )
        for one in found
    ]
    rows.sort(key=lambda row: (not row.agreement.waits_for(own.id), _ORDER.index(row.standing)))
    return Register(own=own, signer=signer, agreements=tuple(rows), partners=_partners(own, list(everyone.values())))


def _partners(own: Institution, everyone: list[Institution]) -> tuple[Institution, ...]:
    living = [one for one in everyone if one.closed_at is None and one.id != own.id]
    if own.kind == "school":
        return tuple(one for one in living if one.kind != "school" and one.did is not None)
    return tuple(one for one in living if one.kind == "school") if own.did is not None else ()
