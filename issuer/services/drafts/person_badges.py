"""Reads what a participant holds: badges, drafts on their way, and how far the badges cover each unit together."""

from dataclasses import dataclass

from issuer.domain.catalogue_choice import CatalogueUnit
from issuer.domain.participant import Participant
from issuer.domain.permissions import StaffMember
from issuer.domain.roll_up import RolledUp
from issuer.services.coaching import find_participants
from issuer.services.drafts import read_draft
from issuer.services.drafts.read_draft import DraftLine
from issuer.services.drafts.roll_up_parts import roll_up_parts
from issuer.services.outside import Outside
from issuer.services.show_badge import BadgeRow, of_person


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonBadges:
    """A participant's badges and drafts, newest first; `covered` joins the badges in force by unit."""

    person: Participant
    badges: tuple[BadgeRow, ...]
    drafts: tuple[DraftLine, ...]
    units: tuple[CatalogueUnit, ...]
    covered: tuple[tuple[CatalogueUnit, RolledUp], ...]


def read(outside: Outside, who: StaffMember, number: str) -> PersonBadges:
    """Open a participant's badges; the reading is noted. Raises NotFoundError."""
    person = find_participants.by_number(outside, who, number, what="badges")
    with outside.database.read() as uow:
        found = {one: unit for one in person.units if (unit := uow.catalogue.unit_of(one)) is not None}
    covered = [(unit, roll_up_parts(outside, person.person_id, one)) for one, unit in found.items()]
    return PersonBadges(
        person=person,
        badges=tuple(of_person(outside, person.person_id)),
        drafts=tuple(read_draft.of_person(outside, who, person.person_id)),
        units=tuple(found.values()),
        covered=tuple((unit, rolled) for unit, rolled in covered if rolled.badges),
    )
