"""Withdrawal for cause: grounds, a hearing of 14 days, two persons; there is no other way (privacy.md PK2)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from issuer.domain.errors import ConflictError

HEARING = timedelta(days=14)
MOST_GROUNDS = 2_000


class CaseState(StrEnum):
    """Where a withdrawal for cause stands."""

    OPEN = "open"
    DECIDED = "decided"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A withdrawal for cause. Grounds and answer are sealed under the person's key and never public.

    Attributes:
        marked: the public reasons list says "being checked" until `checked_until`, and no longer.
        heard_at: when the participant answered, or said that there is nothing to say.
    """

    id: str
    credential_id: str
    institution_id: str
    person_id: str
    state: CaseState
    marked: bool
    opened_by: str
    opened_at: datetime
    checked_until: datetime
    sealed_grounds: bytes
    heard_at: datetime | None
    sealed_answer: bytes | None
    decided_by: str | None
    decided_at: datetime | None

    def heard(self, now: datetime) -> bool:
        """Whether the participant had their say, or 14 days for it."""
        return self.heard_at is not None or now >= self.checked_until


def check_decision(case: Case, *, staff_id: str, now: datetime) -> None:
    """Refuse a decision before the hearing, or by the one who opened the case.

    Raises:
        ConflictError: ``withdrawal.closed``, ``withdrawal.same_person``, ``withdrawal.not_heard``.
    """
    if case.state is not CaseState.OPEN:
        raise ConflictError(case.state.value, code="withdrawal.closed")
    if case.opened_by == staff_id:
        raise ConflictError(code="withdrawal.same_person")
    if not case.heard(now):
        raise ConflictError(code="withdrawal.not_heard")
