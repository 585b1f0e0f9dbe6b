"""Queries: cases at a school with badges, receipts and notes; a case changes only from the version one has read."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, delete, insert, not_, or_, select, update
from sqlalchemy import case as sql_case
from sqlalchemy.orm import Session

from issuer.db.models import awards
from issuer.db.models import recognition as tables
from issuer.db.models.coaching import ParticipantRecord
from issuer.db.models.questions import CaseQuestion
from issuer.db.repositories.recognition_again import AgainQueries
from issuer.db.repositories.recognition_receipts import ReceiptQueries
from issuer.domain.errors import ConflictError, NotFoundError
from issuer.domain.recognition import OPEN, CaseState
from issuer.domain.recognition_terms import SchoolRules
from issuer.domain.unit_ref import UnitRef

_OPEN = sorted(state.value for state in OPEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """A case in codes and days; `sealed` opens with the case's own key.

    Attributes:
        ref: stands in addresses, random.
        person_id: a participant of this installation, if it is known whose badge it is.
        way: sent by its holder, or opened by a scan at the school.
        version: grows with each change.
        first_decider_id: where the school wants two: who has confirmed `first_digest` already.
        link_sha256: of the token of the learner's link to the decision.
        decision_number: of the decision that holds, or of the coming one where the case was opened again.
        correction_at: when its learner asked for a correction that nobody has answered yet.
        first_decided_at: of a case that was opened again: when it was decided first.
        result_due: last day of the demonstration whose result is still to come.
        assessed_at: when that result was recorded.
        counted_at: when it began to count in figures; None while nothing is settled.
    """

    id: str
    ref: str
    school_id: str
    person_id: str | None
    way: str
    state: CaseState
    version: int
    unit: UnitRef | None
    asked_at: datetime
    answer_by: date
    reminded_at: datetime | None
    assigned_to: str | None
    changed_at: datetime
    changed_by: str | None
    first_decider_id: str | None
    first_digest: bytes | None
    decider_id: str | None
    decided_at: datetime | None
    decision_sha256: bytes | None
    route: str | None
    coverage: str | None
    accepted: int | None
    in_part: int | None
    not_accepted: int | None
    points: float | None
    correct_by: date | None
    tell_provider: bool
    link_sha256: bytes | None
    forget_on: date | None
    sealed: bytes | None
    decision_number: int = 1
    correction_at: datetime | None = None
    first_decided_at: datetime | None = None
    result_due: date | None = None
    assessed_at: datetime | None = None
    counted_at: datetime | None = None

    @property
    def is_again(self) -> bool:
        """Tell whether a decided case was opened again and waits for another decision; the former one holds."""
        return self.state in OPEN and self.decided_at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseBadge:
    """A badge of a case; `sealed` holds its bytes as received."""

    id: str
    case_id: str
    credential_id: str | None
    document_sha256: bytes
    way: str
    added_at: datetime
    sealed: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseNote:
    """Something that happened beside the decision; `sealed` opens with the case's key."""

    id: str
    case_id: str
    kind: str
    at: datetime
    staff_id: str | None
    sealed: bytes


