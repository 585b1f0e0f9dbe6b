"""The coach's side of wishes: which wait, what one says (a noted reading), and that it was answered."""

from dataclasses import dataclass
from datetime import datetime

from issuer.db.repositories.holdings import WishRow
from issuer.domain.audit import Act
from issuer.domain.catalogue import Requirement
from issuer.domain.catalogue_choice import CatalogueUnit
from issuer.domain.errors import NotFoundError
from issuer.domain.participant import Participant
from issuer.domain.permissions import StaffMember
from issuer.services.coaching.find_participants import opened as opened_participant
from issuer.services.holdings.make_wish import opened, unit_of
from issuer.services.outside import Outside


@dataclass(frozen=True, slots=True, kw_only=True)
class WishLine:
    """One wish in a list, without anything personal: the participant's running number stands for the name."""

    id: str
    kind: str
    code: str
    unit: CatalogueUnit | None
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WishSheet:
    """One wish wholly, for someone whose reading was noted.

    Attributes:
        credential_id: of the badge that a correction is wished for.
        requirement: that a badge is wished for.
    """

    line: WishLine
    person: Participant
    credential_id: str | None
    requirement: Requirement | None
    words: str | None


def waiting(outside: Outside, who: StaffMember) -> tuple[WishLine, ...]:
    """Wishes at one's institution that wait, oldest first; nothing personal is opened."""
    with outside.database.read() as uow:
        lines = []
        for wish in uow.holdings.open_wishes(who.institution_id):
            row = uow.coaching.participant(wish.person_id, who.institution_id)
            unit = unit_of(wish)
            if row is not None:
                found = uow.catalogue.unit_of(unit) if unit is not None else None
                lines.append(_line(wish, row.code, found))
    return tuple(lines)


def read(outside: Outside, who: StaffMember, wish_id: str) -> WishSheet:
    """Open one wish; the reading is noted. Raises NotFoundError."""
    with outside.database.write() as uow:
        wish = next((one for one in uow.holdings.open_wishes(who.institution_id) if one.id == wish_id), None)
        if wish is None:
            raise NotFoundError("wish")
        row = uow.coaching.participant(wish.person_id, who.institution_id)
        person = opened_participant(uow, outside, who, row, what="wish")
        unit = unit_of(wish)
        found = uow.catalogue.unit_of(unit) if unit is not None else None
    told = opened(outside, wish)
    key, words = told.get("key"), told.get("words")
    return WishSheet(
        line=_line(wish, person.code, found),
        person=person,
        credential_id=wish.credential_id,
        requirement=found.unit.requirement(key) if found is not None and isinstance(key, str) else None,
        words=words if isinstance(words, str) else None,
    )


def close(outside: Outside, who: StaffMember, wish_id: str) -> None:
    """Note that the wish was answered. Raises NotFoundError."""
    now = outside.now()
    with outside.database.write() as uow:
        wish = uow.holdings.close_wish(wish_id, who.institution_id, now=now)
        if wish is None:
            raise NotFoundError("wish")
        uow.audit.append(Act(at=now, actor=who.actor, action="wish.answered", refs=(("wish", wish_id),)))


def _line(wish: WishRow, code: str, unit: CatalogueUnit | None) -> WishLine:
    return WishLine(id=wish.id, kind=wish.kind, code=code, unit=unit, asked_at=wish.asked_at)
