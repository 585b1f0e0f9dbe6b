"""Queries: exchanges with wallet applications; each single use is one statement, so that two cannot both win."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from issuer.db.models.exchanges import WalletExchange as Row


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeRow:
    """One offer of a badge.

    Attributes:
        attempts_left: wrong codes that are still borne; at 0 the offer is over.
        challenge_sha256, challenge_until: what a wallet must sign now, and how long; None: nothing was asked yet.
        answered_sha256: of the presentation that the badge was handed over for.
    """

    id: str
    credential_id: str
    person_id: str
    works_until: datetime
    attempts_left: int
    challenge_sha256: bytes | None
    challenge_until: datetime | None
    answered_sha256: bytes | None
    handed_at: datetime | None


class ExchangeRepository:
    """Within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, row: ExchangeRow, token_sha256: bytes, *, now: datetime) -> None:
        """Insert an offer; earlier ones of the same badge are over."""
        self._session.execute(delete(Row).where(Row.credential_id == row.credential_id))
        self._session.execute(
            insert(Row).values(
                id=row.id,
                token_sha256=token_sha256,
                credential_id=row.credential_id,
                person_id=row.person_id,
                created_at=now,
                works_until=row.works_until,
                attempts_left=row.attempts_left,
            )
        )

    def by_token(self, token_sha256: bytes, *, now: datetime) -> ExchangeRow | None:
        """The offer that lives now, or None for unknown, ended and used up alike."""
        query = select(Row).where(Row.token_sha256 == token_sha256, Row.works_until > now, Row.attempts_left > 0)
        return _exchange(self._session.execute(query).scalar_one_or_none())

    def newest(self, credential_id: str, person_id: str) -> ExchangeRow | None:
        """The last offer of somebody's badge, over or not; None after its row has gone."""
        query = (
            select(Row)
            .where(Row.credential_id == credential_id, Row.person_id == person_id)
            .order_by(Row.created_at.desc())
            .limit(1)
        )
        return _exchange(self._session.execute(query).scalar_one_or_none())

    def ask(self, exchange_id: str, challenge_sha256: bytes, *, until: datetime) -> None:
        """Note what a wallet is asked to sign now; what was asked before does not count any more."""
        self._session.execute(
            update(Row).where(Row.id == exchange_id).values(challenge_sha256=challenge_sha256, challenge_until=until)
        )

    def use_challenge(
        self, exchange_id: str, challenge_sha256: bytes, answered_sha256: bytes, *, now: datetime
    ) -> bool:
        """Use the challenge for this presentation; False when it is not ours, used or too old."""
        query = (
            update(Row)
            .where(
                Row.id == exchange_id,
                Row.challenge_sha256 == challenge_sha256,
                Row.challenge_until > now,
                Row.works_until > now,
            )
            .values(challenge_sha256=None, challenge_until=None, answered_sha256=answered_sha256, handed_at=now)
            .returning(Row.id)
        )
        return self._session.execute(query).scalar_one_or_none() is not None

    def hand_over(self, exchange_id: str, *, now: datetime) -> None:
        """Note that the badge was taken as a file, and give back the try that it took."""
        values = {"handed_at": now, "attempts_left": Row.attempts_left + 1}
        self._session.execute(update(Row).where(Row.id == exchange_id).values(**values))

    def take_try(self, exchange_id: str, *, now: datetime) -> int | None:
        """Take one try at the code before it is compared; return how many more there are, None when there was none."""
        query = (
            update(Row)
            .where(Row.id == exchange_id, Row.attempts_left > 0, Row.works_until > now)
            .values(attempts_left=Row.attempts_left - 1)
            .returning(Row.attempts_left)
        )
        return self._session.execute(query).scalar_one_or_none()

    def forget_old(self, *, before: datetime) -> int:
        """Delete offers that ended before then; return how many."""
        query = delete(Row).where(Row.works_until < before).returning(Row.id)
        return len(self._session.execute(query).scalars().all())

    def forget_person(self, person_id: str) -> None:
        """Erase somebody's offers."""
        self._session.execute(delete(Row).where(Row.person_id == person_id))


def _exchange(row: Row | None) -> ExchangeRow | None:
    if row is None:
        return None
    return ExchangeRow(
        id=row.id,
        credential_id=row.credential_id,
        person_id=row.person_id,
        works_until=row.works_until,
        attempts_left=row.attempts_left,
        challenge_sha256=row.challenge_sha256,
        challenge_until=row.challenge_until,
        answered_sha256=row.answered_sha256,
        handed_at=row.handed_at,
    )
