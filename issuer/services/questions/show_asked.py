"""What a school sees of its questions: the words, and an answer only where the learner let it go and it is genuine."""

from dataclasses import dataclass, field
from enum import StrEnum

from issuer.db.person_keys import PersonErasedError
from issuer.db.repositories.questions import QuestionRow
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import NotFoundError
from issuer.domain.question import Question, Seen, seen_by_school
from issuer.domain.recognition import Check
from issuer.domain.signed_answer import KIND, comment_of, is_about
from issuer.services.outside import Outside
from issuer.services.questions.ask import AskableBadge, askable
from issuer.services.questions.stored_question import open_question
from issuer.services.recognition.check_badges import check_badge, check_of
from issuer.services.recognition.stored_case import Case, HeldBadge
from schemas.strict_json import read_object
from verifier.reading import Unreadable


class AnswerCheck(StrEnum):
    """What the verifier, and a look at what it is about, say of a signed answer just now."""

    GENUINE = "genuine"
    ENDED = "ended"  # the badge is out of use, and its answer with it
    NOT_GENUINE = "not_genuine"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedQuestion:
    """One question of a case.

    Attributes:
        text: what was signed, wholly; "" unless there is an answer to show.
        check: of the answer, made just now; None without one.
        signed: its bytes; None unless it is shown.
        place: of the badge in the case; 0 when that was taken out.
    """

    row: QuestionRow
    question: Question = field(repr=False)
    seen: Seen
    text: str = field(default="", repr=False)
    check: AnswerCheck | None = None
    signed: bytes | None = field(default=None, repr=False)
    place: int = 0


def asked_in(outside: Outside, case: Case) -> tuple[AskedQuestion, ...]:
    """The questions about the badges of an opened case, oldest first; answers are checked now. Raises NotFoundError."""
    with outside.database.read() as uow:
        rows = uow.questions.of_case(case.row.id)
    held = {one.row.credential_id for one in case.badges}
    return tuple(_shown(outside, case, row) for row in rows if row.credential_id in held)


def badges_to_ask_about(outside: Outside, case: Case) -> tuple[AskableBadge, ...]:
    """All badges of a case with the answer to whether their giver can be asked."""
    with outside.database.read() as uow:
        return askable(uow, case)


def signed_answer(outside: Outside, case: Case, ref: str) -> bytes:
    """The signed answer to one question of an opened case. Raises NotFoundError unless it was let go."""
    with outside.database.read() as uow:
        row = uow.questions.of_case_by_ref(ref, case.row.id)
    shown = _shown(outside, case, row)
    if shown.signed is None:
        raise NotFoundError("answer")
    return shown.signed


def check_answer(outside: Outside, badge: HeldBadge, signed: bytes) -> AnswerCheck:
    """Ask the verifier about an answer, and compare what it names with the badge of the case."""
    try:
        report = check_badge(outside, signed)
    except Unreadable:
        return AnswerCheck.NOT_GENUINE
    told = report.document
    if report.kind != KIND or told is None or not is_about(told, badge.document, badge.row.document_sha256):
        return AnswerCheck.NOT_GENUINE
    return {
        Check.IN_ORDER: AnswerCheck.GENUINE,
        Check.WITHDRAWN: AnswerCheck.ENDED,
        Check.ALTERED: AnswerCheck.NOT_GENUINE,
        Check.UNCHECKED: AnswerCheck.UNCHECKED,
    }[check_of(report)]


def _shown(outside: Outside, case: Case, row: QuestionRow) -> AskedQuestion:
    try:
        stored = open_question(outside, row)
    except PersonErasedError as gone:
        raise NotFoundError("question") from gone
    signed, today = stored.signed, helsinki_day(outside.now())
    seen = seen_by_school(row.state, row.answer_by, signed=signed is not None, today=today)
    held = {one.row.credential_id: (place, one) for place, one in enumerate(case.badges, start=1)}
    place, badge = held.get(row.credential_id, (0, None))
    if seen is not Seen.ANSWER or signed is None:
        return AskedQuestion(row=row, question=stored.question, seen=seen, place=place)
    return AskedQuestion(
        row=row,
        question=stored.question,
        seen=seen,
        text=comment_of(read_object(signed)),
        check=check_answer(outside, badge, signed) if badge is not None else AnswerCheck.UNCHECKED,
        signed=signed,
        place=place,
    )
