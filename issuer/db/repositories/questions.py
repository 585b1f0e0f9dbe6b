"""Queries: questions of schools to providers with their answers, and nameless uses of badges."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, delete, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session

from issuer.db.models import awards
from issuer.db.models import questions as tables
from issuer.db.models.recognition import RecognitionBadge, RecognitionCase
from issuer.domain.errors import NotFoundError
from issuer.domain.question import WAITING, QuestionState
from issuer.domain.recognition import OPEN
from issuer.domain.unit_ref import UnitRef

_OPEN_CASES = tuple(sorted(state.value for state in OPEN))
_WAITING = tuple(sorted(state.value for state in WAITING))
# The case is open, and the badge that is asked about is still in it.
_LIVING = RecognitionCase.state.in_(_OPEN_CASES) & exists().where(
    RecognitionBadge.case_id == tables.CaseQuestion.case_id,
    RecognitionBadge.credential_id == tables.CaseQuestion.credential_id,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRow:
    """A question in codes and days; the sealed columns open with the keys of case and participant together."""

    id: str
    ref: str
    case_id: str
    person_id: str
    provider_id: str
    credential_id: str
    state: QuestionState
    revision: int
    asked_by: str
    asked_at: datetime
    answer_by: date
    sealed: bytes
    answered_by: str | None = None
    answered_at: datetime | None = None
    sealed_answer: bytes | None = None
    kid: str | None = None
    tbs: bytes | None = None
    tbs_sha256: bytes | None = None
    proof_created_at: datetime | None = None
    document: bytes | None = None
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedBadge:
    """Behind a badge of ours: the participant, the provider that answers, and the unit that it is about."""

    person_id: str
    provider_id: str
    unit: UnitRef | None


class QuestionRepository:
    """Within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, row: QuestionRow) -> None:
        """Insert a question."""
        values = {name: getattr(row, name) for name in QuestionRow.__slots__} | {"state": row.state.value}
        self._session.execute(insert(tables.CaseQuestion).values(values))

    def get(self, question_id: str) -> QuestionRow | None:
        """A question by its inner id, or None."""
        row = self._session.get(tables.CaseQuestion, question_id, populate_existing=True)
        return _row(row) if row is not None else None

    def of_case(self, case_id: str) -> list[QuestionRow]:
        """The questions of a case, oldest first."""
        table = tables.CaseQuestion
        query = select(table).where(table.case_id == case_id).order_by(table.asked_at, table.id)
        return self._rows(query)

    def of_case_by_ref(self, ref: str, case_id: str) -> QuestionRow:
        """One question of a case. Raises NotFoundError."""
        table = tables.CaseQuestion
        return self._one(select(table).where(table.ref == ref, table.case_id == case_id))

    def of_person(self, ref: str, person_id: str) -> QuestionRow:
        """One question about a participant. Raises NotFoundError."""
        table = tables.CaseQuestion
        return self._one(select(table).where(table.ref == ref, table.person_id == person_id))

    def of_provider(self, ref: str, provider_id: str) -> QuestionRow:
        """One question to a provider about a badge of an open case. Raises NotFoundError."""
        table = tables.CaseQuestion
        return self._one(self._asked(provider_id).where(table.ref == ref))

    def asked(self, provider_id: str, *, today: date) -> list[QuestionRow]:
        """Questions that a provider may still answer, the one with the nearest day first."""
        table = tables.CaseQuestion
        query = self._asked(provider_id).where(table.state == QuestionState.ASKED.value, table.answer_by >= today)
        return self._rows(query.order_by(table.answer_by, table.asked_at, table.id))

    def before_person(self, person_id: str) -> list[QuestionRow]:
        """Answers about a participant to which neither yes nor no was said, in open cases, oldest first."""
        table = tables.CaseQuestion
        query = (
            select(table)
            .join(RecognitionCase, RecognitionCase.id == table.case_id)
            .where(
                table.person_id == person_id,
                RecognitionCase.person_id == person_id,
                _LIVING,
                table.state == QuestionState.ANSWERED.value,
            )
            .order_by(table.asked_at, table.id)
        )
        return self._rows(query)

    def change(self, row: QuestionRow, **values: object) -> bool:
        """Change a question if it is still as `row` says; False when somebody was faster or it is gone."""
        if isinstance(state := values.get("state"), QuestionState):
            values["state"] = state.value
        table = tables.CaseQuestion
        query = (
            update(table)
            .where(table.id == row.id, table.revision == row.revision)
            .values(revision=row.revision + 1, **values)
            .returning(table.id)
        )
        return self._session.execute(query).scalar_one_or_none() is not None

    def close(self, row: QuestionRow, *, now: datetime) -> bool:
        """End a question without an answer for the school: what was written and signed goes; False as `change`."""
        gone = dict.fromkeys(("sealed_answer", "kid", "tbs", "tbs_sha256", "proof_created_at", "document"))
        return self.change(row, state=QuestionState.CLOSED, settled_at=now, **gone)

    def unsigned(self, limit: int = 50) -> list[QuestionRow]:
        """Answers without a signature, the oldest first."""
        table = tables.CaseQuestion
        query = select(table).where(table.tbs.is_not(None), table.document.is_(None)).order_by(table.answered_at)
        return self._rows(query.limit(limit))

    def overdue(self, today: date) -> list[QuestionRow]:
        """Questions that nobody settled by their day, in open cases."""
        table = tables.CaseQuestion
        query = (
            select(table)
            .join(RecognitionCase, RecognitionCase.id == table.case_id)
            .where(table.state.in_(_WAITING), table.answer_by < today, _LIVING)
        )
        return self._rows(query.order_by(table.asked_at))

    def left_over(self) -> list[QuestionRow]:
        """Questions that wait in cases that are over, or about badges that were taken out."""
        table = tables.CaseQuestion
        query = (
            select(table)
            .join(RecognitionCase, RecognitionCase.id == table.case_id)
            .where(table.state.in_(_WAITING), ~_LIVING)
        )
        return self._rows(query)

    def behind(self, credential_id: str) -> AskedBadge | None:
        """Who stands behind a badge of ours that was given to a participant of a provider; None for any other."""
        award, achievement, credential = awards.Award, awards.Achievement, awards.Credential
        query = (
            select(
                credential.person_id,
                award.provider_id,
                award.institution_id,
                achievement.unit_code,
                achievement.peruste_id,
                achievement.scope,
            )
            .join(award, award.id == credential.award_id)
            .join(achievement, achievement.id == award.achievement_id)
            .where(credential.id == credential_id)
        )
        row = self._session.execute(query).one_or_none()
        if row is None or row.scope == "receipt":
            return None
        unit = UnitRef(row.unit_code, row.peruste_id) if row.unit_code and row.peruste_id else None
        provider_id = row.provider_id or row.institution_id
        return AskedBadge(person_id=row.person_id, provider_id=provider_id, unit=unit)

    def settled(self, school_id: str, *, today: date) -> int:
        """How many of a school's open cases have a question that is settled, with an answer or without one."""
        table, case = tables.CaseQuestion, RecognitionCase
        query = (
            select(func.count(case.id.distinct()))
            .join(table, table.case_id == case.id)
            .where(
                case.school_id == school_id,
                case.state.in_(_OPEN_CASES),
                or_(table.state.not_in(_WAITING), table.answer_by < today),
            )
        )
        return self._session.execute(query).scalar_one()

    def note_use(self, provider_id: str, month: date) -> None:
        """Write that a badge was used: no person, badge, school, unit or day."""
        values = {"id": str(uuid.uuid4()), "provider_id": provider_id, "month": month}
        self._session.execute(insert(tables.BadgeUse).values(values))

    def uses(self, provider_id: str, begin: date, end: date) -> int:
        """How often a provider's badges were used from one month to before another."""
        use = tables.BadgeUse
        query = select(func.count()).where(use.provider_id == provider_id, use.month >= begin, use.month < end)
        return self._session.execute(query).scalar_one()

    def forget_uses(self, before: date) -> int:
        """Delete uses of months before a day; return how many."""
        use = tables.BadgeUse
        gone = delete(use).where(use.month < before).returning(use.id).execution_options(synchronize_session=False)
        return len(self._session.execute(gone).all())

    def _asked(self, provider_id: str) -> Select[tables.CaseQuestion]:
        table, case = tables.CaseQuestion, RecognitionCase
        return select(table).join(case, case.id == table.case_id).where(table.provider_id == provider_id, _LIVING)

    def _rows(self, query: Select[tables.CaseQuestion]) -> list[QuestionRow]:
        return [_row(row) for row in self._session.execute(query).scalars()]

    def _one(self, query: Select[tables.CaseQuestion]) -> QuestionRow:
        row = self._session.execute(query).scalar_one_or_none()
        if row is None:
            raise NotFoundError("question")
        return _row(row)


def _row(row: tables.CaseQuestion) -> QuestionRow:
    plain = {name: getattr(row, name) for name in QuestionRow.__slots__ if name != "state"}
    return QuestionRow(state=QuestionState(row.state), **plain)
