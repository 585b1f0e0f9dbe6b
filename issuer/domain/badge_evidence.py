"""What badges say of requirements: read from signed documents, brought to the learner's unit, merged.

The badge itself is never rewritten: a bridge from an older unit stands beside it (domain.md section 5.4).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from issuer.domain.agreement import Outcome
from issuer.domain.catalogue import Requirement, Unit
from issuer.domain.catalogue_text import Text
from issuer.domain.lenient_json import object_of, objects_of, text_of
from issuer.domain.requirement_changes import Matched, compare
from issuer.domain.unit_ref import UnitRef
from schemas.strict_json import JsonObject, JsonValue

_UNIT_CODE: Final = re.compile(r"tutkinnonosat_\d{1,12}", re.ASCII)
_UNIT_KEY: Final = re.compile(r"(tutkinnonosat_\d{1,12})/(\d{1,4})/([A-Za-z0-9]{1,20})/(.{1,30})", re.ASCII)
_REGISTER: Final = re.compile(r"(OPH-\d{1,6}-\d{4}|\d{1,4}/\d{3}/\d{4})", re.ASCII)
_CODE_PREFIX: Final = "ammattitaitovaatimukset_"
_MONTH_SIGNS: Final = 7
_RANK: Final = {Outcome.SHOWN: 2, Outcome.IN_PART: 1}
_CLOSENESS: Final = {Matched.KEY: 3, Matched.TEXT: 2, Matched.CLOSE: 1, Matched.NONE: 0}


@dataclass(frozen=True, slots=True)
class Told:
    """One requirement as a badge has it: its own key and words, shown or in part."""

    key: str
    text: str
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class BadgeContent:
    """What a school reads of one badge; every text is the badge's own.

    Attributes:
        id: of the credential; issuer_id: of its issuer.
        unit_code, unit_version, peruste_id, register_number: as far as the badge tells them.
        month: newest month of the work, "2026-06"; without one the month of the badge.
        worked, given: the two apart, "" where the badge does not tell it.
        is_unit: whether it speaks of a unit of a qualification at all.
        grade: stands inside; it counts for nothing unless the school gave it itself.
    """

    id: str
    name: str
    language: str
    issuer_id: str
    issuer_name: str
    unit_name: str
    unit_code: str | None
    unit_version: int | None
    peruste_id: str | None
    register_number: str | None
    told: tuple[Told, ...]
    month: str
    holder: str | None
    grade: str | None
    worked: str = ""
    given: str = ""

    @property
    def is_unit(self) -> bool:
        """Tell whether it is about a unit: anything else gives no credit in one (mission CAT-5)."""
        return self.unit_code is not None

    @property
    def unit(self) -> UnitRef | None:
        """The unit and qualification, where the badge names both for certain."""
        if self.unit_code is None or self.peruste_id is None:
            return None
        return UnitRef(self.unit_code, self.peruste_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What all badges of a case together say of one requirement of the learner's unit.

    Attributes:
        month: the newest among the badges that show it best.
        badges: places (1 upwards) of all that speak of it, each once.
        matched: how the badge's requirement was brought to this one; the surest of the badges.
        old_text: the badge's words, where they differ from the unit's.
    """

    outcome: Outcome
    month: str
    badges: tuple[int, ...]
    matched: Matched
    old_text: str | None = None

    @property
    def is_suggestion(self) -> bool:
        """Tell whether only near words brought the two together: a person has to agree."""
        return self.matched is Matched.CLOSE


def read_badge(document: JsonObject) -> BadgeContent:
    """Read an OpenBadgeCredential, ours or anybody's; what it does not tell stays empty."""
    subject = object_of(document.get("credentialSubject"))
    achievement = object_of(subject.get("achievement"))
    unit = next((one for one in objects_of(achievement.get("alignment")) if _is_unit(one)), {})
    issuer = document.get("issuer")
    exact = _unit_key(achievement)
    framework = text_of(unit.get("targetFramework"))
    register = _REGISTER.search(framework)
    told, grade = _told(achievement, subject)
    worked, given = _month(subject.get("activityEndDate")), _month(document.get("validFrom"))
    return BadgeContent(
        id=text_of(document.get("id")),
        name=text_of(achievement.get("name")) or text_of(document.get("name")),
        language=(text_of(achievement.get("inLanguage")) or "fi")[:2],
        issuer_id=issuer if isinstance(issuer, str) else text_of(object_of(issuer).get("id")),
        issuer_name=text_of(object_of(issuer).get("name")),
        unit_name=text_of(unit.get("targetName")),
        unit_code=text_of(unit.get("targetCode")) or None,
        unit_version=int(exact[2]) if exact is not None else None,
        peruste_id=exact[3] if exact is not None else None,
        register_number=exact[4] if exact is not None else (register[1] if register is not None else None),
        told=told,
        month=worked or given,
        holder=_holder(subject),
        grade=grade,
        worked=worked,
        given=given,
    )


