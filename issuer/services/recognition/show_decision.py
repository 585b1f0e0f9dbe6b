"""What stands on the pages of a decision: case, rules of the school, deciders, receipt, what was said since."""

from dataclasses import dataclass, replace
from datetime import datetime

from issuer.db.repositories.recognition import CaseRow
from issuer.db.repositories.recognition_again import FormerRow
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.errors import ConflictError, NotFoundError
from issuer.domain.holder import Holder
from issuer.domain.institution import PublicName
from issuer.domain.permissions import StaffMember
from issuer.domain.recognition import CaseState
from issuer.domain.recognition_terms import SchoolRules
from issuer.services.link_tokens import decision_token, token_digest
from issuer.services.outside import Outside
from issuer.services.recognition.correct_decision import NOTE
from issuer.services.recognition.finish_receipt import is_awaited, signed_receipt
from issuer.services.recognition.read_case import note_readings
from issuer.services.recognition.stored_case import Case, open_stored
from issuer.services.sealed_values import open_value
from issuer.services.staff.staff_names import names


@dataclass(frozen=True, slots=True)
class ToldNote:
    """A correction asked for, or the school's answer."""

    kind: str
    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class FormerDecision:
    """A decision that was opened again; it holds until `replaced_at`."""

    case: Case
    opened_at: datetime
    replaced_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownDecision:
    """A case as its learner or its school sees it after, or before, the decision.

    Attributes:
        deciders: names, for the school's own pages; empty elsewhere.
        receipt: signed bytes, or None while there are none; endorsements: one for each badge of it.
        awaited: whether a receipt is to come.
        formers: earlier decisions of the same case, newest first.
        link_token: of the learner's link; only for the school's own pages.
    """

    case: Case
    school: PublicName
    rules: SchoolRules
    deciders: tuple[str, ...]
    receipt: bytes | None
    endorsements: tuple[bytes, ...]
    awaited: bool
    notes: tuple[ToldNote, ...]
    formers: tuple[FormerDecision, ...]
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


def beside(outside: Outside, case: Case) -> ShownDecision:
    """What was decided before and said since, for the desk of a case that was opened again and read just now."""
    with outside.database.read() as uow:
        return _shown(outside, uow, case.row)


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


def withdraw(outside: Outside, who: Holder, ref: str) -> None:
    """The learner takes the wish back: the case ends, and all that is personal in it goes at once.

    Raises:
        NotFoundError; ConflictError: ``recognition.closed``: a decision stays (it is the school's own record);
            ``recognition.changed``: the school worked on it, or decided it, at the same moment.
    """
    with outside.database.write() as uow:
        row = uow.recognition.of_person(ref, who.person_id)
        if row.state in (CaseState.DECIDED, CaseState.WITHDRAWN) or row.is_again:
            raise ConflictError(code="recognition.closed")
        if not uow.recognition.end(row, now=outside.now()):
            raise ConflictError(code="recognition.changed")
        uow.audit.append(
            Act(at=outside.now(), actor=f"person:{who.person_id}", action="case.withdrawn", refs=(("case", row.id),))
        )
    outside.person_keys.destroy(row.id)


def _shown(outside: Outside, uow: UnitOfWork, row: CaseRow, deciders: tuple[str, ...] = ()) -> ShownDecision:
    signed = signed_receipt(outside, uow, row.id, row.decision_number)
    return ShownDecision(
        case=open_stored(outside, uow, row),
        school=uow.institutions.get(row.school_id).public_name,
        rules=uow.recognition.rules(row.school_id),
        deciders=deciders,
        receipt=signed.receipt if signed is not None else None,
        endorsements=signed.endorsements if signed is not None else (),
        awaited=row.state is CaseState.DECIDED and is_awaited(uow, row.id, row.decision_number),
        notes=tuple(
            ToldNote(one.kind, one.at, str(open_value(outside, row.id, NOTE, one.sealed)["words"]))
            for one in uow.recognition.notes(row.id)
        ),
        formers=tuple(
            FormerDecision(open_stored(outside, uow, _as_it_was(row, one)), one.opened_at, one.replaced_at)
            for one in reversed(uow.recognition.formers(row.id))
        ),
        link_token=decision_token(outside.link_secret, row.id),
    )


def _as_it_was(row: CaseRow, former: FormerRow) -> CaseRow:
    """The case at the time of an earlier decision."""
    return replace(
        row,
        state=CaseState.DECIDED,
        decision_number=former.number,
        first_decider_id=former.first_decider_id,
        decider_id=former.decider_id,
        decided_at=former.decided_at,
        decision_sha256=former.decision_sha256,
        route=former.route,
        coverage=former.coverage,
        accepted=former.accepted,
        in_part=former.in_part,
        not_accepted=former.not_accepted,
        points=former.points,
        assessed_at=former.assessed_at,
        sealed=former.sealed,
    )
