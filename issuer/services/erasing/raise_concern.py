"""A participant says that a reading does not seem right; a responsible person reads it and answers (PA5)."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from issuer.db.repositories.erasures import ConcernRow
from issuer.db.repositories.readings import ReadingRow
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.errors import ConflictError, NotFoundError
from issuer.domain.free_text import check_text
from issuer.domain.holder import Holder
from issuer.domain.permissions import Role, StaffMember
from issuer.services.coaching.note_reading import note_reading
from issuer.services.erasing.refs import concern_ref
from issuer.services.erasing.show_seen import reading_by_ref
from issuer.services.outside import Outside
from issuer.services.sealed_values import open_value, seal_value
from issuer.services.staff.staff_names import names

ANSWER_WITHIN: Final = timedelta(days=7)
MOST_WORDS: Final = 600
_PURPOSE = "concern"


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """A concern, opened.

    Attributes:
        reading: which reading it is about; None once that is deleted.
        reader: name of the reader, for the responsible person only.
        answer_by: until when an answer is promised.
        number: of the participant at the provider, for the responsible person only.
    """

    id: str
    words: str
    raised_at: datetime
    answer_by: datetime
    reading: ReadingRow | None
    answer: str | None = None
    answered_at: datetime | None = None
    reader: str = ""
    number: int | None = None


def raise_concern(outside: Outside, who: Holder, ref: str, words: str) -> None:
    """Send a concern about a reading to the reader's institution; words may be left out.

    Raises:
        NotFoundError: no such reading of the holder's data.
        ConflictError: ``concern.raised``: about this reading before.
        InvalidRequestError: the words are too long or odd.
    """
    text = check_text(words, most=MOST_WORDS, pointer="/words", lines=True) if words else ""
    now = outside.now()
    with outside.database.write() as uow:
        uow.audit.lock()
        reading = reading_by_ref(outside, uow, who, ref)
        if any(one.reading_id == reading.id for one in uow.erasures.concerns_of(who.person_id)):
            raise ConflictError(code="concern.raised")
        row = ConcernRow(
            id=str(uuid.uuid4()),
            person_id=who.person_id,
            institution_id=reading.institution_id,
            reading_id=reading.id,
            sealed=seal_value(outside, who.person_id, _PURPOSE, {"words": text}),
            raised_at=now,
            answered_at=None,
            answered_by=None,
            sealed_answer=None,
        )
        uow.erasures.add_concern(row)
        refs = (("person", who.person_id), ("reading", reading.id))
        uow.audit.append(Act(at=now, actor="participant", action="concern.raised", refs=refs))


def own_concerns(outside: Outside, who: Holder) -> tuple[Concern, ...]:
    """The holder's own concerns with their answers, newest first."""
    with outside.database.read() as uow:
        rows = uow.erasures.concerns_of(who.person_id)
        readings = {one.id: one for one in uow.coaching.readings_of(who.person_id)}
    return tuple(_opened(outside, row, readings.get(row.reading_id or "")) for row in rows)


def reads_concerns(outside: Outside, institution_id: str) -> tuple[str, ...]:
    """The names of those who read concerns at an institution; their role stands on the page anyway."""
    with outside.database.read() as uow:
        first = [one.id for one in uow.staff.of_institution(institution_id) if Role.RESPONSIBLE_PERSON in one.roles]
        known = names(outside, uow, first)
    return tuple(known[one] for one in first if known.get(one))


def open_concerns(outside: Outside, who: StaffMember) -> tuple[Concern, ...]:
    """What waits for an answer at the institution of a responsible person, oldest first; noted as read."""
    with outside.database.write() as uow:
        rows = uow.erasures.open_concerns(who.institution_id)
        known = [one for one in rows if uow.coaching.participant(one.person_id, who.institution_id) is not None]
        if known:
            note_reading(uow, outside, who, sorted({one.person_id for one in known}), what="concern", why="duty")
        found = []
        for row in known:
            readings = {one.id: one for one in uow.coaching.readings_of(row.person_id)}
            reading = readings.get(row.reading_id or "")
            reader = names(outside, uow, [reading.staff_id]).get(reading.staff_id, "") if reading is not None else ""
            number = uow.coaching.number(row.person_id)
            found.append(_opened(outside, row, reading, reader=reader, number=number))
    return tuple(found)


def waiting_id(outside: Outside, who: StaffMember, ref: str) -> str:
    """The concern of this reference at `who`'s institution that waits. Raises NotFoundError."""
    with outside.database.read() as uow:
        return _waiting(outside, uow, who, ref).id


def answer(outside: Outside, who: StaffMember, ref: str, words: str) -> None:
    """Answer a concern, once.

    Raises:
        NotFoundError: no such concern waits at `who`'s institution.
        ConflictError: somebody else was faster.
        InvalidRequestError: no words, or too many.
    """
    text = check_text(words, most=MOST_WORDS, pointer=f"/answer-{ref}", lines=True)
    now = outside.now()
    with outside.database.write() as uow:
        uow.audit.lock()
        row = _waiting(outside, uow, who, ref)
        sealed = seal_value(outside, row.person_id, _PURPOSE, {"words": text})
        if not uow.erasures.answer_concern(row.id, staff_id=who.id, sealed=sealed, now=now):
            raise ConflictError(code="state.conflict")
        refs = (("person", row.person_id), ("reading", row.reading_id or ""))
        uow.audit.append(Act(at=now, actor=who.actor, action="concern.answered", refs=refs))


def _waiting(outside: Outside, uow: UnitOfWork, who: StaffMember, ref: str) -> ConcernRow:
    for row in uow.erasures.open_concerns(who.institution_id):
        if concern_ref(outside.link_secret, row.id) == ref:
            return row
    raise NotFoundError("concern")


def _opened(
    outside: Outside, row: ConcernRow, reading: ReadingRow | None, *, reader: str = "", number: int | None = None
) -> Concern:
    return Concern(
        id=row.id,
        words=_words(outside, row.person_id, row.sealed) or "",
        raised_at=row.raised_at,
        answer_by=row.raised_at + ANSWER_WITHIN,
        reading=reading,
        answer=_words(outside, row.person_id, row.sealed_answer),
        answered_at=row.answered_at,
        reader=reader,
        number=number,
    )


def _words(outside: Outside, person_id: str, sealed: bytes | None) -> str | None:
    return str(open_value(outside, person_id, _PURPOSE, sealed)["words"]) if sealed is not None else None
