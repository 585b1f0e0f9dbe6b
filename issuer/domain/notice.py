"""Messages that people get: a closed list, to whom each goes, where its one button leads, whether it may be printed."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, Literal

from issuer.domain.errors import InvalidRequestError

MOST_ADDRESS_CHARACTERS: Final = 254
MOST_ABOUT_CHARACTERS: Final = 80
# After how long a mail that the server would not take just now is tried again; after the last it is left to paper.
WAITS: Final = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=20),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
)
CONFIRMATIONS_A_DAY: Final = 3  # a form of ours must not flood somebody else's mailbox
SHARE_WARNING: Final = timedelta(days=3)


class NoticeKind(StrEnum):
    """What a message says. Its words stand in the locales under ``notice.<kind>.…``."""

    CONFIRM_ADDRESS = "confirm_address"
    BADGE_READY = "badge_ready"
    BADGE_WAITS = "badge_waits"  # first reminder of a badge that nobody has taken
    BADGE_LAST_CALL = "badge_last_call"  # second and last one, with the day on which it goes out of use
    SHARE_ENDS = "share_ends"
    SCHOOL_ASKS = "school_asks"
    SCHOOL_DECIDED = "school_decided"
    CORRECTED = "corrected"
    ERASURE_COMES = "erasure_comes"
    REVIEW_WAITS = "review_waits"  # staff: a draft waits for the second pair of eyes
    QUESTION_WAITS = "question_waits"  # staff: a school has asked something
    CASE_WAITS = "case_waits"  # staff of a school: somebody has sent a badge
    QUESTION_SETTLED = "question_settled"  # staff of a school: what was asked is settled, with an answer or without


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What holds for one kind.

    Attributes:
        to: whom it goes to.
        path: where the button leads; no token stands in it but that of CONFIRM_ADDRESS, which is derived when written.
        dated: whether it names a day.
        printable: whether staff may learn of it and hand it over on paper where there is no mail. Never for shares,
            schools and erasure: those are the person's own matters (privacy.md PL1, PV5).
    """

    to: Literal["participant", "staff"]
    path: str
    dated: bool = False
    printable: bool = False


RULES: Final[dict[NoticeKind, Rule]] = {
    NoticeKind.CONFIRM_ADDRESS: Rule(to="participant", path="/mail"),
    NoticeKind.BADGE_READY: Rule(to="participant", path="/my", printable=True),
    NoticeKind.BADGE_WAITS: Rule(to="participant", path="/my", printable=True),
    NoticeKind.BADGE_LAST_CALL: Rule(to="participant", path="/my", dated=True, printable=True),
    NoticeKind.SHARE_ENDS: Rule(to="participant", path="/my/shares", dated=True),
    NoticeKind.SCHOOL_ASKS: Rule(to="participant", path="/my/cases"),
    NoticeKind.SCHOOL_DECIDED: Rule(to="participant", path="/my/cases"),
    NoticeKind.CORRECTED: Rule(to="participant", path="/my", printable=True),
    NoticeKind.ERASURE_COMES: Rule(to="participant", path="/my/erase", dated=True),
    NoticeKind.REVIEW_WAITS: Rule(to="staff", path="/drafts"),
    NoticeKind.QUESTION_WAITS: Rule(to="staff", path="/home"),
    NoticeKind.CASE_WAITS: Rule(to="staff", path="/desk"),
    NoticeKind.QUESTION_SETTLED: Rule(to="staff", path="/desk"),
}


class NoticeState(StrEnum):
    """Where a message is."""

    WAITING = "waiting"  # for the mail server
    SENT = "sent"
    TO_PRINT = "to_print"
    PRINTED = "printed"
    DROPPED = "dropped"  # it cannot be mailed and is nobody's to print; the own view shows what it was about


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One message; nothing in it is personal but that it is for somebody.

    Attributes:
        to: id of the participant or member of staff.
        institution_id: whose public name stands as the sender.
        about: id of what it is about, so that nobody is told of one thing twice; "" for what may come again.
        day: the day that it names, where its kind is dated.
        tries: how often the mail server was asked.
        failure: code of why it was not mailed; None while it was not tried or went well.
        created_at: aware; None until it is stored.
    """

    id: str
    kind: NoticeKind
    to: str
    institution_id: str
    about: str
    day: date | None
    state: NoticeState
    tries: int
    failure: str | None = None
    created_at: datetime | None = None


def check_mail_address(address: str) -> str:
    """Return the address without the space around it, as typed otherwise: some servers tell letter sizes apart.

    Raises:
        InvalidRequestError: ``notices.address``: not something that a mail server could take.
    """
    plain = address.strip()
    local, at, host = plain.rpartition("@")
    readable = plain.isprintable() and not any(sign in plain for sign in ' ,;:<>()[]\\"')
    if not (at and local and "." in host.strip(".") and readable and len(plain) <= MOST_ADDRESS_CHARACTERS):
        raise InvalidRequestError(code="notices.address", pointer="/address")
    return plain
