"""One row of what waits for somebody's hands on the first page (screens.md B1)."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waits (a code), how many, since or until when, and where it is done."""

    what: str
    count: int
    href: str
    since: datetime | None = None
    until: date | None = None
