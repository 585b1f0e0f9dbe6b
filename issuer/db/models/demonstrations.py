"""Tables: demonstrations with their state in codes, and every version of what is personal in them, sealed."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from issuer.db.models.base import Base, UtcTime


class Demonstration(Base):
    """One demonstration of one person in one unit. `revision` names the newest row of `demonstration_version`."""

    __tablename__ = "demonstration"
    __table_args__ = (
        CheckConstraint("kind IN ('work','school')", name="kind"),
        CheckConstraint("state IN ('planned','given','assessed','approved','to_complete')", name="state"),
        CheckConstraint("grade BETWEEN 1 AND 5", name="grade"),
        CheckConstraint("grade IS NULL OR kind = 'school'", name="grade_of_school"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    institution_id: Mapped[str] = mapped_column(ForeignKey("institution.id"), index=True)
    school_id: Mapped[str | None] = mapped_column(ForeignKey("institution.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    unit_code: Mapped[str] = mapped_column(String(64))
    peruste_id: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(12))
    revision: Mapped[int] = mapped_column(Integer)
    begins_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    requested_at: Mapped[datetime | None] = mapped_column(UtcTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    grade: Mapped[int | None] = mapped_column(Integer)
    decided_on: Mapped[date | None] = mapped_column(Date)
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class DemonstrationVersion(Base):
    """What a demonstration said at a time: plan, assessors, talk and results, sealed under the participant's key."""

    __tablename__ = "demonstration_version"

    demonstration_id: Mapped[str] = mapped_column(ForeignKey("demonstration.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(String(12))
    act: Mapped[str] = mapped_column(String(24))
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(UtcTime)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
