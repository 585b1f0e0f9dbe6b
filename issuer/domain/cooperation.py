"""Cooperation agreements of a school with who signs badges: terms, states, who may do what next, and trust levels.

Terms are hints for a person: nothing here refuses a badge or decides about one (privacy.md PV6). An agreement is made
with a name under which badges are signed, so that it never tells who stands behind a neutral name (decision 0036).
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from issuer.domain.errors import ConflictError, DomainError, InvalidFormError, InvalidRequestError, TellingWordError
from issuer.domain.free_text import check_text, check_words
from issuer.domain.institution import Institution
from issuer.domain.recognition import Route
from issuer.domain.unit_ref import UnitRef
from schemas.canonical_json import canonicalise
from schemas.strict_json import JsonObject

MOST_UNITS: Final = 60
MOST_SHOWN: Final = 200  # requirements of one unit
MOST_MONTHS: Final = 120
MOST_YEARS: Final = 10
MOST_WORDS: Final = 300
MOST_DID: Final = 255
_DID: Final = re.compile(r"did:[a-z0-9]{1,20}:[A-Za-z0-9._:%-]{1,230}", re.ASCII)


class CooperationState(StrEnum):
    """Luonnos, odottaa toista, both have confirmed, päättynyt by an act."""

    DRAFT = "draft"
    OFFERED = "offered"
    CONFIRMED = "confirmed"
    ENDED = "ended"


class Standing(StrEnum):
    """What an agreement is on a day: the states that pages show."""

    DRAFT = "draft"
    OFFERED = "offered"
    COMING = "coming"  # both have confirmed, its first day is ahead
    IN_FORCE = "in_force"
    ENDED = "ended"


class TrustLevel(StrEnum):
    """What a school holds of who signs: ei tunneta, tunnistettu, sopimus."""

    NONE = "none"
    RECOGNISED = "recognised"
    AGREEMENT = "agreement"


SETTABLE: Final = (TrustLevel.NONE, TrustLevel.RECOGNISED)  # an agreement in force makes the third by itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What two parties agree on.

    Attributes:
        units: covered; at least one.
        any_version: whether the same unit code counts in any qualification.
        least_shown: fewest requirements that a badge shows, 0 for no such demand.
        whole_unit: whether every requirement of the unit has to be shown.
        recency_months: most months since the last work, None for no limit.
        route: that the school proposes to itself; None for none. A person decides.
        assessed_by, school_contact, partner_contact: roles in words, never names of people.
        valid_from: the first of a month (privacy.md PD3); valid_until: the last day, inclusive.
    """

    units: tuple[UnitRef, ...]
    any_version: bool = True
    least_shown: int = 1
    whole_unit: bool = False
    recency_months: int | None = None
    route: Route | None = None
    assessed_by: str
    school_contact: str
    partner_contact: str
    valid_from: date
    valid_until: date

    def covers(self, unit: UnitRef) -> bool:
        """Tell whether the unit is one of those agreed on."""
        return unit in self.units or (self.any_version and any(one.code == unit.code for one in self.units))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cooperation:
    """One agreement.

    Attributes:
        ref: stands in addresses, random.
        partner_id: the institution that signs badges, an umbrella body or a provider with an identity of its own.
        drafted_by: the party that writes it; the other one sees it once it is offered.
        version: grows with each change.
        content_sha256: of exactly what was offered, see `content_digest`.
        ends_on: last day when a party has ended it before its time, inclusive.
        offered_by, confirmed_by, changed_by: staff, by random reference.
    """

    id: str
    ref: str
    school_id: str
    partner_id: str
    drafted_by: str
    state: CooperationState
    version: int
    terms: Terms
    content_sha256: bytes | None = field(default=None, repr=False)
    offered_at: datetime | None = None
    offered_by: str | None = None
    confirmed_at: datetime | None = None
    confirmed_by: str | None = None
    ends_on: date | None = None
    ended_at: datetime | None = None
    created_at: datetime
    changed_at: datetime
    changed_by: str | None = None

    @property
    def parties(self) -> frozenset[str]:
        """Both institutions."""
        return frozenset({self.school_id, self.partner_id})

    @property
    def last_day(self) -> date:
        """The last day on which it can be in force."""
        return min(self.terms.valid_until, self.ends_on) if self.ends_on is not None else self.terms.valid_until

    def standing(self, day: date) -> Standing:
        """What it is on a day in Finland."""
        if self.state is CooperationState.CONFIRMED:
            if day < self.terms.valid_from:
                return Standing.COMING
            return Standing.IN_FORCE if day <= self.last_day else Standing.ENDED
        return Standing(self.state.value)

    def shown_to(self, institution_id: str) -> bool:
        """Tell whether a party may see it: a draft is its writer's own, and so is one dropped before it was offered."""
        never_offered = self.offered_at is None
        return institution_id in self.parties and (institution_id == self.drafted_by or not never_offered)

    def waits_for(self, institution_id: str) -> bool:
        """Tell whether this party is asked to confirm."""
        return self.state is CooperationState.OFFERED and institution_id in self.parties - {self.drafted_by}


