"""What is asked for when a badge is to be issued, and the rules that a request must meet before anything is stored."""

import re
from dataclasses import dataclass
from datetime import date

from issuer.domain.badge_texts import LANGUAGES
from issuer.domain.errors import InvalidRequestError
from issuer.domain.free_text import check_text, check_words

_MAX_NARRATIVE = 2_000
_MAX_ROLE = 120
_KEY = re.compile(r"[\x20-\x7e]{16,255}")


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardRequest:
    """One badge to issue.

    Attributes:
        institution_id: who signs.
        unit_code: ``106889`` or ``tutkinnonosat_106889``.
        requirement_keys: keys of the requirements that were shown; None for all of the unit.
        language: fi, sv or en: the one language of the badge.
        activity_start, activity_end: days of the period; only their months enter the badge.
        role: the work role, never the client status.
        narrative: the participant's own words.
        provider_id: the provider behind it; stays in our records unless it signs in its own name.
        own_name_accepted: the participant's yes to an issuer that signs under its own, not the neutral, name (PN6).
        person_id: a participant we know; None makes a new one.
        register_number: diaarinumero, when the unit stands in more than one qualification.
    """

    institution_id: str
    unit_code: str
    requirement_keys: tuple[str, ...] | None = None
    language: str = "fi"
    activity_start: date | None = None
    activity_end: date | None = None
    role: str | None = None
    narrative: str | None = None
    provider_id: str | None = None
    person_id: str | None = None
    register_number: str | None = None
    own_name_accepted: bool = False


def check_request(request: AwardRequest, *, today: date) -> None:
    """Refuse a request that breaks a rule.

    Raises:
        InvalidRequestError, TellingWordError: with a pointer to the member.
    """
    if request.language not in LANGUAGES:
        raise InvalidRequestError(code="badge.language", pointer="/language")
    for pointer, text, limit in (("/narrative", request.narrative, _MAX_NARRATIVE), ("/role", request.role, _MAX_ROLE)):
        if text is not None:
            check_text(text, most=limit, pointer=pointer)
            check_words(text, pointer=pointer)
    start, end = request.activity_start, request.activity_end
    if start is not None and end is not None and end < start:
        raise InvalidRequestError(code="badge.period", pointer="/activity_end")
    for pointer, day in (("/activity_start", start), ("/activity_end", end)):
        if day is not None and day > today:
            raise InvalidRequestError(code="badge.period_future", pointer=pointer)


def check_idempotency_key(key: str) -> None:
    """Refuse a key that is not 16 to 255 printable ASCII signs (security.md section 4)."""
    if not _KEY.fullmatch(key):
        raise InvalidRequestError(code="idempotency.key", pointer="/Idempotency-Key")
