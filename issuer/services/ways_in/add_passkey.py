"""Adds a passkey to somebody who is signed in."""

import uuid

from issuer.db.repositories.sign_in import ChallengeRow, PasskeyRow
from issuer.domain.audit import Act
from issuer.domain.free_text import check_text
from issuer.domain.permissions import StaffMember
from issuer.services.new_passkey import MOST_NAME_CHARACTERS, add_question, checked_answer, not_added
from issuer.services.outside import Outside
from issuer.services.passkey_checks import Account
from issuer.services.sealed_values import seal_value

PURPOSE = "passkey"


def begin(outside: Outside, who: StaffMember, *, name: str) -> str:
    """Return the JSON options for ``navigator.credentials.create``.

    Args:
        name: under which the device keeps the passkey; it stays on the device.

    Raises:
        ConflictError: ``passkey.too_many``.
    """
    with outside.database.write() as uow:
        known = tuple(one.credential_id for one in uow.sign_in.passkeys(who.id))
        challenge = add_question(outside, uow, _asked(who), known)
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
    made = checked_answer(outside, response, _asked(who))
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
            raise not_added()
        uow.sign_in.add_passkey(row)
        uow.audit.append(Act(at=now, actor=who.actor, action="passkey.added", refs=(("passkey", row.id),)))


def _asked(who: StaffMember) -> ChallengeRow:
    return ChallengeRow(purpose="register", bound_id=who.id)
