"""Tables: questions of schools to providers with their answers, and nameless uses of badges.

All words of a question are sealed under two keys, the case's inside the participant's: the end of either ends them.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from issuer.db.models.base import Base, UtcTime


class CaseQuestion(Base):
    """A question about one requirement of a case and one badge; `tbs` and `document` are those of the signed answer.

    Who did not want to answer stands nowhere: `closed` is one state for all.
    """

    __tablename__ = "case_question"
    __table_args__ = (CheckConstraint("state IN ('asked','answered','released','closed')", name="state"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("recognition_case.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    provider_id: Mapped[str] = mapped_column(ForeignKey("institution.id"), index=True)
    credential_id: Mapped[str] = mapped_column(ForeignKey("credential.id"), index=True)
    state: Mapped[str] = mapped_column(String(12))
    revision: Mapped[int] = mapped_column(Integer)
    asked_by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcTime)
    answer_by: Mapped[date] = mapped_column(Date)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    answered_by: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcTime)
    sealed_answer: Mapped[bytes | None] = mapped_column(LargeBinary)
    kid: Mapped[str | None] = mapped_column(String(300))
    tbs: Mapped[bytes | None] = mapped_column(LargeBinary)
    tbs_sha256: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    proof_created_at: Mapped[datetime | None] = mapped_column(UtcTime)
    document: Mapped[bytes | None] = mapped_column(LargeBinary)
    settled_at: Mapped[datetime | None] = mapped_column(UtcTime)


class BadgeUse(Base):
    """A school accepted something by a badge whose holder lets the provider know: the provider and the month alone."""

    __tablename__ = "badge_use"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    provider_id: Mapped[str] = mapped_column(ForeignKey("institution.id"), index=True)
    month: Mapped[date] = mapped_column(Date, index=True)
