"""Tables: cooperation agreements of schools with who signs badges, and the trust levels that a school sets.

Nothing here is about a person: institutions, terms in roles, days, and staff by random reference.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from issuer.db.models.base import Base, UtcTime


class CooperationAgreement(Base):
    """One agreement; `version` grows with each change, `terms` is the JSON of the terms."""

    __tablename__ = "cooperation_agreement"
    __table_args__ = (
        CheckConstraint("state IN ('draft','offered','confirmed','ended')", name="state"),
        CheckConstraint("drafted_by = school_id OR drafted_by = partner_id", name="drafted_by"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    school_id: Mapped[str] = mapped_column(ForeignKey("institution.id"), index=True)
    partner_id: Mapped[str] = mapped_column(ForeignKey("institution.id"), index=True)
    drafted_by: Mapped[str] = mapped_column(ForeignKey("institution.id"))
    state: Mapped[str] = mapped_column(String(12))
    version: Mapped[int] = mapped_column(Integer)
    terms: Mapped[str] = mapped_column(Text)
    content_sha256: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    offered_at: Mapped[datetime | None] = mapped_column(UtcTime)
    offered_by: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    confirmed_by: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    ends_on: Mapped[date | None] = mapped_column(Date)
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    changed_at: Mapped[datetime] = mapped_column(UtcTime)
    changed_by: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))


class TrustLevel(Base):
    """What a school holds of who signs under a DID; without a row it has not said anything."""

    __tablename__ = "trust_level"
    __table_args__ = (CheckConstraint("level IN ('none','recognised')", name="level"),)

    school_id: Mapped[str] = mapped_column(ForeignKey("institution.id"), primary_key=True)
    issuer_did: Mapped[str] = mapped_column(String(255), primary_key=True)
    level: Mapped[str] = mapped_column(String(12))
    version: Mapped[int] = mapped_column(Integer)
    changed_at: Mapped[datetime] = mapped_column(UtcTime)
    changed_by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
