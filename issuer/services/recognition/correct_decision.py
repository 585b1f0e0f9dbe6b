"""A learner asks for a correction; the school keeps its decision, with reasons, or opens it again.

While a case is open again the decision that was made holds; another one takes its place wholly. Whoever reads an old
version is told, so that of two colleagues one wins.
"""

import uuid
from dataclasses import replace

from issuer.db.repositories.recognition import CaseNote, CaseRow
from issuer.db.repositories.recognition_again import FormerRow
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.demonstration_result import Result
from issuer.domain.errors import ConflictError, InvalidRequestError, NotFoundError
from issuer.domain.free_text import check_text, check_words
from issuer.domain.notice import NoticeKind
from issuer.domain.permissions import StaffMember
from issuer.domain.recognition import CaseState, Work
from issuer.domain.recognition_terms import KEEPING, answer_by
from issuer.services.notices.notify import notify
from issuer.services.outside import Outside
from issuer.services.recognition.look_after_cases import tell_desk
from issuer.services.recognition.stored_case import Case, open_stored, seal_work
from issuer.services.sealed_values import seal_value

NOTE = "recognition_note"
MOST_WORDS = 2_000
_CORRECTION, _ANSWER = "correction", "answer"
_TRIES = 3


def ask_correction(outside: Outside, case_id: str, words: str, *, actor: str) -> None:
    """The learner asks the school to put a decision right: the case waits at the desk again, with a clock.

    Raises:
        ConflictError: ``recognition.correction_late``, ``recognition.closed`` for a case that is not decided.
        InvalidRequestError: ``form.missing``, ``text.…``.
    """
    for _ in range(_TRIES):  # a learner is not told of a change that a colleague makes at the same moment
        try:
            return _ask(outside, case_id, words, actor)
        except ConflictError as refused:
            if refused.code != "recognition.changed":
                raise
            changed = refused
    raise changed


def _ask(outside: Outside, case_id: str, words: str, actor: str) -> None:
    with outside.database.write() as uow:
        row = uow.recognition.get(case_id)
        if row.state is not CaseState.DECIDED or row.correct_by is None or row.sealed is None:
            raise ConflictError(code="recognition.closed")
        now = outside.now()
        today = helsinki_day(now)
        if today > row.correct_by:
            raise ConflictError(code="recognition.correction_late", pointer="/words")
        note_id = _note(outside, uow, row, _CORRECTION, words, actor)
        if row.correction_at is not None:
            return  # more words to the same request: its clock goes on
        due = answer_by(today, uow.recognition.rules(row.school_id))
        asked = replace(
            row,
            version=row.version + 1,
            correction_at=now,
            answer_by=due,
            reminded_at=None,
            forget_on=max(row.forget_on or due, due + KEEPING),
            changed_at=now,
            changed_by=None,
        )
        uow.recognition.change(asked, seen=row.version)
        tell_desk(outside, uow, row.school_id, f"correction-{note_id}")


def keep_decision(outside: Outside, who: StaffMember, ref: str, words: str, *, seen: int) -> None:
    """Answer a request in words that the learner reads; the decision stays as it is.

    Args:
        seen: the version that the page showed.

    Raises:
        NotFoundError; InvalidRequestError: ``form.missing``, ``text.…``; TellingWordError.
        ConflictError: ``recognition.changed``, ``recognition.no_request``.
    """
    with outside.database.write() as uow:
        row = _asked(uow, who, ref, seen)
        note_id = _note(outside, uow, row, _ANSWER, words, who)
        now = outside.now()
        kept = replace(row, version=row.version + 1, correction_at=None, changed_at=now, changed_by=who.id)
        uow.recognition.change(kept, seen=row.version)
        _tell_learner(outside, uow, row, note_id)


