"""A work coach answers a school's question: sees who it is about, confirms the exact text with a passkey; or cannot."""

import hmac
from dataclasses import dataclass, field

from issuer.db.person_keys import PersonErasedError
from issuer.db.repositories.questions import QuestionRow
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import ConflictError, NotFoundError
from issuer.domain.notice import NoticeKind
from issuer.domain.participant import Participant
from issuer.domain.permissions import StaffMember
from issuer.domain.question import Question, QuestionState, check_answer
from issuer.domain.recognition import OPEN
from issuer.domain.signed_answer import AnsweredBadge, answer_digest, comment
from issuer.services import signing_act
from issuer.services.coaching.find_participants import opened
from issuer.services.notices.notify import notify
from issuer.services.outside import Outside
from issuer.services.questions import sign_answer
from issuer.services.questions.responders import responders
from issuer.services.questions.stored_question import open_question, seal_answer, seal_tbs
from issuer.services.questions.tell_school import tell_school
from issuer.services.staff.staff_names import names
from issuer.services.stored_bytes import pack


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedQuestion:
    """One line of the list, with the participant's number; names are opened with the question."""

    row: QuestionRow
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToAnswer:
    """A question as the coach sees it; which school asks is not told."""

    row: QuestionRow
    question: Question = field(repr=False)
    person: Participant = field(repr=False)
    badge: AnsweredBadge = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """An answer before the passkey: the whole text that will be signed, and its digest in hex."""

    words: str
    text: str
    digest: str


def act_name(ref: str) -> str:
    """The act that the passkey confirms."""
    return f"question.answer:{ref}"


def asked_of(uow: UnitOfWork, outside: Outside, who: StaffMember) -> list[QuestionRow]:
    """The questions that this member of staff may answer, nearest day first; nothing is opened."""
    rows = uow.questions.asked(who.institution_id, today=helsinki_day(outside.now()))
    return [row for row in rows if _may(uow, who, row)]


def list_asked(outside: Outside, who: StaffMember) -> tuple[ListedQuestion, ...]:
    """The same with the numbers of the participants; nothing is opened."""
    with outside.database.read() as uow:
        return tuple(ListedQuestion(row=row, code=_code(uow, who, row)) for row in asked_of(uow, outside, who))


def read(outside: Outside, who: StaffMember, ref: str) -> ToAnswer:
    """Open a question to answer, with one reading row.

    Raises:
        NotFoundError: not to this person, or its case is over.
        ConflictError: ``questions.answered``, ``questions.closed``, ``questions.out_of_use``.
    """
    try:
        with outside.database.write() as uow:
            row = _row(outside, uow, who, ref)
            person = opened(
                uow, outside, who, uow.coaching.participant(row.person_id, who.institution_id), what="question"
            )
            badge = sign_answer.badge_of(outside, uow, row)
            return ToAnswer(row=row, question=open_question(outside, row).question, person=person, badge=badge)
    except PersonErasedError as gone:
        raise NotFoundError("question") from gone


def look(outside: Outside, who: StaffMember, told: ToAnswer, words: str) -> Looked:
    """Check an answer and show what would be signed. Raises InvalidRequestError, TellingWordError."""
    checked = _checked(outside, who, told, words)
    digest = answer_digest(told.badge, told.question, checked).hex()
    return Looked(words=checked, text=comment(told.question, checked, told.badge.language), digest=digest)


