"""Tables: periods with talks, goals, pauses and service forms. Words and service forms are sealed."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from issuer.db.models.base import Base, UtcTime


class Period(Base):
    """A period of a participant."""

    __tablename__ = "period"
    __table_args__ = (
        CheckConstraint("kind IN ('trial','work','coaching','study')", name="kind"),
        CheckConstraint("state IN ('planned','running','ended')", name="state"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("participant.person_id"), index=True)
    institution_id: Mapped[str] = mapped_column(ForeignKey("institution.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    site_id: Mapped[str | None] = mapped_column(String(36))
    state: Mapped[str] = mapped_column(String(12))
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class PeriodPause(Base):
    """A pause: days only, never a reason."""

    __tablename__ = "period_pause"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    period_id: Mapped[str] = mapped_column(ForeignKey("period.id"), index=True)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)


class Talk(Base):
    """A start talk, mid review or end review; who was there and what was said is sealed."""

    __tablename__ = "talk"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    period_id: Mapped[str] = mapped_column(ForeignKey("period.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    held_on: Mapped[date] = mapped_column(Date)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(UtcTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcTime)
    accepted_how: Mapped[str | None] = mapped_column(String(16))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class Goal(Base):
    """A goal; what it says stands in its versions."""

    __tablename__ = "goal"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("participant.person_id"), index=True)
    period_id: Mapped[str] = mapped_column(ForeignKey("period.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))


class GoalVersionRecord(Base):
    """One version of a goal: the newest accepted one counts, all are kept."""

    __tablename__ = "goal_version"

    goal_id: Mapped[str] = mapped_column(ForeignKey("goal.id"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime] = mapped_column(UtcTime)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    accepted_at: Mapped[datetime | None] = mapped_column(UtcTime)
    accepted_how: Mapped[str | None] = mapped_column(String(16))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class ServiceFormRecord(Base):
    """Under which service a period runs, from a day on; the form itself is sealed (domain.md section 15)."""

    __tablename__ = "service_form"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    period_id: Mapped[str] = mapped_column(ForeignKey("period.id"), index=True)
    from_on: Mapped[date] = mapped_column(Date)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
