"""Tells somebody something: the message is written in the caller's transaction, and mailed or printed afterwards."""

import uuid
from datetime import date
from typing import Final

from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.notice import MOST_ABOUT_CHARACTERS, RULES, Notice, NoticeKind, NoticeState
from issuer.services.outbox import enqueue
from issuer.services.outside import Outside

MAIL: Final = "notice.mail"  # the effect that `deliver` handles


def notify(
    uow: UnitOfWork, outside: Outside, to: str, kind: NoticeKind, *, about: str = "", day: date | None = None
) -> None:
    """Leave a message for one person; as `notify_all`."""
    notify_all(uow, outside, {to: about}, kind, day=day)


def notify_all(
    uow: UnitOfWork, outside: Outside, to: dict[str, str], kind: NoticeKind, *, day: date | None = None
) -> None:
    """Leave a message of one kind for each of these, in the transaction of the act that it tells of.

    Whoever has a confirmed mail address gets it by the worker; else it waits for paper where its kind may be printed.
    Whoever is erased or has left gets none.

    Args:
        uow: a writing transaction.
        to: id of the participant or member of staff → what it is about: a random id, so that nobody is told twice of
            the same thing, or "" for what may come again.
        day: where the kind is dated.
    """
    rule = RULES[kind]
    if rule.dated and day is None:
        raise ValueError(f"{kind} names a day")
    now = outside.now()
    homes = uow.notices.homes(kind, to.keys())
    told = uow.notices.told(kind, [one for one, about in to.items() if about])
    wanted = [one for one, about in to.items() if one in homes and (one, about) not in told]
    mailed = uow.notices.reachable(wanted) if outside.mailer is not None else frozenset()
    if rule.to == "staff":  # without mail they see it on their first page
        wanted = [one for one in wanted if one in mailed]
    otherwise = NoticeState.TO_PRINT if rule.printable else NoticeState.DROPPED
    notices = [
        Notice(
            id=str(uuid.uuid4()),
            kind=kind,
            to=one,
            institution_id=homes[one],
            about=to[one][:MOST_ABOUT_CHARACTERS],
            day=day,
            state=NoticeState.WAITING if one in mailed else otherwise,
            tries=0,
        )
        for one in wanted
    ]
    uow.notices.add(notices, now=now)
    for notice in notices:
        if notice.state is NoticeState.WAITING:
            enqueue(uow, MAIL, {"notice": notice.id}, now=now)
