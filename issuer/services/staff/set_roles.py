"""Lets a member of staff have exactly these roles."""

from issuer.domain.audit import Act
from issuer.domain.permissions import Role, StaffMember
from issuer.domain.staff import check_change, check_roles
from issuer.services.outside import Outside
from issuer.services.staff.find_staff import colleague


def set_roles(outside: Outside, who: StaffMember | None, staff_id: str, roles: frozenset[Role]) -> None:
    """Change the roles; trades of someone who is no work coach any more go.

    Args:
        who: an administrator of the same institution; None: the command line.

    Raises:
        NotFoundError: nobody of this institution.
        InvalidRequestError: the roles do not fit the institution.
        ForbiddenError, ConflictError: one's own rights, or the last administrator.
    """
    now = outside.now()
    with outside.database.write() as uow:
        target = colleague(uow, who, staff_id)
        check_roles(uow.institutions.get(target.institution_id).kind, roles)
        administrators = uow.staff.count_with_role(target.institution_id, Role.ADMINISTRATOR)
        check_change(who, target, roles, administrators=administrators)
        if roles == target.roles:
            return
        uow.people.set_roles(staff_id, roles)
        if Role.WORK_COACH not in roles:
            for trade in target.trades:
                uow.people.remove_trade(staff_id, trade)
        actor = who.actor if who is not None else "cli"
        refs = (("staff", staff_id),)
        decision = ",".join(sorted(roles))
        uow.audit.append(Act(at=now, actor=actor, action="staff.roles_set", refs=refs, decision=decision))
