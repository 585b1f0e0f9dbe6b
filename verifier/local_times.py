"""Moments in words, in Finnish time: what pages and sentences show (screens.md rule 11)."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

_MONTHS: Final = {
    "fi": (
        *("tammikuu", "helmikuu", "maaliskuu", "huhtikuu", "toukokuu", "kesäkuu"),
        *("heinäkuu", "elokuu", "syyskuu", "lokakuu", "marraskuu", "joulukuu"),
    ),
    "sv": (
        *("januari", "februari", "mars", "april", "maj", "juni"),
        *("juli", "augusti", "september", "oktober", "november", "december"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}
_AT: Final = {"fi": "klo", "sv": "kl."}
_WINTER: Final = timezone(timedelta(hours=2))
_SUMMER: Final = timezone(timedelta(hours=3))
_MARCH, _OCTOBER, _SUNDAY = 3, 10, 6


def in_finland(moment: datetime) -> datetime:
    """Return `moment` (aware) in Finnish time.

    Computed by the rule of Directive 2000/84/EC, so that no time zone data need be installed: summer time from the
    last Sunday of March, 01:00 UTC, to the last Sunday of October, 01:00 UTC.
    """
    utc = moment.astimezone(UTC)
    summer = _last_sunday(utc.year, _MARCH) <= utc < _last_sunday(utc.year, _OCTOBER)
    return utc.astimezone(_SUMMER if summer else _WINTER)


def _last_sunday(year: int, month: int) -> datetime:
    last = datetime(year, month, 31, 1, tzinfo=UTC)
    return last - timedelta(days=(last.weekday() - _SUNDAY) % 7)


def _base(language: str) -> str:
    return language.partition("-")[0]


def day(moment: datetime, language: str) -> str:
    """Return "22.11.2026", in English "22 Nov 2026"."""
    return calendar_day(in_finland(moment).date(), language)


def calendar_day(found: date, language: str) -> str:
    """Return a day of the calendar in words, as `day`."""
    if _base(language) == "en":
        return f"{found.day} {_MONTHS['en'][found.month - 1][:3]} {found.year}"
    return f"{found.day}.{found.month}.{found.year}"


def clock_time(moment: datetime, language: str) -> str:
    """Return "klo 14.05", in Swedish "kl. 14.05", in English "14:05"."""
    local = in_finland(moment)
    if _base(language) == "en":
        return f"{local:%H:%M}"
    return f"{_AT[_base(language)]} {local.hour}.{local:%M}"


def full(moment: datetime, language: str) -> str:
    """Return "22.11.2026 klo 14.05", in English "22 Nov 2026, 14:05"."""
    comma = "," if _base(language) == "en" else ""
    return f"{day(moment, language)}{comma} {clock_time(moment, language)}"


def month(year: int, number: int, language: str) -> str:
    """Return "marraskuu 2026"; `number` is 1 to 12."""
    return f"{_MONTHS[_base(language)][number - 1]} {year}"
