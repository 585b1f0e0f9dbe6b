"""Tables: sites, tasks, the matrix of tasks and requirements, invitations to recognisers, published reports."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, Integer, LargeBinary, String, Text
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.orm import Mapped, mapped_column

from issuer.db.models.base import Base, UtcTime


class Site(Base):
    """A place of work. `name` and `address` are inner; the other texts are public once a report is published."""

    __tablename__ = "site"
    __table_args__ = (CheckConstraint("language IN ('fi','sv','en')", name="language"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    institution_id: Mapped[str] = mapped_column(ForeignKey("institution.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    address_public: Mapped[bool] = mapped_column()
    public_name: Mapped[str] = mapped_column(Text)
    public_description: Mapped[str] = mapped_column(Text)
    real_work: Mapped[str] = mapped_column(Text)
    equipment: Mapped[str] = mapped_column(Text)
    safety: Mapped[str] = mapped_column(Text)
    customers: Mapped[bool] = mapped_column()
    municipality_code: Mapped[str] = mapped_column(String(3))
    municipality: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(2))
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class SiteTask(Base):
    """A task of a site. One that is no longer done stays, because observations and reports name it."""

    __tablename__ = "site_task"
    __table_args__ = (Unique("site_id", "number", name="uq_site_task_number"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"))
    number: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)


class UnitMap(Base):
    """The matrix of one unit on one site, with what is known of its recognition so far."""

    __tablename__ = "unit_map"
    __table_args__ = (
        Unique("site_id", "unit_code", "peruste_id", name="uq_unit_map_unit"),
        Index("ix_unit_map_peruste_id", "peruste_id"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"))
    unit_code: Mapped[str] = mapped_column(String(40))
    peruste_id: Mapped[str] = mapped_column(String(20))
    catalogue_digest: Mapped[str] = mapped_column(String(64))
    recogniser_role: Mapped[str | None] = mapped_column(Text)
    recogniser_organisation: Mapped[str | None] = mapped_column(Text)
    recognised_on: Mapped[date | None] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)
    register_number: Mapped[str] = mapped_column(String(30))
    name_key: Mapped[str | None] = mapped_column(String(36))
    name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    name_public: Mapped[bool] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class UnitMapTick(Base):
    """A task teaches a requirement."""

    __tablename__ = "unit_map_tick"

    map_id: Mapped[str] = mapped_column(ForeignKey("unit_map.id"), primary_key=True)
    task_id: Mapped[str] = mapped_column(ForeignKey("site_task.id"), primary_key=True)
    requirement_key: Mapped[str] = mapped_column(String(255), primary_key=True)


class UnitMapElsewhere(Base):
    """A requirement of the unit is learned elsewhere than on the site."""

    __tablename__ = "unit_map_elsewhere"

    map_id: Mapped[str] = mapped_column(ForeignKey("unit_map.id"), primary_key=True)
    requirement_key: Mapped[str] = mapped_column(String(255), primary_key=True)


class RecogniserInvitation(Base):
    """A one-time link for an outside recogniser; its token comes from `id`, kept as SHA-256. Remarks are sealed."""

    __tablename__ = "recogniser_invitation"
    __table_args__ = (CheckConstraint("answer IN ('confirmed','remarks')", name="answer"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    map_id: Mapped[str] = mapped_column(ForeignKey("unit_map.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcTime)
    answer: Mapped[str | None] = mapped_column(String(10))
    seen: Mapped[str | None] = mapped_column(String(64))
    remarks_key: Mapped[str | None] = mapped_column(String(36))
    remarks_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class RecognitionReport(Base):
    """One published version. `document` are the public bytes, `content` what our own rules need of it."""

    __tablename__ = "recognition_report"
    __table_args__ = (
        Unique("map_id", "version", name="uq_recognition_report_version"),
        Index("ix_recognition_report_unit", "institution_id", "unit_code", "peruste_id"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    map_id: Mapped[str] = mapped_column(ForeignKey("unit_map.id"))
    institution_id: Mapped[str] = mapped_column(ForeignKey("institution.id"))
    site_id: Mapped[str] = mapped_column(ForeignKey("site.id"), index=True)
    unit_code: Mapped[str] = mapped_column(String(40))
    peruste_id: Mapped[str] = mapped_column(String(20))
    unit_version: Mapped[int] = mapped_column(Integer)
    version: Mapped[int] = mapped_column(Integer)
    recogniser_role: Mapped[str] = mapped_column(Text)
    recogniser_organisation: Mapped[str] = mapped_column(Text)
    recognised_on: Mapped[date] = mapped_column(Date)
    published_on: Mapped[date] = mapped_column(Date)
    valid_until: Mapped[date] = mapped_column(Date)
    ended_on: Mapped[date | None] = mapped_column(Date)
    municipality_code: Mapped[str] = mapped_column(String(3), index=True)
    name_key: Mapped[str | None] = mapped_column(String(36))
    name_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    name_public: Mapped[bool] = mapped_column()
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    document: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class PlainLine(Base):
    """A requirement in plain words, as staff of an institution wrote it for one version of a unit."""

    __tablename__ = "plain_line"

    institution_id: Mapped[str] = mapped_column(ForeignKey("institution.id"), primary_key=True)
    unit_code: Mapped[str] = mapped_column(String(40), primary_key=True)
    peruste_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    unit_version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    requirement_key: Mapped[str] = mapped_column(String(255), primary_key=True)
    language: Mapped[str] = mapped_column(String(11), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(UtcTime)