class RecognitionRepository(ReceiptQueries, AgainQueries):
    """Cases within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, row: CaseRow) -> None:
        """Insert a case."""
        self._session.execute(insert(tables.RecognitionCase).values(_values(row)))

    def change(self, row: CaseRow, *, seen: int) -> None:
        """Store a case that stood at version `seen`. Raises ConflictError when somebody was faster."""
        values = _values(row)
        done = self._session.execute(
            update(tables.RecognitionCase)
            .where(tables.RecognitionCase.id == row.id, tables.RecognitionCase.version == seen)
            .values(values)
            .returning(tables.RecognitionCase.id)
        ).scalar_one_or_none()
        if done is None:
            raise ConflictError(code="recognition.changed")

    def of_school(self, ref: str, school_id: str) -> CaseRow:
        """One case of a school by what stands in its address. Raises NotFoundError."""
        case = tables.RecognitionCase
        return self._one(case.ref == ref, case.school_id == school_id)

    def of_person(self, ref: str, person_id: str) -> CaseRow:
        """One case of a participant. Raises NotFoundError."""
        case = tables.RecognitionCase
        return self._one(case.ref == ref, case.person_id == person_id)

    def by_link(self, link_sha256: bytes) -> CaseRow | None:
        """The decided case behind a learner's link, or None."""
        query = select(tables.RecognitionCase).where(tables.RecognitionCase.link_sha256 == link_sha256)
        row = self._session.execute(query).scalar_one_or_none()
        return _case(row) if row is not None else None

    def get(self, case_id: str) -> CaseRow:
        """One case by its inner id. Raises NotFoundError."""
        return self._one(tables.RecognitionCase.id == case_id)

    def inbox(self, school_id: str, *, closed: bool, today: date) -> list[CaseRow]:
        """A school's cases that wait for it, or those that are over; oldest first.

        A decided case waits again when a correction is asked for, and when its demonstration is over.
        """
        case = tables.RecognitionCase
        waits = or_(case.state.in_(_OPEN), _waits_again(today))
        query = (
            select(case)
            .where(case.school_id == school_id, not_(waits) if closed else waits)
            .order_by(case.asked_at, case.id)
        )
        return [_case(row) for row in self._session.execute(query).scalars()]

    def cases_of(self, person_id: str) -> list[CaseRow]:
        """A participant's cases, newest first."""
        case = tables.RecognitionCase
        query = select(case).where(case.person_id == person_id).order_by(case.asked_at.desc(), case.id)
        return [_case(row) for row in self._session.execute(query).scalars()]

    def add_badge(self, badge: CaseBadge) -> None:
        """Insert a badge of a case."""
        values = {name: getattr(badge, name) for name in CaseBadge.__slots__}
        self._session.execute(insert(tables.RecognitionBadge).values(values))

    def badges(self, case_id: str) -> list[CaseBadge]:
        """The badges of a case in the order in which they came."""
        table = tables.RecognitionBadge
        query = select(table).where(table.case_id == case_id).order_by(table.added_at, table.id)
        return [
            CaseBadge(**{name: getattr(row, name) for name in CaseBadge.__slots__})
            for row in self._session.execute(query).scalars()
        ]

    def drop_badge(self, case_id: str, badge_id: str) -> None:
        """Take a badge out of a case. Raises NotFoundError."""
        table = tables.RecognitionBadge
        done = self._session.execute(
            delete(table).where(table.case_id == case_id, table.id == badge_id).returning(table.id)
        ).scalar_one_or_none()
        if done is None:
            raise NotFoundError("badge")

    def open_with(self, school_id: str, document_sha256: bytes) -> CaseRow | None:
        """The school's open case that holds exactly this badge, so that no second one is made."""
        case, badge = tables.RecognitionCase, tables.RecognitionBadge
        query = (
            select(case)
            .join(badge, badge.case_id == case.id)
            .where(
                case.school_id == school_id,
                case.state.in_(_OPEN),
                badge.document_sha256 == document_sha256,
            )
            .order_by(case.asked_at)
            .limit(1)
        )
        row = self._session.execute(query).scalar_one_or_none()
        return _case(row) if row is not None else None

    def whose(self, document_sha256: bytes) -> tuple[str, str] | None:
        """(credential id, person id) of a badge that this installation signed itself, by its bytes."""
        query = select(awards.Credential.id, awards.Credential.person_id).where(
            awards.Credential.document_sha256 == document_sha256
        )
        row = self._session.execute(query).first()
        return (row.id, row.person_id) if row is not None else None

    def with_readings(self, person_ids: Collection[str]) -> list[str]:
        """Those of them who are participants: only they have a list of who read what."""
        query = select(ParticipantRecord.person_id).where(ParticipantRecord.person_id.in_(sorted(set(person_ids))))
        return list(self._session.execute(query).scalars())

    def shared_badge(self, share_id: str, person_id: str, *, now: datetime) -> str | None:
        """The credential that a person's own living link shows, or None."""
        share = awards.Share
        query = select(share.credential_id).where(
            share.id == share_id, share.person_id == person_id, share.expires_at > now
        )
        return self._session.execute(query).scalar_one_or_none()

    def add_note(self, note: CaseNote) -> None:
        """Insert a note."""
        values = {name: getattr(note, name) for name in CaseNote.__slots__}
        self._session.execute(insert(tables.RecognitionNote).values(values))

    def notes(self, case_id: str) -> list[CaseNote]:
        """The notes of a case, oldest first."""
        table = tables.RecognitionNote
        query = select(table).where(table.case_id == case_id).order_by(table.at, table.id)
        return [
            CaseNote(**{name: getattr(row, name) for name in CaseNote.__slots__})
            for row in self._session.execute(query).scalars()
        ]

    def rules(self, school_id: str) -> SchoolRules:
        """How a school works; the defaults where it has said nothing."""
        query = select(tables.RecognitionRules).where(tables.RecognitionRules.school_id == school_id)
        row = self._session.execute(query).scalar_one_or_none()
        if row is None:
            return SchoolRules()
        return SchoolRules(**{name: getattr(row, name) for name in SchoolRules.__slots__})

    def put_rules(self, school_id: str, rules: SchoolRules, *, now: datetime) -> None:
        """Store how a school works."""
        table = tables.RecognitionRules
        values = {name: getattr(rules, name) for name in SchoolRules.__slots__} | {"changed_at": now}
        query = update(table).where(table.school_id == school_id).values(values).returning(table.school_id)
        if self._session.execute(query).scalar_one_or_none() is None:
            self._session.execute(insert(table).values(school_id=school_id, **values))

    def late(self, today: date) -> list[CaseRow]:
        """Cases whose answer should have come before today and of which the school was not reminded."""
        case = tables.RecognitionCase
        waits = or_(case.state.in_(_OPEN), case.correction_at.is_not(None))
        query = select(case).where(waits, case.answer_by < today, case.reminded_at.is_(None))
        return [_case(row) for row in self._session.execute(query).scalars()]

    def reminded(self, case_id: str, *, now: datetime) -> None:
        """Note that the school was reminded."""
        case = tables.RecognitionCase
        self._session.execute(update(case).where(case.id == case_id).values(reminded_at=now))

    def to_forget(self, today: date) -> list[CaseRow]:
        """Cases whose keeping time has ended and that still hold something personal."""
        case = tables.RecognitionCase
        query = select(case).where(case.forget_on <= today, case.sealed.is_not(None))
        return [_case(row) for row in self._session.execute(query).scalars()]

    def empty(self, case_id: str) -> None:
        """Take everything personal out of a case, which is over if it was open; codes, days and counts stay.

        Where it was opened again, the decision that was made before holds.
        """
        for table in (tables.RecognitionBadge, tables.RecognitionNote, CaseQuestion):
            self._session.execute(delete(table).where(table.case_id == case_id))
        self.empty_again(case_id)
        case = tables.RecognitionCase
        ended = {"version": case.version + 1, "sealed": None, "person_id": None, "correction_at": None}
        over = sql_case(
            (case.state.not_in(_OPEN), case.state), (case.decided_at.is_not(None), "decided"), else_="withdrawn"
        )
        self._session.execute(update(case).where(case.id == case_id).values(state=over, **ended))

    def end(self, row: CaseRow, *, now: datetime) -> bool:
        """End a case as it was read, with everything personal in it.

        False, and nothing is touched, when somebody changed or decided it since `row` was read.
        """
        case = tables.RecognitionCase
        done = self._session.execute(
            update(case)
            .where(case.id == row.id, case.version == row.version)
            .values(changed_at=now, version=row.version + 1)
            .returning(case.id)
        ).scalar_one_or_none()
        if done is not None:
            self.empty(row.id)
        return done is not None

    def forget_person(self, person_id: str, *, now: datetime) -> list[str]:
        """Cut the tie between a participant and cases; return the ids of undecided cases, which end with it.

        A decision is the school's own record and stays with it until its keeping time ends (privacy.md PX8).
        """
        case = tables.RecognitionCase
        undecided = (case.person_id == person_id, case.state.in_(_OPEN), case.decided_at.is_(None))
        moved = {"changed_at": now, "version": case.version + 1}
        ended = list(
            self._session.execute(
                update(case).where(*undecided).values(state="withdrawn", **moved).returning(case.id)
            ).scalars()
        )
        for case_id in ended:
            self.empty(case_id)
        self._session.execute(update(case).where(case.person_id == person_id).values(person_id=None, **moved))
        return ended

    def _one(self, *where: ColumnElement[bool]) -> CaseRow:
        row = self._session.execute(select(tables.RecognitionCase).where(*where)).scalar_one_or_none()
        if row is None:
            raise NotFoundError("case")
        return _case(row)


def _waits_again(today: date) -> ColumnElement[bool]:
    case = tables.RecognitionCase
    over = and_(case.result_due.is_not(None), case.result_due <= today)  # never NULL: what does not wait is closed
    again = or_(case.correction_at.is_not(None), over)
    return and_(case.state == CaseState.DECIDED.value, case.sealed.is_not(None), again)


_PLAIN = tuple(name for name in CaseRow.__slots__ if name not in {"unit", "state"})


def _values(row: CaseRow) -> dict[str, object]:
    values = {name: getattr(row, name) for name in _PLAIN}
    unit = row.unit
    return values | {
        "state": row.state.value,
        "unit_code": unit.code if unit is not None else None,
        "peruste_id": unit.peruste_id if unit is not None else None,
    }


def _case(row: tables.RecognitionCase) -> CaseRow:
    unit = UnitRef(row.unit_code, row.peruste_id) if row.unit_code and row.peruste_id else None
    return CaseRow(state=CaseState(row.state), unit=unit, **{name: getattr(row, name) for name in _PLAIN})
