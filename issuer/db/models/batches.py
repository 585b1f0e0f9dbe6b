"""Tables: batches of badges made from a table, their rows, and which column of whose table means what."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from issuer.db.models.base import Base, UtcTime

BATCH_STATES = "'columns','repair','review','queued','running','paused','done'"
ROW_STATES = "'open','removed','review','returned','approved','left_out','waiting','issued','failed'"


class Batch(Base):
    """A table of badges on its way. `sealed` is the name of its file; what the rows say is sealed under `id`."""

    __tablename__ = "batch"
    __table_args__ = (CheckConstraint(f"state IN ({BATCH_STATES})", name="state"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    institution_id: Mapped[str] = mapped_column(ForeignKey("institution.id"), index=True)
    unit_code: Mapped[str] = mapped_column(String(40))
    peruste_id: Mapped[str] = mapped_column(String(20))
    site_id: Mapped[str] = mapped_column(String(36))
    state: Mapped[str] = mapped_column(String(8))
    revision: Mapped[int] = mapped_column(Integer)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    has_header: Mapped[bool] = mapped_column()
    mapping: Mapped[list[str | None]] = mapped_column(JSON)
    drafter_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    reviewer_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(UtcTime, index=True)
    sent_at: Mapped[datetime | None] = mapped_column(UtcTime)
    approved_at: Mapped[datetime | None] = mapped_column(UtcTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)
    cells_gone_at: Mapped[datetime | None] = mapped_column(UtcTime)


class BatchRow(Base):
    """One row of the table. `cells` are sealed under the batch's key; `problems` are classes, causes and columns."""

    __tablename__ = "batch_row"
    __table_args__ = (
        CheckConstraint(f"state IN ({ROW_STATES})", name="state"),
        Index("ix_batch_row_state", "batch_id", "state", "turn"),
        Index("ix_batch_row_faulty", "batch_id", "faulty"),
    )

    batch_id: Mapped[str] = mapped_column(ForeignKey("batch.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    cells: Mapped[bytes | None] = mapped_column(LargeBinary)
    revision: Mapped[int] = mapped_column(Integer)
    edited_by: Mapped[str | None] = mapped_column(String(36))
    state: Mapped[str] = mapped_column(String(8))
    faulty: Mapped[bool] = mapped_column()
    problems: Mapped[list[list[str]]] = mapped_column(JSON)
    flagged: Mapped[bool] = mapped_column()
    drawn: Mapped[bool] = mapped_column()
    opened: Mapped[bool] = mapped_column()
    turn: Mapped[int] = mapped_column(Integer)
    person_id: Mapped[str | None] = mapped_column(String(36), index=True)
    day: Mapped[date | None] = mapped_column(Date)
    credential_id: Mapped[str | None] = mapped_column(String(36))
    failure: Mapped[str | None] = mapped_column(String(80))
    attempts: Mapped[int] = mapped_column(Integer)


class BatchColumns(Base):
    """What a heading of a table means in one provider's tables for one unit; only its digest is kept."""

    __tablename__ = "batch_columns"

    institution_id: Mapped[str] = mapped_column(ForeignKey("institution.id"), primary_key=True)
    unit_code: Mapped[str] = mapped_column(String(40), primary_key=True)
    peruste_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    heading_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    field: Mapped[str] = mapped_column(String(12))
