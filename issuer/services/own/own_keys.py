"""A participant's own passkeys: added, shown and removed in the own view; nobody needs one."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from issuer.db.repositories.own_access import OwnPasskeyRow
from issuer.db.repositories.sign_in import ChallengeRow
from issuer.domain.audit import Act
from issuer.domain.errors import NotFoundError
from issuer.domain.free_text import check_text
from issuer.domain.holder import Holder
from issuer.services.keyed_digests import own_key_handle
from issuer.services.new_passkey import MOST_NAME_CHARACTERS, add_question, checked_answer, not_added
from issuer.services.outside import Outside
from issuer.services.passkey_checks import Account
from issuer.services.sealed_values import open_value, seal_value

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
    with outside.database.write() as uow:
        known = tuple(one.credential_id for one in uow.own_access.passkeys(who.person_id))
        challenge = add_question(outside, uow, _asked(who), known)
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
    made = checked_answer(outside, response, _asked(who))
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
            raise not_added()
        uow.own_access.add_passkey(row)
        uow.audit.append(Act(at=now, actor=_ACTOR, action="own_passkey.added", refs=(("passkey", row.id),)))


def remove(outside: Outside, who: Holder, key_id: str) -> None:
    """Remove a key, also the last one: the slip stays the way in. Raises NotFoundError."""
    now = outside.now()
    with outside.database.write() as uow:
        if not uow.own_access.remove_passkey(key_id, who.person_id):
            raise NotFoundError("passkey")
        uow.audit.append(Act(at=now, actor=_ACTOR, action="own_passkey.removed", refs=(("passkey", key_id),)))


def _asked(who: Holder) -> ChallengeRow:
    return ChallengeRow(purpose=_PURPOSE, bound_id=who.person_id)
