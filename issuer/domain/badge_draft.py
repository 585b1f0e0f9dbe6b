"""A draft of a badge: its content with a digest, its states, and who may move it on (domain.md sections 10 and 11)."""

import hashlib
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from enum import StrEnum

from issuer.domain.errors import ConflictError
from issuer.domain.unit_ref import UnitRef
from schemas.canonical_json import canonicalise
from schemas.strict_json import JsonObject, JsonValue


class DraftScope(StrEnum):
    """How much a badge covers."""

    GROUP = "group"  # a whole kohdealue
    PART = "part"
    UNIT = "unit"
    GENERIC = "generic"  # a working-life competence outside units: "ei tutkinnon osa"


class DraftState(StrEnum):
    """Where a draft stands. Only an approved one is issued; any change of the content leads back to open."""

    OPEN = "open"
    ACCEPTED = "accepted"  # the participant accepted exactly the present content
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    APPROVED = "approved"
    ISSUED = "issued"
    DROPPED = "dropped"


CHANGEABLE = frozenset({DraftState.OPEN, DraftState.ACCEPTED, DraftState.RETURNED})
UNDECIDED = CHANGEABLE | {DraftState.IN_REVIEW}
RETURN_REASONS = ("tick", "observation", "text", "dates", "person", "other")
ACCEPTED_ON_DEVICE, ACCEPTED_ON_PAPER = "device", "paper"
WAYS = (ACCEPTED_ON_DEVICE, ACCEPTED_ON_PAPER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocker:
    """One thing that keeps a badge from being given.

    Attributes:
        code: stable, for example ``entitled.not_agreed``; a sentence and a link belong to each.
        key: the requirement that it concerns; None for the whole.
    """

    code: str
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftContent:
    """Everything that the participant accepts and that will be signed.

    Attributes:
        unit: None for a working-life competence; `competence` is its key then.
        shown, in_part: keys of requirements; those shown in part stand in it only at the participant's wish.
        activity_start, activity_end: days of the work; only their months enter the badge unless `exact_days`.
        role: description of the work, never the client status.
        narrative: the participant's own words; `words_consent` is their SHA-256 (hex) when the participant chose to
            keep words in them that may tell why they were there (privacy.md PW3).
        holder_name: stands in the badge for good; None by default (PB6).
        site: the site's public words, only under the provider's own name (PN5, PN6).
        own_name: issued in the provider's own name instead of the neutral one; `own_name_reason` stays inside.
        grade, demonstration_id: of a school's demonstration, only in a school's badge.
        achievement_key: digest of the achievement that all this makes; set by the service.
    """

    scope: DraftScope
    unit: UnitRef | None = None
    competence: str | None = None
    shown: tuple[str, ...] = ()
    in_part: tuple[str, ...] = ()
    language: str = "fi"
    activity_start: date | None = None
    activity_end: date | None = None
    role: str | None = None
    narrative: str | None = None
    words_consent: str | None = None
    holder_name: str | None = None
    site: str | None = None
    own_name: bool = False
    own_name_reason: str | None = None
    exact_days: bool = False
    grade: int | None = None
    demonstration_id: str | None = None
    achievement_key: str = ""

    def to_json(self) -> JsonObject:
        """The content as an object for a sealed column; nothing is left out."""
        document: JsonObject = {}
        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(value, tuple):
                value = list(value)
            elif isinstance(value, UnitRef):
                value = str(value)
            elif isinstance(value, date):
                value = value.isoformat()
            document[one.name] = value
        return document

    @classmethod
    def from_json(cls, document: JsonObject) -> "DraftContent":
        """Read what `to_json` wrote."""
        values: dict[str, object] = dict(document)
        values["scope"] = DraftScope(str(document["scope"]))
        unit = document["unit"]
        values["unit"] = UnitRef.read(unit) if isinstance(unit, str) else None
        for name in ("shown", "in_part"):
            values[name] = _texts(document[name])
        for name in ("activity_start", "activity_end"):
            day = document[name]
            values[name] = date.fromisoformat(day) if isinstance(day, str) else None
        return cls(**values)  # type: ignore[arg-type]  # the names are those of to_json

    def digest(self) -> bytes:
        """SHA-256 over the RFC 8785 form: what the participant's yes and the reviewer's yes are tied to."""
        return hashlib.sha256(canonicalise(self.to_json())).digest()

    def settled(self) -> "DraftContent":
        """The content without a consent that belonged to other words, and with its keys in one order."""
        kept = self.words_consent if self.words_consent == words_digest(self.narrative) else None
        return replace(self, words_consent=kept, shown=_ordered(self.shown), in_part=_ordered(self.in_part))

    def wants_yes(self) -> tuple[str, ...]:
        """What the participant must say yes to one by one, beside accepting the whole."""
        asked = (
            ("own_name", self.own_name),
            ("exact_days", self.exact_days),
            ("holder_name", self.holder_name is not None),
            ("in_part", bool(self.in_part)),
        )
        return tuple(name for name, wanted in asked if wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A draft as stored; `sealed` is the content under the person's key.

    Attributes:
        institution_id: the provider (or school) where it is drafted.
        digest: of the content as it is now; `accepted_digest`: of what the participant accepted.
        consents: (what, random id) for each single yes of the participant.
        revision: counts changes of the row; a write names the one it has read.
        replaces: the badge that this one will take the place of.
    """

    id: str
    institution_id: str
    person_id: str
    drafter_id: str
    state: DraftState
    scope: DraftScope
    unit: UnitRef | None
    sealed: bytes
    digest: bytes
    accepted_digest: bytes | None
    accepted_at: datetime | None
    accepted_way: str | None
    consents: tuple[tuple[str, str], ...]
    reviewer_id: str | None
    reviewed_at: datetime | None
    return_reason: str | None
    sealed_return: bytes | None
    credential_id: str | None
    replaces: str | None
    revision: int
    created_at: datetime
    changed_at: datetime

    def consent(self, what: str) -> str | None:
        """The id of one yes, or None."""
        return dict(self.consents).get(what)


def words_digest(text: str | None) -> str | None:
    """SHA-256 (hex) of the participant's own words; None for none."""
    return hashlib.sha256(text.encode()).hexdigest() if text is not None else None


def require_state(draft: Draft, allowed: frozenset[DraftState]) -> None:
    """Stop an act that the draft's state does not allow. Raises ConflictError (`draft.state`)."""
    if draft.state not in allowed:
        raise ConflictError(draft.state.value, code="draft.state")


def require_unchanged(draft: Draft, seen: str) -> None:
    """Stop when the content is not the one that was looked at: `seen` is its digest in hex.

    Raises:
        ConflictError: ``draft.changed``.
    """
    if draft.digest.hex() != seen:
        raise ConflictError(draft.id, code="draft.changed")


def check_reviewer(*, reviewer_id: str, drafter_id: str, observers: frozenset[str]) -> None:
    """Refuse a second look by the drafter, or by the only one who observed (screens.md B13).

    Raises:
        ConflictError: ``review.own_draft`` or ``review.only_observer``.
    """
    if reviewer_id == drafter_id:
        raise ConflictError(code="review.own_draft")
    if observers == {reviewer_id}:
        raise ConflictError(code="review.only_observer")


def _texts(value: JsonValue) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, list) else ()


def _ordered(keys: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(set(keys)))
