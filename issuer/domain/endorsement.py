"""A school's endorsement of a recognised learning environment: its rules, its dates, and the credential it becomes."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from issuer.domain.errors import InvalidRequestError
from issuer.domain.free_text import check_text, check_words
from issuer.domain.learning_environment import Report
from schemas.credential import BADGE_CONTEXTS, StatusPlace, utc_text
from schemas.profile import Profile
from schemas.strict_json import JsonObject

MOST_COMMENT: Final = 500
MOST_AT_ONCE: Final = 20
_HELSINKI = ZoneInfo("Europe/Helsinki")


class Standing(StrEnum):
    """How an endorsement stands on a day."""

    IN_FORCE = "in_force"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    ENDED = "ended"
    UNSIGNED = "unsigned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endorsement:
    """One signed statement of a school about one id; those of one act were made, and end, together.

    Attributes:
        id: 32 hex digits, drawn; its public address is ``/endorsements/{id}``.
        act_id: of the act that made it.
        report_id: of the published version that the school looked at.
        subject_id: what is endorsed: the public address of that version, or the DID of a provider that signs itself.
        valid_from: the first of a month (privacy.md PD3); valid_until: last day in Helsinki, inclusive.
        ended_on: the day on which the school ended it; from that day on it is not in force.
        signed: whether the public can read it.
    """

    id: str
    act_id: str
    school_id: str
    report_id: str
    subject_id: str
    valid_from: date
    valid_until: date
    comment: str
    language: str
    list_id: str
    index: int
    made_at: datetime
    made_by: str
    ended_on: date | None = None
    signed: bool = False

    def standing(self, day: date, report: Report) -> Standing:
        """How it stands on a Helsinki day; it never outlasts the recognition that it is about."""
        if not self.signed:
            return Standing.UNSIGNED
        if self.ended_on is not None and day >= self.ended_on:
            return Standing.ENDED
        if day < self.valid_from:
            return Standing.NOT_YET
        return Standing.IN_FORCE if day <= min(self.valid_until, last_day(report)) else Standing.EXPIRED


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a credential says beside what every endorsement has.

    Attributes:
        endorsement_id: its public address; issuer: of the school, in its own name.
        name, comment: in one language.
    """

    endorsement_id: str
    issuer: Profile
    subject_id: str
    name: str
    comment: str
    place: StatusPlace


def last_day(report: Report) -> date:
    """The last day of a recognition, after a premature end if there was one."""
    return min(report.valid_until, report.ended_on) if report.ended_on is not None else report.valid_until


def usual_last_day(reports: Sequence[Report], today: date) -> date:
    """What the form proposes: the end of the same month in two years, or the first end of the recognitions."""
    year = today.year + 2
    in_two_years = date(year, today.month, monthrange(year, today.month)[1])
    return min([in_two_years, *(last_day(one) for one in reports)])


def check_last_day(wanted: date | None, reports: Sequence[Report], *, today: date) -> date:
    """Return the day. Raises InvalidRequestError: ``endorsement.until`` for one past, or after a recognition's end."""
    if wanted is None or wanted < today or any(wanted > last_day(one) for one in reports):
        raise InvalidRequestError(code="endorsement.until", pointer="/until")
    return wanted


def check_comment(text: str) -> str:
    """Return the school's own words, "" for none. Raises InvalidRequestError or TellingWordError at ``/comment``."""
    if not text.strip():
        return ""
    checked = check_text(text.replace("\r\n", "\n"), most=MOST_COMMENT, pointer="/comment")
    check_words(checked, pointer="/comment")
    return checked


def credential(said: Statement, *, valid_from: date, valid_until: date) -> JsonObject:
    """The unsigned EndorsementCredential (Open Badges 3.0 B.1), valid through the last day in Helsinki."""
    starts = datetime.combine(valid_from, time(), UTC)
    ends = datetime.combine(valid_until + timedelta(days=1), time(), _HELSINKI) - timedelta(seconds=1)
    return {
        "@context": list(BADGE_CONTEXTS),
        "id": said.endorsement_id,
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": said.name,
        "issuer": said.issuer.to_json(),
        "validFrom": utc_text(starts),
        "validUntil": utc_text(ends.astimezone(UTC)),
        "credentialSubject": {
            "id": said.subject_id,
            "type": ["EndorsementSubject"],
            "endorsementComment": said.comment,
        },
        "credentialStatus": said.place.to_json(),
    }
