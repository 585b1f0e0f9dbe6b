"""The school's own assessor records what came of a demonstration; what was passed is recognised from then on.

First the result is written, then confirmed with a passkey over exactly that. No receipt exists before (mission BAD-1).
"""

import hashlib
import hmac
import uuid
from dataclasses import replace

from issuer.db.repositories.recognition import CaseRow
from issuer.db.repositories.recognition_again import ResultRow
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.demonstration_result import DemonstrationResult, check_result, settled
from issuer.domain.errors import ConflictError, NotFoundError
from issuer.domain.free_text import check_text, check_words
from issuer.domain.notice import NoticeKind
from issuer.domain.permissions import Role, StaffMember
from issuer.domain.recognition import MOST_NAME, MOST_WORDS, CaseState, Coverage, points, split
from issuer.domain.recognition_record import result_to_json
from issuer.domain.recognition_terms import KEEPING, SchoolRules, correct_by
from issuer.services import signing_act
from issuer.services.notices.notify import notify
from issuer.services.outside import Outside
from issuer.services.recognition.decide_case import Outcome, recognise
from issuer.services.recognition.finish_receipt import end_replaced, finish_receipt
from issuer.services.recognition.make_receipt import prepare_receipt
from issuer.services.recognition.stored_case import Case, ResultHeld, open_stored, seal_result
from schemas.canonical_json import canonicalise


def act_name(ref: str) -> str:
    """The act that the passkey confirms."""
    return f"case.result:{ref}"


def save_result(outside: Outside, who: StaffMember, ref: str, told: DemonstrationResult, *, seen: int) -> None:
    """Keep a result that is being written; nothing is recognised by it yet.

    Args:
        seen: the version of the case that the page showed.

    Raises:
        NotFoundError; ConflictError: ``recognition.changed``, ``recognition.nothing_to_show``.
        InvalidFormError: codes of `check_result`; InvalidRequestError, TellingWordError: a text breaks a rule.
    """
    _check_texts(told)
    with outside.database.write() as uow:
        row = uow.recognition.of_school(ref, who.institution_id)
        if row.version != seen:
            raise ConflictError(code="recognition.changed")
        case = _awaiting(outside, uow, row)
        _check(outside, who, case, told)
        now = outside.now()
        uow.recognition.save_result(
            ResultRow(
                id=str(uuid.uuid4()),
                case_id=row.id,
                number=row.decision_number,
                result=told.result.value,
                staff_id=who.id,
                saved_at=now,
                confirmed_at=None,
                sha256=None,
                sealed=seal_result(outside, row.id, told),
            )
        )
        uow.recognition.change(
            replace(row, version=row.version + 1, changed_at=now, changed_by=who.id), seen=row.version
        )
        uow.audit.append(Act(at=now, actor=who.actor, action="case.result_saved", refs=(("case", row.id),)))


def result_digest(case: Case) -> bytes:
    """SHA-256 of exactly what is confirmed: the decision, and the result as written. Raises ConflictError for none."""
    draft = _draft(case)
    decision = case.row.decision_sha256
    return hashlib.sha256(
        canonicalise(
            {
                "case": case.row.id,
                "decision": decision.hex() if decision is not None else None,
                "number": case.row.decision_number,
                "result": result_to_json(draft.told),
            }
        )
    ).digest()


def preview(case: Case) -> Case:
    """The case as the written result would leave it. Raises ConflictError ``recognition.no_result``."""
    draft = _draft(case)
    return replace(case, work=settled(case.work, draft.told), result=draft)


