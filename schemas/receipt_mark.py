"""Tells a school's receipt of a decision from a badge: by an identifier that only receipts have."""

from typing import Final

from schemas.strict_json import JsonObject, JsonValue

RECEIPT_MARK: Final = "ext:todentamisenProsessi"  # says by which process a school recognised the competence


def is_receipt(badge: JsonObject) -> bool:
    """Whether it is a receipt, which shows a school's decision and nobody's work."""
    achievement = _object(_object(badge.get("credentialSubject")).get("achievement"))
    entries = achievement.get("otherIdentifier")
    return isinstance(entries, list) and any(_object(one).get("identifierType") == RECEIPT_MARK for one in entries)


def _object(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}
