"""Tables: participants, permissions, cards, readings and observations. Names, words and pictures are sealed."""

from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from issuer.db.models.base import Base, UtcTime


class ParticipantRecord(Base):
    """A person as a participant of a provider; what is personal lies in `person.sealed`."""

    __tablename__ = "participant"
    __table_args__ = (
        UniqueConstraint("institution_id", "number", name="uq_participant_number"),
        CheckConstraint("state IN ('intake','active','withdrawn')", name="state"),
        Index("ix_participant_lapses", "state", "lapses_at"),
    )

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    institution_id: Mapped[str] = mapped_column(ForeignKey("institution.id"))
    number: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(12))
    coach_id: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    site_id: Mapped[str | None] = mapped_column(String(36))
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    lapses_at: Mapped[datetime | None] = mapped_column(UtcTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcTime)


class ParticipantUnit(Base):
    """A unit that a participant works towards."""

    __tablename__ = "participant_unit"

    person_id: Mapped[str] = mapped_column(ForeignKey("participant.person_id"), primary_key=True)
    unit_code: Mapped[str] = mapped_column(String(40), primary_key=True)
    peruste_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    position: Mapped[int] = mapped_column(Integer)


class ConsentRecord(Base):
    """The receipt of one permission (privacy.md PC1): codes, days and versions, nothing in words."""

    __tablename__ = "consent"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("participant.person_id"), index=True)
    purpose: Mapped[str] = mapped_column(String(16))
    data: Mapped[str] = mapped_column(String(200))
    to_whom: Mapped[str] = mapped_column(String(16))
    until: Mapped[date | None] = mapped_column(Date)
    text_version: Mapped[str] = mapped_column(String(8))
    language: Mapped[str] = mapped_column(String(12))
    how: Mapped[str] = mapped_column(String(16))
    given_at: Mapped[datetime] = mapped_column(UtcTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcTime)


class CardRecord(Base):
    """A card or pass of working life."""

    __tablename__ = "card"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("participant.person_id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    issued_on: Mapped[date] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)


class Reading(Base):
    """One reading of participants' data by staff (privacy.md PA1, PA2); a list is one row that names its set."""

    __tablename__ = "reading"
    __table_args__ = (Index("ix_reading_staff_at", "staff_id", "at"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    institution_id: Mapped[str] = mapped_column(ForeignKey("institution.id"), index=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    role: Mapped[str] = mapped_column(String(24))
    what: Mapped[str] = mapped_column(String(24))
    why: Mapped[str] = mapped_column(String(16))
    how: Mapped[str] = mapped_column(String(8))
    marked: Mapped[str | None] = mapped_column(String(12))


class ReadingPerson(Base):
    """Whose data a reading opened."""

    __tablename__ = "reading_person"

    reading_id: Mapped[str] = mapped_column(ForeignKey("reading.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("participant.person_id"), primary_key=True, index=True)


class ObservationRecord(Base):
    """One version of an observation; a correction adds a version and keeps the old one."""

    __tablename__ = "observation"
    __table_args__ = (
        UniqueConstraint("root_id", "version", name="uq_observation_version"),
        Index("ix_observation_person_unit", "person_id", "unit_code", "peruste_id"),
        Index("ix_observation_staff_at", "staff_id", "at"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    root_id: Mapped[str] = mapped_column(String(36))
    version: Mapped[int] = mapped_column(Integer)
    replaced: Mapped[bool] = mapped_column(Boolean)
    person_id: Mapped[str] = mapped_column(ForeignKey("participant.person_id"))
    institution_id: Mapped[str] = mapped_column(ForeignKey("institution.id"), index=True)
    unit_code: Mapped[str] = mapped_column(String(40))
    peruste_id: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcTime)
    observed_on: Mapped[date] = mapped_column(Date)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    site_id: Mapped[str | None] = mapped_column(String(36))
    task_id: Mapped[str | None] = mapped_column(String(36))
    independence: Mapped[str] = mapped_column(String(12))
    origin: Mapped[str] = mapped_column(String(8))
    medium: Mapped[str] = mapped_column(String(12))
    in_trade: Mapped[bool] = mapped_column(Boolean)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class ObservationRequirement(Base):
    """A requirement that an observation shows."""

    __tablename__ = "observation_requirement"

    observation_id: Mapped[str] = mapped_column(ForeignKey("observation.id"), primary_key=True)
    requirement_key: Mapped[str] = mapped_column(String(255), primary_key=True)


class Picture(Base):
    """A picture of work, re-encoded and sealed; only with the participant's permission."""

    __tablename__ = "picture"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    observation_id: Mapped[str] = mapped_column(ForeignKey("observation.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("participant.person_id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
