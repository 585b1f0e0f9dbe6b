"""Invites someone to an institution: a link that works for 7 days, its name and address sealed until then."""

import base64
import hashlib
import hmac
import uuid
from dataclasses import dataclass

from issuer.db.repositories.staff import InvitationRow
from issuer.domain.audit import Act
from issuer.domain.errors import ForbiddenError, NotFoundError
from issuer.domain.permissions import Permission, Role, StaffMember
from issuer.domain.staff import INVITATION_LIFE, check_address, check_name, check_roles
from issuer.services.link_tokens import token_digest
from issuer.services.outside import Outside
from issuer.services.sealed_values import seal_value

PURPOSE = "invitation"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewInvitation:
    """Whom to invite.

    Attributes:
        address: for the mail, and later for sign-in links; "" for none.
    """

    institution_id: str
    name: str
    address: str
    roles: frozenset[Role]


def invite(outside: Outside, who: StaffMember | None, new: NewInvitation) -> str:
    """Make an invitation and return its id; `token` gives its link while it is open.

    Args:
        who: an administrator of the institution, or of its umbrella while it has none; None: the command line.

    Raises:
        InvalidRequestError: name, address or roles break a rule.
        ForbiddenError, NotFoundError: not for this person.
    """
    name = check_name(new.name)
    address = check_address(new.address) if new.address.strip() else ""
    invitation_id, now = str(uuid.uuid4()), outside.now()
    forget_lapsed(outside)
    with outside.database.read() as uow:
        institution = uow.institutions.get(new.institution_id)
        check_roles(institution.kind, new.roles)
        administrators = uow.staff.count_with_role(institution.id, Role.ADMINISTRATOR)
    if who is not None and who.institution_id != institution.id:
        _check_umbrella(who, institution.parent_id, new.roles, administrators)
    elif who is not None and not who.may(Permission.STAFF_MANAGE):
        raise ForbiddenError(Permission.STAFF_MANAGE.value)
    outside.person_keys.create(invitation_id)
    row = InvitationRow(
        id=invitation_id,
        institution_id=institution.id,
        token_sha256=token_digest(token(outside, invitation_id)),
        roles=new.roles,
        sealed=seal_value(outside, invitation_id, PURPOSE, {"name": name, "address": address}),
        invited_by=who.id if who is not None else None,
        created_at=now,
        expires_at=now + INVITATION_LIFE,
    )
    with outside.database.write() as uow:
        uow.staff.add_invitation(row)
        refs = (("invitation", invitation_id), ("institution", institution.id))
        actor = who.actor if who is not None else "cli"
        decision = ",".join(sorted(new.roles))
        uow.audit.append(Act(at=now, actor=actor, action="staff.invited", refs=refs, decision=decision))
    return invitation_id


def token(outside: Outside, invitation_id: str) -> str:
    """The 43 signs of an invitation's link: derived, so that the database needs none of them (decision 0007)."""
    mac = hmac.new(outside.link_secret, b"invitation\n" + invitation_id.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()


def withdraw(outside: Outside, who: StaffMember, invitation_id: str) -> None:
    """Take an open invitation back; its link stops and what was sealed is gone. Raises NotFoundError."""
    now = outside.now()
    with outside.database.write() as uow:
        if not any(row.id == invitation_id for row in uow.staff.open_invitations(who.institution_id, now=now)):
            raise NotFoundError("invitation")
        uow.staff.remove_invitations([invitation_id])
        uow.audit.append(
            Act(at=now, actor=who.actor, action="staff.invitation_withdrawn", refs=(("invitation", invitation_id),))
        )
    outside.person_keys.destroy(invitation_id)


def forget_lapsed(outside: Outside) -> None:
    """Erase invitations that nobody accepted in time."""
    now = outside.now()
    with outside.database.read() as uow:
        lapsed = uow.staff.lapsed_invitations(now=now)
    if not lapsed:
        return
    with outside.database.write() as uow:
        uow.staff.remove_invitations(lapsed)
        for one in lapsed:
            uow.audit.append(Act(at=now, actor="system", action="staff.invitation_lapsed", refs=(("invitation", one),)))
    for one in lapsed:
        outside.person_keys.destroy(one)


def _check_umbrella(who: StaffMember, parent_id: str | None, roles: frozenset[Role], administrators: int) -> None:
    """An umbrella's administrator invites the first administrator of an institution under it, and nobody else."""
    if who.institution_id != parent_id or not who.may(Permission.STAFF_MANAGE):
        raise NotFoundError("institution")
    if administrators or roles != frozenset({Role.ADMINISTRATOR}):
        raise ForbiddenError(code="staff.umbrella_invites_first")
