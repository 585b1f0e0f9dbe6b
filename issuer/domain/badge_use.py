"""What a provider is told of its badges: a rounded count of uses in months that are over (privacy.md PV5, PT1)."""

from datetime import date
from typing import Final

from issuer.domain.suppression import LIMIT, shown

MONTHS: Final = 12


def window(today: date) -> tuple[date, date]:
    """The first of the twelve months before this one, and the first of this one, which is not counted."""
    end = today.replace(day=1)
    return end.replace(year=end.year - 1), end


def shown_uses(count: int) -> int | None:
    """The count as the provider sees it; None, "not shown", for fewer than ten, nought included."""
    return shown(count) if count >= LIMIT else None
