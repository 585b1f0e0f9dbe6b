"""Tables: cases at a school with their badges, receipts and acts of the learner. What is personal is sealed.

A case has a key of its own in the store of persons' keys, under the case's id: destroying it erases the case.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, Float, ForeignKey, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from issuer.db.models.base import Base, UtcTime


class RecognitionCase(Base):
    """One person's wish to have competence recognised in one unit at one school; `version` grows with each change.

    Plain columns hold codes, days and counts, from which figures are made; they stay when the case is forgotten.
    """

    __tablename__ = "recognition_case"
    __table_args__ = (
        CheckConstraint("way IN ('sent','scan')", name="way"),
        CheckConstraint("state IN ('new','in_work','waiting','decided','withdrawn')", name="state"),
        CheckConstraint("route IN ('0001','0002','0003')", name="route"),
        CheckConstraint("coverage IN ('whole','part','refused')", name="coverage"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    ref: Mapped[str] = mapped_column(String(24), unique=True)
    school_id: Mapped[str] = mapped_column(ForeignKey("institution.id"), index=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    way: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(12))
    version: Mapped[int] = mapped_column(Integer)
    unit_code: Mapped[str | None] = mapped_column(String(64))
    peruste_id: Mapped[str | None] = mapped_column(String(64))
    asked_at: Mapped[datetime] = mapped_column(UtcTime)
    answer_by: Mapped[date] = mapped_column(Date)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcTime)
    assigned_to: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    changed_at: Mapped[datetime] = mapped_column(UtcTime)
    changed_by: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    first_decider_id: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    first_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    decider_id: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcTime)
    decision_sha256: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    route: Mapped[str | None] = mapped_column(String(4))
    coverage: Mapped[str | None] = mapped_column(String(8))
    accepted: Mapped[int | None] = mapped_column(Integer)
    in_part: Mapped[int | None] = mapped_column(Integer)
    not_accepted: Mapped[int | None] = mapped_column(Integer)
    points: Mapped[float | None] = mapped_column(Float)
    correct_by: Mapped[date | None] = mapped_column(Date)
    tell_provider: Mapped[bool] = mapped_column(default=False)
    link_sha256: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    forget_on: Mapped[date | None] = mapped_column(Date, index=True)
    decision_number: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    correction_at: Mapped[datetime | None] = mapped_column(UtcTime)
    first_decided_at: Mapped[datetime | None] = mapped_column(UtcTime)
    result_due: Mapped[date | None] = mapped_column(Date)
    assessed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    counted_at: Mapped[datetime | None] = mapped_column(UtcTime)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class RecognitionBadge(Base):
    """A badge of a case: its bytes as received, sealed under the case's key."""

    __tablename__ = "recognition_badge"
    __table_args__ = (UniqueConstraint("case_id", "document_sha256", name="uq_recognition_badge"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("recognition_case.id"), index=True)
    credential_id: Mapped[str | None] = mapped_column(ForeignKey("credential.id"))
    document_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    way: Mapped[str] = mapped_column(String(8))
    added_at: Mapped[datetime] = mapped_column(UtcTime)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class RecognitionNote(Base):
    """What happened beside the decision: the learner asked for a correction, the school answered."""

    __tablename__ = "recognition_note"
    __table_args__ = (CheckConstraint("kind IN ('correction','answer')", name="kind"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("recognition_case.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime] = mapped_column(UtcTime)
    staff_id: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class FormerDecision(Base):
    """A decision that was opened again: what it was, in codes and days; its words stay sealed under the case's key."""

    __tablename__ = "recognition_former"

    case_id: Mapped[str] = mapped_column(ForeignKey("recognition_case.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    first_decider_id: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    decider_id: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime] = mapped_column(UtcTime)
    decision_sha256: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    route: Mapped[str | None] = mapped_column(String(4))
    coverage: Mapped[str] = mapped_column(String(8))
    accepted: Mapped[int] = mapped_column(Integer)
    in_part: Mapped[int] = mapped_column(Integer)
    not_accepted: Mapped[int] = mapped_column(Integer)
    points: Mapped[float | None] = mapped_column(Float)
    assessed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    opened_at: Mapped[datetime] = mapped_column(UtcTime)
    opened_by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    replaced_at: Mapped[datetime | None] = mapped_column(UtcTime)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class DemonstrationResult(Base):
    """What came of the demonstration that a decision led to; without `confirmed_at` it is still being written."""

    __tablename__ = "recognition_result"
    __table_args__ = (CheckConstraint("result IN ('passed','not_passed','not_held')", name="result"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("recognition_case.id"), index=True)
    number: Mapped[int] = mapped_column(Integer)
    result: Mapped[str] = mapped_column(String(12))
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    saved_at: Mapped[datetime] = mapped_column(UtcTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    sha256: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class RecognitionReceipt(Base):
    """The receipt of one decision of a case; `superseded_at` once another decision has taken its place."""

    __tablename__ = "recognition_receipt"
    __table_args__ = (UniqueConstraint("case_id", "decision_number", name="uq_recognition_receipt_decision"),)

    credential_id: Mapped[str] = mapped_column(ForeignKey("credential.id"), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("recognition_case.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    decision_number: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    superseded_at: Mapped[datetime | None] = mapped_column(UtcTime)


class ReceiptEndorsement(Base):
    """The endorsement of one badge of a receipt; sealed under the key of the learner's own record, like the receipt."""

    __tablename__ = "recognition_endorsement"

    credential_id: Mapped[str] = mapped_column(ForeignKey("credential.id"), primary_key=True)
    place: Mapped[int] = mapped_column(Integer, primary_key=True)
    tbs: Mapped[bytes | None] = mapped_column(LargeBinary)
    tbs_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    signed: Mapped[bytes | None] = mapped_column(LargeBinary)


class RecognitionRules(Base):
    """How a school works: who decides, by when it answers, how a correction is asked for. Nothing of a learner."""

    __tablename__ = "recognition_rules"
    __table_args__ = (CheckConstraint("deciders IN (1, 2)", name="deciders"),)

    school_id: Mapped[str] = mapped_column(ForeignKey("institution.id"), primary_key=True)
    deciders: Mapped[int] = mapped_column(Integer)
    answer_days: Mapped[int] = mapped_column(Integer)
    correction_days: Mapped[int] = mapped_column(Integer)
    oid: Mapped[str | None] = mapped_column(String(60))
    help_text: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(UtcTime)
