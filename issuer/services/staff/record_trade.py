"""Records or takes away a trade in which a work coach may confirm competence."""

from datetime import date

from issuer.domain.audit import Act
from issuer.domain.errors import InvalidRequestError
from issuer.domain.permissions import StaffMember
from issuer.domain.staff import check_trade
from issuer.services.outside import Outside
from issuer.services.staff.find_staff import colleague
from issuer.services.staff.list_trades import list_trades


def record_trade(
    outside: Outside, who: StaffMember | None, staff_id: str, *, trade: str, inducted_on: date | None
) -> None:
    """Record a trade with the day of the induction; recorded again, it gets the new day.

    Args:
        trade: code of a degree, or id of a peruste, of the catalogue.

    Raises:
        NotFoundError: nobody of this institution.
        InvalidRequestError: not a trade of the catalogue, no work coach, or a day still to come.
        ForbiddenError: for oneself.
    """
    now = outside.now()
    known = {one.code for one in list_trades(outside)}
    with outside.database.write() as uow:
        target = colleague(uow, who, staff_id)
        if trade not in known:
            raise InvalidRequestError(code="staff.trade_unknown", pointer="/trade")
        check_trade(who, target, inducted_on, today=now.date())
        uow.people.add_trade(staff_id, trade, inducted_on=inducted_on, now=now)
        actor = who.actor if who is not None else "cli"
        refs = (("staff", staff_id), ("trade", trade))
        uow.audit.append(Act(at=now, actor=actor, action="staff.trade_recorded", refs=refs))


def remove_trade(outside: Outside, who: StaffMember, staff_id: str, trade: str) -> None:
    """Take a trade away. Raises NotFoundError."""
    now = outside.now()
    with outside.database.write() as uow:
        colleague(uow, who, staff_id)
        uow.people.remove_trade(staff_id, trade)
        refs = (("staff", staff_id), ("trade", trade))
        uow.audit.append(Act(at=now, actor=who.actor, action="staff.trade_removed", refs=refs))
