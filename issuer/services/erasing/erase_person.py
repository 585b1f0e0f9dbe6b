"""Erases a participant: badges as chosen, the ledger, all rows in one transaction, and the person's key last.

Each step can be repeated; how far it came stands in the row of the erasure, so that after a crash the worker goes on.
"""

from datetime import datetime

from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.badge_states import IN_FORCE
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.erasure import UNDO, Badges, Erasure, ErasureState
from issuer.domain.errors import ConflictError, DomainError, NotFoundError
from issuer.domain.holder import Holder
from issuer.domain.notice import NoticeKind
from issuer.domain.recognition import OPEN
from issuer.services.notices.notify import notify
from issuer.services.outside import Outside
from issuer.services.revoke_badge import revoke
from keys.errors import SigningError
from schemas.errors import DocumentError

_AT_ONCE = 20
PARTICIPANT = "participant"


def ask(outside: Outside, who: Holder, badges: Badges, *, wait: bool) -> Erasure:
    """Erase the holder now, or note that it is to be done after 7 days.

    Returns:
        The erasure as it stands afterwards: done, or waiting; a step that failed is repeated by the worker.

    Raises:
        ConflictError: ``erasure.asked``: one was asked for before.
    """
    now = outside.now()
    erasure = Erasure(
        person_id=who.person_id,
        badges=badges,
        state=ErasureState.WAITING,
        asked_at=now,
        due_at=now + UNDO if wait else now,
    )
    with outside.database.write() as uow:
        uow.audit.lock()
        if uow.erasures.get(who.person_id) is not None:
            raise ConflictError(code="erasure.asked")
        uow.erasures.add(erasure)
        _note(uow, now, PARTICIPANT, "erasure.asked", erasure)
        if wait:
            day = helsinki_day(erasure.due_at)
            notify(uow, outside, who.person_id, NoticeKind.ERASURE_COMES, day=day)
    if wait:
        return erasure
    try:
        return _carry_out(outside, who.person_id)
    except (DomainError, SigningError, DocumentError):  # the public list could not be signed or stored: told as not yet
        return _as_it_stands(outside, erasure)


def undo(outside: Outside, who: Holder) -> None:
    """Take back an erasure that waits. Raises ConflictError ``erasure.begun``: there is none, or it has begun."""
    now = outside.now()
    with outside.database.write() as uow:
        uow.audit.lock()
        waiting = uow.erasures.get(who.person_id)
        if waiting is None or not uow.erasures.remove_waiting(who.person_id):
            raise ConflictError(code="erasure.begun")
        _note(uow, now, PARTICIPANT, "erasure.undone", waiting)


def waiting(outside: Outside, who: Holder) -> Erasure | None:
    """Return the erasure that the holder asked for, or None."""
    with outside.database.read() as uow:
        return uow.erasures.get(who.person_id)


def goes_on_elsewhere(outside: Outside, who: Holder) -> bool:
    """Tell whether a school has a case of the holder's before it: erasing ends it, which is told before the act."""
    with outside.database.read() as uow:
        return any(one.state in OPEN and not one.is_again for one in uow.recognition.cases_of(who.person_id))


def erase(outside: Outside, person_id: str, *, badges: Badges, actor: str) -> Erasure:
    """Erase somebody at once, for a job or an operator; repeating it is harmless.

    Raises:
        NotFoundError: no such person.
    """
    now = outside.now()
    with outside.database.write() as uow:
        uow.audit.lock()
        known = uow.erasures.get(person_id)
        if known is None:
            if uow.people.person_institution(person_id) is None:
                raise NotFoundError("participant")
            known = Erasure(person_id=person_id, badges=badges, state=ErasureState.WAITING, asked_at=now, due_at=now)
            uow.erasures.add(known)
            _note(uow, now, actor, "erasure.asked", known)
    return _carry_out(outside, person_id)


def finish_due(outside: Outside) -> int:
    """Carry out erasures that are due, also those that a crash left half done; return how many.

    One that cannot go on does not stop the others: the last problem is raised at the end.
    """
    with outside.database.read() as uow:
        due = uow.erasures.unfinished(now=outside.now())
    done, problem = 0, None
    for person_id in due:
        try:
            _carry_out(outside, person_id, published=False)
        except Exception as met:  # noqa: BLE001  whatever one erasure meets, the others go on
            problem = met
        else:
            done += 1
        if done == _AT_ONCE:
            break
    if problem is not None:
        raise problem
    return done


