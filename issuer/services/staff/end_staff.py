"""Ends someone's work for an institution at once: every way in, link and open session is gone."""

from issuer.domain.audit import Act
from issuer.domain.permissions import Role, StaffMember
from issuer.domain.staff import check_change
from issuer.services.outside import Outside
from issuer.services.staff.find_staff import colleague


def end_staff(outside: Outside, who: StaffMember | None, staff_id: str) -> None:
    """Let someone leave; what they signed and recorded stays theirs.

    Args:
        who: an administrator of the same institution; None: the command line.

    Raises:
        NotFoundError: nobody of this institution.
        ConflictError: the last administrator.
    """
    now = outside.now()
    with outside.database.write() as uow:
        target = colleague(uow, who, staff_id)
        administrators = uow.staff.count_with_role(target.institution_id, Role.ADMINISTRATOR)
        check_change(who, target, frozenset(), administrators=administrators)
        uow.staff.end(staff_id, now=now)
        uow.sign_in.forget_ways_in(staff_id)
        actor = who.actor if who is not None else "cli"
        uow.audit.append(Act(at=now, actor=actor, action="staff.ended", refs=(("staff", staff_id),)))
