"""How long a share works: whole days in Finland, the last one included (privacy.md PL3)."""

from datetime import UTC, date, datetime, time, timedelta

from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.errors import InvalidRequestError
from issuer.domain.source_values import HELSINKI

SHORTEST_DAYS, USUAL_DAYS, LONGEST_DAYS = 7, 30, 365
PRINTED_DAYS = 365  # on paper: 12 months
KEPT_AFTER_END = timedelta(days=30)  # then the row goes, too (privacy.md section 4)
_A_MOMENT = timedelta(seconds=1)


def ends_at(last_day: date) -> datetime:
    """The first instant at which the link is dead: midnight after its last day in Finland, in UTC."""
    return datetime.combine(last_day + timedelta(days=1), time(), HELSINKI).astimezone(UTC)


def last_moment(expires_at: datetime) -> datetime:
    """An instant of the last day, for pages that name that day."""
    return expires_at - _A_MOMENT


def last_day(expires_at: datetime) -> date:
    """The last day of a link that dies at this instant."""
    return helsinki_day(last_moment(expires_at))


def days_from(now: datetime, days: int) -> date:
    """The last day of a link that is made now for so many days."""
    return helsinki_day(now) + timedelta(days=days)


def check_last_day(wished: date, *, now: datetime) -> date:
    """Return the day when a link may have it as its last: 7 to 365 days from today, both inclusive.

    Raises:
        InvalidRequestError: ``share.day_past``, ``share.day_near`` or ``share.day_far`` at ``/until``.
    """
    days = (wished - helsinki_day(now)).days
    if days < 0:
        raise InvalidRequestError(code="share.day_past", pointer="/until")
    if days < SHORTEST_DAYS:
        raise InvalidRequestError(code="share.day_near", pointer="/until")
    if days > LONGEST_DAYS:
        raise InvalidRequestError(code="share.day_far", pointer="/until")
    return wished
