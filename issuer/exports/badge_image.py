"""The picture of a badge: drawn from the achievement alone, so the same for all holders; SVG, and PNG from it."""

import hashlib
from xml.sax.saxutils import escape

from issuer.exports.typesetting import drawing, picture
from schemas.strict_json import JsonObject, JsonValue

SIDE = 320  # units of the SVG; the PNG has twice as many pixels
_TEMPLATE = "badge_image.typ"
_BANDS = 24
_UNIT_TYPE = "ext:TutkinnonOsa"
_FRAMES = {"work": "single", "school": "double", "part": "dashed", "generic": "dotted"}
# Said in three languages at once: the picture has no language of its own.
_DESCRIPTIONS = {
    "work": "Osaaminen todettu työssä. Kunnandet konstaterat i arbetet. Confirmed at work.",
    "school": "Oppilaitos arvioi näytön. Läroanstalten bedömde yrkesprovet. "
    "Competence demonstration, assessed by a school.",
    "part": "Osaaminen todettu työssä, osa tutkinnon osasta. Kunnandet konstaterat i arbetet, en del av examensdelen. "
    "Confirmed at work, part of a unit.",
    "generic": "Osaaminen todettu työssä, ei tutkinnon osa. Kunnandet konstaterat i arbetet, inte en examensdel. "
    "Confirmed at work, not a qualification unit.",
}


def badge_svg(achievement: JsonObject) -> str:
    """Return the drawing, 320 × 320, letters as outlines, with a title and a description in three languages.

    Its frame tells the kind: single line for work, double for a school's demonstration, dashed for a part of a unit,
    dotted for no unit. It says nothing of provider, place, date, person or coverage.

    Args:
        achievement: as it stands in a badge of ours.

    Raises:
        DocumentError: ``typesetting.letters``.
    """
    kind = _kind(achievement)
    svg = drawing(_TEMPLATE, _values(achievement, kind))
    head, _, rest = svg.partition(">")
    title, description = escape(_name(achievement)), escape(_DESCRIPTIONS[kind])
    return f'{head} role="img"><title>{title}</title><desc>{description}</desc>{rest}'


def badge_png(achievement: JsonObject) -> bytes:
    """Return the same as PNG, 640 × 640 pixels. Raises DocumentError as `badge_svg`."""
    return picture(_TEMPLATE, _values(achievement, _kind(achievement)), pixels_a_point=2)


def _values(achievement: JsonObject, kind: str) -> JsonObject:
    unit = _unit(achievement)
    code = _text(achievement, "humanCode")
    scope = _text(unit, "targetDescription")
    digest = hashlib.sha256((code or _name(achievement)).encode()).digest()
    bands: list[JsonValue] = [byte >> 4 for byte in digest[:_BANDS]]
    return {
        "language": _text(achievement, "inLanguage") or "fi",
        "name": _name(achievement),
        "scope": scope.partition(",")[0] if scope is not None else None,  # "15 osp, 28 vaatimusta"
        "code": code,
        "frame": _FRAMES[kind],
        "bands": bands,
    }


def _kind(achievement: JsonObject) -> str:
    if any(one.get("resultType") == "LetterGrade" for one in _objects(achievement.get("resultDescription"))):
        return "school"
    if not _unit(achievement):
        return "generic"
    return "part" if achievement.get("achievementType") == "MicroCredential" else "work"


def _name(achievement: JsonObject) -> str:
    """The unit's name without how much of it: a part is told by the frame."""
    return _text(_unit(achievement), "targetName") or _text(achievement, "name") or ""


def _unit(achievement: JsonObject) -> JsonObject:
    alignments = _objects(achievement.get("alignment"))
    return next((one for one in alignments if one.get("targetType") == _UNIT_TYPE), {})


def _text(holder: JsonObject, member: str) -> str | None:
    value = holder.get(member)
    return value if isinstance(value, str) else None


def _objects(value: JsonValue) -> list[JsonObject]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
