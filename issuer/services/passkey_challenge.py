"""A question to an authenticator, kept as a digest until it is answered once or five minutes have passed."""

import hashlib
from datetime import timedelta
from typing import Final

from issuer.db.repositories.sign_in import ChallengeRow
from issuer.db.unit_of_work import UnitOfWork
from issuer.services.outside import Outside

CHALLENGE_LIFE: Final = timedelta(minutes=5)


def keep(outside: Outside, uow: UnitOfWork, challenge: bytes, asked: ChallengeRow) -> None:
    """Keep a question; `asked` says for what act, person and content an answer counts."""
    now = outside.now()
    uow.sign_in.add_challenge(hashlib.sha256(challenge).digest(), asked, now=now, expires_at=now + CHALLENGE_LIFE)


def take(outside: Outside, uow: UnitOfWork, challenge: bytes) -> ChallengeRow | None:
    """Use a question up; None if there was none, or it was too old."""
    return uow.sign_in.take_challenge(hashlib.sha256(challenge).digest(), now=outside.now())
