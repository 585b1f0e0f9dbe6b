"""Accepts an invitation: the person gets a place among the staff and a web session."""

from dataclasses import dataclass

from issuer.domain.audit import Act
from issuer.domain.institution import Institution
from issuer.domain.permissions import Role, StaffMember
from issuer.domain.staff import check_name
from issuer.services.keyed_digests import address_digest
from issuer.services.link_tokens import token_digest
from issuer.services.outside import Outside
from issuer.services.sealed_values import open_value
from issuer.services.sign_in import new_session
from issuer.services.staff.invite import PURPOSE
from issuer.services.staff.staff_names import sealed_name


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenInvitation:
    """What the invited person sees."""

    id: str
    institution: Institution
    name: str
    roles: tuple[Role, ...]


def show(outside: Outside, token: str) -> OpenInvitation | None:
    """The invitation of a link while it is open; None for unknown, used and ended ones alike."""
    with outside.database.read() as uow:
        row = uow.staff.open_invitation(token_digest(token), now=outside.clock())
        if row is None or row.sealed is None:
            return None
        institution = uow.institutions.get(row.institution_id)
    kept = open_value(outside, row.id, PURPOSE, row.sealed)
    roles = tuple(sorted(row.roles, key=list(Role).index))
    return OpenInvitation(id=row.id, institution=institution, name=str(kept["name"]), roles=roles)


def accept(outside: Outside, token: str, *, name: str | None = None, identity: bytes | None = None) -> str | None:
    """Use the invitation once; return the new session's cookie value, or None for unknown, used and ended ones.

    Args:
        name: as the person wants it written; None: as invited.
        identity: keyed digest of an identity of another organisation, which lets this person in from now on.

    Raises:
        InvalidRequestError: the name breaks a rule.
    """
    now = outside.now()
    with outside.database.read() as uow:
        row = uow.staff.open_invitation(token_digest(token), now=now)
    if row is None or row.sealed is None:
        return None
    kept = open_value(outside, row.id, PURPOSE, row.sealed)
    shown = check_name(name if name is not None else str(kept["name"]))
    address = str(kept["address"])
    sealed = sealed_name(outside, row.id, shown)
    member = StaffMember(id=row.id, institution_id=row.institution_id, roles=row.roles)
    with outside.database.write() as uow:
        if not uow.staff.accept_invitation(row.id, now=now):
            return None
        uow.people.add_staff(member, sealed=sealed, now=now)
        if address:
            uow.sign_in.set_mail_address(row.id, address_digest(outside, address))
        if identity is not None:
            uow.sign_in.link_identity(identity, row.id, now=now)
        refs = (("staff", row.id), ("institution", row.institution_id))
        decision = ",".join(sorted(row.roles))
        uow.audit.append(Act(at=now, actor=member.actor, action="staff.added", refs=refs, decision=decision))
        return new_session(uow, row.id, now=now, way="invitation")
