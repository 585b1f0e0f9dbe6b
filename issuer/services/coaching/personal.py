"""What is personal of a participant, sealed into one column under the person's key, and back."""

from dataclasses import dataclass

from issuer.domain.participant import Participant, ParticipantRow
from issuer.domain.unit_ref import UnitRef
from issuer.services.outside import Outside
from issuer.services.sealed_values import open_value, seal_value
from schemas.strict_json import JsonObject

_PURPOSE = "participant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Personal:
    """Name used, languages, a way to reach the person, and names before corrections."""

    name: str
    languages: tuple[str, ...]
    contact: str | None = None
    earlier_names: tuple[str, ...] = ()


def seal_personal(outside: Outside, person_id: str, personal: Personal) -> bytes:
    """Seal for the person's row. Raises PersonErasedError."""
    value: JsonObject = {
        "name": personal.name,
        "languages": [*personal.languages],
        "contact": personal.contact,
        "earlier_names": [*personal.earlier_names],
    }
    return seal_value(outside, person_id, _PURPOSE, value)


def open_personal(outside: Outside, person_id: str, sealed: bytes) -> Personal:
    """Open what `seal_personal` closed. Raises PersonErasedError."""
    value = open_value(outside, person_id, _PURPOSE, sealed)
    contact = value["contact"]
    return Personal(
        name=str(value["name"]),
        languages=_words(value, "languages"),
        contact=contact if isinstance(contact, str) else None,
        earlier_names=_words(value, "earlier_names"),
    )


def participant_of(row: ParticipantRow, personal: Personal, units: tuple[UnitRef, ...] = ()) -> Participant:
    """Put together what is plain and what was opened."""
    return Participant(
        person_id=row.person_id,
        institution_id=row.institution_id,
        number=row.number,
        name=personal.name,
        languages=personal.languages,
        state=row.state,
        coach_id=row.coach_id,
        site_id=row.site_id,
        contact=personal.contact,
        earlier_names=personal.earlier_names,
        units=units,
        accepted_at=row.accepted_at,
        lapses_at=row.lapses_at,
    )


def _words(value: JsonObject, name: str) -> tuple[str, ...]:
    words = value[name]
    return tuple(str(one) for one in words) if isinstance(words, list) else ()
