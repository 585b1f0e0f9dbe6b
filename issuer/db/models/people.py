"""Tables: participants, staff, their ways in. What is personal is sealed under a key of that person."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from issuer.db.models.base import Base, UtcTime


class Person(Base):
    """A participant, known by a random reference. `sealed` holds everything personal (privacy.md PX1)."""

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    institution_id: Mapped[str] = mapped_column(ForeignKey("institution.id"), index=True)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    erased_at: Mapped[datetime | None] = mapped_column(UtcTime)


class Staff(Base):
    """Someone who works for an institution; the name is sealed like a participant's.

    `role` is the role of the beginning; what someone may do now stands in `staff_role` alone.
    """

    __tablename__ = "staff"
    __table_args__ = (
        CheckConstraint(
            "role IN ('administrator','work_coach','personal_coach','group_coach','supervisor',"
            "'responsible_person','counsellor','assessor')",
            name="role",
        ),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    institution_id: Mapped[str] = mapped_column(ForeignKey("institution.id"), index=True)
    role: Mapped[str] = mapped_column(String(24))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)
    signed_in_at: Mapped[datetime | None] = mapped_column(UtcTime)


class StaffRole(Base):
    """One role of a member of staff."""

    __tablename__ = "staff_role"

    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(24), primary_key=True)


class StaffTrade(Base):
    """A trade in which a work coach may confirm competence: a degree code, with the day of the induction into it."""

    __tablename__ = "staff_trade"

    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    trade: Mapped[str] = mapped_column(String(40), primary_key=True)
    inducted_on: Mapped[date | None] = mapped_column(Date)
    recorded_at: Mapped[datetime] = mapped_column(UtcTime)


class SignInLink(Base):
    """A one-time link; only the SHA-256 of its token is kept. One that was asked for by mail works in that browser."""

    __tablename__ = "sign_in_link"

    token_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcTime)
    browser_sha256: Mapped[bytes | None] = mapped_column(LargeBinary(32))


class WebSession(Base):
    """A signed-in browser; only the SHA-256 of the cookie's value is kept. `way` tells how its owner came in."""

    __tablename__ = "web_session"

    id_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    seen_at: Mapped[datetime] = mapped_column(UtcTime)
    ends_at: Mapped[datetime] = mapped_column(UtcTime)
    way: Mapped[str | None] = mapped_column(String(16))


class ApiToken(Base):
    """A bearer token for machines; only its SHA-256 is kept."""

    __tablename__ = "api_token"

    token_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    institution_id: Mapped[str] = mapped_column(ForeignKey("institution.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcTime)
