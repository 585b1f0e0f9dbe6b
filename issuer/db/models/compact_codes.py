"""Tables: small signed codes, sealed per person, and the orders of requirements that they count by."""

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from issuer.db.models.base import Base, UtcTime


class CompactCodeRow(Base):
    """The code of one badge: `claims` stand here before they are signed, `code` after; both sealed."""

    __tablename__ = "compact_code"

    credential_id: Mapped[str] = mapped_column(ForeignKey("credential.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    kid: Mapped[str] = mapped_column(ForeignKey("signing_key.kid"))
    claims: Mapped[bytes] = mapped_column(LargeBinary)
    code: Mapped[bytes | None] = mapped_column(LargeBinary)
    stored_at: Mapped[datetime] = mapped_column(UtcTime)


class CompactOrder(Base):
    """An order of requirements with its names, as the bundle tells it; nothing personal, kept for good."""

    __tablename__ = "compact_order"

    unit: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    qualification: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    order_digest: Mapped[str] = mapped_column(String(8), primary_key=True)
    names: Mapped[bytes] = mapped_column(LargeBinary)
    stored_at: Mapped[datetime] = mapped_column(UtcTime)
