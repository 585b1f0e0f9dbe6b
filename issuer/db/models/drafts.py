"""Tables: drafts of badges, what a reviewer last saw of one, and withdrawals for cause while they are heard."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from issuer.db.models.base import Base, UtcTime

DRAFT_STATES = "'open','accepted','in_review','returned','approved','issued','dropped'"
CASE_STATES = "'open','decided','dropped'"


class BadgeDraft(Base):
    """A draft; `sealed` is its content under the person's key, `digest` the SHA-256 of that content."""

    __tablename__ = "badge_draft"
    __table_args__ = (
        CheckConstraint(f"state IN ({DRAFT_STATES})", name="state"),
        CheckConstraint("scope IN ('group','part','unit','generic')", name="scope"),
        Index("ix_badge_draft_waiting", "institution_id", "state"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    institution_id: Mapped[str] = mapped_column(ForeignKey("institution.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    drafter_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    state: Mapped[str] = mapped_column(String(12))
    scope: Mapped[str] = mapped_column(String(8))
    unit_code: Mapped[str | None] = mapped_column(String(40))
    peruste_id: Mapped[str | None] = mapped_column(String(20))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    accepted_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    accepted_at: Mapped[datetime | None] = mapped_column(UtcTime)
    accepted_way: Mapped[str | None] = mapped_column(String(8))
    consents: Mapped[str] = mapped_column(Text)
    reviewer_id: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    return_reason: Mapped[str | None] = mapped_column(String(16))
    sealed_return: Mapped[bytes | None] = mapped_column(LargeBinary)
    credential_id: Mapped[str | None] = mapped_column(String(36), unique=True)
    replaces: Mapped[str | None] = mapped_column(String(36))
    revision: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    changed_at: Mapped[datetime] = mapped_column(UtcTime)


class DraftLook(Base):
    """What one member of staff saw of a draft when last looking: the content is sealed under the person's key."""

    __tablename__ = "draft_look"

    draft_id: Mapped[str] = mapped_column(ForeignKey("badge_draft.id", ondelete="CASCADE"), primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(UtcTime)


class WithdrawalCase(Base):
    """A withdrawal for cause: grounds and answer are sealed; the badge is "being checked" until `checked_until`."""

    __tablename__ = "withdrawal_case"
    __table_args__ = (
        CheckConstraint(f"state IN ({CASE_STATES})", name="state"),
        Index("ix_withdrawal_case_credential", "credential_id", "state"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    credential_id: Mapped[str] = mapped_column(ForeignKey("credential.id"))
    institution_id: Mapped[str] = mapped_column(ForeignKey("institution.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    state: Mapped[str] = mapped_column(String(8))
    marked: Mapped[bool] = mapped_column()
    opened_by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    opened_at: Mapped[datetime] = mapped_column(UtcTime)
    checked_until: Mapped[datetime] = mapped_column(UtcTime)
    sealed_grounds: Mapped[bytes] = mapped_column(LargeBinary)
    heard_at: Mapped[datetime | None] = mapped_column(UtcTime)
    sealed_answer: Mapped[bytes | None] = mapped_column(LargeBinary)
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcTime)
