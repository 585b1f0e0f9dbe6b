"""A school asks whoever gave a badge about one requirement; the school learns nothing of who that is."""

import secrets
import uuid
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from issuer.db.person_keys import PersonErasedError
from issuer.db.repositories.questions import AskedBadge, QuestionRow
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.badge_states import IN_FORCE
from issuer.domain.catalogue import Requirement
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import ConflictError, InvalidRequestError, NotFoundError
from issuer.domain.notice import NoticeKind
from issuer.domain.participant import ParticipantState
from issuer.domain.permissions import StaffMember
from issuer.domain.question import MOST_QUESTIONS, WAITING, Question, QuestionState, check_question
from issuer.domain.receipt import language_of
from issuer.domain.recognition import OPEN
from issuer.services.coaching.personal import open_personal
from issuer.services.notices.notify import notify_all
from issuer.services.outside import Outside
from issuer.services.questions.responders import responders
from issuer.services.questions.stored_question import open_question, seal_question
from issuer.services.recognition.stored_case import Case, HeldBadge, open_stored

_REF_BYTES: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class NewQuestion:
    """What a school's form holds.

    Attributes:
        badge: id of a badge of the case; "" for the only one that can be asked about.
        key: of the requirement.
        allowed: the school says that the learner lets it ask.
    """

    badge: str
    key: str
    words: str = field(repr=False)
    answer_by: date
    allowed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AskableBadge:
    """A badge of a case, and whether its giver can be asked.

    Attributes:
        place: in the case, 1 upwards.
        why_not: code of why nobody can be asked; None when somebody can.
        behind: who stands behind it; None with `why_not`.
    """

    held: HeldBadge
    place: int
    why_not: str | None
    behind: AskedBadge | None


def askable(uow: UnitOfWork, case: Case) -> tuple[AskableBadge, ...]:
    """All badges of a case with the answer to whether their giver can be asked."""
    return tuple(_askable(uow, case, held, place) for place, held in enumerate(case.badges, start=1))


def ask(outside: Outside, who: StaffMember, ref: str, new: NewQuestion) -> str:
    """Ask; return the question's reference.

    Raises:
        NotFoundError: no such case at the own school.
        ConflictError: ``recognition.closed``, ``questions.not_askable``, ``questions.open``, ``questions.many``.
        InvalidRequestError, InvalidFormError: ``recognition.no_unit``, ``form.choice``, and what `check_question`
            raises.
    """
    now = outside.now()
    with outside.database.write() as uow:
        row = uow.recognition.of_school(ref, who.institution_id)
        if row.state not in OPEN or row.sealed is None:
            raise ConflictError(code="recognition.closed")
        case = open_stored(outside, uow, row)
        requirement = _requirement(case, new.key)
        chosen = _chosen(uow, case, new.badge)
        if chosen.behind is None or chosen.held.row.credential_id is None:
            raise ConflictError(code="questions.not_askable", pointer="/badge")
        words = check_question(
            new.words,
            new.answer_by,
            allowed=new.allowed,
            people=(case.name, name_of(outside, uow, chosen.behind.person_id)),
            today=helsinki_day(now),
        )
        _check_room(outside, uow, row.id, requirement.key)
        language = language_of(chosen.held.content.language)
        text = requirement.text.in_language(language) or requirement.text.fi
        question = Question(key=requirement.key, requirement=text, words=words)
        asked = QuestionRow(
            id=str(uuid.uuid4()),
            ref=secrets.token_urlsafe(_REF_BYTES),
            case_id=row.id,
            person_id=chosen.behind.person_id,
            provider_id=chosen.behind.provider_id,
            credential_id=chosen.held.row.credential_id,
            state=QuestionState.ASKED,
            revision=1,
            asked_by=who.id,
            asked_at=now,
            answer_by=new.answer_by,
            sealed=seal_question(outside, row.id, chosen.behind.person_id, question),
        )
        uow.questions.add(asked)
        people = responders(uow, asked.credential_id, chosen.behind)
        notify_all(uow, outside, dict.fromkeys(people, asked.id), NoticeKind.QUESTION_WAITS)
        refs = (("case", row.id), ("question", asked.id))
        uow.audit.append(Act(at=now, actor=who.actor, action="question.asked", refs=refs))
    return asked.ref


def name_of(outside: Outside, uow: UnitOfWork, person_id: str) -> str:
    """A participant's name, to keep it out of what is signed; "" for somebody erased. Nobody is shown it."""
    sealed = uow.coaching.sealed(person_id)
    try:
        return open_personal(outside, person_id, sealed).name if sealed is not None else ""
    except PersonErasedError:
        return ""


def _askable(uow: UnitOfWork, case: Case, held: HeldBadge, place: int) -> AskableBadge:
    credential_id = held.row.credential_id
    behind = uow.questions.behind(credential_id) if credential_id is not None else None
    why = _why_not(uow, case, credential_id, behind)
    return AskableBadge(held=held, place=place, why_not=why, behind=behind if why is None else None)


def _why_not(uow: UnitOfWork, case: Case, credential_id: str | None, behind: AskedBadge | None) -> str | None:
    if credential_id is None or behind is None:
        return "elsewhere"
    if behind.unit is None:
        return "no_unit"
    participant = uow.coaching.participant(behind.person_id, behind.provider_id)
    if participant is None or participant.state is not ParticipantState.ACTIVE:
        return "no_person"
    if case.row.person_id != behind.person_id:
        return "not_theirs"
    if uow.credentials.get(credential_id).state not in IN_FORCE:
        return "out_of_use"
    return None if responders(uow, credential_id, behind) else "nobody"


def _chosen(uow: UnitOfWork, case: Case, badge_id: str) -> AskableBadge:
    found = askable(uow, case)
    able = [one for one in found if one.why_not is None]
    if not badge_id and len(able) == 1:
        return able[0]
    named = [one for one in found if one.held.row.id == badge_id]
    if not named:
        code = "form.choice" if able else "questions.not_askable"
        raise InvalidRequestError(code=code, pointer="/badge")
    return named[0]


def _requirement(case: Case, key: str) -> Requirement:
    if case.found is None:
        raise InvalidRequestError(code="recognition.no_unit", pointer="/requirement")
    found = next((one for one in case.unit.requirements if one.key == key), None)
    if found is None:
        raise InvalidRequestError(code="form.choice", pointer="/requirement")
    return found


def _check_room(outside: Outside, uow: UnitOfWork, case_id: str, key: str) -> None:
    asked, today = uow.questions.of_case(case_id), helsinki_day(outside.now())
    if len(asked) >= MOST_QUESTIONS:
        raise ConflictError(code="questions.many")
    for one in asked:
        waits = one.state in WAITING and one.answer_by >= today
        try:
            same = waits and open_question(outside, one).question.key == key
        except PersonErasedError as gone:
            raise NotFoundError("case") from gone
        if same:
            raise ConflictError(code="questions.open", pointer="/requirement")
