"""What happens to cases without anybody's act: receipts are finished, schools reminded, and old cases forgotten."""

from datetime import datetime

from issuer.db.repositories.recognition import CaseRow
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.notice import NoticeKind
from issuer.domain.permissions import Role
from issuer.services.notices.notify import notify_all
from issuer.services.outside import Outside
from issuer.services.recognition.finish_receipt import end_replaced, finish_receipt

_DESK = frozenset({Role.COUNSELLOR, Role.ASSESSOR})


def finish_receipts(outside: Outside) -> int:
    """Sign receipts that a crash or a silent signer left undone, and end those whose decision was replaced.

    Returns:
        How many were finished or ended.
    """
    with outside.database.read() as uow:
        waiting = uow.recognition.unfinished_receipts()
    done = sum(1 for case_id, number in waiting if finish_receipt(outside, case_id, number))
    with outside.database.read() as uow:
        replaced = uow.recognition.receipts_to_end()
    return done + sum(1 for case_id in replaced if end_replaced(outside, case_id))


def remind_schools(outside: Outside) -> int:
    """Remind each school once of each day on which an answer was due (privacy.md PV3); return how many."""
    now = outside.now()
    today = helsinki_day(now)
    with outside.database.read() as uow:
        if not uow.recognition.late(today):
            return 0
    with outside.database.write() as uow:
        late = uow.recognition.late(today)
        for row in late:
            tell_desk(outside, uow, row.school_id, f"late-{row.id}-{row.answer_by}")
            uow.recognition.reminded(row.id, now=now)
            uow.audit.append(Act(at=now, actor="system", action="case.reminded", refs=(("case", row.id),)))
    return len(late)


def forget_cases(outside: Outside) -> int:
    """Take everything personal out of cases six months after their decision; return how many.

    A case that nobody decided ends six months after the day by which the school should have answered. The key of the
    case goes for good; codes, days and counts stay for figures, the receipt stays the learner's own.
    """
    now = outside.now()
    with outside.database.read() as uow:
        due = uow.recognition.to_forget(helsinki_day(now))
    return sum(1 for row in due if _forget(outside, row, now=now))


def _forget(outside: Outside, row: CaseRow, *, now: datetime) -> bool:
    """Forget one case; False for one that was changed or decided at this moment: the next round sees it."""
    with outside.database.write() as uow:
        if not uow.recognition.end(row, now=now):
            return False
        uow.audit.append(Act(at=now, actor="system", action="case.forgotten", refs=(("case", row.id),)))
        outside.person_keys.destroy(row.id)  # before the commit: a crash between leaves nothing that opens
    return True


def tell_desk(outside: Outside, uow: UnitOfWork, school_id: str, about: str) -> None:
    """Tell those who work at a school's desk that something waits there, in the caller's transaction."""
    people = [one.id for one in uow.staff.of_institution(school_id) if not _DESK.isdisjoint(one.roles)]
    notify_all(uow, outside, dict.fromkeys(people, about), NoticeKind.CASE_WAITS)
