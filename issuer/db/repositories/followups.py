"""Queries: who lets us ask and has left, their answers, and nameless counts."""

from collections import Counter
from collections.abc import Collection
from datetime import date

from sqlalchemy import case, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from issuer.db.models.coaching import ConsentRecord, ParticipantRecord
from issuer.db.models.followups import FollowUpAnswer, FollowUpContact, FollowUpCount
from issuer.db.models.people import Person
from issuer.db.models.periods import Period
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.follow_up import Answer, Leaver, Moment, Noted
from issuer.domain.participant import Purpose


class FollowUpRepository:
    """Within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def leavers(self, today: date, institution_id: str | None = None) -> list[Leaver]:
        """People all of whose periods have ended and whose permission is in force, by number; of one house or all."""
        still = func.sum(case((Period.state == "ended", 0), else_=1))
        query = (
            select(
                ParticipantRecord.person_id,
                ParticipantRecord.institution_id,
                ParticipantRecord.number,
                func.max(Period.ends_on),
                ConsentRecord.given_at,
                ConsentRecord.text_version,
            )
            .join(Person, Person.id == ParticipantRecord.person_id)
            .join(Period, Period.person_id == ParticipantRecord.person_id)
            .join(ConsentRecord, ConsentRecord.person_id == ParticipantRecord.person_id)
            .where(
                Person.erased_at.is_(None),
                ConsentRecord.purpose == Purpose.FOLLOW_UP.value,
                ConsentRecord.withdrawn_at.is_(None),
                or_(ConsentRecord.until.is_(None), ConsentRecord.until >= today),
            )
            .group_by(
                ParticipantRecord.person_id,
                ParticipantRecord.institution_id,
                ParticipantRecord.number,
                ConsentRecord.given_at,
                ConsentRecord.text_version,
            )
            .having(still == 0)
            .order_by(ParticipantRecord.institution_id, ParticipantRecord.number)
        )
        if institution_id is not None:
            query = query.where(ParticipantRecord.institution_id == institution_id)
        return [
            Leaver(
                person_id=row[0],
                institution_id=row[1],
                number=row[2],
                left_on=row[3],
                given_on=helsinki_day(row[4]),
                text_version=row[5],
            )
            for row in self._session.execute(query)
            if row[3] is not None
        ]

    def done(self, institution_id: str | None = None) -> dict[tuple[str, date], set[Moment]]:
        """What was noted, by person and last day of the last period."""
        query = select(FollowUpAnswer.person_id, FollowUpAnswer.left_on, FollowUpAnswer.moment)
        if institution_id is not None:
            query = query.where(FollowUpAnswer.institution_id == institution_id)
        found: dict[tuple[str, date], set[Moment]] = {}
        for person_id, left_on, moment in self._session.execute(query):
            found.setdefault((person_id, left_on), set()).add(Moment(moment))
        return found

    def noted(self, institution_id: str, since: date) -> list[Noted]:
        """Answers of an institution noted on or after a day, newest first."""
        query = (
            select(FollowUpAnswer)
            .where(FollowUpAnswer.institution_id == institution_id, FollowUpAnswer.noted_on >= since)
            .order_by(FollowUpAnswer.noted_on.desc(), FollowUpAnswer.person_id, FollowUpAnswer.moment)
        )
        return [_noted(one) for one in self._session.execute(query).scalars()]

    def answer(self, person_id: str, left_on: date, moment: Moment) -> Noted | None:
        """One answer, or None."""
        row = self._session.get(FollowUpAnswer, (person_id, left_on, moment.value))
        return _noted(row) if row is not None else None

    def add(self, row: Noted) -> None:
        """Insert an answer."""
        values = {name: getattr(row, name) for name in Noted.__slots__} | {"moment": row.moment.value}
        self._session.execute(insert(FollowUpAnswer).values(values))

    def change(self, row: Noted) -> None:
        """Keep what an answer was anew; its day stays."""
        table = FollowUpAnswer
        this = (table.person_id == row.person_id, table.left_on == row.left_on, table.moment == row.moment.value)
        self._session.execute(update(table).where(*this).values(sealed=row.sealed))

    def count(self, count_id: str, institution_id: str, month: date, moment: Moment, answer: Answer) -> None:
        """Insert a nameless count."""
        values = {"id": count_id, "institution_id": institution_id, "month": month}
        self._session.execute(insert(FollowUpCount).values(**values, moment=moment.value, answer=answer.value))

    def count_as(self, count_id: str, answer: Answer) -> None:
        """Let a count stand for another answer."""
        self._session.execute(update(FollowUpCount).where(FollowUpCount.id == count_id).values(answer=answer.value))

    def counts(self, begin: date, end: date, institution_id: str | None = None) -> Counter[tuple[Moment, Answer]]:
        """Count answers from the month that begins on `begin` to before `end`; of one institution or all."""
        table = FollowUpCount
        query = (
            select(table.moment, table.answer, func.count())
            .where(table.month >= begin, table.month < end)
            .group_by(table.moment, table.answer)
        )
        if institution_id is not None:
            query = query.where(table.institution_id == institution_id)
        return Counter({(Moment(row[0]), Answer(row[1])): row[2] for row in self._session.execute(query)})

    def set_contact(self, person_id: str, sealed: bytes) -> None:
        """Keep how to reach a person, instead of what was kept before."""
        self._session.execute(delete(FollowUpContact).where(FollowUpContact.person_id == person_id))
        self._session.execute(insert(FollowUpContact).values(person_id=person_id, sealed=sealed))

    def contacts(self, person_ids: Collection[str]) -> dict[str, bytes]:
        """How to reach these people, sealed, where they gave it."""
        query = select(FollowUpContact).where(FollowUpContact.person_id.in_(sorted(person_ids)))
        return {row.person_id: row.sealed for row in self._session.execute(query).scalars()}

    def forget(self, person_id: str) -> None:
        """Delete contact and answers of a person; counts stay."""
        for table in (FollowUpContact, FollowUpAnswer):
            self._session.execute(delete(table).where(table.person_id == person_id))

    def forget_before(self, left_before: date, *, but: Collection[str]) -> int:
        """Delete answers about periods that ended before a day, but not of these people; return how many."""
        table = FollowUpAnswer
        old = (table.left_on < left_before, table.person_id.not_in(sorted(but)))
        gone = delete(table).where(*old).returning(table.person_id)
        return len(self._session.execute(gone).all())


def _noted(row: FollowUpAnswer) -> Noted:
    values = {name: getattr(row, name) for name in Noted.__slots__}
    return Noted(**values | {"moment": Moment(row.moment)})
