"""Tables: exchanges with wallet applications."""

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from issuer.db.models.base import Base, UtcTime


class WalletExchange(Base):
    """An offer of one badge to a wallet, ten minutes long. Its address and its code are derived from `id`."""

    __tablename__ = "wallet_exchange"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    credential_id: Mapped[str] = mapped_column(ForeignKey("credential.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    works_until: Mapped[datetime] = mapped_column(UtcTime)
    attempts_left: Mapped[int] = mapped_column(Integer)
    challenge_sha256: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    challenge_until: Mapped[datetime | None] = mapped_column(UtcTime)
    answered_sha256: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    handed_at: Mapped[datetime | None] = mapped_column(UtcTime)
