"""After a restore: no open status list goes on, since places given out after the backup would be given out again."""

from issuer.domain.audit import Act
from issuer.services.outside import Outside


def close_lists(outside: Outside) -> int:
    """Close all open lists for new badges; new ones are made when needed. Return how many were closed.

    Source: security.md section 8 (a).
    """
    now = outside.now()
    with outside.database.write() as uow:
        uow.audit.lock()
        closed = uow.publications.close_open_lists()
        acts = [Act(at=now, actor="cli", action="status_list.closed", refs=(("list", one),)) for one in closed]
        uow.audit.append(Act(at=now, actor="cli", action="database.restored"), *acts)
    return len(closed)