def open_again(outside: Outside, who: StaffMember, ref: str, words: str, *, seen: int) -> None:
    """Open a decided case again: badges, rows, route and reasons begin as they were; the decision holds until another.

    Raises: as `keep_decision`.
    """
    with outside.database.write() as uow:
        row = _asked(uow, who, ref, seen)
        case = open_stored(outside, uow, row)
        note_id = _note(outside, uow, row, _ANSWER, words, who)
        now = outside.now()
        today = helsinki_day(now)
        due = answer_by(today, uow.recognition.rules(row.school_id))
        uow.recognition.add_former(_former(outside, row, who))
        opened = replace(
            row,
            state=CaseState.IN_WORK,
            version=row.version + 1,
            decision_number=row.decision_number + 1,
            correction_at=None,
            first_decided_at=row.first_decided_at or row.decided_at,
            first_decider_id=None,
            first_digest=None,
            answer_by=due,
            reminded_at=None,
            result_due=None,
            assigned_to=who.id,
            changed_at=now,
            changed_by=who.id,
            forget_on=due + KEEPING,
            sealed=seal_work(outside, row.id, _begin(case), name=case.name),
        )
        uow.recognition.change(opened, seen=row.version)
        refs = (("case", row.id), ("decision", str(row.decision_number)))
        uow.audit.append(Act(at=now, actor=who.actor, action="case.opened_again", refs=refs))
        _tell_learner(outside, uow, row, note_id)


def _asked(uow: UnitOfWork, who: StaffMember, ref: str, seen: int) -> CaseRow:
    row = uow.recognition.of_school(ref, who.institution_id)
    if row.sealed is None:
        raise NotFoundError("case")
    if row.version != seen:
        raise ConflictError(code="recognition.changed")
    if row.state is not CaseState.DECIDED or row.correction_at is None:
        raise ConflictError(code="recognition.no_request")
    return row


def _begin(case: Case) -> Work:
    """Where the new decision begins: at the old one; a demonstration that was not passed can be shown again."""
    result = case.result
    work = case.decided if result is not None and result.told.result is Result.NOT_PASSED else case.work
    return replace(work, shown_on=None)


def _former(outside: Outside, row: CaseRow, who: StaffMember) -> FormerRow:
    if row.decided_at is None or row.coverage is None:
        raise ConflictError(code="recognition.no_request")
    return FormerRow(
        case_id=row.id,
        number=row.decision_number,
        first_decider_id=row.first_decider_id,
        decider_id=row.decider_id,
        decided_at=row.decided_at,
        decision_sha256=row.decision_sha256,
        route=row.route,
        coverage=row.coverage,
        accepted=row.accepted or 0,
        in_part=row.in_part or 0,
        not_accepted=row.not_accepted or 0,
        points=row.points,
        assessed_at=row.assessed_at,
        opened_at=outside.now(),
        opened_by=who.id,
        replaced_at=None,
        sealed=row.sealed,
    )


def _note(outside: Outside, uow: UnitOfWork, row: CaseRow, kind: str, words: str, by: StaffMember | str) -> str:
    if not words.strip():
        raise InvalidRequestError(code="form.missing", pointer="/words")
    text, now = check_text(words, most=MOST_WORDS, pointer="/words"), outside.now()
    actor, staff_id = (by.actor, by.id) if isinstance(by, StaffMember) else (by, None)
    if staff_id is not None:
        check_words(text, pointer="/words")
    sealed = seal_value(outside, row.id, NOTE, {"words": text})
    note = CaseNote(id=str(uuid.uuid4()), case_id=row.id, kind=kind, at=now, staff_id=staff_id, sealed=sealed)
    uow.recognition.add_note(note)
    uow.audit.append(Act(at=now, actor=actor, action=f"case.{kind}", refs=(("case", row.id),)))
    return note.id


def _tell_learner(outside: Outside, uow: UnitOfWork, row: CaseRow, note_id: str) -> None:
    if row.person_id is not None:
        notify(uow, outside, row.person_id, NoticeKind.SCHOOL_DECIDED, about=f"answer-{note_id}")
