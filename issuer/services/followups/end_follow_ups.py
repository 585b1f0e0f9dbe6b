"""Ends follow-ups whose time is over: nobody answered counts as not reached, and old answers are deleted."""

from datetime import timedelta

from issuer.db.person_keys import PersonErasedError
from issuer.domain.audit import Act
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.follow_up import Answer
from issuer.services.followups.note_answer import add_answer
from issuer.services.outside import Outside


def close_missed(outside: Outside) -> int:
    """Note "not reached" for everybody who let us ask and was not noted in time; return how many.

    Otherwise a house that notes good answers only would look better than it is.
    """
    today = helsinki_day(outside.now())
    closed = 0
    with outside.database.write() as uow:
        uow.audit.lock()
        done = uow.followups.done()
        for leaver in uow.followups.leavers(today):
            for moment in leaver.missed(today, done.get((leaver.person_id, leaver.left_on), ())):
                try:
                    add_answer(uow, outside, leaver, moment, Answer.NOT_REACHED)
                except PersonErasedError:
                    continue
                refs = (("person", leaver.person_id),)
                act = Act(at=outside.now(), actor="system", action="follow_up.closed", refs=refs, decision=moment.value)
                uow.audit.append(act)
                closed += 1
    return closed


def forget_answers(outside: Outside, kept: timedelta) -> int:
    """Delete answers of people who came back or took the permission back long ago; return how many.

    The answers of those who still let us ask go with their permission, which ends at the same time: until then they
    keep a question from being closed twice.
    """
    today = helsinki_day(outside.now())
    with outside.database.write() as uow:
        before = today - kept
        asked = {one.person_id for one in uow.followups.leavers(today) if one.left_on < before}
        return uow.followups.forget_before(before, but=asked)
