"""What stands on the pages of a decision: case, rules of the school, deciders, receipt, what was said since."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from issuer.db.repositories.recognition import CaseNote, CaseRow
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import ConflictError, InvalidRequestError, NotFoundError
from issuer.domain.free_text import check_text
from issuer.domain.holder import Holder
from issuer.domain.institution import PublicName
from issuer.domain.permissions import StaffMember
from issuer.domain.recognition import CaseState
from issuer.domain.recognition_terms import SchoolRules
from issuer.services.link_tokens import decision_token, token_digest
from issuer.services.outside import Outside
from issuer.services.recognition.decide_case import gives_receipt
from issuer.services.recognition.make_receipt import receipt_bytes
from issuer.services.recognition.read_case import note_readings
from issuer.services.recognition.stored_case import Case, open_stored
from issuer.services.sealed_values import open_value, seal_value
from issuer.services.staff.staff_names import names

_NOTE = "recognition_note"
MOST_WORDS = 2_000


@dataclass(frozen=True, slots=True)
class ToldNote:
    """A correction asked for, or the school's answer."""

    kind: str
    at: datetime
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownDecision:
    """A case as its learner or its school sees it after, or before, the decision.

    Attributes:
        deciders: names, for the school's own pages; empty elsewhere.
        receipt, endorsement: signed bytes, or None while there are none.
        awaited: whether a receipt is to come.
        link_token: of the learner's link; only for the school's own pages.
    """

    case: Case
    school: PublicName
    rules: SchoolRules
    deciders: tuple[str, ...]
    receipt: bytes | None
    endorsement: bytes | None
    awaited: bool
    notes: tuple[ToldNote, ...]
    link_token: str


def for_school(outside: Outside, who: StaffMember, ref: str) -> ShownDecision:
    """A decided case for the school's staff; one reading that the learner sees. Raises NotFoundError."""
    with outside.database.write() as uow:
        row = uow.recognition.of_school(ref, who.institution_id)
        if row.state is not CaseState.DECIDED or row.sealed is None:
            raise NotFoundError("case")
        note_readings(outside, uow, who, [row], what="case")
        staff = [one for one in (row.first_decider_id, row.decider_id) if one is not None]
        told = names(outside, uow, staff)
        return _shown(outside, uow, row, deciders=tuple(told.get(one, "") for one in staff))


def for_holder(outside: Outside, who: Holder, ref: str) -> ShownDecision:
    """A participant's own case, decided or not. Raises NotFoundError."""
    with outside.database.read() as uow:
        row = uow.recognition.of_person(ref, who.person_id)
        if row.sealed is None:
            raise NotFoundError("case")
        return _shown(outside, uow, row)


def for_link(outside: Outside, token: str) -> ShownDecision | None:
    """The decision behind a learner's link; None for unknown and forgotten ones alike."""
    with outside.database.read() as uow:
        row = uow.recognition.by_link(token_digest(token))
        if row is None or row.sealed is None:
            return None
        return _shown(outside, uow, row)


def cases_of(outside: Outside, who: Holder) -> list[ShownDecision]:
    """A participant's own cases, newest first."""
    with outside.database.read() as uow:
        rows = [row for row in uow.recognition.cases_of(who.person_id) if row.sealed is not None]
        return [_shown(outside, uow, row) for row in rows]


def ask_correction(outside: Outside, row: CaseRow, words: str, *, actor: str) -> None:
    """The learner asks the school to put a decision right.

    Raises:
        ConflictError: ``recognition.correction_late``, ``recognition.closed`` for a case that is not decided.
        InvalidRequestError: ``text.…``.
    """
    if row.state is not CaseState.DECIDED or row.correct_by is None:
        raise ConflictError(code="recognition.closed")
    if helsinki_day(outside.now()) > row.correct_by:
        raise ConflictError(code="recognition.correction_late", pointer="/words")
    _note(outside, row, "correction", words, actor=actor, staff_id=None)


def answer(outside: Outside, who: StaffMember, ref: str, words: str) -> None:
    """The school answers. Raises NotFoundError, InvalidRequestError."""
    with outside.database.read() as uow:
        row = uow.recognition.of_school(ref, who.institution_id)
    if row.state is not CaseState.DECIDED or row.sealed is None:
        raise NotFoundError("case")
    _note(outside, row, "answer", words, actor=who.actor, staff_id=who.id)


def withdraw(outside: Outside, who: Holder, ref: str) -> None:
    """The learner takes the wish back: the case ends, and all that is personal in it goes at once.

    Raises:
        NotFoundError; ConflictError: ``recognition.closed``: a decision stays (it is the school's own record);
            ``recognition.changed``: the school worked on it, or decided it, at the same moment.
    """
    with outside.database.write() as uow:
        row = uow.recognition.of_person(ref, who.person_id)
        if row.state in (CaseState.DECIDED, CaseState.WITHDRAWN):
            raise ConflictError(code="recognition.closed")
        if not uow.recognition.end(row, now=outside.now()):
            raise ConflictError(code="recognition.changed")
        uow.audit.append(
            Act(at=outside.now(), actor=f"person:{who.person_id}", action="case.withdrawn", refs=(("case", row.id),))
        )
    outside.person_keys.destroy(row.id)


def _note(outside: Outside, row: CaseRow, kind: str, words: str, *, actor: str, staff_id: str | None) -> None:
    if not words.strip():
        raise InvalidRequestError(code="form.missing", pointer="/words")
    text, now = check_text(words, most=MOST_WORDS, pointer="/words"), outside.now()
    sealed = seal_value(outside, row.id, _NOTE, {"words": text})
    note = CaseNote(id=str(uuid.uuid4()), case_id=row.id, kind=kind, at=now, staff_id=staff_id, sealed=sealed)
    with outside.database.write() as uow:
        uow.recognition.add_note(note)
        uow.audit.append(Act(at=now, actor=actor, action=f"case.{kind}", refs=(("case", row.id),)))


def _shown(outside: Outside, uow: UnitOfWork, row: CaseRow, deciders: tuple[str, ...] = ()) -> ShownDecision:
    case = open_stored(outside, uow, row)
    receipt = receipt_bytes(outside, uow, row.id)
    return ShownDecision(
        case=case,
        school=uow.institutions.get(row.school_id).public_name,
        rules=uow.recognition.rules(row.school_id),
        deciders=deciders,
        receipt=receipt[0] if receipt is not None else None,
        endorsement=receipt[1] if receipt is not None else None,
        awaited=row.state is CaseState.DECIDED and gives_receipt(case),
        notes=tuple(
            ToldNote(one.kind, one.at, str(open_value(outside, row.id, _NOTE, one.sealed)["words"]))
            for one in uow.recognition.notes(row.id)
        ),
        link_token=decision_token(outside.link_secret, row.id),
    )
