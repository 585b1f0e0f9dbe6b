"""Institutions under an umbrella body: seen, made and given their first administrator by the umbrella's own."""

from dataclasses import dataclass, replace

from issuer.domain.errors import NotFoundError
from issuer.domain.institution import Institution, NewInstitution
from issuer.domain.permissions import Permission, Role, StaffMember
from issuer.services.create_institution import create
from issuer.services.outside import Outside
from issuer.services.staff.invite import token
from issuer.services.staff.list_staff import InvitedRow, opened_invitation_name


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderRow:
    """An institution under the umbrella; `invited` when a first administrator has an open invitation."""

    institution: Institution
    administrators: int
    invited: bool


def institutions_under(outside: Outside, who: StaffMember) -> tuple[UnderRow, ...]:
    """Return the institutions of the umbrella. Raises NotFoundError for everyone but its administrators."""
    with outside.database.read() as uow:
        _check(uow.institutions.get(who.institution_id), who)
        return tuple(
            UnderRow(
                institution=one,
                administrators=uow.staff.count_with_role(one.id, Role.ADMINISTRATOR),
                invited=bool(uow.staff.open_invitations(one.id, now=outside.clock())),
            )
            for one in uow.institutions.all()
            if one.parent_id == who.institution_id and one.closed_at is None
        )


def create_under(outside: Outside, who: StaffMember, new: NewInstitution) -> Institution:
    """Make a provider or a school under the umbrella.

    Raises:
        NotFoundError: not an administrator of an umbrella body.
        InvalidRequestError, ConflictError: a value breaks a rule.
    """
    with outside.database.read() as uow:
        _check(uow.institutions.get(who.institution_id), who)
    return create(outside, replace(new, parent_id=who.institution_id), actor=who.actor)


def invitation_link(outside: Outside, who: StaffMember, institution_id: str) -> InvitedRow:
    """The open invitation that this administrator made for an institution. Raises NotFoundError."""
    with outside.database.read() as uow:
        _check(uow.institutions.get(who.institution_id), who)
        rows = [
            row for row in uow.staff.open_invitations(institution_id, now=outside.clock()) if row.invited_by == who.id
        ]
    if not rows:
        raise NotFoundError("invitation")
    return InvitedRow(
        id=rows[-1].id,
        name=opened_invitation_name(outside, rows[-1].id, rows[-1].sealed),
        roles=(Role.ADMINISTRATOR,),
        expires_at=rows[-1].expires_at,
        link_token=token(outside, rows[-1].id),
    )


def _check(own: Institution, who: StaffMember) -> None:
    if own.kind != "umbrella" or not who.may(Permission.STAFF_MANAGE):
        raise NotFoundError("umbrella")
