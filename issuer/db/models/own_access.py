"""Tables: slips of participants and their own web sessions."""

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from issuer.db.models.base import Base, UtcTime


class OwnSession(Base):
    """A participant's own browser; only the SHA-256 of the cookie's value is kept."""

    __tablename__ = "own_session"

    id_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    shared_device: Mapped[bool] = mapped_column(Boolean)
    supported: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    seen_at: Mapped[datetime] = mapped_column(UtcTime)
    ends_at: Mapped[datetime] = mapped_column(UtcTime)
