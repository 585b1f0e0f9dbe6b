"""Lets a participant in by an own passkey that the device finds by itself; the answer works in the asking browser."""

import hmac
import secrets

from issuer.db.repositories.sign_in import ChallengeRow
from issuer.domain.holder import Holder
from issuer.services import passkey_challenge
from issuer.services.keyed_digests import own_key_handle
from issuer.services.link_tokens import token_digest
from issuer.services.outside import Outside
from issuer.services.own import own_session
from issuer.services.passkey_checks import PasskeyRefusedError

_PURPOSE = "own_come_in"


def begin(outside: Outside, browser: str) -> str:
    """Return the JSON options for ``navigator.credentials.get``; they name nobody."""
    challenge = secrets.token_bytes(32)
    row = ChallengeRow(purpose=_PURPOSE, browser_sha256=token_digest(browser))
    with outside.database.write() as uow:
        passkey_challenge.keep(outside, uow, challenge, row)
    return outside.passkeys().assertion_options(challenge, ())


def finish(outside: Outside, response: str, browser: str | None) -> str | None:
    """Check the device's answer; return the new session's cookie value, or None, whatever was wrong.

    A passkey belongs to one's own device, so the view is one of an own device.
    """
    now = outside.now()
    try:
        claimed = outside.passkeys().read(response)
    except PasskeyRefusedError:
        return None
    with outside.database.write() as uow:
        asked = passkey_challenge.take(outside, uow, claimed.challenge)
        found = uow.own_access.passkey(claimed.credential_id)
    if browser is None or found is None:
        return None
    if asked != ChallengeRow(purpose=_PURPOSE, browser_sha256=token_digest(browser)):
        return None
    passkey, institution_id = found
    if not hmac.compare_digest(claimed.user or b"", own_key_handle(outside, passkey.person_id)):
        return None
    try:
        count = outside.passkeys().confirmed(response, claimed.challenge, passkey.public_key, passkey.sign_count)
    except PasskeyRefusedError:
        return None
    holder = Holder(person_id=passkey.person_id, institution_id=institution_id, shared_device=False, supported=False)
    with outside.database.write() as uow:
        if uow.own_access.passkey(claimed.credential_id) is None:  # taken away, or its owner erased, this very moment
            return None
        uow.own_access.used_passkey(passkey.id, sign_count=count, now=now)
        return own_session.begin(uow, holder, now=now)
