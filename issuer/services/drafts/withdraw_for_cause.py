"""Withdraws a badge for cause: grounds, hearing, a second person with a passkey; "being checked" meanwhile."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime

from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.badge_states import IN_FORCE
from issuer.domain.errors import ConflictError, NotFoundError
from issuer.domain.free_text import check_text
from issuer.domain.permissions import StaffMember
from issuer.domain.withdrawal import HEARING, MOST_GROUNDS, Case, CaseState, check_decision
from issuer.services import signing_act
from issuer.services.outside import Outside
from issuer.services.publish_status_list import publish_if_due
from issuer.services.revoke_badge import revoke
from issuer.services.sealed_values import open_value, seal_value
from issuer.services.show_badge import BadgeView

_GROUNDS, _ANSWER = "withdrawal_grounds", "withdrawal_answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """An open case as staff of the provider see it; nothing of it is public.

    Attributes:
        digest: SHA-256 of what the second person confirms.
    """

    case: Case
    grounds: str
    answer: str | None
    may_decide_from: datetime
    digest: bytes


def open_case(outside: Outside, who: StaffMember, credential_id: str, *, grounds: str | None) -> None:
    """Begin: the public reasons list says "being checked" from now on, for 14 days at most.

    Raises:
        NotFoundError: no such badge of this institution.
        InvalidRequestError: ``text.length`` for no grounds or too many.
        ConflictError: ``badge.not_in_force``, ``withdrawal.open`` when a case is open already.
    """
    kept = check_text(grounds or "", most=MOST_GROUNDS, pointer="/grounds")
    now = outside.now()
    with outside.database.write() as uow:
        record = uow.credentials.get(credential_id)
        _own(uow, who, credential_id)
        if record.state not in IN_FORCE:
            raise ConflictError(record.state, code="badge.not_in_force")
        if uow.withdrawals.open_of(credential_id) is not None:
            raise ConflictError(code="withdrawal.open")
        case = Case(
            id=str(uuid.uuid4()),
            credential_id=credential_id,
            institution_id=who.institution_id,
            person_id=record.person_id,
            state=CaseState.OPEN,
            marked=True,
            opened_by=who.id,
            opened_at=now,
            checked_until=now + HEARING,
            sealed_grounds=seal_value(outside, record.person_id, _GROUNDS, {"words": kept}),
            heard_at=None,
            sealed_answer=None,
            decided_by=None,
            decided_at=None,
        )
        uow.withdrawals.add(case)
        uow.withdrawals.list_changed(record.list_id)
        refs = (("badge", credential_id), ("case", case.id))
        uow.audit.append(Act(at=now, actor=who.actor, action="withdrawal.opened", refs=refs))
    _publish(outside, record.list_id)


def hear(outside: Outside, who: StaffMember, credential_id: str, *, answer: str | None) -> None:
    """Record what the participant says, or that there is nothing to say. Raises NotFoundError, InvalidRequestError."""
    kept = check_text(answer, most=MOST_GROUNDS, pointer="/answer") if answer else None
    now = outside.now()
    with outside.database.write() as uow:
        case = _open(uow, who, credential_id)
        sealed = seal_value(outside, case.person_id, _ANSWER, {"words": kept}) if kept is not None else None
        uow.withdrawals.change(case, heard_at=now, sealed_answer=sealed)
        refs = (("badge", credential_id), ("case", case.id))
        uow.audit.append(Act(at=now, actor=who.actor, action="withdrawal.heard", refs=refs))


def drop_case(outside: Outside, who: StaffMember, credential_id: str) -> None:
    """End the matter: the badge stays in force and the mark goes. Raises NotFoundError."""
    now = outside.now()
    with outside.database.write() as uow:
        case = _open(uow, who, credential_id)
        list_id = uow.credentials.get(credential_id).list_id
        uow.withdrawals.change(case, state=CaseState.DROPPED, decided_by=who.id, decided_at=now)
        uow.withdrawals.list_changed(list_id)
        refs = (("badge", credential_id), ("case", case.id))
        uow.audit.append(Act(at=now, actor=who.actor, action="withdrawal.dropped", refs=refs))
    _publish(outside, list_id)


def decide(outside: Outside, who: StaffMember, credential_id: str, *, assertion: str) -> BadgeView:
    """Withdraw: the second person confirms with a passkey.

    Raises:
        NotFoundError, ForbiddenError (`act.not_confirmed`), ConflictError as `check_decision`.
    """
    with outside.database.read() as uow:
        case = _open(uow, who, credential_id)
    check_decision(case, staff_id=who.id, now=outside.now())
    signing_act.confirm(outside, who, act_name(credential_id), _digest(case), assertion)
    view = revoke(outside, credential_id, institution_id=who.institution_id, reason="for_cause", actor=who.actor)
    now = outside.now()
    with outside.database.write() as uow:
        uow.withdrawals.change(case, state=CaseState.DECIDED, decided_by=who.id, decided_at=now)
        refs = (("badge", credential_id), ("case", case.id), ("opened_by", case.opened_by))
        uow.audit.append(Act(at=now, actor=who.actor, action="withdrawal.decided", refs=refs))
    return view


def case_of(outside: Outside, who: StaffMember, credential_id: str) -> CaseView | None:
    """The open case of a badge of one's institution, or None."""
    with outside.database.read() as uow:
        _own(uow, who, credential_id)
        case = uow.withdrawals.open_of(credential_id)
    if case is None:
        return None
    grounds = open_value(outside, case.person_id, _GROUNDS, case.sealed_grounds)
    answer = open_value(outside, case.person_id, _ANSWER, case.sealed_answer) if case.sealed_answer else {}
    words = answer.get("words")
    return CaseView(
        case=case,
        grounds=str(grounds["words"]),
        answer=words if isinstance(words, str) else None,
        may_decide_from=case.heard_at or case.checked_until,
        digest=_digest(case),
    )


def lapse_marks(outside: Outside) -> int:
    """Take back "being checked" where it has lasted its 14 days; the worker does this. Return how many."""
    now = outside.now()
    with outside.database.write() as uow:
        lapsed = uow.withdrawals.lapsed(now=now)
        for case, list_id in lapsed:
            uow.withdrawals.change(case, marked=False)
            uow.withdrawals.list_changed(list_id)
            refs = (("badge", case.credential_id), ("case", case.id))
            uow.audit.append(Act(at=now, actor="system", action="withdrawal.mark_lapsed", refs=refs))
    for _, list_id in lapsed:
        _publish(outside, list_id)
    return len(lapsed)


def _own(uow: UnitOfWork, who: StaffMember, credential_id: str) -> None:
    signer = uow.credentials.get(credential_id).institution_id
    if who.institution_id != (uow.credentials.provider_of(credential_id) or signer):
        raise NotFoundError("badge")


def _open(uow: UnitOfWork, who: StaffMember, credential_id: str) -> Case:
    _own(uow, who, credential_id)
    case = uow.withdrawals.open_of(credential_id)
    if case is None:
        raise NotFoundError("case")
    return case


def act_name(credential_id: str) -> str:
    """The act that the passkey of the second person confirms."""
    return f"badge.withdraw:{credential_id}"


def _digest(case: Case) -> bytes:
    """What the second person confirms: this case with these grounds and this answer."""
    answer = case.sealed_answer or b""
    return hashlib.sha256(case.id.encode() + b"\0" + case.sealed_grounds + b"\0" + answer).digest()


def _publish(outside: Outside, list_id: str) -> None:
    publish_if_due(outside, list_id)
    outside.published()
