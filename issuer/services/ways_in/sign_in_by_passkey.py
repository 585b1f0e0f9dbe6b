"""Signs somebody in by a passkey that the device finds by itself; the answer works in the browser that asked."""

import hmac
import secrets

from issuer.db.repositories.sign_in import ChallengeRow
from issuer.services import passkey_challenge
from issuer.services.link_tokens import token_digest
from issuer.services.outside import Outside
from issuer.services.passkey_checks import PasskeyRefusedError
from issuer.services.sign_in import new_session

_PURPOSE = "sign_in"


def begin(outside: Outside, browser: str) -> str:
    """Return the JSON options for ``navigator.credentials.get``; they name no account."""
    challenge = secrets.token_bytes(32)
    row = ChallengeRow(purpose=_PURPOSE, browser_sha256=token_digest(browser))
    with outside.database.write() as uow:
        passkey_challenge.keep(outside, uow, challenge, row)
    return outside.passkeys().assertion_options(challenge, ())


def finish(outside: Outside, response: str, browser: str | None) -> str | None:
    """Check the device's answer; return the new session's cookie value, or None, whatever was wrong."""
    now = outside.now()
    try:
        claimed = outside.passkeys().read(response)
    except PasskeyRefusedError:
        return None
    with outside.database.write() as uow:
        asked = passkey_challenge.take(outside, uow, claimed.challenge)
        passkey = uow.sign_in.passkey(claimed.credential_id)
        owner = uow.people.staff(passkey.staff_id) if passkey is not None else None
    if browser is None or asked != ChallengeRow(purpose=_PURPOSE, browser_sha256=token_digest(browser)):
        return None
    if passkey is None or owner is None or not hmac.compare_digest(claimed.user or b"", owner.id.encode()):
        return None
    try:
        count = outside.passkeys().confirmed(response, claimed.challenge, passkey.public_key, passkey.sign_count)
    except PasskeyRefusedError:
        return None
    with outside.database.write() as uow:
        uow.sign_in.used_passkey(passkey.id, sign_count=count, now=now)
        return new_session(uow, owner.id, now=now, way="passkey")
