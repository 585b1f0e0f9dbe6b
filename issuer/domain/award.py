"""What is asked for when a badge is to be issued, and the rules that a request must meet before anything is stored."""

import hashlib
import re
from dataclasses import dataclass, fields
from datetime import date

from issuer.domain.badge_texts import GRADES, LANGUAGES
from issuer.domain.errors import InvalidRequestError
from issuer.domain.free_text import check_text, check_words
from schemas.strict_json import JsonObject

_MAX_NARRATIVE = 2_000
_MAX_ROLE = 120
_MAX_NAME = 120
_MAX_SITE = 200
_KEY = re.compile(r"[\x20-\x7e]{16,255}")


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardRequest:
    """One badge to issue.

    Attributes:
        institution_id: who signs.
        unit_code: ``106889`` or ``tutkinnonosat_106889``; empty for a competence outside the units.
        requirement_keys: keys of the requirements that were shown; None for all of the unit.
        in_part_keys: keys of those shown in part, at the holder's wish.
        group: the requirements are a whole group of the unit, after which the badge is named.
        competence: key of a working-life competence, instead of a unit.
        language: fi, sv or en: the one language of the badge.
        activity_start, activity_end: days of the period; only their months enter the badge.
        role: the work role, never the client status.
        narrative: the participant's own words.
        provider_id: the provider behind it; stays in our records unless it signs in its own name.
        own_name_accepted: the participant's yes to an issuer that signs under its own, not the neutral, name (PN6).
        person_id: a participant we know; None makes a new one.
        register_number: diaarinumero, when the unit stands in more than one qualification.
        peruste_id: the qualification, when it is known for certain; goes before `register_number`.
        exact_days, holder_name, site: enter the badge only at the holder's wish; off by default.
        words_consent: SHA-256 (hex) of a narrative whose telling words the holder chose to keep (PW3).
        grade: 1 to 5, of a demonstration that the signing school assessed.
    """

    institution_id: str
    unit_code: str = ""
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
    in_part_keys: tuple[str, ...] = ()
    group: bool = False
    competence: str | None = None
    peruste_id: str | None = None
    exact_days: bool = False
    holder_name: str | None = None
    site: str | None = None
    words_consent: str | None = None
    grade: int | None = None

    def keeps_words(self) -> bool:
        """Tell whether the holder chose to keep exactly these words of theirs."""
        narrative = self.narrative or ""
        return self.words_consent is not None and self.words_consent == hashlib.sha256(narrative.encode()).hexdigest()

    def plain(self) -> JsonObject:
        """The request as an object; what was added to requests later is left out where it says nothing.

        So a request made before an update has the same digest after it.
        """
        document: JsonObject = {}
        for one in fields(self):
            value = getattr(self, one.name)
            if one.name in _ADDED_LATER and value == one.default:
                continue
            if isinstance(value, date):
                value = value.isoformat()
            elif isinstance(value, tuple):
                value = sorted(set(value))
            document[one.name] = value
        return document


_ADDED_LATER = frozenset(
    {
        "in_part_keys",
        "group",
        "competence",
        "peruste_id",
        "exact_days",
        "holder_name",
        "site",
        "words_consent",
        "grade",
    }
)


def check_request(request: AwardRequest, *, today: date) -> None:
    """Refuse a request that breaks a rule.

    Raises:
        InvalidRequestError, TellingWordError: with a pointer to the member.
    """
    if request.language not in LANGUAGES:
        raise InvalidRequestError(code="badge.language", pointer="/language")
    if bool(request.unit_code) == (request.competence is not None):
        raise InvalidRequestError(code="badge.unknown_unit", pointer="/unit")
    if request.grade is not None and str(request.grade) not in GRADES:
        raise InvalidRequestError(code="badge.grade_value", pointer="/grade")
    for pointer, text, limit in (
        ("/narrative", request.narrative, _MAX_NARRATIVE),
        ("/role", request.role, _MAX_ROLE),
        ("/site", request.site, _MAX_SITE),
        ("/holder_name", request.holder_name, _MAX_NAME),
    ):
        if text is None:
            continue
        check_text(text, most=limit, pointer=pointer, lines=pointer == "/narrative")
        if not (pointer == "/narrative" and request.keeps_words()):
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
