"""All badges of a participant in one record (CLR 2.0): the unsigned document, and how many badges fit into one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from issuer.domain.institution import first_of_month
from schemas.profile import Profile
from schemas.strict_json import JsonObject, JsonValue

# Order fixed by the kind of document: openbadges.md section 1.
CONTEXTS: Final = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)
NAMES: Final = {"fi": "Osaamismerkit", "sv": "Kompetensmärken", "en": "Badges"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What one record may hold, so that every verifier of ours reads it: members, values and objects of JSON."""

    members: int
    values: int
    nodes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordEnvelope:
    """What a record has beside its badges.

    Attributes:
        record_id, subject_id: fresh ``urn:uuid:`` identifiers; members keep subjects of their own (privacy.md PS1).
        partial: there are more badges than this record holds.
    """

    record_id: str
    subject_id: str
    issuer: Profile
    language: str
    now: datetime
    partial: bool


def build_record(members: Sequence[JsonObject], envelope: RecordEnvelope) -> JsonObject:
    """Put signed badges into one document; each stays exactly as it is, with its own context and proof."""
    document: JsonObject = {
        "@context": list(CONTEXTS),
        "id": envelope.record_id,
        "type": ["VerifiableCredential", "ClrCredential"],
        "name": NAMES.get(envelope.language, NAMES["fi"]),
        "issuer": envelope.issuer.to_json(),
        "validFrom": first_of_month(envelope.now).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "credentialSubject": {
            "id": envelope.subject_id,
            "type": ["ClrSubject"],
            "verifiableCredential": list(members),
        },
    }
    if envelope.partial:
        document["partial"] = True
    return document


def portions(badges: Sequence[JsonObject], room: Room) -> list[list[JsonObject]]:
    """Spread badges over as few records as hold them, in their order; one badge always has a record."""
    found: list[list[JsonObject]] = []
    values = nodes = 0
    for badge in badges:
        more_values, more_nodes = _size(badge)
        full = not found or len(found[-1]) >= room.members
        if full or values + more_values > room.values or nodes + more_nodes > room.nodes:
            found.append([])
            values = nodes = 0
        found[-1].append(badge)
        values, nodes = values + more_values, nodes + more_nodes
    return found


def _size(value: JsonValue) -> tuple[int, int]:
    """(values, objects) of a document; braces inside texts count as objects, as they do for the verifier."""
    everything = list(_walk(value))
    braces = sum(one.count("{") for one in everything if isinstance(one, str))
    return len(everything), braces + sum(isinstance(one, dict) for one in everything)


def _walk(value: JsonValue) -> Iterator[JsonValue]:
    yield value
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for child in children:
        yield from _walk(child)