def answer(outside: Outside, who: StaffMember, ref: str, words: str, *, seen: str, assertion: str) -> bool:
    """Answer, once; tell whether the answer is signed already. It goes nowhere before the participant's yes.

    Args:
        seen: digest (hex) of what the coach looked at.
        assertion: the passkey's answer.

    Raises:
        NotFoundError, InvalidRequestError, TellingWordError, LintError, NotYetError.
        ConflictError: ``questions.answered`` (a colleague was faster), ``questions.closed``, ``questions.changed``,
            ``questions.out_of_use``, ``institution.cannot_sign``.
        ForbiddenError: ``act.not_confirmed``.
    """
    told = read(outside, who, ref)
    looked = look(outside, who, told, words)
    if not hmac.compare_digest(looked.digest, seen):
        raise ConflictError(code="questions.changed")
    ready = sign_answer.prepare(outside, told.row, told.badge, told.question, looked.words)
    signing_act.confirm(outside, who, act_name(ref), bytes.fromhex(looked.digest), assertion)
    outside.checkpoint("question.after_confirm")
    now = outside.now()
    try:
        answered, tbs = seal_answer(outside, told.row, looked.words), seal_tbs(outside, told.row, pack(ready.request))
    except PersonErasedError as gone:
        raise NotFoundError("question") from gone
    with outside.database.write() as uow:
        row = _row(outside, uow, who, ref)
        done = uow.questions.change(
            row,
            state=QuestionState.ANSWERED,
            answered_by=who.id,
            answered_at=now,
            sealed_answer=answered,
            kid=ready.kid,
            tbs=tbs,
            tbs_sha256=ready.request.tbs_sha256,
            proof_created_at=ready.at,
        )
        if not done:
            raise ConflictError(code="questions.answered")
        notify(uow, outside, row.person_id, NoticeKind.SCHOOL_ASKS, about=row.id)
        refs = (("question", row.id), ("sha256", looked.digest), ("tbs", ready.request.tbs_sha256.hex()))
        uow.audit.append(Act(at=now, actor=who.actor, action="question.answered", refs=refs))
    outside.checkpoint("question.after_answer")
    return sign_answer.finish(outside, told.row.id)


def decline(outside: Outside, who: StaffMember, ref: str) -> None:
    """Say that there is nothing to add; the school hears only that no more was had.

    Raises:
        NotFoundError; ConflictError: ``questions.answered``, ``questions.closed``.
    """
    now = outside.now()
    with outside.database.write() as uow:
        row = _row(outside, uow, who, ref)
        if not uow.questions.change(row, state=QuestionState.CLOSED, settled_at=now):
            raise ConflictError(code="questions.answered")
        tell_school(outside, uow, row)
        uow.audit.append(Act(at=now, actor=who.actor, action="question.declined", refs=(("question", row.id),)))


def _row(outside: Outside, uow: UnitOfWork, who: StaffMember, ref: str) -> QuestionRow:
    """A question that this person may answer now."""
    row = uow.questions.of_provider(ref, who.institution_id)
    if not _may(uow, who, row):
        raise NotFoundError("question")
    if row.state is not QuestionState.ASKED:
        code = "questions.answered" if row.answered_at is not None else "questions.closed"
        raise ConflictError(code=code)
    if row.answer_by < helsinki_day(outside.now()) or uow.recognition.get(row.case_id).state not in OPEN:
        raise ConflictError(code="questions.closed")
    return row


def _may(uow: UnitOfWork, who: StaffMember, row: QuestionRow) -> bool:
    behind = uow.questions.behind(row.credential_id)
    return behind is not None and who.id in responders(uow, row.credential_id, behind)


def _checked(outside: Outside, who: StaffMember, told: ToAnswer, words: str) -> str:
    with outside.database.read() as uow:
        house = uow.institutions.get(who.institution_id)
        public = house.public_name
        sites = [one.name for one in uow.environments.sites(house.id)]
        people = [told.person.name, *names(outside, uow, [who.id, *_coach(told)]).values()]
    places = [public.fi, public.sv, public.en, house.legal_name, house.business_id, *sites]
    return check_answer(words, people=people, places=places)


def _coach(told: ToAnswer) -> tuple[str, ...]:
    return (told.person.coach_id,) if told.person.coach_id is not None else ()


def _code(uow: UnitOfWork, who: StaffMember, row: QuestionRow) -> str:
    found = uow.coaching.participant(row.person_id, who.institution_id)
    return found.code if found is not None else ""
