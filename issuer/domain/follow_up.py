"""Follow-up: asking people who left, with their leave, how they are: at the end of a period, after 3 and 6 months.

Answers are codes, never words. Only study and work in the open labour market count as positive (domain.md section 16).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from issuer.domain.errors import ConflictError


class Moment(StrEnum):
    """When somebody is asked."""

    END = "end"
    THREE_MONTHS = "three"
    SIX_MONTHS = "six"


class Answer(StrEnum):
    """What became of somebody; that nobody was reached is a value of its own."""

    STUDY = "study"
    OPEN_WORK = "open_work"
    OTHER = "other"
    NOT_REACHED = "not_reached"


POSITIVE: Final = frozenset({Answer.STUDY, Answer.OPEN_WORK})
KEPT: Final = timedelta(days=183 + 14)
"""Contact and answers are kept for this long after the end of the last period (privacy.md section 4)."""
_WINDOWS: Final[Mapping[Moment, tuple[timedelta, timedelta]]] = {
    Moment.END: (timedelta(0), timedelta(days=30)),
    Moment.THREE_MONTHS: (timedelta(days=91), timedelta(days=121)),
    Moment.SIX_MONTHS: (timedelta(days=183), KEPT),
}
"""First and last day on which each is asked, from the last day of the last period; both inclusive."""
# What each version of the permission's text let us ask: the first spoke of 3 and 6 months only.
_ASKED_BY_TEXT: Final[Mapping[str, frozenset[Moment]]] = {
    "1": frozenset({Moment.THREE_MONTHS, Moment.SIX_MONTHS}),
    "2": frozenset(Moment),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaver:
    """A participant in no period any more who lets us ask; there is no such thing for anybody who does not.

    Attributes:
        left_on: last day of the last period.
        given_on, text_version: of the permission that is in force.
    """

    person_id: str
    institution_id: str
    number: int
    left_on: date
    given_on: date
    text_version: str

    @property
    def code(self) -> str:
        """The running number as people say and type it: ``014``."""
        return f"{self.number:03d}"

    def asked(self) -> tuple[Moment, ...]:
        """When this person is asked at all: as the text said, and not where the yes came after the time was over."""
        allowed = _ASKED_BY_TEXT.get(self.text_version, frozenset(Moment))
        return tuple(one for one in Moment if one in allowed and self.given_on <= self.last_day(one))

    def last_day(self, moment: Moment) -> date:
        """The last day on which the person is asked, inclusive."""
        return self.left_on + _WINDOWS[moment][1]

    def due(self, today: date, done: Collection[Moment] = ()) -> Moment | None:
        """What is to be asked today and was not answered yet."""
        for moment in self.asked():
            if moment not in done and self.left_on + _WINDOWS[moment][0] <= today <= self.last_day(moment):
                return moment
        return None

    def missed(self, today: date, done: Collection[Moment] = ()) -> tuple[Moment, ...]:
        """What nobody answered while it was time."""
        return tuple(one for one in self.asked() if one not in done and self.last_day(one) < today)


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """An answer: whose, to which question, and sealed what it was."""

    person_id: str
    institution_id: str
    left_on: date
    moment: Moment
    noted_on: date
    sealed: bytes


def check_changeable(noted_on: date, today: date) -> None:
    """Let an answer be corrected in the month in which it was noted: later it stands in figures that are out.

    Raises:
        ConflictError: ``follow_up.month_over``.
    """
    if (noted_on.year, noted_on.month) != (today.year, today.month):
        raise ConflictError(code="follow_up.month_over")
