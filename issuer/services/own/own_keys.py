"""A participant's own passkeys: added, shown and removed in the own view; nobody needs one."""

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from issuer.db.repositories.own_access import OwnPasskeyRow
from issuer.db.repositories.sign_in import ChallengeRow
from issuer.domain.audit import Act
from issuer.domain.errors import ConflictError, ForbiddenError, NotFoundError
from issuer.domain.free_text import check_text
from issuer.domain.holder import Holder
from issuer.services.keyed_digests import own_key_handle
from issuer.services.outside import Outside
from issuer.services.passkey_checks import Account, PasskeyRefusedError
from issuer.services.sealed_values import open_value, seal_value

CHALLENGE_LIFE = timedelta(minutes=5)
MOST_KEYS = 10
MOST_NAME_CHARACTERS = 60
_SEALED, _PURPOSE, _ACTOR = "own passkey", "own_register", "participant"
_SERVICE = "Pätevä"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnKey:
    """One key, named by its owner."""

    id: str
    name: str
    created_at: datetime
    used_at: datetime | None


def keys(outside: Outside, who: Holder) -> tuple[OwnKey, ...]:
    """The holder's keys, oldest first. Raises PersonErasedError."""
    with outside.database.read() as uow:
        rows = uow.own_access.passkeys(who.person_id)
    return tuple(
        OwnKey(
            id=row.id,
            name=str(open_value(outside, who.person_id, _SEALED, row.sealed)["name"]),
            created_at=row.created_at,
            used_at=row.used_at,
        )
        for row in rows
    )


def begin(outside: Outside, who: Holder) -> str:
    """Return the JSON options for ``navigator.credentials.create``; the device keeps the key under our name alone.

    Raises:
        ConflictError: ``passkey.too_many``.
    """
    now, challenge = outside.now(), secrets.token_bytes(32)
    row = ChallengeRow(purpose=_PURPOSE, bound_id=who.person_id)
    with outside.database.write() as uow:
        known = tuple(one.credential_id for one in uow.own_access.passkeys(who.person_id))
        if len(known) >= MOST_KEYS:
            raise ConflictError(code="passkey.too_many")
        uow.sign_in.add_challenge(hashlib.sha256(challenge).digest(), row, now=now, expires_at=now + CHALLENGE_LIFE)
    account = Account(id=own_key_handle(outside, who.person_id), name=_SERVICE, service=_SERVICE)
    return outside.passkeys().registration_options(challenge, account, known)


def add(outside: Outside, who: Holder, response: str, *, name: str) -> None:
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
    if asked != ChallengeRow(purpose=_PURPOSE, bound_id=who.person_id):
        raise refused
    try:
        made = outside.passkeys().registered(response, challenge)
    except PasskeyRefusedError as problem:
        raise refused from problem
    row = OwnPasskeyRow(
        id=str(uuid.uuid4()),
        person_id=who.person_id,
        credential_id=made.credential_id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        backed_up=made.backed_up,
        sealed=seal_value(outside, who.person_id, _SEALED, {"name": shown}),
        created_at=now,
    )
    with outside.database.write() as uow:
        if uow.own_access.passkey(row.credential_id) is not None:
            raise refused
        uow.own_access.add_passkey(row)
        uow.audit.append(Act(at=now, actor=_ACTOR, action="own_passkey.added", refs=(("passkey", row.id),)))


def remove(outside: Outside, who: Holder, key_id: str) -> None:
    """Remove a key, also the last one: the slip stays the way in. Raises NotFoundError."""
    now = outside.now()
    with outside.database.write() as uow:
        if not uow.own_access.remove_passkey(key_id, who.person_id):
            raise NotFoundError("passkey")
        uow.audit.append(Act(at=now, actor=_ACTOR, action="own_passkey.removed", refs=(("passkey", key_id),)))
