"""An erasure: what happens to the badges, how far it has come, and the times of privacy.md PX2 and PX8."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

UNDO: Final = timedelta(days=7)  # only when the participant chooses to wait
KEY_BACKUPS: Final = timedelta(days=7)
DATABASE_BACKUPS: Final = timedelta(days=35)


class Badges(StrEnum):
    """What the participant wants for badges that others may hold copies of (privacy.md PX4)."""

    KEEP = "keep"
    WITHDRAW = "withdraw"


class ErasureState(StrEnum):
    """How far an erasure has come; from RUNNING on it cannot be undone, and a crash is finished by the worker."""

    WAITING = "waiting"
    RUNNING = "running"
    ROWS_GONE = "rows_gone"  # only the person's key is left, which opens nothing any more
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """One erasure.

    Attributes:
        person_id: a random reference; nothing leads from it to anybody once the erasure is done.
        due_at: from then on it is carried out.
    """

    person_id: str
    badges: Badges
    state: ErasureState
    asked_at: datetime
    due_at: datetime
    done_at: datetime | None = None
