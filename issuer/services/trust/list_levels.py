"""The trust levels of the own school: everybody who signs badges here, and whom else it has said something of."""

from dataclasses import dataclass

from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.cooperation import Cooperation, Standing, TrustLevel
from issuer.domain.errors import NotFoundError
from issuer.domain.institution import Institution
from issuer.domain.permissions import StaffMember
from issuer.services.outside import Outside


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerLevel:
    """What a school holds of one who signs.

    Attributes:
        institution: None for a DID from elsewhere.
        said: what was set by hand; version: of that, 0 for nothing.
        level: as the desk shows it: an agreement in force comes first.
    """

    did: str
    institution: Institution | None
    said: TrustLevel
    version: int
    level: TrustLevel


def list_levels(outside: Outside, who: StaffMember) -> tuple[SignerLevel, ...]:
    """Return the levels of the own school. Raises NotFoundError: the own institution is no school."""
    with outside.database.read() as uow:
        if uow.institutions.get(who.institution_id).kind != "school":
            raise NotFoundError("school")
        rows = {one.issuer_did: one for one in uow.trust.levels(who.institution_id)}
        signers = {
            one.did: one
            for one in uow.institutions.all()
            if one.did is not None and one.kind != "school" and (one.closed_at is None or one.did in rows)
        }
        found = []
        for did in dict.fromkeys([*signers, *rows]):
            said = rows[did].level if did in rows else TrustLevel.NONE
            in_force = agreements_in_force(outside, uow, who.institution_id, did)
            found.append(
                SignerLevel(
                    did=did,
                    institution=signers.get(did),
                    said=said,
                    version=rows[did].version if did in rows else 0,
                    level=TrustLevel.AGREEMENT if in_force else said,
                )
            )
    return tuple(found)


def agreements_in_force(outside: Outside, uow: UnitOfWork, school_id: str, issuer_did: str) -> tuple[Cooperation, ...]:
    """The school's agreements that are in force today with who signs under this DID."""
    today = helsinki_day(outside.now())
    found = uow.trust.confirmed_with(school_id, issuer_did)
    return tuple(one for one in found if one.standing(today) is Standing.IN_FORCE)
