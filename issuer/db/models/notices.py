"""Tables: messages to people, and the mail addresses that they gave for them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from issuer.db.models.base import Base, UtcTime

NOTICE_STATES = "'waiting','sent','to_print','printed','dropped'"
_ONE_RECIPIENT = "(person_id IS NULL) <> (staff_id IS NULL)"


class NoticeAddress(Base):
    """A mail address for messages, sealed under its owner's key; nothing is sent there before it is confirmed."""

    __tablename__ = "notice_address"
    __table_args__ = (CheckConstraint(_ONE_RECIPIENT, name="recipient"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), unique=True)
    staff_id: Mapped[str | None] = mapped_column(ForeignKey("staff.id"), unique=True)
    language: Mapped[str] = mapped_column(String(12))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    asked_at: Mapped[datetime] = mapped_column(UtcTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    bounced_at: Mapped[datetime | None] = mapped_column(UtcTime)


class NoticeRow(Base):
    """A message: which one, to whom, about what. Its words are made when it is mailed or printed."""

    __tablename__ = "notice"
    __table_args__ = (
        CheckConstraint(_ONE_RECIPIENT, name="recipient"),
        CheckConstraint(f"state IN ({NOTICE_STATES})", name="state"),
        Index("ix_notice_institution_state", "institution_id", "state"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(24))
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    staff_id: Mapped[str | None] = mapped_column(ForeignKey("staff.id"), index=True)
    institution_id: Mapped[str] = mapped_column(ForeignKey("institution.id"))
    about: Mapped[str] = mapped_column(String(80))
    day: Mapped[date | None] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(12))
    tries: Mapped[int] = mapped_column(Integer)
    failure: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcTime)