def confirm_result(outside: Outside, who: StaffMember, ref: str, *, seen: str, assertion: str) -> Outcome:
    """Confirm the result as written; a passed one is recognised, counted and signed as a receipt.

    Args:
        seen: digest (hex) of what the assessor looked at; assertion: the passkey's answer.

    Raises:
        NotFoundError; InvalidFormError: codes of `check_result`; ForbiddenError: ``act.not_confirmed``.
        ConflictError: ``recognition.changed``, ``recognition.nothing_to_show``, ``recognition.no_result``.
    """
    with outside.database.read() as uow:
        row = uow.recognition.of_school(ref, who.institution_id)
        case = _awaiting(outside, uow, row)
        rules = uow.recognition.rules(who.institution_id)
    digest, draft = result_digest(case), _draft(case)
    if not hmac.compare_digest(digest.hex(), seen):
        raise ConflictError(code="recognition.changed")
    _check(outside, who, case, draft.told)
    after = preview(case)
    gives = draft.told.is_final and split(case.unit, after.work).recognised
    prepared = prepare_receipt(outside, after) if gives else None
    signing_act.confirm(outside, who, act_name(ref), digest, assertion)
    outside.checkpoint("result.after_confirm")
    with outside.database.write() as uow:
        _recorded(outside, uow, who, after, rules)
        uow.recognition.confirm_result(draft.row.id, sha256=digest, staff_id=who.id, now=outside.now())
        receipt_id = recognise(outside, uow, prepared) if prepared is not None else None
        outside.checkpoint("result.in_transaction")
    outside.checkpoint("result.after_store")
    signed = receipt_id is not None and finish_receipt(outside, row.id, row.decision_number)
    end_replaced(outside, row.id)
    return Outcome(decided=True, receipt_id=receipt_id, signed=signed)


def _recorded(outside: Outside, uow: UnitOfWork, who: StaffMember, case: Case, rules: SchoolRules) -> None:
    """The case as the result leaves it: settled, or with new days for a demonstration that was not held."""
    now, row, told = outside.now(), case.row, _held(case).told
    today, ends_on = helsinki_day(now), case.work.plan.ends_on
    changed = replace(row, version=row.version + 1, changed_at=now, changed_by=who.id)
    if told.is_final:
        parts = split(case.unit, case.work)
        changed = replace(
            changed,
            coverage=parts.coverage.value,
            accepted=len(parts.recognised),
            in_part=len(parts.in_part),
            not_accepted=len(parts.not_accepted),
            points=points(case.unit, case.work) if parts.coverage is Coverage.WHOLE else None,
            correct_by=correct_by(today, rules),
            forget_on=today + KEEPING,
            result_due=None,
            assessed_at=now,
            counted_at=now,
        )
    else:
        due = max(ends_on or today, today)
        changed = replace(changed, result_due=due, forget_on=due + KEEPING)
    uow.recognition.change(changed, seen=row.version)
    refs = (("case", row.id), ("decision", str(row.decision_number)))
    uow.audit.append(Act(at=now, actor=who.actor, action="case.result", refs=refs, decision=told.result.value))
    if row.person_id is not None:
        notify(uow, outside, row.person_id, NoticeKind.SCHOOL_DECIDED, about=f"result-{_held(case).row.id}")


def _awaiting(outside: Outside, uow: UnitOfWork, row: CaseRow) -> Case:
    if row.sealed is None:
        raise NotFoundError("case")
    if row.state is not CaseState.DECIDED or row.result_due is None:
        raise ConflictError(code="recognition.nothing_to_show")
    return open_stored(outside, uow, row)


def _check(outside: Outside, who: StaffMember, case: Case, told: DemonstrationResult) -> None:
    today = helsinki_day(outside.now())
    check_result(case.unit, case.work, told, is_assessor=Role.ASSESSOR in who.roles, today=today)


def _draft(case: Case) -> ResultHeld:
    if case.draft is None:
        raise ConflictError(code="recognition.no_result")
    return case.draft


def _held(case: Case) -> ResultHeld:
    if case.result is None:
        raise ConflictError(code="recognition.no_result")
    return case.result


def _check_texts(told: DemonstrationResult) -> None:
    texts = [("/words", told.words, MOST_WORDS)]
    for place, one in enumerate(told.assessors, start=1):
        texts += [(f"/assessor-{place}", one.name, MOST_NAME), (f"/organisation-{place}", one.organisation, MOST_NAME)]
    for pointer, text, most in texts:
        if text:
            check_words(check_text(text, most=most, pointer=pointer), pointer=pointer)
