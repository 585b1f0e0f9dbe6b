"""What happens to cases without anybody's act: receipts are finished, schools reminded, and old cases forgotten."""

from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.notice import NoticeKind
from issuer.domain.permissions import Role
from issuer.services.notices.notify import notify_all
from issuer.services.outside import Outside
from issuer.services.recognition.make_receipt import finish_receipt

_DESK = frozenset({Role.COUNSELLOR, Role.ASSESSOR})


def finish_receipts(outside: Outside) -> int:
    """Sign receipts whose endorsement a crash or a silent signer left undone; return how many were finished."""
    with outside.database.read() as uow:
        waiting = uow.recognition.unfinished_receipts()
    return sum(1 for case_id in waiting if finish_receipt(outside, case_id))


def remind_schools(outside: Outside) -> int:
    """Remind each school once of a case whose answer is late (privacy.md PV3); return how many."""
    now = outside.now()
    today = helsinki_day(now)
    with outside.database.read() as uow:
        if not uow.recognition.late(today):
            return 0
    with outside.database.write() as uow:
        late = uow.recognition.late(today)
        for row in late:
            tell_desk(outside, uow, row.school_id, f"late-{row.id}")
            uow.recognition.reminded(row.id, now=now)
            uow.audit.append(Act(at=now, actor="system", action="case.reminded", refs=(("case", row.id),)))
    return len(late)


def forget_cases(outside: Outside) -> int:
    """Take everything personal out of cases six months after their decision; return how many.

    The key of the case goes first and for good; codes, days and counts stay for figures, the receipt stays the
    learner's own.
    """
    now = outside.now()
    with outside.database.read() as uow:
        due = uow.recognition.to_forget(helsinki_day(now))
    for row in due:
        outside.person_keys.destroy(row.id)
        with outside.database.write() as uow:
            uow.recognition.empty(row.id)
            uow.audit.append(Act(at=now, actor="system", action="case.forgotten", refs=(("case", row.id),)))
    return len(due)


def tell_desk(outside: Outside, uow: UnitOfWork, school_id: str, about: str) -> None:
    """Tell those who work at a school's desk that something waits there, in the caller's transaction."""
    people = [one.id for one in uow.staff.of_institution(school_id) if not _DESK.isdisjoint(one.roles)]
    notify_all(uow, outside, dict.fromkeys(people, about), NoticeKind.CASE_WAITS)
