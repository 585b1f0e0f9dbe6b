"""Tables: erasures asked for and done, the ledger they are written in, and concerns about who read somebody's data."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from issuer.db.models.base import Base, UtcTime


class ErasureRecord(Base):
    """One erasure. `person_id` is the random reference alone: the person's own row is gone when it is done."""

    __tablename__ = "erasure"
    __table_args__ = (
        CheckConstraint("badges IN ('keep','withdraw')", name="badges"),
        CheckConstraint("state IN ('waiting','running','rows_gone','done')", name="state"),
    )

    person_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    badges: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(12), index=True)
    asked_at: Mapped[datetime] = mapped_column(UtcTime)
    due_at: Mapped[datetime] = mapped_column(UtcTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcTime)


class ErasureLedger(Base):
    """One row: the ledger to which this database belongs, and when keeping times were last seen to."""

    __tablename__ = "erasure_ledger"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ledger_id: Mapped[str] = mapped_column(String(36))
    kept_on: Mapped[date | None] = mapped_column(Date)


class Concern(Base):
    """A participant says of a reading that it does not seem right; words and answer are sealed (privacy.md PA5)."""

    __tablename__ = "concern"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("participant.person_id"), index=True)
    institution_id: Mapped[str] = mapped_column(ForeignKey("institution.id"), index=True)
    reading_id: Mapped[str | None] = mapped_column(ForeignKey("reading.id"))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    raised_at: Mapped[datetime] = mapped_column(UtcTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcTime)
    answered_by: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    sealed_answer: Mapped[bytes | None] = mapped_column(LargeBinary)
