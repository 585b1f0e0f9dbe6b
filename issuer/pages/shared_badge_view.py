"""What a shared page says about a badge: its own words in the order in which an employer reads them."""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from issuer.domain.share_parts import Part, Parts
from issuer.i18n import content_language, month, text
from schemas.strict_json import JsonObject, JsonValue

_UNIT_TYPES = frozenset({"ext:TutkinnonOsa"})
_PART_NAME = re.compile(r": ([0-9]{1,4})/([0-9]{1,4}) \S+$")  # our own template, issuer/domain/badge_texts.py


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One line of the folded part for schools; `lang` where the words are not in the page's language."""

    label: str
    value: str
    lang: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AchievementView:
    """What an achievement says of itself; every text is plain text, escaped by the template.

    Attributes:
        unit: name of the qualification unit, or of a competence outside the units.
        demonstrated: shown in a school's demonstration, not confirmed at work.
        outside_units: it is no unit and no part of one, and every page says so.
        coverage: how much of the unit it covers, in words.
        part: the same in short, to stand beside the name; None for a whole unit.
        lang: language of its own words where it is not the page's.
        skills: texts of the requirements that were shown; in_part: of those shown in part.
        skill_codes: code of each of `skills`, in their order; "" for one without. Empty: codes are not shown.
        criteria: how it is earned.
        facts: official names and codes.
    """

    unit: str
    demonstrated: bool
    outside_units: bool
    coverage: str
    part: str | None
    lang: str | None
    skills: tuple[str, ...]
    in_part: tuple[str, ...]
    skill_codes: tuple[str, ...]
    criteria: str | None
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedBadgeView:
    """What is shown of a badge.

    Attributes:
        achievement: with those skills only that were shown.
        period: months of the work, None when the badge does not tell.
        given: month of the badge.
        issuer: public name, from the trust list if it is there, else the badge's own word.
        issuer_lang: language of that name where it is not the page's.
        role, narrative: the work and the holder's own words, if any.
        holder, place: the holder's name and the place of work, where the holder chose to have them in the badge.
        grade: of a school's demonstration.
    """

    achievement: AchievementView
    period: str | None
    given: str
    issuer: str
    issuer_lang: str | None
    role: str | None
    narrative: str | None
    holder: str | None
    place: str | None
    grade: str | None


def shared_badge_view(document: JsonObject, language: str, *, listed: JsonValue = None) -> SharedBadgeView:
    """Read a badge of ours for showing.

    Args:
        document: an OpenBadgeCredential that we issued.
        language: of the page.
        listed: names of the issuer by language, from the trust list; None when it is not listed.
    """
    subject = _object(document.get("credentialSubject"))
    results = _objects(subject.get("result"))
    by_status = {
        status: frozenset(one.get("resultDescription") for one in results if one.get("status") == status)
        for status in ("Completed", "InProgress")
    }
    achievement = achievement_view(
        _object(subject.get("achievement")),
        language,
        shown=by_status["Completed"],
        in_part=by_status["InProgress"],
        badge=document,
    )
    listed_name = _text(_object(listed).get(content_language(language)))
    return SharedBadgeView(
        achievement=achievement,
        period=_period(subject, language),
        given=month(_moment(document.get("validFrom")), language),
        issuer=listed_name or _text(_object(document.get("issuer")).get("name")) or "",
        issuer_lang=achievement.lang if listed_name is None else None,
        role=_text(subject.get("role")),
        narrative=_text(subject.get("narrative")),
        holder=_holder(subject),
        place=_text(_object(subject.get("source")).get("name")),
        grade=next((grade for one in results if (grade := _text(one.get("value"))) is not None), None),
    )


