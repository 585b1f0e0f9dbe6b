"""The participant sees what a school asked and what was answered, and says whether the school gets it."""

from dataclasses import dataclass, field

from issuer.db.person_keys import PersonErasedError
from issuer.db.repositories.questions import QuestionRow
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.errors import ConflictError, NotFoundError
from issuer.domain.holder import Holder
from issuer.domain.institution import PublicName
from issuer.domain.question import WAITING, Question, QuestionState
from issuer.domain.recognition import OPEN
from issuer.services.outside import Outside
from issuer.services.questions.stored_question import StoredQuestion, open_question
from issuer.services.questions.tell_school import tell_school


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnQuestion:
    """A question as its participant sees it.

    Attributes:
        case_ref: of the own matter at the school.
        answer: None until there is one, and where it was not let go.
        open: whether the matter is still before the school.
        signed: the signed answer, once the school has it.
    """

    row: QuestionRow
    case_ref: str
    school: PublicName
    question: Question = field(repr=False)
    answer: str | None = field(repr=False)
    open: bool
    signed: bytes | None = field(repr=False)


def of_case(outside: Outside, who: Holder, case_ref: str) -> tuple[OwnQuestion, ...]:
    """What was asked in an own matter, oldest first. Raises NotFoundError."""
    with outside.database.read() as uow:
        case = uow.recognition.of_person(case_ref, who.person_id)
        rows = [row for row in uow.questions.of_case(case.id) if row.person_id == who.person_id]
        return tuple(_own(outside, uow, row) for row in rows)


def waiting(outside: Outside, who: Holder) -> tuple[OwnQuestion, ...]:
    """Answers that wait for a yes or no, in all own matters."""
    with outside.database.read() as uow:
        return tuple(_own(outside, uow, row) for row in uow.questions.before_person(who.person_id))


def one(outside: Outside, who: Holder, ref: str) -> OwnQuestion:
    """One question about the holder. Raises NotFoundError."""
    with outside.database.read() as uow:
        return _own(outside, uow, uow.questions.of_person(ref, who.person_id))


def settle(outside: Outside, who: Holder, ref: str, *, yes: bool) -> None:
    """Let the school have the answer, or stop question and answer: then what was written goes at once.

    A no may come before there is an answer, too. The trail tells that the participant has spoken, not what.

    Raises:
        NotFoundError; ConflictError: ``recognition.closed``, ``questions.settled``.
    """
    now = outside.now()
    with outside.database.write() as uow:
        row = uow.questions.of_person(ref, who.person_id)
        case = uow.recognition.get(row.case_id)
        if case.state not in OPEN or case.person_id != who.person_id:
            raise ConflictError(code="recognition.closed")
        if row.state not in ({QuestionState.ANSWERED} if yes else WAITING):
            raise ConflictError(code="questions.settled")
        done = (
            uow.questions.change(row, state=QuestionState.RELEASED, settled_at=now)
            if yes
            else uow.questions.close(row, now=now)
        )
        if not done:
            raise ConflictError(code="questions.changed")
        tell_school(outside, uow, row)
        refs, decision = (("question", row.id),), "supported" if who.supported else "alone"
        actor = f"person:{who.person_id}"
        uow.audit.append(Act(at=now, actor=actor, action="question.settled", refs=refs, decision=decision))


def _own(outside: Outside, uow: UnitOfWork, row: QuestionRow) -> OwnQuestion:
    case = uow.recognition.get(row.case_id)
    stored = _opened(outside, row)
    return OwnQuestion(
        row=row,
        case_ref=case.ref,
        school=uow.institutions.get(case.school_id).public_name,
        question=stored.question,
        answer=stored.answer,
        open=case.state in OPEN and case.person_id == row.person_id,
        signed=stored.signed if row.state is QuestionState.RELEASED else None,
    )


def _opened(outside: Outside, row: QuestionRow) -> StoredQuestion:
    try:
        return open_question(outside, row)
    except PersonErasedError as gone:
        raise NotFoundError("question") from gone
