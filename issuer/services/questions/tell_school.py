"""Tells the school's counsellor who asked that a question is settled, in the same words with and without an answer."""

from issuer.db.repositories.questions import QuestionRow
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.notice import NoticeKind
from issuer.services.notices.notify import notify_all
from issuer.services.outside import Outside


def tell_school(outside: Outside, uow: UnitOfWork, row: QuestionRow, *, late: bool = False) -> None:
    """Leave the message in the caller's transaction, to whoever asked and whoever has the case now.

    Args:
        late: the day has passed; an answer may still come, and is told of then.
    """
    assigned = uow.recognition.get(row.case_id).assigned_to
    people = {row.asked_by, assigned} - {None}
    about = f"late-{row.id}" if late else row.id
    notify_all(uow, outside, {one: about for one in people if one is not None}, NoticeKind.QUESTION_SETTLED)