def bridged(content: BadgeContent, place: int, old: Unit | None, unit: Unit) -> dict[str, Seen]:
    """What one badge says of the learner's unit, by its keys.

    Args:
        place: of the badge in the case, 1 upwards.
        old: the badge's unit in the catalogue, if it is there: its whole list makes a better bridge.
        unit: the learner's.
    """
    told = {one.key: one for one in content.told}
    if not content.is_unit:
        return {}
    known = {one.key for one in old.requirements} if old is not None else set()
    listed = old.requirements if old is not None and set(told) <= known else _as_requirements(content)
    found: dict[str, Seen] = {}
    for change in compare(listed, unit.requirements):
        if change.old is None or change.new is None or change.old.key not in told:
            continue
        one = told[change.old.key]
        differs = one.text != change.new.text.in_language(content.language)
        found[change.new.key] = Seen(
            outcome=one.outcome,
            month=content.month,
            badges=(place,),
            matched=change.matched,
            old_text=one.text if differs and not change.same else None,
        )
    return found


def independent(
    parts: Sequence[Mapping[str, Seen]], rests_on: Mapping[int, frozenset[int]]
) -> list[Mapping[str, Seen]]:
    """Leave out of a receipt's part what a badge of the same case that it rests on shows itself: it counts once.

    Args:
        parts: what each badge says, in the order of their places.
        rests_on: for the place of a receipt, the places of the badges that it names as evidence.
    """
    return [
        {key: seen for key, seen in part.items() if not _shown_by(parts, rests_on.get(place, frozenset()), key)}
        for place, part in enumerate(parts, start=1)
    ]


def _shown_by(parts: Sequence[Mapping[str, Seen]], places: frozenset[int], key: str) -> bool:
    found = (parts[place - 1].get(key) for place in places)
    return any(seen is not None and seen.outcome is Outcome.SHOWN for seen in found)


def merged(parts: Sequence[Mapping[str, Seen]]) -> dict[str, Seen]:
    """Join what several badges say: best outcome, its newest month, every badge named once, nothing counted twice."""
    joined: dict[str, Seen] = {}
    for part in parts:
        for key, new in part.items():
            joined[key] = _better(joined[key], new) if key in joined else new
    return joined


def _better(one: Seen, other: Seen) -> Seen:
    best = max((one, other), key=lambda seen: (_RANK[seen.outcome], _CLOSENESS[seen.matched], seen.month))
    months = [seen.month for seen in (one, other) if seen.outcome is best.outcome]
    return replace(best, month=max(months), badges=tuple(dict.fromkeys((*one.badges, *other.badges))))


def _as_requirements(content: BadgeContent) -> tuple[Requirement, ...]:
    return tuple(
        Requirement(
            key=one.key,
            position=place,
            text=Text(**{content.language if content.language in ("fi", "sv", "en") else "fi": one.text}),
            code_uri=one.key if one.key.startswith(_CODE_PREFIX) else None,
        )
        for place, one in enumerate(content.told, start=1)
    )


def _told(achievement: JsonObject, subject: JsonObject) -> tuple[tuple[Told, ...], str | None]:
    """Requirements with their outcomes, and a grade, if one stands there."""
    described = {text_of(one.get("id")): one for one in objects_of(achievement.get("resultDescription"))}
    told: dict[str, Told] = {}
    grade = None
    for result in objects_of(subject.get("result")):
        about = described.get(text_of(result.get("resultDescription")))
        if about is None:
            continue
        if about.get("resultType") != "Status":
            grade = text_of(result.get("value")) or grade
            continue
        outcome = {"Completed": Outcome.SHOWN, "": Outcome.SHOWN, "InProgress": Outcome.IN_PART}.get(
            text_of(result.get("status"))
        )
        if outcome is None:
            continue
        aligned = next(iter(objects_of(about.get("alignment"))), {})
        key = text_of(aligned.get("targetCode")) or text_of(about.get("id")).partition("#req-")[2]
        if key:
            told.setdefault(key, Told(key, text_of(about.get("name")), outcome))
    return tuple(told.values()), grade


def _unit_key(achievement: JsonObject) -> re.Match[str] | None:
    for one in objects_of(achievement.get("otherIdentifier")):
        if one.get("identifierType") == "ext:unitKey":
            return _UNIT_KEY.fullmatch(text_of(one.get("identifier")))
    return None


def _is_unit(alignment: JsonObject) -> bool:
    return _UNIT_CODE.fullmatch(text_of(alignment.get("targetCode"))) is not None


def _holder(subject: JsonObject) -> str | None:
    for one in objects_of(subject.get("identifier")):
        if one.get("identityType") == "name" and one.get("hashed") is False:
            return text_of(one.get("identityHash")) or None
    return None


def _month(value: JsonValue) -> str:
    """Year and month of a date-time; "" for anything else."""
    try:
        return datetime.fromisoformat(text_of(value)).isoformat()[:_MONTH_SIGNS]
    except ValueError:
        return ""
