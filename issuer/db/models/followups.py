"""Tables: what became of people after a period. Whose answer it is and what it was come together only by a key.

A count stands alone from its first moment: the answer's sealed value knows it, it knows no answer. So it stays when
answers and people are forgotten, and leads to nobody.
"""

from datetime import date

from sqlalchemy import CheckConstraint, Date, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from issuer.db.models.base import Base

_MOMENTS = "moment IN ('end','three','six')"


class FollowUpContact(Base):
    """How to reach somebody, given for this alone; sealed under the person's key."""

    __tablename__ = "follow_up_contact"

    person_id: Mapped[str] = mapped_column(ForeignKey("participant.person_id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class FollowUpAnswer(Base):
    """That somebody was asked, or could not be; the answer is sealed under the person's key."""

    __tablename__ = "follow_up_answer"
    __table_args__ = (CheckConstraint(_MOMENTS, name="moment"),)

    person_id: Mapped[str] = mapped_column(ForeignKey("participant.person_id"), primary_key=True)
    left_on: Mapped[date] = mapped_column(Date, primary_key=True)
    moment: Mapped[str] = mapped_column(String(8), primary_key=True)
    institution_id: Mapped[str] = mapped_column(ForeignKey("institution.id"))
    noted_on: Mapped[date] = mapped_column(Date)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class FollowUpCount(Base):
    """One answer that counts: of its time only the month, of its person nothing."""

    __tablename__ = "follow_up_count"
    __table_args__ = (
        CheckConstraint(_MOMENTS, name="moment"),
        CheckConstraint("answer IN ('study','open_work','other','not_reached')", name="answer"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    month: Mapped[date] = mapped_column(Date, index=True)
    institution_id: Mapped[str] = mapped_column(ForeignKey("institution.id"))
    moment: Mapped[str] = mapped_column(String(8))
    answer: Mapped[str] = mapped_column(String(12))
