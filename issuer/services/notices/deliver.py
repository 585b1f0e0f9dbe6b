"""Mails one message: the worker's effect `notice.mail`. What cannot be mailed is left to be printed, or dropped."""

from collections.abc import Callable
from dataclasses import dataclass

from issuer.db.person_keys import PersonErasedError
from issuer.db.repositories.notices import AddressRow
from issuer.db.unit_of_work import UnitOfWork
from issuer.domain.notice import RULES, WAITS, Notice, NoticeKind, NoticeState
from issuer.services.mail import Mail, MailError
from issuer.services.notices.letter import Letter, mailed_letter
from issuer.services.notices.notify import MAIL
from issuer.services.outbox import Running, enqueue
from issuer.services.outside import Outside
from schemas.strict_json import JsonObject

# From a letter and an address to a mail with words.
Write = Callable[[Letter, str], Mail]


@dataclass(frozen=True, slots=True)
class Deliver:
    """The handler.

    Args:
        write: gives the letter its words.
        report: is told of a mail that did not go, for the operator's log.
    """

    write: Write
    report: Callable[[MailError], None]

    def __call__(self, outside: Outside, payload: JsonObject, _running: Running) -> bool:
        """Try to mail a message; a try that fails for now is followed by another effect, later each time."""
        found = _ready(outside, str(payload["notice"]))
        if found is None:
            return True
        notice, letter, to = found
        if outside.mailer is None:
            _give_up(outside, notice, failure="no_server")
            return True
        try:
            outside.mailer.send(self.write(letter, to))
        except MailError as problem:
            self.report(problem)
            _note_failure(outside, notice, refused=problem.refused)
        else:
            with outside.database.write() as uow:
                uow.notices.settle(notice.id, NoticeState.SENT, tries=notice.tries + 1, failure=None, now=outside.now())
        return True


def _ready(outside: Outside, notice_id: str) -> tuple[Notice, Letter, str] | None:
    """The message with its letter and address; None when it is settled, its reader erased or the address gone."""
    with outside.database.read() as uow:
        notice = uow.notices.get(notice_id)
        if notice is None or notice.state is not NoticeState.WAITING:
            return None
        address = _usable(uow, notice)
        try:
            if address is not None:
                return (notice, *mailed_letter(outside, uow, notice, address))
        except PersonErasedError:
            address = None
    _give_up(outside, notice, failure="no_address")
    return None


def _usable(uow: UnitOfWork, notice: Notice) -> AddressRow | None:
    """An address to be confirmed gets nothing but that question, and a confirmed one everything else."""
    address = uow.notices.address_of(notice.to)
    if address is None or address.bounced_at is not None:
        return None
    asked = notice.kind is NoticeKind.CONFIRM_ADDRESS
    return address if asked == (address.confirmed_at is None) else None


def _note_failure(outside: Outside, notice: Notice, *, refused: bool) -> None:
    if not refused and notice.tries < len(WAITS):
        now = outside.now()
        with outside.database.write() as uow:
            uow.notices.settle(notice.id, NoticeState.WAITING, tries=notice.tries + 1, failure="not_now", now=now)
            enqueue(uow, MAIL, {"notice": notice.id}, now=now, due_at=now + WAITS[notice.tries])
        return
    _give_up(outside, notice, failure="refused" if refused else "unreachable")


def _give_up(outside: Outside, notice: Notice, *, failure: str) -> None:
    """Leave it to paper where it may be; an address that its server refused is asked no more."""
    state = NoticeState.TO_PRINT if RULES[notice.kind].printable else NoticeState.DROPPED
    now = outside.now()
    with outside.database.write() as uow:
        uow.notices.settle(notice.id, state, tries=notice.tries, failure=failure, now=now)
        address = uow.notices.address_of(notice.to)
        if failure == "refused" and address is not None:
            uow.notices.note_bounce(address.id, now=now)
