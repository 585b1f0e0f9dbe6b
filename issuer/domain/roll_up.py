"""How parts of a unit add up: the union of what badges in force tell, no requirement counted twice (domain.md 10)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from issuer.domain.catalogue import Unit
from schemas.strict_json import JsonObject

_MARK = "#req-"


@dataclass(frozen=True, slots=True, kw_only=True)
class RolledUp:
    """What a person's badges in force cover of one unit.

    Attributes:
        badges: ids of the badges that tell each requirement, by its key, in the order of the unit.
        missing: keys that no badge tells.
    """

    badges: Mapping[str, tuple[str, ...]]
    missing: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether every requirement was confirmed; that is not "the unit is completed", which only a school says."""
        return bool(self.badges) and not self.missing


def told_keys(achievement: JsonObject, in_progress: Iterable[str] = ()) -> frozenset[str]:
    """Keys of the requirements that an achievement of ours describes, less those that a badge tells in part.

    Args:
        in_progress: ids of the result descriptions that the badge marks as in progress.
    """
    described = achievement.get("resultDescription")
    left_out = frozenset(in_progress)
    ids = [one.get("id") for one in described if isinstance(one, dict)] if isinstance(described, list) else []
    return frozenset(
        one.partition(_MARK)[2] for one in ids if isinstance(one, str) and _MARK in one and one not in left_out
    )


def rolled_up(unit: Unit, told: Iterable[tuple[str, frozenset[str]]]) -> RolledUp:
    """Join badges about one unit.

    Args:
        told: (badge id, keys that it tells as shown), oldest first.
    """
    pairs = tuple(told)
    badges = {
        one.key: ids for one in unit.requirements if (ids := tuple(badge for badge, keys in pairs if one.key in keys))
    }
    return RolledUp(badges=badges, missing=tuple(one.key for one in unit.requirements if one.key not in badges))
