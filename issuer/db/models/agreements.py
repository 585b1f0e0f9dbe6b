"""Tables: the views of participant and coach on each requirement, and what both agreed on; every version stays."""

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from issuer.db.models.base import Base, UtcTime


class AgreementSheet(Base):
    """One person and one unit: its `revision` goes up with every change, so that two editors notice each other."""

    __tablename__ = "agreement_sheet"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    unit_code: Mapped[str] = mapped_column(String(64), primary_key=True)
    peruste_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    revision: Mapped[int] = mapped_column(Integer)


class AgreementView(Base):
    """What one side said of one requirement at a time. `sealed` holds the view and its words under the person's key."""

    __tablename__ = "agreement_view"
    __table_args__ = (
        CheckConstraint("side IN ('own','coach')", name="side"),
        UniqueConstraint(
            "person_id", "unit_code", "peruste_id", "side", "requirement_key", "version", name="uq_agreement_view"
        ),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    unit_code: Mapped[str] = mapped_column(String(64))
    peruste_id: Mapped[str] = mapped_column(String(64))
    side: Mapped[str] = mapped_column(String(8))
    requirement_key: Mapped[str] = mapped_column(String(255))
    version: Mapped[int] = mapped_column(Integer)
    staff_id: Mapped[str | None] = mapped_column(
        ForeignKey("staff.id")
    )  # of the view, or of the device it was given on
    at: Mapped[datetime] = mapped_column(UtcTime)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class AgreementResult(Base):
    """What was agreed on one requirement at a time; codes only, so that lists need no person's key."""

    __tablename__ = "agreement_result"
    __table_args__ = (
        CheckConstraint("state IN ('proposed','agreed','left_open','undone')", name="state"),
        CheckConstraint("outcome IN ('shown','in_part','not_yet')", name="outcome"),
        CheckConstraint("channel IN ('device','paper','own_session')", name="channel"),
        UniqueConstraint(
            "person_id", "unit_code", "peruste_id", "requirement_key", "version", name="uq_agreement_result"
        ),
        Index("ix_agreement_result_unit", "unit_code", "peruste_id"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    unit_code: Mapped[str] = mapped_column(String(64))
    peruste_id: Mapped[str] = mapped_column(String(64))
    requirement_key: Mapped[str] = mapped_column(String(255))
    version: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(12))
    outcome: Mapped[str | None] = mapped_column(String(8))
    in_part_wanted: Mapped[bool] = mapped_column(Boolean)
    elsewhere_only: Mapped[bool] = mapped_column(Boolean)
    coach_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    channel: Mapped[str | None] = mapped_column(String(12))  # how the participant confirmed
    device_staff_id: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))  # whose device or who took the paper
    at: Mapped[datetime] = mapped_column(UtcTime)
