"""Messages that are handed over on paper, for staff of the participant's provider: listed, opened, marked as given."""

from dataclasses import dataclass
from datetime import datetime

from issuer.db.person_keys import PersonErasedError
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.errors import NotFoundError
from issuer.domain.notice import Notice, NoticeState
from issuer.domain.permissions import StaffMember
from issuer.services.coaching.note_reading import note_list, note_reading
from issuer.services.coaching.personal import open_personal
from issuer.services.notices.letter import Letter, printed_letter
from issuer.services.outside import Outside


@dataclass(frozen=True, slots=True, kw_only=True)
class ToPrint:
    """What a list shows; names are opened, so one reading names the whole set."""

    rows: tuple[tuple[Notice, str], ...]  # with "014 Aino"
    bounced: tuple[tuple[str, datetime], ...]


def list_to_print(outside: Outside, who: StaffMember) -> ToPrint:
    """Return the messages that wait for paper, and whose mail address a server has refused."""
    with outside.database.write() as uow:
        notices = uow.notices.to_print(who.institution_id)
        refused = uow.notices.bounced(who.institution_id)
        people = list(dict.fromkeys([*(one.to for one in notices), *(one.owner_id for one in refused)]))
        if people:
            note_list(uow, outside, who, people, what="notices")
        shown = {one: _named(outside, uow, who, one) for one in people}
    return ToPrint(
        rows=tuple((one, shown[one.to]) for one in notices),
        bounced=tuple((shown[one.owner_id], one.bounced_at) for one in refused if one.bounced_at is not None),
    )


def open_letter(outside: Outside, who: StaffMember, notice_id: str) -> tuple[Letter, str]:
    """Return one letter and the name to hand it to, with one reading row. Raises NotFoundError."""
    with outside.database.write() as uow:
        notice = _waiting(uow, who, notice_id)
        note_reading(uow, outside, who, [notice.to], what="notice")
        try:
            return printed_letter(outside, uow, notice)
        except PersonErasedError as gone:
            raise NotFoundError("notice") from gone


def mark_given(outside: Outside, who: StaffMember, notice_id: str) -> None:
    """Note that the letter was handed over. Raises NotFoundError."""
    now = outside.now()
    with outside.database.write() as uow:
        notice = _waiting(uow, who, notice_id)
        uow.notices.settle(notice.id, NoticeState.PRINTED, tries=notice.tries, failure=notice.failure, now=now)
        refs = (("person", notice.to), ("notice", notice.id))
        uow.audit.append(Act(at=now, actor=who.actor, action="notice.handed_over", refs=refs))


def _waiting(uow: UnitOfWork, who: StaffMember, notice_id: str) -> Notice:
    notice = uow.notices.get(notice_id)
    if notice is None or notice.institution_id != who.institution_id or notice.state is not NoticeState.TO_PRINT:
        raise NotFoundError("notice")
    return notice


def _named(outside: Outside, uow: UnitOfWork, who: StaffMember, person_id: str) -> str:
    row, sealed = uow.coaching.participant(person_id, who.institution_id), uow.coaching.sealed(person_id)
    if row is None:
        return ""
    try:
        name = open_personal(outside, person_id, sealed).name if sealed is not None else ""
    except PersonErasedError:
        name = ""
    return f"{row.code} {name}".strip()
