"""What waits at a school's desk, and what schools ask a provider, for the first page; nothing is opened."""

from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.permissions import StaffMember
from issuer.services.coaching.waiting import Waiting
from issuer.services.outside import Outside
from issuer.services.questions.answer import asked_of


def at_school(uow: UnitOfWork, outside: Outside, who: StaffMember) -> list[Waiting]:
    """Open cases with the oldest, those whose answer is late, and those in which a question is settled."""
    today = helsinki_day(outside.now())
    cases = uow.questions.waiting_cases(who.institution_id, today=today)
    settled = uow.questions.settled(who.institution_id, today=today)
    rows = []
    if cases.count:
        rows.append(Waiting(what="cases", count=cases.count, href="/desk", since=cases.oldest))
    if cases.late:
        rows.append(Waiting(what="cases_late", count=cases.late, href="/desk", until=cases.late_since))
    if settled:
        rows.append(Waiting(what="settled", count=settled, href="/desk"))
    return rows


def at_provider(uow: UnitOfWork, outside: Outside, who: StaffMember) -> list[Waiting]:
    """Questions that this person may answer, with the nearest day."""
    rows = asked_of(uow, outside, who)
    if not rows:
        return []
    return [Waiting(what="question", count=len(rows), href="/questions", until=rows[0].answer_by)]
