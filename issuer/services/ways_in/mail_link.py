"""Makes sign-in links for a mail address: for nobody, for one person, or for each place where somebody works."""

from dataclasses import dataclass

from issuer.domain.audit import Act
from issuer.domain.errors import InvalidRequestError
from issuer.domain.institution import PublicName
from issuer.domain.permissions import StaffMember
from issuer.domain.staff import check_address, has_signing_rights
from issuer.services.keyed_digests import address_digest
from issuer.services.outside import Outside
from issuer.services.sign_in import create_link


@dataclass(frozen=True, slots=True, kw_only=True)
class MailLink:
    """One mail to write: where to, from whom, and the link's token."""

    to: str
    sender: PublicName
    token: str


def links_for(outside: Outside, address: str, browser: str) -> tuple[MailLink, ...]:
    """Make the links; they work in the browser that asked. Called after the answer went out, so that it tells nothing.

    Whoever has signing rights and a passkey gets none: a mailbox alone must not open what a passkey guards.
    """
    try:
        plain = check_address(address)
    except InvalidRequestError:
        return ()
    with outside.database.read() as uow:
        people = [uow.people.staff(one) for one in uow.sign_in.with_mail_address(address_digest(outside, plain))]
        guarded = {one.id for one in people if one and has_signing_rights(one.roles) and uow.sign_in.passkeys(one.id)}
        able = [one for one in people if one is not None and one.id not in guarded]
        senders = [uow.institutions.get(one.institution_id).public_name for one in able]
    return tuple(
        MailLink(to=plain, sender=sender, token=create_link(outside, one.id, browser=browser))
        for one, sender in zip(able, senders, strict=True)
    )


def set_address(outside: Outside, who: StaffMember, address: str) -> None:
    """Let somebody ask for links by this address. Raises InvalidRequestError."""
    digest = address_digest(outside, check_address(address))
    with outside.database.write() as uow:
        uow.sign_in.set_mail_address(who.id, digest)
        uow.audit.append(Act(at=outside.now(), actor=who.actor, action="mail_address.set"))
