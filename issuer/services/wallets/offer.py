"""Offers a kept badge to a wallet application: one address for ten minutes, six digits beside it."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from issuer.db.repositories.exchanges import ExchangeRow
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.errors import ConflictError, NotFoundError
from issuer.domain.holder import Holder
from issuer.services.link_tokens import exchange_code, exchange_token, token_digest
from issuer.services.outside import Outside

LIFE: Final = timedelta(minutes=10)
ATTEMPTS: Final = 5
_KEPT: Final = "delivered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What the holder is shown; address and code are derived, so that neither is stored.

    Attributes:
        interaction_url: of the QR code; at most 400 characters.
        code: six digits, typed where somebody takes the file on another device.
        living: whether a wallet could still take it.
        handed_at: when the badge was handed over; None while nobody has asked for it.
    """

    interaction_url: str
    code: str
    works_until: datetime
    living: bool
    handed_at: datetime | None


def offer(outside: Outside, who: Holder, credential_id: str) -> Offer:
    """Make an offer; the one before it is over.

    Raises:
        NotFoundError: not a badge that this holder keeps.
        ConflictError: ``wallet.out_of_use``.
    """
    now = outside.now()
    row = ExchangeRow(
        id=str(uuid.uuid4()),
        credential_id=credential_id,
        person_id=who.person_id,
        works_until=now + LIFE,
        attempts_left=ATTEMPTS,
        challenge_sha256=None,
        challenge_until=None,
        answered_sha256=None,
        handed_at=None,
    )
    with outside.database.write() as uow:
        _check_own(uow, who, credential_id)
        uow.exchanges.add(row, token_digest(exchange_token(outside.link_secret, row.id)), now=now)
        refs = (("badge", credential_id), ("exchange", row.id))
        uow.audit.append(Act(at=now, actor="participant", action="wallet.offered", refs=refs))
    return _offer(outside, row)


def last_offer(outside: Outside, who: Holder, credential_id: str) -> Offer | None:
    """The holder's last offer of a badge, over or not; None where there is none. Raises as `offer`."""
    with outside.database.read() as uow:
        _check_own(uow, who, credential_id)
        row = uow.exchanges.newest(credential_id, who.person_id)
    return _offer(outside, row) if row is not None else None


def _check_own(uow: UnitOfWork, who: Holder, credential_id: str) -> None:
    record = uow.credentials.get(credential_id)
    if record.person_id != who.person_id:
        raise NotFoundError("badge")
    if record.state == "withdrawn":
        raise ConflictError(code="wallet.out_of_use")
    if record.state != _KEPT:
        raise NotFoundError("badge")


def _offer(outside: Outside, row: ExchangeRow) -> Offer:
    token = exchange_token(outside.link_secret, row.id)
    return Offer(
        interaction_url=f"{outside.public_url}/i/{token}?iuv=1",
        code=exchange_code(outside.link_secret, row.id),
        works_until=row.works_until,
        living=row.works_until > outside.clock() and row.attempts_left > 0,
        handed_at=row.handed_at,
    )
