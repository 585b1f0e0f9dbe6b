"""What became of a house's own people, for those who answer for it: exact from five up, the rest not told apart."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.figures import follow_up_figures, months_of, quarter_of
from issuer.domain.follow_up import Answer, Moment
from issuer.domain.permissions import StaffMember
from issuer.domain.suppression import Cell, hidden_cells
from issuer.services.outside import Outside

LIMIT_INSIDE: Final = 5
_QUARTERS: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One moment of asking: how many were to be asked, and what came of it; None: not shown."""

    moment: Moment
    asked: int | None
    positive: int | None
    answers: dict[Answer, int | None]


def past_quarters(outside: Outside) -> tuple[str, ...]:
    """The whole quarters that can be looked at, newest first; the answers of a running one would tell the last one."""
    day = helsinki_day(outside.now())
    found: list[str] = []
    while len(found) < _QUARTERS:
        day = months_of(quarter_of(day))[0] - timedelta(days=1)
        found.append(quarter_of(day))
    return tuple(found)


def inside(outside: Outside, who: StaffMember, quarter: str) -> tuple[Told, ...]:
    """Count the answers of the own house in a quarter.

    Raises:
        InvalidRequestError: ``statistics.quarter``: not written like "2026-Q4".
    """
    begin, end = months_of(quarter)
    with outside.database.read() as uow:
        counts = uow.followups.counts(begin, end, who.institution_id)
    figures = follow_up_figures(counts, by_answer=True)
    hidden = hidden_cells(figures, outside.outsider, limit=LIMIT_INSIDE)

    def told(moment: Moment, measure: str) -> int | None:
        cell = Cell("follow_up", moment.value, measure)
        return None if cell in hidden else figures.counts[cell]

    return tuple(
        Told(
            moment=moment,
            asked=told(moment, "asked"),
            positive=told(moment, "positive"),
            answers={answer: told(moment, answer.value) for answer in Answer},
        )
        for moment in Moment
    )
