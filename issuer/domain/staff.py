"""Rules about the people of an institution: roles fit its kind, an administrator stays, nobody raises own rights."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from issuer.domain.errors import ConflictError, ForbiddenError, InvalidRequestError
from issuer.domain.free_text import check_text
from issuer.domain.institution import Kind
from issuer.domain.permissions import PROVIDER_ROLES, SCHOOL_ROLES, Permission, Role, StaffMember

INVITATION_LIFE: Final = timedelta(days=7)
MOST_NAME_CHARACTERS = 100
MOST_ADDRESS_CHARACTERS = 254

# An umbrella body may also run workshops of its own: a small network is one institution.
ROLES_OF_KIND: Final[dict[Kind, frozenset[Role]]] = {
    "umbrella": PROVIDER_ROLES,
    "provider": PROVIDER_ROLES,
    "school": SCHOOL_ROLES,
}
# Whoever may do one of these gives badges or rights, so a mailbox alone must not let them in (security.md section 11).
_SIGNING: Final = (
    Permission.COMPETENCE_SIGN,
    Permission.DRAFT_REVIEW,
    Permission.SCHOOL_DECIDE,
    Permission.STAFF_MANAGE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """A trade of a work coach.

    Attributes:
        code: of a degree, ``koulutus_351301``, or the id of a peruste.
        inducted_on: day of the induction into assessing in it; None when nobody has told.
    """

    code: str
    inducted_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffRow:
    """Someone of an institution, for pages of the same institution.

    Attributes:
        name: "" where no name was given.
        roles: in the order of `Role`.
        last_seen: last sign-in, aware.
    """

    id: str
    name: str
    roles: tuple[Role, ...]
    trades: tuple[Trade, ...]
    last_seen: datetime | None


def has_signing_rights(roles: frozenset[Role]) -> bool:
    """Tell whether one of the roles lets somebody sign, approve, decide, or give such rights to others."""
    someone = StaffMember(id="", institution_id="", roles=roles)
    return any(someone.may(permission) for permission in _SIGNING)


def check_roles(kind: Kind, roles: frozenset[Role]) -> None:
    """Refuse no role at all, and roles of another kind of institution.

    Raises:
        InvalidRequestError: ``staff.no_role``, ``staff.role_of_other_kind``.
    """
    if not roles:
        raise InvalidRequestError(code="staff.no_role", pointer="/roles")
    if not roles <= ROLES_OF_KIND[kind]:
        raise InvalidRequestError(code="staff.role_of_other_kind", pointer="/roles")


def check_change(
    actor: StaffMember | None, target: StaffMember, roles: frozenset[Role], *, administrators: int
) -> None:
    """Refuse a change of roles that would raise one's own rights or leave nobody in charge.

    Args:
        actor: None: the operator's command line.
        roles: of the target from now on; empty when the person leaves.
        administrators: how many the institution has now.

    Raises:
        ForbiddenError: ``staff.own_rights``.
        ConflictError: ``staff.last_administrator``.
    """
    if actor is not None and actor.id == target.id and not roles <= target.roles:
        raise ForbiddenError(code="staff.own_rights", pointer="/roles")
    loses = Role.ADMINISTRATOR in target.roles and Role.ADMINISTRATOR not in roles
    if loses and administrators <= 1:
        raise ConflictError(code="staff.last_administrator", pointer="/roles")


def check_trade(actor: StaffMember | None, target: StaffMember, inducted_on: date | None, *, today: date) -> None:
    """Refuse a trade for oneself, for somebody who is no work coach, or with an induction that is still to come.

    Raises:
        ForbiddenError: ``staff.own_rights``.
        InvalidRequestError: ``staff.trade_needs_work_coach``, ``staff.induction_ahead``.
    """
    if actor is not None and actor.id == target.id:
        raise ForbiddenError(code="staff.own_rights", pointer="/trade")
    if Role.WORK_COACH not in target.roles:
        raise InvalidRequestError(code="staff.trade_needs_work_coach", pointer="/trade")
    if inducted_on is not None and inducted_on > today:
        raise InvalidRequestError(code="staff.induction_ahead", pointer="/inducted_on")


def check_name(name: str) -> str:
    """Return a name of one line. Raises InvalidRequestError (``text.…``)."""
    return check_text(name, most=MOST_NAME_CHARACTERS, pointer="/name", lines=False)


def check_address(address: str) -> str:
    """Return a mail address in the form in which it is looked up: lower case, without the space around it.

    Raises:
        InvalidRequestError: ``staff.address``: not something that a mail server could take.
    """
    plain = address.strip().lower()
    local, at, host = plain.rpartition("@")
    readable = plain.isprintable() and not any(sign in plain for sign in ' ,;:<>()[]\\"')
    if not (at and local and "." in host.strip(".") and readable and len(plain) <= MOST_ADDRESS_CHARACTERS):
        raise InvalidRequestError(code="staff.address", pointer="/address")
    return plain
