"""The school decides: checks again, a passkey over exactly what is decided, the decision and its receipt in one step.

No service decides without a decider's own act (privacy.md PV6). Where the school wants two, the case waits for the
second, who confirms the same content.
"""

import hashlib
import hmac
from dataclasses import dataclass, replace

from issuer.db.repositories.recognition import CaseRow
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import ConflictError, InvalidRequestError
from issuer.domain.notice import NoticeKind
from issuer.domain.permissions import Role, StaffMember
from issuer.domain.recognition import (
    OPEN,
    CaseState,
    Check,
    Coverage,
    awaits_demonstration,
    check_decision,
    check_unit,
    points,
    split,
)
from issuer.domain.recognition_record import work_to_json
from issuer.domain.recognition_terms import KEEPING, SchoolRules, correct_by
from issuer.services import signing_act
from issuer.services.link_tokens import decision_token, token_digest
from issuer.services.notices.notify import notify
from issuer.services.outside import Outside
from issuer.services.questions.note_use import note_use
from issuer.services.recognition.check_badges import check_badge, check_of
from issuer.services.recognition.finish_receipt import end_replaced, finish_receipt
from issuer.services.recognition.make_receipt import Prepared, prepare_receipt, reserve_receipt
from issuer.services.recognition.stored_case import Case, open_stored
from schemas.canonical_json import canonicalise


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of an act of deciding.

    Attributes:
        decided: False while a second decider is waited for.
        receipt_id: credential of the receipt; None where nothing was accepted or a demonstration is still to come.
        signed: whether the receipt is signed and stored; otherwise it is tried again.
    """

    decided: bool
    receipt_id: str | None
    signed: bool


def act_name(ref: str) -> str:
    """The act that the passkey confirms."""
    return f"case.decide:{ref}"


def decision_digest(case: Case) -> bytes:
    """SHA-256 of exactly what is decided: the badges, the unit, every row, route and grade."""
    unit = case.row.unit
    return hashlib.sha256(
        canonicalise(
            {
                "case": case.row.id,
                "unit": str(unit) if unit is not None else None,
                "badges": [one.row.document_sha256.hex() for one in case.badges],
                "work": work_to_json(case.work),
            }
        )
    ).digest()


def gives_receipt(case: Case) -> bool:
    """Tell whether deciding this leads to a receipt: something is accepted, and no demonstration is still to come."""
    if split(case.unit, case.work).coverage is Coverage.REFUSED or not split(case.unit, case.work).recognised:
        return False
    return not awaits_demonstration(case.work)


def checked(outside: Outside, who: StaffMember, case: Case) -> tuple[Check, ...]:
    """Check all badges anew and refuse a decision that lacks something; return the checks.

    Raises:
        InvalidFormError, InvalidRequestError: codes of `check_decision` and `check_unit`.
    """
    if case.found is None:
        raise InvalidRequestError(code="recognition.no_unit", pointer="/unit")
    today = helsinki_day(outside.now())
    check_unit(case.found, today=today)
    checks = tuple(check_of(check_badge(outside, one.data)) for one in case.badges)
    check_decision(case.unit, case.seen, case.work, checks, is_assessor=Role.ASSESSOR in who.roles, today=today)
    return checks


def decide(outside: Outside, who: StaffMember, ref: str, *, seen: str, assertion: str) -> Outcome:
    """Decide a case, or confirm it as the second decider.

    Args:
        seen: digest (hex) of what the decider looked at.
        assertion: the passkey's answer.

    Raises:
        InvalidFormError, InvalidRequestError: the decision lacks something; nothing is decided.
        ConflictError: ``recognition.changed``, ``recognition.closed``, ``recognition.same_decider``.
        ForbiddenError: ``act.not_confirmed``.
        NotFoundError.
    """
    with outside.database.read() as uow:
        row = uow.recognition.of_school(ref, who.institution_id)
        if row.state not in OPEN or row.sealed is None:
            raise ConflictError(code="recognition.closed")
        case = open_stored(outside, uow, row)
        rules = uow.recognition.rules(who.institution_id)
    digest = decision_digest(case)
    if not hmac.compare_digest(digest.hex(), seen):
        raise ConflictError(code="recognition.changed")
    checked(outside, who, case)
    if row.first_digest is not None and row.first_digest != digest:
        raise ConflictError(code="recognition.changed")
    if row.first_decider_id == who.id:
        raise ConflictError(code="recognition.same_decider")
    prepared = prepare_receipt(outside, case) if gives_receipt(case) else None
    signing_act.confirm(outside, who, act_name(ref), digest, assertion)
    outside.checkpoint("decide.after_confirm")
    with outside.database.write() as uow:
        if rules.deciders > 1 and row.first_decider_id is None:
            _first(outside, uow, who, row, digest)
            return Outcome(decided=False, receipt_id=None, signed=False)
        _decided(outside, uow, who, case, digest, rules)
        receipt_id = recognise(outside, uow, prepared) if prepared is not None else None
        outside.checkpoint("decide.in_decision")
    outside.checkpoint("decide.after_decision")
    signed = receipt_id is not None and finish_receipt(outside, row.id, row.decision_number)
    outside.checkpoint("decide.after_receipt")
    if row.is_again:
        end_replaced(outside, row.id)
    return Outcome(decided=True, receipt_id=receipt_id, signed=signed)


def recognise(outside: Outside, uow: UnitOfWork, prepared: Prepared) -> str:
    """Reserve the receipt in the transaction that recognises something; return its credential's id.

    The first time in a case, a use of the badge is noted for its provider, where its holder wants that.
    """
    if not uow.recognition.has_receipt(prepared.case.row.id):
        note_use(outside, uow, prepared.case)
    return reserve_receipt(outside, uow, prepared)


def _first(outside: Outside, uow: UnitOfWork, who: StaffMember, row: CaseRow, digest: bytes) -> None:
    now = outside.now()
    waiting = replace(
        row,
        state=CaseState.WAITING,
        version=row.version + 1,
        first_decider_id=who.id,
        first_digest=digest,
        changed_at=now,
        changed_by=who.id,
    )
    uow.recognition.change(waiting, seen=row.version)
    refs = (("case", row.id), ("sha256", digest.hex()))
    uow.audit.append(Act(at=now, actor=who.actor, action="case.first_decided", refs=refs))


def _decided(
    outside: Outside, uow: UnitOfWork, who: StaffMember, case: Case, digest: bytes, rules: SchoolRules
) -> None:
    now, row, parts = outside.now(), case.row, split(case.unit, case.work)
    today = helsinki_day(now)
    route = case.work.route if parts.coverage is not Coverage.REFUSED else None
    to_show = route is not None and awaits_demonstration(case.work)
    ends_on = (case.work.plan.ends_on or today) if to_show else None
    uow.recognition.change(
        replace(
            row,
            state=CaseState.DECIDED,
            version=row.version + 1,
            changed_at=now,
            changed_by=who.id,
            decider_id=who.id,
            decided_at=now,
            decision_sha256=digest,
            route=route.value if route is not None else None,
            coverage=parts.coverage.value,
            accepted=len(parts.recognised),
            in_part=len(parts.in_part),
            not_accepted=len(parts.not_accepted),
            points=points(case.unit, case.work),
            correct_by=correct_by(today, rules),
            link_sha256=token_digest(decision_token(outside.link_secret, row.id)),
            forget_on=max(today, ends_on or today) + KEEPING,
            result_due=ends_on,
            assessed_at=None,
            counted_at=None if to_show else now,
        ),
        seen=row.version,
    )
    if row.is_again:
        uow.recognition.replace_formers(row.id, now=now)
        uow.recognition.supersede_receipts(row.id, before=row.decision_number, now=now)
    refs = (("case", row.id), ("sha256", digest.hex()), ("route", route.value if route is not None else "-"))
    action = "case.decided_again" if row.is_again else "case.decided"
    uow.audit.append(Act(at=now, actor=who.actor, action=action, refs=refs, decision=parts.coverage.value))
    if row.person_id is not None:
        about = row.id if row.decision_number == 1 else f"{row.id}#{row.decision_number}"
        notify(uow, outside, row.person_id, NoticeKind.SCHOOL_DECIDED, about=about)
