"""What waits at a school's desk, and what schools ask a provider, for the first page; nothing is opened."""

from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.permissions import StaffMember
from issuer.services.coaching.waiting import Waiting
from issuer.services.outside import Outside
from issuer.services.questions.answer import asked_of
from issuer.services.recognition.list_cases import is_late


def at_school(uow: UnitOfWork, outside: Outside, who: StaffMember) -> list[Waiting]:
    """Cases that wait for the school with the oldest, those whose answer is late, and those with a settled question.

    The same cases as in the inbox, so that the number here is the number of its lines.
    """
    today = helsinki_day(outside.now())
    cases = uow.recognition.inbox(who.institution_id, closed=False, today=today)
    late = [one.answer_by for one in cases if is_late(one, today)]
    settled = uow.questions.settled(who.institution_id, today=today)
    rows = []
    if cases:
        rows.append(Waiting(what="cases", count=len(cases), href="/desk", since=min(one.asked_at for one in cases)))
    if late:
        rows.append(Waiting(what="cases_late", count=len(late), href="/desk", until=min(late)))
    if settled:
        rows.append(Waiting(what="settled", count=settled, href="/desk"))
    return rows


def at_provider(uow: UnitOfWork, outside: Outside, who: StaffMember) -> list[Waiting]:
    """Questions that this person may answer, with the nearest day."""
    rows = asked_of(uow, outside, who)
    if not rows:
        return []
    return [Waiting(what="question", count=len(rows), href="/questions", until=rows[0].answer_by)]
