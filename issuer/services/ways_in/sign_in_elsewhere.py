"""Signs somebody in who proved at an identity provider who they are: known, invited just now, or nobody to us."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from issuer.db.repositories.sign_in import ChallengeRow
from issuer.domain.audit import Act
from issuer.domain.errors import NotFoundError
from issuer.domain.permissions import StaffMember
from issuer.services.identity_provider import Answer, Flow, IdentityProvider
from issuer.services.keyed_digests import flow_secret, identity_digest
from issuer.services.link_tokens import token_digest
from issuer.services.outside import Outside
from issuer.services.sign_in import new_session
from issuer.services.staff import accept_invitation
from issuer.services.staff.invite import token as invitation_token

LIFE = timedelta(minutes=10)
RETURN_PATH = "/in/oidc/back"
_SIGN_IN, _INVITED, _LINK = "oidc", "oidc.invited", "oidc.link"


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """Where to send the browser."""

    address: str


def begin(outside: Outside, browser: str, *, invitation_id: str | None = None, who: StaffMember | None = None) -> Begun:
    """Begin a sign-in elsewhere: to come in, to accept an invitation, or to link the identity to oneself.

    Raises:
        NotFoundError: no provider is configured.
        IdentityRefusedError: the provider cannot be asked.
    """
    provider = _provider(outside)
    now, state = outside.now(), secrets.token_urlsafe(32)
    purpose, bound = _SIGN_IN, None
    if who is not None:
        purpose, bound = _LINK, who.id
    elif invitation_id is not None:
        purpose, bound = _INVITED, invitation_id
    row = ChallengeRow(purpose=purpose, bound_id=bound, browser_sha256=token_digest(browser))
    address = provider.address(_flow(outside, state))
    with outside.database.write() as uow:
        uow.sign_in.add_challenge(token_digest(state), row, now=now, expires_at=now + LIFE)
    return Begun(address=address)


def finish(outside: Outside, state: str, answer: Answer, browser: str | None) -> str | None:
    """Check what came back; return the new session's cookie value, or None when nobody is known by this identity.

    Raises:
        NotFoundError: no provider is configured.
        IdentityRefusedError: the answer does not hold.
    """
    provider, now = _provider(outside), outside.now()
    with outside.database.write() as uow:
        asked = uow.sign_in.take_challenge(token_digest(state), now=now)
    if asked is None or browser is None or asked.browser_sha256 != token_digest(browser):
        return None
    if asked.purpose not in (_SIGN_IN, _INVITED, _LINK):
        return None
    found = provider.identity(_flow(outside, state), answer)
    digest = identity_digest(outside, found.issuer, found.subject)
    with outside.database.read() as uow:
        owner = uow.sign_in.identity_owner(digest)
    if owner is None and asked.purpose == _INVITED:
        return accept_invitation.accept(outside, invitation_token(outside, asked.bound_id or ""), identity=digest)
    if owner is None and asked.purpose == _LINK:
        owner = _link(outside, asked.bound_id or "", digest)
    if owner is None or (asked.purpose == _LINK and owner != asked.bound_id):
        return None
    with outside.database.write() as uow:
        if uow.people.staff(owner) is None:
            return None
        uow.sign_in.used_identity(digest, now=now)
        return new_session(uow, owner, now=now, way="oidc")


def _link(outside: Outside, staff_id: str, digest: bytes) -> str | None:
    now = outside.now()
    with outside.database.write() as uow:
        member = uow.people.staff(staff_id)
        if member is None:
            return None
        uow.sign_in.link_identity(digest, staff_id, now=now)
        uow.audit.append(Act(at=now, actor=member.actor, action="outside_identity.linked"))
    return staff_id


def _provider(outside: Outside) -> IdentityProvider:
    if outside.identity_provider is None:
        raise NotFoundError("identity provider")
    return outside.identity_provider


def _flow(outside: Outside, state: str) -> Flow:
    """Nonce and PKCE verifier are derived from the state, so that nothing secret waits in the database."""
    return Flow(
        state=state,
        nonce=flow_secret(outside, "oidc nonce", state),
        verifier=flow_secret(outside, "oidc verifier", state),
        return_to=f"{outside.public_url}{RETURN_PATH}",
    )
