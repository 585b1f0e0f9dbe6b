"""Reads the claims of a small code out of a signed badge of ours and the order of its unit's requirements."""

import base64
import hashlib
import re
import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from schemas.compact_code import (
    NO_UNIT,
    PART,
    UNIT,
    Claims,
    CompactCodeError,
    UnitClaims,
    bitmap,
    month_number,
    order_digest,
)
from schemas.receipt_mark import is_receipt
from schemas.strict_json import JsonObject, JsonValue

_UNIT_KEY: Final = "ext:unitKey"
_UNIT_KEY_FORM: Final = re.compile(r"tutkinnonosat_([0-9]{1,9})/[0-9]+/([0-9]{1,9})/.*")
_LIST: Final = re.compile(r"https://[^/]+/status/([a-z2-7]{16})")
_ACHIEVEMENT: Final = re.compile(r"https://[^/]+/achievements/([0-9a-f]{32})")
_CLAIMS: Final = "compact.claims"


def unit_of(badge: JsonObject) -> tuple[int, int] | None:
    """Numbers of the unit and of the qualification that a badge stands for; None outside the units.

    Raises:
        CompactCodeError: ``compact.claims``: a unit whose names are no such numbers.
    """
    achievement = _object(_object(badge.get("credentialSubject")).get("achievement"))
    entries = _objects(achievement.get("otherIdentifier"))
    keys = [str(one.get("identifier")) for one in entries if one.get("identifierType") == _UNIT_KEY]
    if not keys:
        return None
    found = _UNIT_KEY_FORM.fullmatch(keys[0])
    if found is None:
        raise CompactCodeError(_CLAIMS, "a unit that has no number")
    return int(found[1]), int(found[2])


def claims_of(badge: JsonObject, document: bytes, requirements: Sequence[str], *, signed: date) -> Claims:
    """The one set of claims that a badge has.

    Args:
        badge: what `document` says.
        document: the exact signed bytes, whose digest is among the claims.
        requirements: keys of all requirements of the unit, in the catalogue's order; empty outside the units.
        signed: any day of the month in which the code is signed.

    Raises:
        CompactCodeError: ``compact.claims``: no badge of ours, a school's receipt, or a requirement that is not
            in the order.
    """
    if is_receipt(badge):  # of a school's decision: the code would show it as competence that somebody showed
        raise CompactCodeError(_CLAIMS, "a receipt")
    subject, status = _object(badge.get("credentialSubject")), _object(badge.get("credentialStatus"))
    achievement = _object(subject.get("achievement"))
    listed = _LIST.fullmatch(str(status.get("statusListCredential")))
    index, identifier = str(status.get("statusListIndex")), str(badge.get("id"))
    if listed is None or not index.isdecimal() or not identifier.startswith("urn:uuid:"):
        raise CompactCodeError(_CLAIMS, "no id or no place on a list of ours")
    numbers = unit_of(badge)
    unit = _unit(numbers, achievement, subject, requirements) if numbers is not None else None
    key = _ACHIEVEMENT.fullmatch(str(achievement.get("id")))
    if unit is None and key is None:
        raise CompactCodeError(_CLAIMS, "an achievement without a key")
    whole = achievement.get("achievementType") == "Competency"
    return Claims(
        credential=uuid.UUID(identifier.removeprefix("urn:uuid:")).bytes,
        digest=hashlib.sha256(document).digest(),
        given=_month(badge, "validFrom"),
        signed=month_number(signed),
        activity=_activity(subject),
        status_list=base64.b32decode(listed[1].upper()),
        index=int(index),
        scope=NO_UNIT if unit is None else UNIT if whole else PART,
        unit=unit,
        achievement=bytes.fromhex(key[1]) if unit is None and key is not None else None,
        by_school=any(one.get("resultType") == "LetterGrade" for one in _objects(achievement.get("resultDescription"))),
    )


def _unit(
    numbers: tuple[int, int], achievement: JsonObject, subject: JsonObject, requirements: Sequence[str]
) -> UnitClaims:
    places = {key: place for place, key in enumerate(requirements)}
    keys = {one.get("id"): _key(one) for one in _objects(achievement.get("resultDescription"))}
    found: dict[JsonValue, list[int]] = {"Completed": [], "InProgress": []}
    for result in _objects(subject.get("result")):
        if result.get("status") is None:  # a grade
            continue
        place = places.get(keys.get(result.get("resultDescription")) or "")
        if place is None or result["status"] not in found:
            raise CompactCodeError(_CLAIMS, "a requirement that is not in the catalogue's order")
        found[result["status"]].append(place)
    return UnitClaims(
        code=numbers[0],
        qualification=numbers[1],
        order=order_digest(*numbers, requirements),
        shown=bitmap(found["Completed"]),
        in_part=bitmap(found["InProgress"]),
    )


def _key(described: JsonObject) -> str | None:
    alignments = _objects(described.get("alignment"))
    code = alignments[0].get("targetCode") if alignments else None
    return code if isinstance(code, str) else None


def _activity(subject: JsonObject) -> tuple[int, int] | None:
    members = [member for member in ("activityStartDate", "activityEndDate") if member in subject]
    months = [_month(subject, member) for member in members]
    return (months[0], months[-1]) if months else None


def _month(holder: JsonObject, member: str) -> int:
    try:
        return month_number(datetime.fromisoformat(str(holder.get(member))).date())
    except ValueError as problem:
        raise CompactCodeError(_CLAIMS, member) from problem


def _object(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _objects(value: JsonValue) -> list[JsonObject]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
