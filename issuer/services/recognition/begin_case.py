"""Begins a case at a school from a badge that was sent or scanned; the same badge never opens a second one there."""

import secrets
import uuid
from dataclasses import dataclass, replace
from datetime import datetime

from issuer.db.repositories.recognition import CaseBadge, CaseRow
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.badge_evidence import read_badge
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import ConflictError
from issuer.domain.recognition import (
    OPEN,
    CaseState,
    Work,
    with_absent_filled,
    with_accepted_before,
    with_badges_changed,
)
from issuer.domain.recognition_terms import KEEPING, answer_by
from issuer.domain.unit_ref import UnitRef
from issuer.services.outside import Outside
from issuer.services.recognition.look_after_cases import tell_desk
from issuer.services.recognition.stored_case import badge_digest, open_stored, proposed_unit, seal_badge, seal_work
from schemas.strict_json import JsonObject

_REF_BYTES = 12
MOST_BADGES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """A badge that reached a school.

    Attributes:
        data: its bytes; document: what the verifier read out of them.
        way: share, scan, file or text.
        person_id: whose it is, if it is one of ours.
        report_id: the recognised environment that the holder tells with it; None where the holder does not.
    """

    data: bytes
    document: JsonObject
    way: str
    credential_id: str | None
    person_id: str | None
    report_id: str | None = None


def begin(
    outside: Outside, school_id: str, arrived: Arrived, *, actor: str, staff_id: str | None, tell_provider: bool = False
) -> str:
    """Open a case, or find the one that is open with this badge; return its public reference."""
    case_id, now = str(uuid.uuid4()), outside.now()
    outside.person_keys.create(case_id)
    with outside.database.write() as uow:
        known = uow.recognition.open_with(school_id, badge_digest(arrived.data))
        if known is None:
            row = _new(outside, uow, case_id, school_id, arrived, now=now)
            row = replace(row, changed_by=staff_id, tell_provider=tell_provider)
            uow.recognition.add(row)
            badge = _badge(outside, case_id, arrived, now=now)
            uow.recognition.add_badge(badge)
            if arrived.report_id is not None:
                uow.endorsements.tell_place(badge.id, arrived.report_id)
            _fill(outside, uow, row)
            refs = (("case", case_id), ("school", school_id), ("badge_sha256", badge_digest(arrived.data).hex()))
            uow.audit.append(Act(at=now, actor=actor, action="case.opened", refs=refs, decision=row.way))
            if row.way == "sent":
                tell_desk(outside, uow, school_id, case_id)
        elif arrived.report_id is not None:  # sent again, and the place is told this time
            for one in uow.recognition.badges(known.id):
                if one.document_sha256 == badge_digest(arrived.data):
                    uow.endorsements.tell_place(one.id, arrived.report_id)
    if known is not None:
        outside.person_keys.destroy(case_id)
        return known.ref
    return row.ref


def add(outside: Outside, uow: UnitOfWork, row: CaseRow, arrived: Arrived, *, actor: str, staff_id: str) -> None:
    """Add another badge of the same person to an open case; one of another owner asks for a look at who it is.

    Raises:
        ConflictError: ``recognition.closed``, ``recognition.badge_known``, ``recognition.many_badges``.
    """
    now = outside.now()
    if row.state not in OPEN:
        raise ConflictError(code="recognition.closed")
    if row.is_again:
        raise ConflictError(code="recognition.same_matter", pointer="/text")
    held = uow.recognition.badges(row.id)
    if any(one.document_sha256 == badge_digest(arrived.data) for one in held):
        raise ConflictError(code="recognition.badge_known", pointer="/text")
    if len(held) >= MOST_BADGES:
        raise ConflictError(code="recognition.many_badges", pointer="/text")
    uow.recognition.add_badge(_badge(outside, row.id, arrived, now=now))
    case = open_stored(outside, uow, row)
    work = with_badges_changed(case.unit, case.seen, case.work) if case.found is not None else case.work
    work = with_accepted_before(case.accepted_here, work)
    if arrived.person_id != row.person_id:
        work = replace(work, identity_seen=False)
    changed = replace(
        row,
        sealed=seal_work(outside, row.id, work, name=case.name),
        version=row.version + 1,
        state=CaseState.IN_WORK,
        person_id=row.person_id or arrived.person_id,
        first_decider_id=None,
        first_digest=None,
        changed_at=now,
        changed_by=staff_id,
    )
    uow.recognition.change(changed, seen=row.version)
    refs = (("case", row.id), ("badge_sha256", badge_digest(arrived.data).hex()))
    uow.audit.append(Act(at=now, actor=actor, action="case.badge_added", refs=refs))


def _new(
    outside: Outside, uow: UnitOfWork, case_id: str, school_id: str, arrived: Arrived, *, now: datetime
) -> CaseRow:
    content = read_badge(arrived.document)
    found = proposed_unit(uow, outside, content)
    due = answer_by(helsinki_day(now), uow.recognition.rules(school_id))
    return CaseRow(
        id=case_id,
        ref=secrets.token_urlsafe(_REF_BYTES),
        school_id=school_id,
        person_id=arrived.person_id,
        way="sent" if arrived.way == "share" else "scan",
        state=CaseState.NEW,
        version=1,
        unit=UnitRef.of(found.unit) if found is not None else None,
        asked_at=now,
        answer_by=due,
        reminded_at=None,
        assigned_to=None,
        changed_at=now,
        changed_by=None,
        first_decider_id=None,
        first_digest=None,
        decider_id=None,
        decided_at=None,
        decision_sha256=None,
        route=None,
        coverage=None,
        accepted=None,
        in_part=None,
        not_accepted=None,
        points=None,
        correct_by=None,
        tell_provider=False,
        link_sha256=None,
        forget_on=due + KEEPING,
        sealed=seal_work(outside, case_id, Work(), name=content.holder or ""),
    )


def _fill(outside: Outside, uow: UnitOfWork, row: CaseRow) -> None:
    """Write "was not in the badge" into the rows of which no badge speaks, and what this school accepted before.

    Everything else is left to a person, and so is the decision about these.
    """
    case = open_stored(outside, uow, row)
    if case.found is None:
        return
    work = with_accepted_before(case.accepted_here, with_absent_filled(case.unit, case.seen, case.work))
    filled = replace(row, sealed=seal_work(outside, row.id, work, name=case.name))
    uow.recognition.change(filled, seen=row.version)


def _badge(outside: Outside, case_id: str, arrived: Arrived, *, now: datetime) -> CaseBadge:
    return CaseBadge(
        id=str(uuid.uuid4()),
        case_id=case_id,
        credential_id=arrived.credential_id,
        document_sha256=badge_digest(arrived.data),
        way=arrived.way,
        added_at=now,
        sealed=seal_badge(outside, case_id, arrived.data, arrived.document),
    )