def _carry_out(outside: Outside, person_id: str, *, published: bool = True) -> Erasure:
    """Go through the steps that are left.

    Args:
        published: go on only once the public list says so, since somebody is told; the worker need not wait for it.
    """
    erasure = _begin(outside, person_id)
    if erasure.state is ErasureState.DONE:
        return erasure
    if erasure.state is ErasureState.RUNNING:
        if erasure.badges is Badges.WITHDRAW:
            _withdraw(outside, person_id, published=published)
        outside.checkpoint("erase.badges_withdrawn")
        outside.ledger.add(person_id, erasure.badges, day=helsinki_day(erasure.asked_at).isoformat())
        outside.checkpoint("erase.in_ledger")
        while not _forget(outside, erasure):
            _withdraw(outside, person_id, published=published)  # one was issued since
    outside.checkpoint("erase.rows_gone")
    outside.person_keys.destroy(person_id)
    outside.checkpoint("erase.key_destroyed")
    with outside.database.write() as uow:
        uow.erasures.move(person_id, ErasureState.DONE, done_at=outside.now())
        found = uow.erasures.get(person_id)
    return found or erasure


def _as_it_stands(outside: Outside, erasure: Erasure) -> Erasure:
    with outside.database.read() as uow:
        return uow.erasures.get(erasure.person_id) or erasure


def _begin(outside: Outside, person_id: str) -> Erasure:
    with outside.database.write() as uow:
        uow.audit.lock()
        erasure = uow.erasures.get(person_id)
        if erasure is None:
            raise NotFoundError("erasure")
        if erasure.state is ErasureState.WAITING:
            uow.erasures.move(person_id, ErasureState.RUNNING)
            erasure = uow.erasures.get(person_id) or erasure
    outside.checkpoint("erase.begun")
    return erasure


def _withdraw(outside: Outside, person_id: str, *, published: bool) -> None:
    """Take all badges out of use. A bit that is stored but not public yet is published by the worker."""
    with outside.database.read() as uow:
        badges = uow.erasures.badges_to_withdraw(person_id)
    for badge, institution_id in badges:
        try:
            revoke(outside, badge, institution_id=institution_id, reason="holder_wish", actor=PARTICIPANT)
        except Exception:
            if published or _in_force(outside, badge):
                raise


def _in_force(outside: Outside, badge: str) -> bool:
    with outside.database.read() as uow:
        return uow.credentials.get(badge).state in IN_FORCE


def _forget(outside: Outside, erasure: Erasure) -> bool:
    """All rows in one transaction: each area's own way first, then whatever is left by the keys of the tables.

    Returns:
        False, and nothing forgotten, when a badge that was to be withdrawn has been issued meanwhile.
    """
    with outside.database.write() as uow:
        uow.audit.lock()
        now_at = uow.erasures.get(erasure.person_id)
        if now_at is None or now_at.state is not ErasureState.RUNNING:
            return True  # another worker was faster
        if erasure.badges is Badges.WITHDRAW and uow.erasures.has_in_force(erasure.person_id):
            return False
        for area in (uow.own_access, uow.holdings, uow.shares, uow.batches, uow.notices, uow.exchanges):
            area.forget_person(erasure.person_id)
        for case_id in uow.recognition.forget_person(erasure.person_id, now=outside.now()):
            outside.person_keys.destroy(case_id)  # undecided cases end with the person
        uow.erasures.forget_everywhere(erasure.person_id)
        uow.erasures.move(erasure.person_id, ErasureState.ROWS_GONE)
        _note(uow, outside.now(), "system", "person.erased", erasure)
        outside.checkpoint("erase.in_transaction")
    return True


def _note(uow: UnitOfWork, now: datetime, actor: str, action: str, erasure: Erasure) -> None:
    refs = (("person", erasure.person_id),)
    uow.audit.append(Act(at=now, actor=actor, action=action, refs=refs, decision=erasure.badges.value))
