"""Adds a passkey to somebody who is signed in."""

import hashlib
import secrets
import uuid
from datetime import timedelta

from issuer.db.repositories.sign_in import ChallengeRow, PasskeyRow
from issuer.domain.audit import Act
from issuer.domain.errors import ConflictError, ForbiddenError
from issuer.domain.free_text import check_text
from issuer.domain.permissions import StaffMember
from issuer.services.outside import Outside
from issuer.services.passkey_checks import Account, PasskeyRefusedError
from issuer.services.sealed_values import seal_value

CHALLENGE_LIFE = timedelta(minutes=5)
MOST_PASSKEYS = 10
MOST_NAME_CHARACTERS = 60
PURPOSE = "passkey"


def begin(outside: Outside, who: StaffMember, *, name: str) -> str:
    """Return the JSON options for ``navigator.credentials.create``.

    Args:
        name: under which the device keeps the passkey; it stays on the device.

    Raises:
        ConflictError: ``passkey.too_many``.
    """
    now, challenge = outside.now(), secrets.token_bytes(32)
    row = ChallengeRow(purpose="register", bound_id=who.id)
    with outside.database.write() as uow:
        known = tuple(one.credential_id for one in uow.sign_in.passkeys(who.id))
        if len(known) >= MOST_PASSKEYS:
            raise ConflictError(code="passkey.too_many")
        uow.sign_in.add_challenge(hashlib.sha256(challenge).digest(), row, now=now, expires_at=now + CHALLENGE_LIFE)
    return outside.passkeys().registration_options(
        challenge, Account(id=who.id.encode(), name=name, service="Pätevä"), known
    )


def add(outside: Outside, who: StaffMember, response: str, *, name: str) -> None:
    """Check the device's answer and keep the public key.

    Args:
        name: of the device, in the owner's words; it is sealed.

    Raises:
        ForbiddenError: ``passkey.not_added``.
        InvalidRequestError: the name breaks a rule.
    """
    now = outside.now()
    shown = check_text(name, most=MOST_NAME_CHARACTERS, pointer="/name", lines=False)
    refused = ForbiddenError(code="passkey.not_added", pointer="/assertion")
    try:
        challenge = outside.passkeys().challenge(response)
    except PasskeyRefusedError as problem:
        raise refused from problem
    with outside.database.write() as uow:
        asked = uow.sign_in.take_challenge(hashlib.sha256(challenge).digest(), now=now)
    if asked != ChallengeRow(purpose="register", bound_id=who.id):
        raise refused
    try:
        made = outside.passkeys().registered(response, challenge)
    except PasskeyRefusedError as problem:
        raise refused from problem
    row = PasskeyRow(
        id=str(uuid.uuid4()),
        staff_id=who.id,
        credential_id=made.credential_id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        backed_up=made.backed_up,
        sealed=seal_value(outside, who.id, PURPOSE, {"name": shown}),
        created_at=now,
    )
    with outside.database.write() as uow:
        if uow.sign_in.passkey(row.credential_id) is not None:
            raise refused
        uow.sign_in.add_passkey(row)
        uow.audit.append(Act(at=now, actor=who.actor, action="passkey.added", refs=(("passkey", row.id),)))
