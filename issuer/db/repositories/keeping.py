"""Deletes what has been kept for as long as it may be: one query for each class of data (privacy.md section 4)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, Select, and_, delete, exists, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from issuer.db.models.agreements import AgreementView
from issuer.db.models.awards import Achievement, Award, Credential, Idempotency
from issuer.db.models.coaching import (
    ConsentRecord,
    ObservationRecord,
    ParticipantRecord,
    Picture,
    Reading,
    ReadingPerson,
)
from issuer.db.models.demonstrations import Demonstration, DemonstrationVersion
from issuer.db.models.erasures import Concern, ErasureLedger
from issuer.db.models.own_access import OwnSession, Slip
from issuer.db.models.people import SignInLink, WebSession
from issuer.db.models.periods import Goal, GoalVersionRecord, Period, Talk
from issuer.db.models.trail import OutboxRow
from issuer.db.models.ways_in import Challenge
from issuer.db.repositories.forgetting import bury, forget_pointers

if TYPE_CHECKING:
    from sqlalchemy.sql.dml import ReturningDelete, ReturningUpdate


class KeepingQueries:
    """What keeping times delete, within one transaction. Each answers how many rows it took."""

    _session: Session

    def kept_on(self) -> date | None:
        """The day on which keeping times were last seen to, or None."""
        return self._session.execute(select(ErasureLedger.kept_on)).scalar_one_or_none()

    def note_kept(self, day: date) -> None:
        """Note that keeping times have been seen to on a day."""
        self._session.execute(update(ErasureLedger).values(kept_on=day))

    def forget_work(self, before: date) -> int:
        """Take the words and pictures of people whose last period ended before a day; agreed ticks stay."""
        over = _over(before)
        words = self._count(
            update(ObservationRecord)
            .where(ObservationRecord.person_id.in_(over), ObservationRecord.sealed.is_not(None))
            .values(sealed=None)
            .returning(ObservationRecord.id)
        )
        pictures = self._take(Picture.id, Picture.person_id.in_(over))
        views = self._take(AgreementView.id, AgreementView.person_id.in_(over))
        theirs = select(Period.id).where(Period.person_id.in_(over))
        talks = self._count(
            update(Talk)
            .where(Talk.period_id.in_(theirs), Talk.sealed.is_not(None))
            .values(sealed=None)
            .returning(Talk.id)
        )
        goals = select(Goal.id).where(Goal.period_id.in_(theirs))
        said = self._count(
            update(GoalVersionRecord)
            .where(GoalVersionRecord.goal_id.in_(goals), GoalVersionRecord.sealed.is_not(None))
            .values(sealed=None)
            .returning(GoalVersionRecord.goal_id)
        )
        return words + pictures + views + talks + said

    def forget_end_reviews(self, before: date) -> int:
        """Take what was said at end reviews that were held before a day."""
        old = (Talk.kind == "end", Talk.held_on < before, Talk.sealed.is_not(None))
        return self._count(update(Talk).where(*old).values(sealed=None).returning(Talk.id))

    def contacts_over(self, before: date, purposes: Sequence[str]) -> list[tuple[str, str]]:
        """(person, institution) of those whose last period ended before a day and whose contact is still kept."""
        query = (
            select(ParticipantRecord.person_id, ParticipantRecord.institution_id)
            .join(ConsentRecord, ConsentRecord.person_id == ParticipantRecord.person_id)
            .where(
                ParticipantRecord.person_id.in_(_over(before)),
                ConsentRecord.purpose.in_(purposes),
                ConsentRecord.withdrawn_at.is_(None),
            )
            .distinct()
        )
        return [(row.person_id, row.institution_id) for row in self._session.execute(query)]

    def forget_demonstrations(self, before: datetime) -> int:
        """Delete demonstrations that were planned before a moment and decided before its day, or never."""
        old = select(Demonstration.id).where(
            or_(
                and_(Demonstration.decided_on.is_not(None), Demonstration.decided_on < before.date()),
                and_(Demonstration.decided_on.is_(None), Demonstration.created_at < before),
            )
        )
        self._take(DemonstrationVersion.demonstration_id, DemonstrationVersion.demonstration_id.in_(old))
        return self._take(Demonstration.id, Demonstration.id.in_(old))

    def untaken(self, issued_before: datetime) -> list[tuple[str, str, datetime]]:
        """(badge, participant, issued) of badges that nobody has taken since a moment; receipts are for no taking."""
        query = (
            select(Credential.id, Credential.person_id, Credential.issued_at)
            .join(ParticipantRecord, ParticipantRecord.person_id == Credential.person_id)
            .join(Award, Award.id == Credential.award_id)
            .join(Achievement, Achievement.id == Award.achievement_id)
            .where(Credential.state == "issued", Credential.issued_at < issued_before, Achievement.scope != "receipt")
            .order_by(Credential.issued_at, Credential.id)
        )
        return [(row.id, row.person_id, row.issued_at) for row in self._session.execute(query)]

    def bury_badge(self, credential_id: str) -> None:
        """Forget the record of one badge; its place stays as a tombstone."""
        forget_pointers(self._session, credential_id)
        bury(self._session, select(Credential).where(Credential.id == credential_id), _award_of(credential_id))

    def forget_readings(self, before: datetime) -> int:
        """Delete readings before a moment, with the concerns about them."""
        old = select(Reading.id).where(Reading.at < before)
        self._take(Concern.id, Concern.reading_id.in_(old))
        self._take(ReadingPerson.reading_id, ReadingPerson.reading_id.in_(old))
        return self._take(Reading.id, Reading.at < before)

    def forget_slips(self, now: datetime) -> int:
        """Delete slips that work no more."""
        return self._take(Slip.person_id, Slip.works_until < now)

    def forget_sessions(self, now: datetime) -> int:
        """Delete web sessions of participants and staff that have ended."""
        return self._take(OwnSession.id_sha256, OwnSession.ends_at < now) + self._take(
            WebSession.id_sha256, WebSession.ends_at < now
        )

    def forget_questions(self, now: datetime) -> int:
        """Delete one-time links and challenges that are over."""
        return self._take(SignInLink.token_sha256, SignInLink.expires_at < now) + self._take(
            Challenge.challenge_sha256, Challenge.expires_at < now
        )

    def forget_answers(self, before: datetime) -> int:
        """Delete idempotency keys made before a moment."""
        return self._take(Idempotency.key, Idempotency.created_at < before)

    def forget_effects(self, before: datetime) -> int:
        """Delete effects that were done before a moment."""
        return self._take(OutboxRow.id, and_(OutboxRow.done_at.is_not(None), OutboxRow.done_at < before))

    def _take(self, column: "InstrumentedAttribute[object]", where: ColumnElement[bool]) -> int:
        return self._count(delete(column.class_).where(where).returning(column))

    def _count(self, statement: "ReturningDelete[object] | ReturningUpdate[str]") -> int:
        quietly = statement.execution_options(synchronize_session=False)
        return len(self._session.execute(quietly).all())


def _over(before: date) -> Select[str]:
    """People all of whose periods ended before a day, and who were in none since."""
    still = exists().where(
        Period.person_id == ParticipantRecord.person_id,
        or_(Period.state != "ended", Period.ends_on.is_(None), Period.ends_on >= before),
    )
    last = exists().where(Period.person_id == ParticipantRecord.person_id)
    return select(ParticipantRecord.person_id).where(last, ~still)


def _award_of(credential_id: str) -> Select[Award]:
    award = select(Credential.award_id).where(Credential.id == credential_id)
    return select(Award).where(Award.id == award.scalar_subquery())
