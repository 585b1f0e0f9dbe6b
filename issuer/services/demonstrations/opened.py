"""Opens a demonstration for those it concerns, and stores its next version: the frame of every act on it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from issuer.db.repositories.demonstrations import DemonstrationRow
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.catalogue_choice import CatalogueUnit, helsinki_day
from issuer.domain.demonstration import Content, State, check_move
from issuer.domain.errors import ConflictError, NotFoundError
from issuer.domain.free_text import check_text, check_words
from issuer.domain.permissions import StaffMember
from issuer.services.agreements.sheet import catalogue_unit
from issuer.services.coaching import find_participants
from issuer.services.coaching.note_reading import note_reading
from issuer.services.demonstrations.stored_content import PURPOSE, from_json, to_json
from issuer.services.outside import Outside
from issuer.services.sealed_values import open_value, seal_value

MOST_LINE: Final = 120
MOST_TEXT: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A demonstration with what it says and the unit it is about."""

    row: DemonstrationRow
    content: Content
    found: CatalogueUnit

    @property
    def keys(self) -> tuple[str, ...]:
        """Requirement keys of the unit, in the catalogue's order."""
        return tuple(one.key for one in self.found.unit.requirements)

    def at_school(self, who: StaffMember) -> bool:
        """Tell whether `who` stands on the school's side of it."""
        return who.institution_id == self.row.school_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Who does what; `seen` is the revision that the writer saw."""

    who: StaffMember
    act: str
    seen: int


def show(outside: Outside, who: StaffMember, demonstration_id: str) -> tuple[Opened, str, str]:
    """Open it for reading, with exactly one reading row; return it with the participant's name and number.

    At the school the name is the one that was sent with the request, the number is empty, and adjustments that the
    participant does not share are left out.

    Raises:
        NotFoundError: unknown, or of others.
    """
    with outside.database.write() as uow:
        opened = open_for(outside, uow, who, demonstration_id)
        if opened.at_school(who):
            note_reading(uow, outside, who, [opened.row.person_id], what="demonstration", why="review")
            plan = opened.content.plan
            if not plan.adjustments_shared:
                plan = replace(plan, adjustments="")
            return replace(opened, content=replace(opened.content, plan=plan)), opened.content.learner, ""
        row = uow.coaching.participant(opened.row.person_id, who.institution_id)
        person = find_participants.opened(uow, outside, who, row, what="demonstration")
        return opened, person.name, person.code


def open_for(outside: Outside, uow: UnitOfWork, who: StaffMember, demonstration_id: str) -> Opened:
    """Open it within a transaction, without noting a reading: for acts. Raises NotFoundError."""
    row = uow.demonstrations.get(demonstration_id)
    if row is None or not _concerns(row, who):
        raise NotFoundError("demonstration")
    value = open_value(outside, row.person_id, PURPOSE, uow.demonstrations.content(row))
    return Opened(row=row, content=from_json(value), found=catalogue_unit(uow, row.unit))


def store(outside: Outside, uow: UnitOfWork, step: Step, before: Opened, after: Opened) -> None:
    """Store the next version with one audit row.

    Args:
        before, after: `after.row.revision` is set here; a state that does not follow is refused.

    Raises:
        ConflictError: ``demonstration.changed`` or ``demonstration.state``.
    """
    if after.row.state is not before.row.state:
        check_move(before.row.state, after.row.state)
    if before.row.revision != step.seen:
        raise ConflictError(code="demonstration.changed")
    plan, sheet = after.content.plan, after.content.assessment
    row = replace(
        after.row,
        revision=step.seen + 1,
        begins_on=plan.begins_on,
        ends_on=plan.ends_on,
        grade=sheet.grade if sheet.decided_on is not None else None,
        decided_on=sheet.decided_on,
    )
    uow.demonstrations.change(row, seen=step.seen)
    keep(outside, uow, step.who, row, after.content, act=step.act)


def keep(
    outside: Outside, uow: UnitOfWork, who: StaffMember, row: DemonstrationRow, content: Content, *, act: str
) -> None:
    """Seal and append what it says now, and the audit row."""
    now = outside.now()
    sealed = seal_value(outside, row.person_id, PURPOSE, to_json(content))
    uow.demonstrations.add_version(row, act=act, staff_id=who.id, sealed=sealed, at=now)
    refs = (("demonstration", row.id), ("person", row.person_id), ("revision", str(row.revision)))
    uow.audit.append(Act(at=now, actor=who.actor, action=f"demonstration.{act}", refs=refs, decision=row.state.value))


def today_of(outside: Outside) -> date:
    """The day in Finland."""
    return helsinki_day(outside.now())


def line(text: str, pointer: str) -> str:
    """One line of free text; "" for nothing. Raises InvalidRequestError, TellingWordError."""
    return _checked(text, MOST_LINE, pointer, lines=False)


def paragraph(text: str, pointer: str) -> str:
    """The same for several lines."""
    return _checked(text, MOST_TEXT, pointer, lines=True)


def require_state(opened: Opened, *states: State) -> None:
    """Refuse an act that does not belong to the present state. Raises ConflictError ``demonstration.state``."""
    if opened.row.state not in states:
        raise ConflictError(opened.row.state.value, code="demonstration.state")


def _checked(text: str, most: int, pointer: str, *, lines: bool) -> str:
    if not text.strip():
        return ""
    kept = check_text(text, most=most, pointer=pointer, lines=lines)
    check_words(kept, pointer=pointer)
    return kept


def _concerns(row: DemonstrationRow, who: StaffMember) -> bool:
    asked = row.requested_at is not None and row.school_id == who.institution_id
    return row.institution_id == who.institution_id or asked
