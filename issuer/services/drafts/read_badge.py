"""One badge for staff: its state for the house that signed it, its holder only for the provider behind it."""

from dataclasses import dataclass

from issuer.domain.badge_draft import Draft, DraftContent
from issuer.domain.catalogue_choice import CatalogueUnit
from issuer.domain.permissions import StaffMember
from issuer.services.coaching.note_reading import note_reading
from issuer.services.drafts.draft_content import open_content
from issuer.services.drafts.replace_badge import origin
from issuer.services.drafts.withdraw_for_cause import CaseView, case_of
from issuer.services.outside import Outside
from issuer.services.show_badge import BadgeView, show


@dataclass(frozen=True, slots=True, kw_only=True)
class BadgeSheet:
    """A badge with what belongs beside it.

    Attributes:
        own: the reader works where the holder is known; the fields below are None for anybody else.
        person_code: running number of the holder, where there is a participant of the house behind it.
        replaces, replaced_by: ids of the badges before and after it.
        correctable: it came from a draft, so that a linked draft can take its place.
        case: an open withdrawal for cause.
    """

    view: BadgeView
    own: bool
    person_code: str | None = None
    replaces: str | None = None
    replaced_by: str | None = None
    correctable: bool = False
    case: CaseView | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """The content of a badge, and of the draft that shall take its place, if there is one."""

    old: DraftContent
    new: DraftContent | None
    draft: Draft | None
    unit: CatalogueUnit | None


def read(outside: Outside, who: StaffMember, credential_id: str) -> BadgeSheet:
    """Read a badge; that of a participant of the house is noted as read. NotFoundError, also for another's."""
    view = show(outside, credential_id, institution_id=who.institution_id)
    with outside.database.write() as uow:
        record = uow.credentials.get(credential_id)
        home = uow.credentials.provider_of(credential_id) or record.institution_id
        if home != who.institution_id:
            return BadgeSheet(view=view, own=False)
        person = uow.coaching.participant(record.person_id, who.institution_id)
        if person is not None:
            note_reading(uow, outside, who, [record.person_id], what="badges", why="award")
        draft = uow.drafts.of_badge(credential_id)
        replaced_by = uow.drafts.replaced_by(credential_id)
    return BadgeSheet(
        view=view,
        own=True,
        person_code=person.code if person is not None else None,
        replaces=draft.replaces if draft is not None else None,
        replaced_by=replaced_by,
        correctable=draft is not None,
        case=case_of(outside, who, credential_id),
    )


def correction(outside: Outside, who: StaffMember, credential_id: str) -> Correction:
    """What the badge says and what shall take its place; the reading is noted. Raises NotFoundError, ConflictError."""
    with outside.database.write() as uow:
        old = origin(uow, who, credential_id)
        note_reading(uow, outside, who, [old.person_id], what="draft", why="award")
        later = [
            one for one in uow.drafts.of_person(old.person_id, who.institution_id) if one.replaces == credential_id
        ]
        draft = next((one for one in later if one.state.value != "dropped"), None)
        unit = uow.catalogue.unit_of(old.unit) if old.unit is not None else None
    return Correction(
        old=open_content(outside, old),
        new=open_content(outside, draft) if draft is not None else None,
        draft=draft,
        unit=unit,
    )
