"""Tables: status lists, their shuffled pool and set bits, and every other document that we sign and publish."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from issuer.db.models.base import Base, UtcTime


class StatusList(Base):
    """One list of an issuer. `revision` counts changes, `published_revision` those that the public can see."""

    __tablename__ = "status_list"
    __table_args__ = (CheckConstraint("state IN ('open','closed','final')", name="state"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    institution_id: Mapped[str] = mapped_column(ForeignKey("institution.id"), index=True)
    size: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(8))
    revision: Mapped[int] = mapped_column(Integer)
    published_revision: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class IndexPool(Base):
    """Places not yet given out, in shuffled order: the lowest `place` goes next and never comes back."""

    __tablename__ = "index_pool"
    __table_args__ = (
        UniqueConstraint("list_id", "idx", name="uq_index_pool_place"),
        Index("ix_index_pool_list", "list_id", "place"),
    )

    place: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    list_id: Mapped[str] = mapped_column(ForeignKey("status_list.id"))
    idx: Mapped[int] = mapped_column(Integer)


class StatusBit(Base):
    """A set bit: a withdrawn badge or a decoy, which nobody outside can tell apart (privacy.md PN4)."""

    __tablename__ = "status_bit"

    list_id: Mapped[str] = mapped_column(ForeignKey("status_list.id"), primary_key=True)
    idx: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    reason: Mapped[int] = mapped_column(Integer)
    month: Mapped[int] = mapped_column(Integer)
    decoy: Mapped[bool] = mapped_column()


class Publication(Base):
    """A signed public document other than a badge. Bytes to sign are stored before they are signed."""

    __tablename__ = "publication"
    __table_args__ = (
        UniqueConstraint("kind", "name", "revision", name="uq_publication_revision"),
        CheckConstraint("state IN ('reserved','public')", name="state"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    institution_id: Mapped[str] = mapped_column(ForeignKey("institution.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(80))
    revision: Mapped[int] = mapped_column(Integer)
    content_revision: Mapped[int] = mapped_column(Integer)
    kid: Mapped[str] = mapped_column(ForeignKey("signing_key.kid"))
    state: Mapped[str] = mapped_column(String(8))
    tbs: Mapped[bytes] = mapped_column(LargeBinary)
    tbs_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    document: Mapped[bytes | None] = mapped_column(LargeBinary)
    valid_from: Mapped[datetime] = mapped_column(UtcTime)
    valid_until: Mapped[datetime | None] = mapped_column(UtcTime)
