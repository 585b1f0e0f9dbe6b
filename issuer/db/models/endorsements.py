"""Tables: endorsements of learning environments, where a badge of a case was earned, and the registry of institutions.

Nothing here is about a person but `told_place`, which goes with the badge of the case that it belongs to.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from issuer.db.models.base import Base, UtcTime


class Endorsement(Base):
    """A school's signed statement about a published environment. `document` are the public bytes before the proof."""

    __tablename__ = "endorsement"
    __table_args__ = (UniqueConstraint("list_id", "idx", name="uq_endorsement_place"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    act_id: Mapped[str] = mapped_column(String(36), index=True)
    school_id: Mapped[str] = mapped_column(ForeignKey("institution.id"), index=True)
    report_id: Mapped[str] = mapped_column(ForeignKey("recognition_report.id"), index=True)
    subject_id: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_until: Mapped[date] = mapped_column(Date)
    comment: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(2))
    list_id: Mapped[str] = mapped_column(ForeignKey("status_list.id"))
    idx: Mapped[int] = mapped_column(Integer)
    document: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    made_by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    ended_on: Mapped[date | None] = mapped_column(Date)


class ToldPlace(Base):
    """The holder let a school know in which recognised environment a badge of the case was earned."""

    __tablename__ = "told_place"

    badge_id: Mapped[str] = mapped_column(ForeignKey("recognition_badge.id", ondelete="CASCADE"), primary_key=True)
    report_id: Mapped[str] = mapped_column(ForeignKey("recognition_report.id"))


class ListedInstitution(Base):
    """An institution of elsewhere on our trust list, by its DID; `content` is what the list says of it, as JSON."""

    __tablename__ = "listed_institution"

    did: Mapped[str] = mapped_column(String(255), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    ended_on: Mapped[date | None] = mapped_column(Date)
    changed_at: Mapped[datetime] = mapped_column(UtcTime)


class TrustChange(Base):
    """A change to the trust list that one person proposed and another one must confirm."""

    __tablename__ = "trust_change"
    __table_args__ = (
        CheckConstraint("kind IN ('add','end','import')", name="kind"),
        CheckConstraint("state IN ('waiting','done','dropped')", name="state"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(8), index=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    proposed_by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    proposed_at: Mapped[datetime] = mapped_column(UtcTime)
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcTime)


class TrustListVersion(Base):
    """A version of our trust list that said something new, as it was published."""

    __tablename__ = "trust_list_version"

    version: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    content_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    document: Mapped[bytes] = mapped_column(LargeBinary)
    published_at: Mapped[datetime] = mapped_column(UtcTime)


class ImportedTrustList(Base):
    """The list of another installation, as it was last accepted; `keys` are pinned by us, one Multikey a line."""

    __tablename__ = "imported_trust_list"

    url: Mapped[str] = mapped_column(String(255), primary_key=True)
    keys: Mapped[str] = mapped_column(Text)
    document: Mapped[bytes] = mapped_column(LargeBinary)
    stored_at: Mapped[datetime] = mapped_column(UtcTime)
    refused_at: Mapped[datetime | None] = mapped_column(UtcTime)
    refused_for: Mapped[str | None] = mapped_column(String(40))
    ended_on: Mapped[date | None] = mapped_column(Date)
