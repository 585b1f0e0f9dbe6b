"""Why a badge is taken out of use: four public reasons without stigma, and their form in the reasons list."""

from datetime import datetime
from typing import Literal

Reason = Literal["replaced", "mistake", "holder_wish", "for_cause"]
REASONS: tuple[Reason, ...] = ("replaced", "mistake", "holder_wish", "for_cause")
CODES: dict[str, int] = {"replaced": 1, "mistake": 2, "holder_wish": 3, "for_cause": 4, "being_checked": 5}
ENTRY_BITS = 16
_EPOCH_YEAR = 2020


def months_since_epoch(moment: datetime) -> int:
    """Whole months since January 2020, 0 to 4095."""
    months = (moment.year - _EPOCH_YEAR) * 12 + moment.month - 1
    if not 0 <= months < 1 << 12:
        raise ValueError("outside the range of the reasons list")
    return months


def entry_value(reason: int, month: int) -> int:
    """The 16-bit value of one place: bits 15–12 the reason's code, bits 11–0 the month."""
    return reason << 12 | month
