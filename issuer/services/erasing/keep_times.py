"""Keeping times: one table of classes of data, seen to once a day by the worker (privacy.md section 4).

What has a job of its own (intake drafts, cells of batches) stands in the table, too, so that it can be read as a whole.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final

from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.audit import Act
from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import ConflictError, NotFoundError
from issuer.domain.follow_up import KEPT as FOLLOW_UP_KEPT
from issuer.domain.notice import NoticeKind
from issuer.domain.participant import Purpose
from issuer.services.batches.forget_cells import forget_old_cells
from issuer.services.coaching.drop_intake import lapse_intakes
from issuer.services.coaching.withdraw_consent import withdraw_after_time
from issuer.services.followups.end_follow_ups import close_missed, forget_answers
from issuer.services.notices.notify import notify
from issuer.services.outside import Outside
from issuer.services.publish_status_list import publish_if_due
from issuer.services.recognition.look_after_cases import forget_cases
from issuer.services.revoke_badge import take_out

_YEAR: Final = timedelta(days=365)
_FIRST_REMINDER, _SECOND_REMINDER = timedelta(days=30), timedelta(days=335)
# Of the whole record, not of the sharing alone: link and counts go together.
_CONTACTS: Final = (Purpose.CONTACT, Purpose.FOLLOW_UP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How long one class of data is kept.

    Attributes:
        name: of the class, as it stands in the audit trail and in logs.
        kept: after the end of what it is about.
        run: deletes what is older; returns how much.
    """

    name: str
    kept: timedelta
    run: Callable[[Outside, timedelta], int]


def run(outside: Outside) -> dict[str, int]:
    """See to all classes now; return how much of each was deleted. A note stands in the trail when anything was.

    A class that fails does not stop the others: the last problem is raised at the end, and the day is not over.
    """
    counts: dict[str, int] = {}
    problem: Exception | None = None
    for rule in RULES:
        try:
            counts[rule.name] = rule.run(outside, rule.kept)
        except Exception as met:  # noqa: BLE001  whatever one class meets, the others have their times
            problem = met
    with outside.database.write() as uow:
        if problem is None:
            uow.erasures.note_kept(helsinki_day(outside.now()))
        for name, count in counts.items():
            if count:
                uow.audit.append(
                    Act(at=outside.now(), actor="system", action="kept.until_now", refs=(("class", name),))
                )
    if problem is not None:
        raise problem
    return counts


def run_daily(outside: Outside) -> int:
    """See to all classes once a day; return how much was deleted."""
    with outside.database.read() as uow:
        seen_to = uow.erasures.kept_on()
    if seen_to is not None and seen_to >= helsinki_day(outside.now()):
        return 0
    return sum(run(outside).values())


def _in_one(query: Callable[[UnitOfWork, Outside, timedelta], int], outside: Outside, kept: timedelta) -> int:
    with outside.database.write() as uow:
        return query(uow, outside, kept)


def _rule(name: str, kept: timedelta, query: Callable[[UnitOfWork, Outside, timedelta], int]) -> Rule:
    return Rule(name=name, kept=kept, run=partial(_in_one, query))


def _end_contacts(outside: Outside, kept: timedelta) -> int:
    """Follow-up is over: the contact goes, and with it the permissions that it was kept for."""
    before = helsinki_day(outside.now()) - kept
    with outside.database.read() as uow:
        people = uow.erasures.contacts_over(before, [one.value for one in _CONTACTS])
    for person_id, institution_id in people:
        for purpose in _CONTACTS:
            try:
                withdraw_after_time(outside, person_id, institution_id, purpose)
            except ConflictError:  # never given, or taken back
                continue
    return len(people)


def _end_untaken(outside: Outside, kept: timedelta) -> int:
    """A badge that nobody took goes out of use and is forgotten, after two reminders."""
    now = outside.now()
    with outside.database.read() as uow:
        waiting = uow.erasures.untaken(now - _FIRST_REMINDER)
    lists: list[str] = []
    for badge, person_id, issued_at in waiting:
        if issued_at < now - kept:
            list_id = _end_one(outside, badge)
            lists += [list_id] if list_id is not None else []
            continue
        last = issued_at < now - _SECOND_REMINDER
        kind = NoticeKind.BADGE_LAST_CALL if last else NoticeKind.BADGE_WAITS
        with outside.database.write() as uow:
            day = helsinki_day(issued_at + kept) if last else None
            notify(uow, outside, person_id, kind, about=badge, day=day)
    for list_id in dict.fromkeys(lists):
        publish_if_due(outside, list_id)
    if lists:
        outside.published()
    return len(lists)


