"""Tables: revisions of qualifications, their units and requirements, and the national list of unit codes."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from issuer.db.models.base import Base, UtcTime


class CatalogueQualification(Base):
    """One revision of a peruste. The same content is kept once; a newer revision stands beside the old one.

    `texts` and `structures` are JSON of names, areas, titles and the tree; nothing in them is searched.
    """

    __tablename__ = "catalogue_qualification"
    __table_args__ = (UniqueConstraint("peruste_id", "digest", name="uq_catalogue_qualification_revision"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    peruste_id: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    revision: Mapped[datetime | None] = mapped_column(UtcTime)
    imported_at: Mapped[datetime] = mapped_column(UtcTime)
    demo: Mapped[bool] = mapped_column()
    newest: Mapped[bool] = mapped_column()
    register_number: Mapped[str | None] = mapped_column(String(64), index=True)
    education_type: Mapped[int | None] = mapped_column(Integer)
    published_state: Mapped[str] = mapped_column(String(32))
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)
    transition_until: Mapped[date | None] = mapped_column(Date)
    name_fi: Mapped[str] = mapped_column(Text)
    name_sv: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    problems: Mapped[list[list[str]]] = mapped_column(JSON)


class CatalogueUnit(Base):
    """A unit within one revision. `search` is the folded code and names, so that both databases compare alike."""

    __tablename__ = "catalogue_unit"
    __table_args__ = (
        UniqueConstraint("qualification_id", "source_id", name="uq_catalogue_unit_source"),
        Index("ix_catalogue_unit_code", "code"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    qualification_id: Mapped[int] = mapped_column(ForeignKey("catalogue_qualification.id", ondelete="CASCADE"))
    source_id: Mapped[str] = mapped_column(String(128))
    position: Mapped[int] = mapped_column(Integer)
    code: Mapped[str | None] = mapped_column(String(128))
    version: Mapped[int | None] = mapped_column(Integer)
    name_fi: Mapped[str] = mapped_column(Text)
    name_sv: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    search: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(16))
    format: Mapped[str] = mapped_column(String(16))
    credits_min: Mapped[float | None] = mapped_column(Float)
    credits_max: Mapped[float | None] = mapped_column(Float)
    requirement_count: Mapped[int] = mapped_column(Integer)
    threshold: Mapped[list[list[str]]] = mapped_column(JSON)
    problems: Mapped[list[list[str]]] = mapped_column(JSON)


class CatalogueRequirement(Base):
    """A requirement of a unit; `key` is unique within the unit, not in the country (domain.md section 5.4)."""

    __tablename__ = "catalogue_requirement"
    __table_args__ = (Index("ix_catalogue_requirement_key", "key"),)

    unit_id: Mapped[int] = mapped_column(ForeignKey("catalogue_unit.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(String(255))
    code_uri: Mapped[str | None] = mapped_column(String(255))
    text_fi: Mapped[str] = mapped_column(Text)
    text_sv: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    heading: Mapped[list[list[str]]] = mapped_column(JSON)
    threshold: Mapped[list[list[str]]] = mapped_column(JSON)


class CatalogueUnitCode(Base):
    """One version of a unit code in Koodisto, or one of the demo's facts (`demo`) until the list is imported."""

    __tablename__ = "catalogue_unit_code"

    code: Mapped[str] = mapped_column(String(128), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    demo: Mapped[bool] = mapped_column()
    name_fi: Mapped[str] = mapped_column(Text)
    name_sv: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    search: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_until: Mapped[date | None] = mapped_column(Date)
