"""What was said in a talk, sealed under the participant's key, and back."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from issuer.domain.period import FollowUp, TalkRow
from issuer.services.outside import Outside
from issuer.services.sealed_values import open_value, seal_value

if TYPE_CHECKING:
    from schemas.strict_json import JsonObject

_PURPOSE = "talk"


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkWords:
    """Who was there (values of `Attendee`), what was said, what changed since before, and the path after."""

    present: tuple[str, ...]
    notes: str = ""
    changed: str = ""
    follow_up: FollowUp | None = None


def seal_talk(outside: Outside, person_id: str, said: TalkWords) -> bytes:
    """Seal for the talk's row. Raises PersonErasedError."""
    value: JsonObject = {
        "present": [*said.present],
        "notes": said.notes,
        "changed": said.changed,
        "follow_up": said.follow_up.value if said.follow_up is not None else None,
    }
    return seal_value(outside, person_id, _PURPOSE, value)


def open_talk(outside: Outside, person_id: str, row: TalkRow) -> TalkWords:
    """Open what `seal_talk` closed. Raises PersonErasedError."""
    if row.sealed is None:
        return TalkWords(present=())
    value = open_value(outside, person_id, _PURPOSE, row.sealed)
    present, follow_up = value["present"], value["follow_up"]
    return TalkWords(
        present=tuple(str(one) for one in present) if isinstance(present, list) else (),
        notes=str(value["notes"]),
        changed=str(value["changed"]),
        follow_up=FollowUp(follow_up) if isinstance(follow_up, str) else None,
    )
