"""Two views and one agreed result a requirement: who may say what, when it counts, and what undoes it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from issuer.domain.errors import ConflictError, InvalidRequestError

WORDS_MOST: Final = 500
_GRADES: Final = frozenset({"0", "1", "2", "3", "4", "5", "t1", "h2", "k3", "hyväksytty", "hylätty"})


class Outcome(StrEnum):
    """What is said of one requirement (domain.md section 11): never a grade, never "failed"."""

    SHOWN = "shown"  # Osoitettu
    IN_PART = "in_part"  # Osittain
    NOT_YET = "not_yet"  # Ei vielä


class Side(StrEnum):
    """Whose view it is."""

    OWN = "own"  # the participant's self-assessment: private, never shared
    COACH = "coach"


class ResultState(StrEnum):
    """Where the talk about one requirement stands."""

    PROPOSED = "proposed"  # the coach has confirmed, the participant has not yet
    AGREED = "agreed"  # both have confirmed the same
    LEFT_OPEN = "left_open"  # they do not agree: it counts nowhere and leaves no mark of blame
    UNDONE = "undone"  # one of the views changed afterwards


class Channel(StrEnum):
    """How the participant confirmed."""

    DEVICE = "device"  # in the participant's view on the coach's device
    PAPER = "paper"  # signed on a print that the provider keeps
    OWN_SESSION = "own_session"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """A result that coach and participant both confirmed.

    Attributes:
        key: of the requirement, unique within its unit.
        agreed_at: when the second of them confirmed, aware UTC.
        coach_id: the work coach of the trade who stands behind it.
        in_part_wanted: whether the participant wants an "in part" to stand in a badge.
        elsewhere_only: it rests on evidence from elsewhere alone and must be labelled so (domain.md section 8).
    """

    key: str
    outcome: Outcome
    agreed_at: datetime
    coach_id: str
    in_part_wanted: bool = False
    elsewhere_only: bool = False

    @property
    def may_enter_badge(self) -> bool:
        """Shown rows enter; rows in part by the participant's tick; the rest never (privacy.md PB4)."""
        return self.outcome is Outcome.SHOWN or (self.outcome is Outcome.IN_PART and self.in_part_wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The newest entry on one requirement.

    Attributes:
        version: 1 upwards; earlier versions stay.
        outcome: None when it was left open.
    """

    key: str
    version: int
    state: ResultState
    outcome: Outcome | None
    coach_id: str
    at: datetime
    in_part_wanted: bool = False
    elsewhere_only: bool = False

    @property
    def stands(self) -> bool:
        """Tell whether a changed view would have something to undo."""
        return self.state in {ResultState.PROPOSED, ResultState.AGREED}

    def agreed(self) -> Agreed | None:
        """The result as others use it; None unless both confirmed."""
        if self.state is not ResultState.AGREED or self.outcome is None:
            return None
        return Agreed(
            key=self.key,
            outcome=self.outcome,
            agreed_at=self.at,
            coach_id=self.coach_id,
            in_part_wanted=self.in_part_wanted,
            elsewhere_only=self.elsewhere_only,
        )


def read_outcome(text: str, *, pointer: str) -> Outcome:
    """Read one of the three words.

    Raises:
        InvalidRequestError: ``agreement.grade`` for a grade (a provider never gives one: domain.md section 4, fact 2),
            ``agreement.outcome`` for anything else.
    """
    if text in set(Outcome):
        return Outcome(text)
    if text.strip().lower() in _GRADES:
        raise InvalidRequestError(code="agreement.grade", pointer=pointer)
    raise InvalidRequestError(code="agreement.outcome", pointer=pointer)


def check_coach_view(*, own_answered: bool, pointer: str) -> None:
    """The coach's view opens only after the participant's own answer. Raises ConflictError."""
    if not own_answered:
        raise ConflictError(code="agreement.own_answer_first", pointer=pointer)


def check_proposal(outcome: Outcome | None, *, both_views: bool, observed: bool, pointer: str) -> None:
    """What may be written down as agreed on one requirement.

    Args:
        outcome: None leaves the row open, which is always possible once both views are there.
        both_views: own answer and coach's view are recorded.
        observed: at least one observation stands behind the requirement.

    Raises:
        ConflictError: ``agreement.views_missing`` or ``agreement.no_observation``.
    """
    if not both_views:
        raise ConflictError(code="agreement.views_missing", pointer=pointer)
    if outcome in {Outcome.SHOWN, Outcome.IN_PART} and not observed:
        raise ConflictError(code="agreement.no_observation", pointer=pointer)