def check_parties(school: Institution, partner: Institution) -> None:
    """Refuse parties that cannot agree.

    Raises:
        InvalidRequestError: ``cooperation.school``, ``cooperation.partner`` (it signs no badges in its own name).
    """
    if school.kind != "school" or school.closed_at is not None:
        raise InvalidRequestError(code="cooperation.school", pointer="/other")
    if partner.kind == "school" or partner.did is None or partner.closed_at is not None:
        raise InvalidRequestError(code="cooperation.partner", pointer="/other")


def check_terms(terms: Terms, *, today: date) -> None:
    """Refuse terms that cannot be.

    Raises:
        InvalidFormError: an error a place, with codes ``cooperation.…`` and ``text.…``.
    """
    faults: list[DomainError] = []
    if not 1 <= len(terms.units) <= MOST_UNITS or len(set(terms.units)) != len(terms.units):
        faults.append(InvalidRequestError(code="cooperation.units", pointer="/units"))
    if not 0 <= terms.least_shown <= MOST_SHOWN:
        faults.append(InvalidRequestError(code="cooperation.least_shown", pointer="/least_shown"))
    if terms.recency_months is not None and not 1 <= terms.recency_months <= MOST_MONTHS:
        faults.append(InvalidRequestError(code="cooperation.months", pointer="/recency_months"))
    for name in ("assessed_by", "school_contact", "partner_contact"):
        try:
            check_words(check_text(getattr(terms, name), most=MOST_WORDS, pointer=f"/{name}"), pointer=f"/{name}")
        except (InvalidRequestError, TellingWordError) as fault:
            faults.append(fault)
    faults += _faults_of_days(terms, today)
    if faults:
        raise InvalidFormError(tuple(faults))


def content_digest(school: Institution, partner: Institution, terms: JsonObject) -> bytes:
    """SHA-256 of what both confirm: who they are and every term, as canonical JSON (RFC 8785).

    Args:
        terms: as `cooperation_document.terms_to_json` writes them.
    """
    return hashlib.sha256(canonicalise({"school": school.did, "partner": partner.did, "terms": terms})).digest()


def require(agreement: Cooperation, *states: CooperationState) -> None:
    """Refuse an act that does not fit the state. Raises ConflictError ``cooperation.state``."""
    if agreement.state not in states:
        raise ConflictError(code="cooperation.state")


def check_end(agreement: Cooperation, last_day: date | None, *, today: date) -> None:
    """Refuse a last day that cannot be; None ends it at once.

    Raises:
        ConflictError: ``cooperation.state``: it is neither coming nor in force.
        InvalidRequestError: ``cooperation.ends_before`` (before today), ``cooperation.ends_later`` (after its end).
    """
    if agreement.standing(today) not in (Standing.COMING, Standing.IN_FORCE):
        raise ConflictError(code="cooperation.state")
    if last_day is None:
        return
    if last_day < max(today, agreement.terms.valid_from):
        raise InvalidRequestError(code="cooperation.ends_before", pointer="/ends_on")
    if last_day > agreement.last_day:
        raise InvalidRequestError(code="cooperation.ends_later", pointer="/ends_on")


def overlapping(agreement: Cooperation, others: Sequence[Cooperation]) -> tuple[Cooperation, ...]:
    """Agreements of the same parties that rule one of its units on one of its days; shown beside it, never refused."""
    return tuple(one for one in others if one.id != agreement.id and _overlap(agreement, one))


def check_did(text: str) -> str:
    """Return the identity of who signs, as a badge names it. Raises InvalidRequestError ``cooperation.did``."""
    if len(text) > MOST_DID or not _DID.fullmatch(text):
        raise InvalidRequestError(code="cooperation.did", pointer="/issuer")
    return text


def _overlap(one: Cooperation, other: Cooperation) -> bool:
    living = (CooperationState.OFFERED, CooperationState.CONFIRMED)
    if one.parties != other.parties or other.state not in living:
        return False
    if one.terms.valid_from > other.last_day or other.terms.valid_from > one.last_day:
        return False
    return any(other.terms.covers(unit) for unit in one.terms.units) or any(
        one.terms.covers(unit) for unit in other.terms.units
    )


def _faults_of_days(terms: Terms, today: date) -> list[DomainError]:
    if terms.valid_from.day != 1:
        return [InvalidRequestError(code="cooperation.first_of_month", pointer="/valid_from")]
    if terms.valid_until < terms.valid_from:
        return [InvalidRequestError(code="cooperation.dates_reversed", pointer="/valid_until")]
    if terms.valid_until < today:
        return [InvalidRequestError(code="cooperation.over", pointer="/valid_until")]
    if terms.valid_until.year - terms.valid_from.year > MOST_YEARS:
        return [InvalidRequestError(code="cooperation.too_long", pointer="/valid_until")]
    return []
