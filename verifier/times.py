"""Times as documents write them: xsd:dateTimeStamp to aware datetime, nothing looser."""

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from schemas.strict_json import JsonValue

_STAMP = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,12}))?(?:Z|([+-])([0-9]{2}):([0-9]{2}))"
)
_LARGEST_OFFSET_MINUTES = 14 * 60  # XSD 1.1 part 2, 3.3.7
_MINUTES = 60


def instant_of(value: JsonValue) -> datetime | None:
    """The moment of a dateTimeStamp in UTC; None for everything else.

    Refused: no offset, an offset beyond ±14:00, a 60th second, hour 24, a year before 1 or beyond 9999 (also when
    only the conversion to UTC leads there), more than 12 digits of a fraction. Digits beyond microseconds are cut.

    Source: VCDM 2.0 4.9; XSD 1.1 part 2, 3.4.28.
    """
    return _parse(value) if isinstance(value, str) else None


@lru_cache(maxsize=2048)
def _parse(text: str) -> datetime | None:
    found = _STAMP.fullmatch(text)
    if found is None:
        return None
    *numbers, fraction, sign, hours, minutes = found.groups()
    offset = timedelta(0)
    if sign:
        total = int(hours) * _MINUTES + int(minutes)
        if total > _LARGEST_OFFSET_MINUTES or int(minutes) >= _MINUTES:
            return None
        offset = timedelta(minutes=-total if sign == "-" else total)
    year, month, day, hour, minute, second = map(int, numbers)
    microsecond = int((fraction or "0")[:6].ljust(6, "0"))
    try:
        local = datetime(year, month, day, hour, minute, second, microsecond, timezone(offset))
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
