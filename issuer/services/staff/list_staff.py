"""Lists the people of an institution with roles, trades and last sign-in, and who is invited."""

from dataclasses import dataclass
from datetime import datetime

from issuer.db.person_keys import PersonErasedError
from issuer.domain.permissions import Role, StaffMember
from issuer.domain.staff import StaffRow, Trade
from issuer.services.outside import Outside
from issuer.services.sealed_values import open_value
from issuer.services.staff.invite import PURPOSE, token
from issuer.services.staff.staff_names import opened_name


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitedRow:
    """An open invitation; `link_token` only for the one who invited, None for all others."""

    id: str
    name: str
    roles: tuple[Role, ...]
    expires_at: datetime
    link_token: str | None


def list_staff(outside: Outside, institution_id: str) -> tuple[StaffRow, ...]:
    """Return everyone who has not left, in the order in which they came."""
    with outside.database.read() as uow:
        records = uow.staff.of_institution(institution_id)
    with outside.person_keys.held([one.id for one in records]):
        return tuple(
            StaffRow(
                id=one.id,
                name=opened_name(outside, one.id, one.sealed),
                roles=one.roles,
                trades=tuple(Trade(code=code, inducted_on=day) for code, day in one.trades),
                last_seen=one.last_seen,
            )
            for one in records
        )


def list_invited(outside: Outside, who: StaffMember) -> tuple[InvitedRow, ...]:
    """Return the open invitations of the institution."""
    with outside.database.read() as uow:
        rows = uow.staff.open_invitations(who.institution_id, now=outside.clock())
    order = list(Role).index
    return tuple(
        InvitedRow(
            id=row.id,
            name=opened_invitation_name(outside, row.id, row.sealed),
            roles=tuple(sorted(row.roles, key=order)),
            expires_at=row.expires_at,
            link_token=token(outside, row.id) if row.invited_by == who.id else None,
        )
        for row in rows
    )


def opened_invitation_name(outside: Outside, invitation_id: str, sealed: bytes | None) -> str:
    """Open the name in an invitation; "" where it is gone."""
    if sealed is None:
        return ""
    try:
        return str(open_value(outside, invitation_id, PURPOSE, sealed)["name"])
    except PersonErasedError:
        return ""
