"""A badge as its holder sees it: in which of a few neutral states it is, and what kind of badge it is."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from issuer.domain.unit_ref import UnitRef


class OwnState(StrEnum):
    """How a kept badge stands. Each has its own plain words; only the last one is told as the issuer's decision."""

    IN_FORCE = "in_force"
    BEING_CHECKED = "being_checked"
    REPLACED = "replaced"
    MISTAKE = "mistake"
    HOLDER_WISH = "holder_wish"
    FOR_CAUSE = "for_cause"


class OwnKind(StrEnum):
    """What a badge stands for, in the words of every page about it."""

    AT_WORK = "at_work"
    DEMONSTRATED = "demonstrated"  # in a school's demonstration
    NO_UNIT = "no_unit"
    RECEIPT = "receipt"  # of a school's decision


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnBadge:
    """One badge that a participant keeps.

    Attributes:
        ref: stands in addresses of the own view; derived, known to nobody else.
        title: name in the badge, in `language`; month: first day of the month that the badge tells.
        unit: None for a badge outside the units.
        shown, required: requirements in the badge and in its unit; both 0 outside the units.
        document: the exact signed bytes.
        hidden: not shown in the own list.
        replaced_by: `ref` of the badge that took its place, when that one is kept, too; `replaces`: the other way.
    """

    ref: str
    credential_id: str
    title: str
    language: str
    month: date
    state: OwnState
    kind: OwnKind
    unit: UnitRef | None
    shown: int
    required: int
    document: bytes
    hidden: bool = False
    replaced_by: str | None = None
    replaces: tuple[str, ...] = ()

    @property
    def in_force(self) -> bool:
        """Whether it can be shown and printed as a badge in force."""
        return self.state in (OwnState.IN_FORCE, OwnState.BEING_CHECKED)
