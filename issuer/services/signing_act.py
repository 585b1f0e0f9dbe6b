"""Acts that a passkey confirms: one question for one person, one act and one content, answered once within 5 minutes.

The challenge holds the digest of what is confirmed, so that the authenticator's signature is about exactly that.
"""

import hashlib
import hmac
import secrets

from issuer.db.repositories.sign_in import ChallengeRow
from issuer.domain.audit import Act
from issuer.domain.errors import ForbiddenError
from issuer.domain.permissions import StaffMember
from issuer.services import passkey_challenge
from issuer.services.outside import Outside
from issuer.services.passkey_checks import PasskeyRefusedError

MOST_ACT_CHARACTERS = 80
_NONCE_BYTES = 32
_PURPOSE = "act"


def begin(outside: Outside, who: StaffMember, act: str, digest: bytes) -> str:
    """Return the JSON options for ``navigator.credentials.get``.

    Args:
        act: dotted name with the id of its object, for example ``draft.approve:<id>``; at most 80 characters.
        digest: SHA-256 of exactly what is confirmed.

    Raises:
        ForbiddenError: ``act.no_passkey``.
    """
    challenge = secrets.token_bytes(_NONCE_BYTES) + _content(act, digest)
    row = ChallengeRow(purpose=_PURPOSE, bound_id=who.id, act=act[:MOST_ACT_CHARACTERS], digest=digest)
    with outside.database.write() as uow:
        allowed = tuple(one.credential_id for one in uow.sign_in.passkeys(who.id))
        if not allowed:
            raise ForbiddenError(code="act.no_passkey")
        passkey_challenge.keep(outside, uow, challenge, row)
    return outside.passkeys().assertion_options(challenge, allowed)


def confirm(outside: Outside, who: StaffMember, act: str, digest: bytes, response: str) -> None:
    """Check that this person confirmed this act with this content just now; the question is used up either way.

    Args:
        response: JSON of the authenticator's answer, as the browser posted it.

    Raises:
        ForbiddenError: ``act.not_confirmed``.
    """
    now = outside.now()
    refused = ForbiddenError(code="act.not_confirmed", pointer="/assertion")
    try:
        claimed = outside.passkeys().read(response)
    except PasskeyRefusedError as problem:
        raise refused from problem
    with outside.database.write() as uow:
        asked = passkey_challenge.take(outside, uow, claimed.challenge)
        passkey = uow.sign_in.passkey(claimed.credential_id)
    expected = ChallengeRow(purpose=_PURPOSE, bound_id=who.id, act=act[:MOST_ACT_CHARACTERS], digest=digest)
    if asked != expected or passkey is None or passkey.staff_id != who.id:
        raise refused
    if not hmac.compare_digest(claimed.challenge[_NONCE_BYTES:], _content(act, digest)):
        raise refused
    try:
        count = outside.passkeys().confirmed(response, claimed.challenge, passkey.public_key, passkey.sign_count)
    except PasskeyRefusedError as problem:
        raise refused from problem
    with outside.database.write() as uow:
        uow.sign_in.used_passkey(passkey.id, sign_count=count, now=now)
        refs = (("passkey", passkey.id), ("sha256", digest.hex()))
        uow.audit.append(
            Act(at=now, actor=who.actor, action="act.confirmed", refs=refs, decision=act.partition(":")[0])
        )


def _content(act: str, digest: bytes) -> bytes:
    return hashlib.sha256(act.encode() + b"\0" + digest).digest()
