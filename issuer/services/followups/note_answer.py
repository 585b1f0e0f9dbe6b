"""Notes what became of somebody who let us ask: one code, and a nameless count of it."""

import uuid

from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import ConflictError
from issuer.domain.follow_up import Answer, Leaver, Moment, Noted, check_changeable
from issuer.domain.permissions import StaffMember
from issuer.services.coaching.note_reading import note_reading
from issuer.services.followups.call_list import leaver_of
from issuer.services.followups.sealed_answer import Opened, open_answer, seal_answer
from issuer.services.outside import Outside


def note_answer(outside: Outside, who: StaffMember, number: str, moment: Moment, answer: Answer) -> None:
    """Note an answer, or correct one of this month.

    Raises:
        NotFoundError: nobody of this number, or somebody who does not let us ask; the two are not told apart.
        ConflictError: ``follow_up.not_due`` (too early, too late, never to be asked) or ``follow_up.month_over``.
    """
    today = helsinki_day(outside.now())
    with outside.database.write() as uow:
        uow.audit.lock()
        leaver = leaver_of(uow, outside, who, number)
        note_reading(uow, outside, who, [leaver.person_id], what="follow_up")
        before = uow.followups.answer(leaver.person_id, leaver.left_on, moment)
        if before is not None:
            check_changeable(before.noted_on, today)
            kept = open_answer(outside, before)
            uow.followups.count_as(kept.count_id, answer)
            sealed = seal_answer(outside, leaver.person_id, Opened(answer, kept.count_id))
            uow.followups.change(_row(leaver, moment, before, sealed))
        elif leaver.due(today, set(Moment) - {moment}) is not moment:
            raise ConflictError(code="follow_up.not_due")
        else:
            add_answer(uow, outside, leaver, moment, answer)
        refs = (("person", leaver.person_id),)
        action = "follow_up.noted" if before is None else "follow_up.corrected"
        uow.audit.append(Act(at=outside.now(), actor=who.actor, action=action, refs=refs, decision=moment.value))


def add_answer(uow: UnitOfWork, outside: Outside, leaver: Leaver, moment: Moment, answer: Answer) -> None:
    """Insert an answer with the count of it, within a writing transaction. Raises PersonErasedError."""
    today, count_id = helsinki_day(outside.now()), str(uuid.uuid4())
    sealed = seal_answer(outside, leaver.person_id, Opened(answer, count_id))
    uow.followups.count(count_id, leaver.institution_id, today.replace(day=1), moment, answer)
    uow.followups.add(
        Noted(
            person_id=leaver.person_id,
            institution_id=leaver.institution_id,
            left_on=leaver.left_on,
            moment=moment,
            noted_on=today,
            sealed=sealed,
        )
    )


def _row(leaver: Leaver, moment: Moment, before: Noted, sealed: bytes) -> Noted:
    return Noted(
        person_id=leaver.person_id,
        institution_id=leaver.institution_id,
        left_on=leaver.left_on,
        moment=moment,
        noted_on=before.noted_on,
        sealed=sealed,
    )
