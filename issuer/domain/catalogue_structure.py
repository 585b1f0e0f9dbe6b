"""How a qualification is put together (rakenne): groups with their minima and maxima, and units as leaves."""

from collections.abc import Iterator
from dataclasses import dataclass

from issuer.domain.catalogue_text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How much of a group is needed: osp (credits) or a number of parts; None where the source sets no bound."""

    credits_min: float | None = None
    credits_max: float | None = None
    parts_min: int | None = None
    parts_max: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitPlace:
    """A leaf: one place of a unit in the structure. The same unit may stand in many places and counts once.

    Attributes:
        unit_id: the unit's `source_id`; None when the reference leads nowhere.
    """

    unit_id: str | None
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A node: competence area, title, or any set of units with bounds.

    Attributes:
        role: as the source says, for example ``määritelty``, ``osaamisala``, ``määrittelemätön``; empty for none.
        code: of the competence area or title it stands for; None for others.
    """

    name: Text
    role: str
    code: str | None
    required: bool
    bounds: Bounds
    parts: tuple["Group | UnitPlace", ...]

    def places(self) -> Iterator[UnitPlace]:
        """All leaves below, in order."""
        pending: list[Group | UnitPlace] = [self]
        while pending:
            part = pending.pop()
            if isinstance(part, UnitPlace):
                yield part
            else:
                pending.extend(reversed(part.parts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """The structure for one way of completing (suoritustapa): ``reformi``, ``ops`` or ``naytto``."""

    mode: str
    root: Group
