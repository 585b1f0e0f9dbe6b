"""Tables: badges from elsewhere, own words, hidden badges, wishes to the coach, and records of all badges in one."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from issuer.db.models.base import Base, UtcTime


class HiddenBadge(Base):
    """A badge that its holder does not want to see in the own list; it stays what it is for everybody else."""

    __tablename__ = "hidden_badge"

    credential_id: Mapped[str] = mapped_column(ForeignKey("credential.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    hidden_at: Mapped[datetime] = mapped_column(UtcTime)


class OwnWords(Base):
    """A participant's own words for an application for work; the text is sealed."""

    __tablename__ = "own_words"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    changed_at: Mapped[datetime] = mapped_column(UtcTime)


class OwnWish(Base):
    """What a participant asks of the coach: a badge for what is known already, or a correction. Words are sealed."""

    __tablename__ = "own_wish"
    __table_args__ = (CheckConstraint("kind IN ('badge','correction')", name="kind"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    institution_id: Mapped[str] = mapped_column(ForeignKey("institution.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    credential_id: Mapped[str | None] = mapped_column(ForeignKey("credential.id"))
    unit_code: Mapped[str | None] = mapped_column(String(40))
    peruste_id: Mapped[str | None] = mapped_column(String(20))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    asked_at: Mapped[datetime] = mapped_column(UtcTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcTime)


class ImportedBadge(Base):
    """A badge from elsewhere; the bytes and what was read of them are sealed."""

    __tablename__ = "imported_badge"
    __table_args__ = (CheckConstraint("verdict IN ('accepted','undetermined')", name="verdict"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    verdict: Mapped[str] = mapped_column(String(12))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_bytes: Mapped[bytes] = mapped_column(LargeBinary)
    checked_at: Mapped[datetime] = mapped_column(UtcTime)


class BadgesRecord(Base):
    """All badges of a person in one signed record (CLR 2.0): the bytes to sign are stored before they are signed."""

    __tablename__ = "badges_record"
    __table_args__ = (CheckConstraint("state IN ('reserved','signed')", name="state"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    institution_id: Mapped[str] = mapped_column(ForeignKey("institution.id"))
    state: Mapped[str] = mapped_column(String(8))
    kid: Mapped[str] = mapped_column(ForeignKey("signing_key.kid"))
    tbs: Mapped[bytes] = mapped_column(LargeBinary)
    tbs_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    document: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
