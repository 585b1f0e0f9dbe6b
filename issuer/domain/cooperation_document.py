"""An agreement as a machine reads it: JSON with a `format` member, written in one way and read strictly."""

from datetime import date
from typing import Final

from issuer.domain.cooperation import Cooperation, Terms
from issuer.domain.errors import DomainError, InvalidRequestError
from issuer.domain.institution import Institution
from issuer.domain.recognition import Route
from issuer.domain.unit_ref import UnitRef
from schemas.errors import DocumentError
from schemas.strict_json import JsonObject, JsonValue, read_object, write

FORMAT: Final = "pateva.cooperation-agreement/1"
MOST_BYTES: Final = 64 << 10
_TERMS: Final = frozenset(
    {
        "units",
        "anyVersion",
        "leastShown",
        "wholeUnit",
        "recencyMonths",
        "route",
        "assessedBy",
        "schoolContact",
        "partnerContact",
        "validFrom",
        "validUntil",
    }
)
_WHOLE: Final = frozenset({"format", "school", "partner", "terms", "state", "lastDay", "confirmedOn", "contentDigest"})


def terms_to_json(terms: Terms) -> JsonObject:
    """Return the terms; every member is always there, null where nothing is demanded."""
    return {
        "units": [str(unit) for unit in terms.units],
        "anyVersion": terms.any_version,
        "leastShown": terms.least_shown,
        "wholeUnit": terms.whole_unit,
        "recencyMonths": terms.recency_months,
        "route": terms.route.value if terms.route is not None else None,
        "assessedBy": terms.assessed_by,
        "schoolContact": terms.school_contact,
        "partnerContact": terms.partner_contact,
        "validFrom": terms.valid_from.isoformat(),
        "validUntil": terms.valid_until.isoformat(),
    }


def terms_from_json(value: JsonValue) -> Terms:
    """Read terms: exactly the members that `terms_to_json` writes, each of its type.

    Raises:
        InvalidRequestError: ``cooperation.document``; the detail names the member.
    """
    terms = _members(value, _TERMS, "terms")
    route, months = terms["route"], terms["recencyMonths"]
    units = terms["units"]
    if not isinstance(units, list):
        raise _refused("units")
    if route is not None and route not in tuple(Route):
        raise _refused("route")
    return Terms(
        units=tuple(_unit(one) for one in units),
        any_version=_yes_or_no(terms["anyVersion"], "anyVersion"),
        least_shown=_number(terms["leastShown"], "leastShown"),
        whole_unit=_yes_or_no(terms["wholeUnit"], "wholeUnit"),
        recency_months=None if months is None else _number(months, "recencyMonths"),
        route=None if route is None else Route(str(route)),
        assessed_by=_text(terms["assessedBy"], "assessedBy"),
        school_contact=_text(terms["schoolContact"], "schoolContact"),
        partner_contact=_text(terms["partnerContact"], "partnerContact"),
        valid_from=_day(terms["validFrom"], "validFrom"),
        valid_until=_day(terms["validUntil"], "validUntil"),
    )


def document(agreement: Cooperation, school: Institution, partner: Institution, *, day: date) -> bytes:
    """Return the whole agreement as of a day: public names and identities, no person, no inner id."""
    confirmed = agreement.confirmed_at
    content: JsonObject = {
        "format": FORMAT,
        "school": _party(school),
        "partner": _party(partner),
        "terms": terms_to_json(agreement.terms),
        "state": agreement.standing(day).value,
        "lastDay": agreement.last_day.isoformat(),
        "confirmedOn": confirmed.date().isoformat() if confirmed is not None else None,
        "contentDigest": agreement.content_sha256.hex() if agreement.content_sha256 is not None else None,
    }
    return write(content)


def read_terms(data: bytes) -> Terms:
    """Read the terms out of a whole document, strictly: another format, member or type is refused.

    Raises:
        InvalidRequestError: ``cooperation.document``.
    """
    try:
        content = read_object(data, max_bytes=MOST_BYTES)
    except DocumentError as problem:
        raise _refused("document") from problem
    whole = _members(content, _WHOLE, "document")
    if whole["format"] != FORMAT:
        raise _refused("format")
    return terms_from_json(whole["terms"])


def _party(institution: Institution) -> JsonObject:
    name = institution.public_name
    return {"id": institution.did, "name": {"fi": name.fi, "sv": name.sv, "en": name.en}}


def _members(value: JsonValue, names: frozenset[str], where: str) -> JsonObject:
    if not isinstance(value, dict) or value.keys() != names:
        raise _refused(where)
    return value


def _unit(value: JsonValue) -> UnitRef:
    try:
        return UnitRef.read(_text(value, "units"))
    except DomainError as problem:
        raise _refused("units") from problem


def _text(value: JsonValue, member: str) -> str:
    if not isinstance(value, str):
        raise _refused(member)
    return value


def _number(value: JsonValue, member: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _refused(member)
    return value


def _yes_or_no(value: JsonValue, member: str) -> bool:
    if not isinstance(value, bool):
        raise _refused(member)
    return value


def _day(value: JsonValue, member: str) -> date:
    text = _text(value, member)
    try:
        day = date.fromisoformat(text)
    except ValueError as problem:
        raise _refused(member) from problem
    if day.isoformat() != text:  # 20261101 and 2026-W45-1 are other ways to write one
        raise _refused(member)
    return day


def _refused(member: str) -> InvalidRequestError:
    return InvalidRequestError(member, code="cooperation.document", pointer="/file")