def _end_one(outside: Outside, badge: str) -> str | None:
    """Withdraw and bury in one step; return the list that changed, or None when somebody was faster.

    The bit outlives the record: if this process ends before the list is published, the worker publishes it.
    """
    now = outside.now()
    try:
        with outside.database.write() as uow:
            uow.audit.lock()
            record = uow.credentials.get(badge)
            if record.state != "issued":  # taken or refused meanwhile
                return None
            take_out(uow, record, reason="holder_wish", actor="system", now=now)
            uow.erasures.bury_badge(badge)
            refs = (("badge", badge),)
            uow.audit.append(Act(at=now, actor="system", action="badge.untaken_erased", refs=refs))
    except (ConflictError, NotFoundError):
        return None
    outside.checkpoint("keep_times.untaken_ended")
    return record.list_id


RULES: Final = (
    Rule(name="intake draft without a yes", kept=timedelta(days=14), run=lambda outside, _: lapse_intakes(outside)),
    _rule(
        "observations, own views, agreed rows, talks, goals: words and pictures",
        _YEAR,
        lambda uow, outside, kept: uow.erasures.forget_work(helsinki_day(outside.now()) - kept),
    ),
    _rule(
        "end review: soft outcomes, feedback",
        timedelta(days=183),
        lambda uow, outside, kept: uow.erasures.forget_end_reviews(helsinki_day(outside.now()) - kept),
    ),
    Rule(name="follow-up that nobody noted", kept=timedelta(0), run=lambda outside, _: close_missed(outside)),
    Rule(name="contact for follow-up", kept=FOLLOW_UP_KEPT, run=_end_contacts),
    Rule(name="answers of follow-up", kept=FOLLOW_UP_KEPT, run=forget_answers),
    _rule(
        "papers of demonstrations",
        timedelta(days=730),
        lambda uow, outside, kept: uow.erasures.forget_demonstrations(outside.now() - kept),
    ),
    Rule(name="badge not taken", kept=_YEAR, run=_end_untaken),
    _rule(
        "slip and typed codes",
        timedelta(0),  # 12 months stand in the slip itself
        lambda uow, outside, _: uow.erasures.forget_slips(outside.now()),
    ),
    Rule(name="cells of a batch", kept=timedelta(days=30), run=lambda outside, _: forget_old_cells(outside)),
    _rule(
        "share links and their counts",
        timedelta(days=30),
        lambda uow, outside, kept: uow.shares.forget_ended(
            before=outside.now() - kept, before_day=helsinki_day(outside.now()) - kept
        ),
    ),
    _rule(
        "readings shown to the person, and concerns",
        timedelta(days=730),
        lambda uow, outside, kept: uow.erasures.forget_readings(outside.now() - kept),
    ),
    _rule(
        "records of all badges (CLR)",
        timedelta(days=30),
        lambda uow, outside, kept: uow.holdings.forget_records(outside.now() - kept),
    ),
    Rule(
        name="cases at schools",
        kept=timedelta(days=183),  # the day itself stands in each case
        run=lambda outside, _: forget_cases(outside),
    ),
    _rule(
        "uses of badges, counted for their provider",
        timedelta(days=400),  # twelve months are counted, and the one that runs
        lambda uow, outside, kept: uow.questions.forget_uses(helsinki_day(outside.now()) - kept),
    ),
    _rule(
        "messages that are settled",
        _YEAR,
        lambda uow, outside, kept: uow.notices.forget_old(before=outside.now() - kept),
    ),
    _rule(
        "mail addresses that nobody confirmed",
        timedelta(days=7),
        lambda uow, outside, kept: uow.notices.forget_unconfirmed(before=outside.now() - kept),
    ),
    _rule(
        "offers to wallets",
        timedelta(days=1),
        lambda uow, outside, kept: uow.exchanges.forget_old(before=outside.now() - kept),
    ),
    _rule(
        "web sessions that have ended",
        timedelta(0),
        lambda uow, outside, _: uow.erasures.forget_sessions(outside.now()),
    ),
    _rule(
        "one-time links and challenges",
        timedelta(days=1),
        lambda uow, outside, kept: uow.erasures.forget_questions(outside.now() - kept),
    ),
    _rule(
        "keys of repeated requests",
        timedelta(days=30),
        lambda uow, outside, kept: uow.erasures.forget_answers(outside.now() - kept),
    ),
    _rule(
        "effects that are done",
        timedelta(days=30),
        lambda uow, outside, kept: uow.erasures.forget_effects(outside.now() - kept),
    ),
)