def achievement_view(
    achievement: JsonObject,
    language: str,
    *,
    shown: frozenset[JsonValue] | None = None,
    in_part: frozenset[JsonValue] = frozenset(),
    badge: JsonObject | None = None,
) -> AchievementView:
    """Read an achievement of ours for showing.

    Args:
        achievement: as it stands in a badge or alone.
        language: of the page.
        shown: ids of the result descriptions that were shown; None: all are told.
        in_part: ids of those that were shown in part.
        badge: the badge around it, for its number.
    """
    unit = _unit(achievement)
    own_language = _text(achievement.get("inLanguage")) or "fi"
    name = _text(achievement.get("name")) or ""
    described = [one for one in _objects(achievement.get("resultDescription")) if one.get("resultType") == "Status"]
    part = _PART_NAME.search(name) if unit else None
    told = [one for one in described if shown is None or one.get("id") in shown]
    skills = tuple(_text(one.get("name")) or "" for one in told)
    return AchievementView(
        unit=_text(unit.get("targetName")) or name,
        demonstrated=any(
            one.get("resultType") == "LetterGrade" for one in _objects(achievement.get("resultDescription"))
        ),
        outside_units=not unit,
        coverage=_coverage(part, len(skills), language) if unit else text(language, "share.outside_units"),
        part=text(language, "share.part_short", shown=part[1], required=part[2]) if part is not None else None,
        lang=own_language if own_language != content_language(language) else None,
        skills=skills,
        in_part=tuple(_text(one.get("name")) or "" for one in described if one.get("id") in in_part),
        skill_codes=tuple(_code(one) for one in told),
        criteria=_text(_object(achievement.get("criteria")).get("narrative")),
        facts=_facts(badge or {}, achievement, unit, language),
    )


def limited(view: SharedBadgeView, parts: Parts) -> SharedBadgeView:
    """Return the view with these parts of it; months, issuer and kind are told always (privacy.md PL4).

    Fewer parts never bring anything in: each field is either what it was or empty.
    """
    whole = view.achievement
    can, skills, codes = (part in parts for part in (Part.WHAT_I_CAN, Part.SKILLS, Part.CODES))
    achievement = replace(
        whole,
        unit=whole.unit if can else "",
        coverage=whole.coverage if can else "",
        part=whole.part if can else None,
        skills=whole.skills if skills else (),
        in_part=whole.in_part if skills else (),
        skill_codes=whole.skill_codes if skills and codes else (),
        facts=whole.facts if codes else (),
    )
    described = Part.DESCRIPTION in parts
    return replace(
        view,
        achievement=achievement,
        role=view.role if described else None,
        narrative=view.narrative if described else None,
        holder=view.holder if Part.NAME in parts else None,
        place=view.place if Part.WHERE_LEARNED in parts else None,
        grade=view.grade if Part.GRADE in parts else None,
    )


def _code(described: JsonObject) -> str:
    return next((code for one in _objects(described.get("alignment")) if (code := _text(one.get("targetCode")))), "")


def _coverage(part: re.Match[str] | None, shown: int, language: str) -> str:
    if part is None:
        return text(language, "share.whole", shown=shown)
    return text(language, "share.part", shown=part[1], required=part[2])


def _period(subject: JsonObject, language: str) -> str | None:
    months: list[str] = []
    for member in ("activityStartDate", "activityEndDate"):
        value = subject.get(member)
        if isinstance(value, str):
            here = month(_moment(value), language)
            if here not in months:
                months.append(here)
    return " – ".join(months) or None


def _facts(document: JsonObject, achievement: JsonObject, unit: JsonObject, language: str) -> tuple[Fact, ...]:
    found: tuple[tuple[str, JsonValue], ...] = (
        ("share.fact.unit", unit.get("targetName")),
        ("share.fact.code", unit.get("targetCode")),
        ("share.fact.framework", unit.get("targetFramework")),
        ("share.fact.scope", unit.get("targetDescription")),
        ("share.fact.version", achievement.get("version")),
        ("share.fact.badge", achievement.get("name")),
        ("share.fact.id", document.get("id")),
    )
    return tuple(Fact(label=text(language, key), value=value) for key, value in found if isinstance(value, str))


def _holder(subject: JsonObject) -> str | None:
    for one in _objects(subject.get("identifier")):
        if one.get("identityType") == "name" and one.get("hashed") is False:
            return _text(one.get("identityHash"))
    return None


def _unit(achievement: JsonObject) -> JsonObject:
    for alignment in _objects(achievement.get("alignment")):
        if alignment.get("targetType") in _UNIT_TYPES:
            return alignment
    return {}


def _moment(value: JsonValue) -> datetime:
    """Raises ValueError for anything but a date-time of ours, which ends in Z."""
    return datetime.fromisoformat(value) if isinstance(value, str) else datetime.fromisoformat("")


def _object(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _objects(value: JsonValue) -> list[JsonObject]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _text(value: JsonValue) -> str | None:
    return value if isinstance(value, str) else None
