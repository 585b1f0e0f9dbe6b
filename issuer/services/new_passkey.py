"""A new passkey, whoever it is for: the question to the device, and its answer checked. The caller keeps the key."""

import secrets
from typing import Final

from issuer.db.repositories.sign_in import ChallengeRow
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.errors import ConflictError, ForbiddenError
from issuer.services import passkey_challenge
from issuer.services.outside import Outside
from issuer.services.passkey_checks import NewPasskey, PasskeyRefusedError

MOST_KEYS: Final = 10
MOST_NAME_CHARACTERS: Final = 60


def add_question(outside: Outside, uow: UnitOfWork, asked: ChallengeRow, known: tuple[bytes, ...]) -> bytes:
    """Store a challenge for a new key and return it.

    Args:
        asked: for what and for whom; only an answer to the same counts.
        known: credential ids of the keys that the person has.

    Raises:
        ConflictError: ``passkey.too_many``.
    """
    if len(known) >= MOST_KEYS:
        raise ConflictError(code="passkey.too_many")
    challenge = secrets.token_bytes(32)
    passkey_challenge.keep(outside, uow, challenge, asked)
    return challenge


def checked_answer(outside: Outside, response: str, asked: ChallengeRow) -> NewPasskey:
    """Take back the question and check the device's answer to it; a question is answered once.

    Raises:
        ForbiddenError: ``passkey.not_added``.
    """
    checks = outside.passkeys()
    try:
        challenge = checks.challenge(response)
        with outside.database.write() as uow:
            taken = passkey_challenge.take(outside, uow, challenge)
        if taken != asked:
            raise not_added()
        return checks.registered(response, challenge)
    except PasskeyRefusedError as problem:
        raise not_added() from problem


def not_added() -> ForbiddenError:
    """The one answer to every device whose key is not kept."""
    return ForbiddenError(code="passkey.not_added", pointer="/assertion")
