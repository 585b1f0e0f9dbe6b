"""Hands an offered badge over: to a wallet that answers our challenge, or as a file for the six digits."""

import hashlib
import hmac
import re
import secrets
from datetime import timedelta
from typing import Final

from issuer.db.person_keys import PersonErasedError
from issuer.db.repositories.exchanges import ExchangeRow
from issuer.domain.audit import Act
from issuer.domain.badge_states import SHOWN
from issuer.domain.errors import InvalidRequestError, NotFoundError
from issuer.services.link_tokens import exchange_code, token_digest
from issuer.services.outside import Outside
from issuer.services.wallets.check_presentation import check_presentation
from schemas.canonical_json import canonicalise
from schemas.strict_json import JsonObject

CHALLENGE_LIFE: Final = timedelta(minutes=5)
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{22}")
_CHALLENGE: Final = re.compile(r"[0-9a-f]{32}")


class WrongCodeError(InvalidRequestError):
    """The six digits are others.

    Attributes:
        left: how often it may still be tried; 0: the offer is over.
    """

    def __init__(self, left: int) -> None:
        super().__init__(code="wallet.code", pointer="/code")
        self.left = left


def living(outside: Outside, token: str) -> ExchangeRow:
    """Return the offer behind an address. Raises NotFoundError for unknown, ended and used up ones alike."""
    looked_up = token if _TOKEN.fullmatch(token) else "-" * 22  # looked up all the same, so that it takes equally long
    with outside.database.read() as uow:
        row = uow.exchanges.by_token(token_digest(looked_up), now=outside.clock())
    if row is None:
        raise NotFoundError("exchange")
    return row


def ask(outside: Outside, token: str) -> str:
    """Return a fresh challenge of 128 bits; the one before it does not count any more. Raises NotFoundError."""
    row = living(outside, token)
    challenge = secrets.token_hex(16)
    with outside.database.write() as uow:
        uow.exchanges.ask(row.id, token_digest(challenge), until=outside.clock() + CHALLENGE_LIFE)
    return challenge


def answer(outside: Outside, token: str, presentation: JsonObject) -> bytes:
    """Check a presentation and return the badge's signed bytes; the same presentation gets the same bytes again.

    Raises:
        NotFoundError: there is no such offer.
        InvalidRequestError: ``wallet.presentation``.
    """
    row = living(outside, token)
    digest = hashlib.sha256(canonicalise(presentation)).digest()
    if row.answered_sha256 is not None and hmac.compare_digest(row.answered_sha256, digest):
        return _document(outside, row)
    challenge = _challenge_in(presentation)
    if row.challenge_sha256 is None or not hmac.compare_digest(row.challenge_sha256, token_digest(challenge)):
        raise InvalidRequestError("proof.challenge", code="wallet.presentation", pointer="/verifiablePresentation")
    check_presentation(outside, presentation, challenge=challenge)
    now = outside.clock()
    with outside.database.write() as uow:
        if not uow.exchanges.use_challenge(row.id, token_digest(challenge), digest, now=now):
            raise InvalidRequestError("proof.challenge", code="wallet.presentation", pointer="/verifiablePresentation")
        uow.audit.append(_handed(outside, row, "wallet"))
    return _document(outside, row)


def take_file(outside: Outside, token: str, code: str) -> bytes:
    """Return the badge's signed bytes to whoever knows the six digits.

    Raises:
        NotFoundError: there is no such offer.
        WrongCodeError: other digits; the fifth time the offer is over.
    """
    row = living(outside, token)
    digits = "".join(sign for sign in code if sign.isascii() and sign.isdigit())
    with outside.database.write() as uow:  # before comparing, so that guesses at the same time are not more than five
        left = uow.exchanges.take_try(row.id, now=outside.clock())
    if left is None:
        raise NotFoundError("exchange")
    if not hmac.compare_digest(digits, exchange_code(outside.link_secret, row.id)):
        raise WrongCodeError(left)
    with outside.database.write() as uow:
        uow.exchanges.hand_over(row.id, now=outside.clock())
        uow.audit.append(_handed(outside, row, "file"))
    return _document(outside, row)


def _challenge_in(presentation: JsonObject) -> str:
    proof = presentation.get("proof")
    found = proof.get("challenge") if isinstance(proof, dict) else None
    return found if isinstance(found, str) and _CHALLENGE.fullmatch(found) else ""


def _document(outside: Outside, row: ExchangeRow) -> bytes:
    """The same signed bytes as on paper and in files: a wallet gets nothing of its own."""
    with outside.database.read() as uow:
        record = uow.credentials.get(row.credential_id)
    if record.state not in SHOWN or record.document is None or record.person_id != row.person_id:
        raise NotFoundError("badge")
    try:
        return outside.person_keys.unseal(row.person_id, "document", record.document)
    except PersonErasedError as gone:
        raise NotFoundError("badge") from gone


def _handed(outside: Outside, row: ExchangeRow, way: str) -> Act:
    refs = (("badge", row.credential_id), ("exchange", row.id))
    return Act(at=outside.now(), actor="holder", action="wallet.handed_over", refs=refs, decision=way)
