"""Tables: nameless happenings that are counted, and the releases made of them."""

from datetime import date, datetime

from sqlalchemy import Date, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from issuer.db.models.base import Base, UtcTime


class HappeningRecord(Base):
    """One happening: no person, badge or case, and of its time only the month. It stays when people are erased."""

    __tablename__ = "happening"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    what: Mapped[str] = mapped_column(String(12))
    month: Mapped[date] = mapped_column(Date, index=True)
    unit: Mapped[str | None] = mapped_column(String(128))
    language: Mapped[str | None] = mapped_column(String(2))
    school_id: Mapped[str | None] = mapped_column(String(36))
    route: Mapped[str | None] = mapped_column(String(4))
    coverage: Mapped[str | None] = mapped_column(String(8))
    points: Mapped[int] = mapped_column(Integer)
    wait: Mapped[int | None] = mapped_column(Integer)


class Release(Base):
    """The figures of a quarter as they left the house: made once, never changed."""

    __tablename__ = "release"

    quarter: Mapped[str] = mapped_column(String(7), primary_key=True)
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    document: Mapped[bytes] = mapped_column(LargeBinary)
