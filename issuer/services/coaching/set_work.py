"""Sets where a participant works, who coaches, and which units are worked towards; observations stay as they are."""

from issuer.domain.audit import Act
from issuer.domain.errors import InvalidRequestError, NotFoundError
from issuer.domain.permissions import StaffMember
from issuer.domain.unit_ref import UnitRef
from issuer.services.coaching.add_participant import MOST_UNITS
from issuer.services.coaching.find_participants import located
from issuer.services.outside import Outside


def set_work(
    outside: Outside, who: StaffMember, number: str, *, site_id: str | None, units: tuple[UnitRef, ...], mine: bool
) -> None:
    """Keep site and units anew; `mine` makes the one who acts the coach.

    Raises:
        NotFoundError: participant, unit or site that is not there.
        InvalidRequestError: ``person.units`` for too many.
    """
    if len(units) > MOST_UNITS:
        raise InvalidRequestError(code="person.units", pointer="/unit")
    with outside.database.write() as uow:
        row = located(uow, who, number)
        if any(unit not in uow.coaching.unit_outlines(units) for unit in units):
            raise NotFoundError("unit", code="unit.unknown", pointer="/unit")
        if site_id is not None and site_id not in {site.id for site in uow.environments.sites(who.institution_id)}:
            raise NotFoundError("site", code="site.unknown", pointer="/site")
        uow.coaching.set_place(row.person_id, coach_id=who.id if mine else row.coach_id, site_id=site_id)
        uow.coaching.set_units(row.person_id, units)
        refs = (("person", row.person_id),)
        uow.audit.append(Act(at=outside.now(), actor=who.actor, action="participant.work_set", refs=refs))
