"""Batches and their rows as their repository gives them and takes them."""

from dataclasses import dataclass
from datetime import date, datetime

from issuer.domain.unit_ref import UnitRef


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRecord:
    """A batch as stored; `sealed` is the name of its file under the batch's key."""

    id: str
    institution_id: str
    unit: UnitRef
    site_id: str
    state: str
    revision: int
    sealed: bytes | None
    has_header: bool
    mapping: tuple[str | None, ...]
    drafter_id: str
    reviewer_id: str
    created_at: datetime
    sent_at: datetime | None = None
    approved_at: datetime | None = None
    ended_at: datetime | None = None
    cells_gone_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRecord:
    """A row as stored; `problems` are (class, cause, field), `cells` are sealed and None once they are deleted."""

    number: int
    cells: bytes | None
    revision: int = 1
    edited_by: str | None = None
    state: str = "open"
    faulty: bool = False
    problems: tuple[tuple[str, str, str], ...] = ()
    flagged: bool = False
    drawn: bool = False
    opened: bool = False
    turn: int = 0
    person_id: str | None = None
    day: date | None = None
    credential_id: str | None = None
    failure: str | None = None
    attempts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RowCheck:
    """What checking found about one row."""

    number: int
    problems: tuple[tuple[str, str, str], ...]
    person_id: str | None
    day: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowEnd:
    """How one row ended."""

    number: int
    state: str
    credential_id: str | None
    failure: str | None = None
