"""What happens to questions without anybody's act: answers are signed, days pass, and ends of cases end them."""

from issuer.db.repositories.questions import QuestionRow
from issuer.domain.audit import Act
from issuer.domain.badge_states import IN_FORCE
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.question import QuestionState
from issuer.services.outside import Outside
from issuer.services.questions.sign_answer import finish
from issuer.services.questions.tell_school import tell_school


def finish_answers(outside: Outside) -> int:
    """Sign answers that a crash or a silent signer left unsigned; end those whose badge went out of use meanwhile."""
    with outside.database.read() as uow:
        waiting = [(row, uow.credentials.get(row.credential_id).state) for row in uow.questions.unsigned()]
    done = 0
    for row, badge in waiting:
        done += finish(outside, row.id) if badge in IN_FORCE else _close(outside, row)
    return done


def close_questions(outside: Outside) -> int:
    """End what nobody answered by its day, and what is left in cases that are over; return how many.

    An answer whose participant has said neither yes nor no stays until the case is over: the school is told on the day
    that nothing was had, in the same words as of a question that nobody answered.
    """
    today = helsinki_day(outside.now())
    with outside.database.read() as uow:
        overdue, left = uow.questions.overdue(today), uow.questions.left_over()
    done = 0
    for row in overdue:
        if row.state is QuestionState.ASKED:
            done += _close(outside, row, late=True)
        elif row.settled_at is None:
            _tell_of_the_day(outside, row)
    return done + sum(_close(outside, row) for row in left)


def _tell_of_the_day(outside: Outside, row: QuestionRow) -> None:
    """Tell the school once that the day is over; the participant may still say yes."""
    with outside.database.write() as uow:
        if uow.questions.change(row, settled_at=outside.now()):
            tell_school(outside, uow, row, late=True)


def _close(outside: Outside, row: QuestionRow, *, late: bool = False) -> bool:
    """End one question; False when somebody was faster."""
    now = outside.now()
    with outside.database.write() as uow:
        if not uow.questions.close(row, now=now):
            return False
        if late:
            tell_school(outside, uow, row, late=True)
        uow.audit.append(Act(at=now, actor="system", action="question.closed", refs=(("question", row.id),)))
    return True
