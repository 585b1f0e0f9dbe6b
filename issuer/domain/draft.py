"""Builds the unsigned badge: which achievement a unit and its shown requirements make, and the credential around it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from issuer.domain.badge_texts import (
    CRITERIA,
    CRITERIA_DEMONSTRATED,
    CRITERIA_IN_PART,
    DESCRIPTION,
    DESCRIPTION_DEMONSTRATED,
    GRADE_NAME,
    GRADES,
    GROUP_NAME,
    LANGUAGES,
    PART_NAME,
    TEMPLATE_REVISION,
    Language,
)
from issuer.domain.catalogue import Requirement, Unit
from issuer.domain.catalogue_text import Text
from issuer.domain.errors import ConflictError, InvalidRequestError
from issuer.domain.institution import Institution, first_of_month
from issuer.domain.unit_in_badge import UnitInBadge, national_texts, text_in
from schemas.achievement import Achievement, GradeResultDescription
from schemas.canonical_json import canonicalise
from schemas.credential import OpenBadge, Result, StatusPlace, Subject
from schemas.profile import Profile
from schemas.strict_json import JsonObject

Scope = Literal["unit", "part", "group", "generic"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenAchievement:
    """An achievement under its final id, with what the records and the lint need to know of it.

    Attributes:
        key: 32 hex signs; equal keys mean byte-equal documents.
        results: what the badge says of each result description; the value of a grade is added to each badge.
        shown, required: requirements shown, and those of the unit; both 0 outside the units.
        national: texts that stand in the document and come from the national catalogue, wholly.
    """

    key: str
    id: str
    document: JsonObject
    scope: Scope
    results: tuple[Result, ...]
    shown: int
    required: int
    language: Language
    national: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What enters the badge beside the achievement; everything is optional and off by default.

    Attributes:
        exact_days: days instead of months, at the holder's wish (privacy.md PD2).
        name: of the holder; source: public words for the place; grade: of a school's demonstration, "1" to "5".
    """

    activity_start: datetime | None = None
    activity_end: datetime | None = None
    role: str | None = None
    narrative: str | None = None
    exact_days: bool = False
    name: str | None = None
    source: str | None = None
    grade: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which requirements of a unit a badge tells, and how it names them. Order and repeats do not matter.

    Attributes:
        shown: keys of the shown requirements; None for all.
        in_part: keys of those shown in part.
        group: the shown ones are a whole group of the unit, and the badge is named after it.
        graded: shown in a school's demonstration, with a grade.
    """

    shown: Sequence[str] | None = None
    in_part: Sequence[str] = ()
    group: bool = False
    graded: bool = False


@dataclass(frozen=True, slots=True)
class _Chosen:
    shown: tuple[Requirement, ...]
    in_part: tuple[Requirement, ...]
    told: tuple[Requirement, ...]  # both, in the order of the unit
    group: Text | None
    graded: bool


def freeze_achievement(
    unit: Unit,
    degree: Text,
    selection: Selection,
    *,
    issuer: Institution,
    origin: str,
    language: str,
) -> FrozenAchievement:
    """Make the achievement that says: these requirements of this unit were shown.

    Args:
        degree: name of the qualification that the unit belongs to.
        origin: identity origin, ``https://host``.
        language: fi, sv or en: the one language of the badge.

    Raises:
        ConflictError: the unit is incomplete and cannot be awarded (`badge.unit_incomplete`).
        InvalidRequestError: unknown language or requirement, or none chosen.
    """
    if language not in LANGUAGES:
        raise InvalidRequestError(code="badge.language", pointer="/language")
    if problems := unit.award_problems():
        raise ConflictError(", ".join(problems), code="badge.unit_incomplete", pointer="/unit")
    chosen = _chosen(unit, selection)
    content = _achievement(unit, degree, chosen, language=language)
    digest, achievement_id = achievement_identity(content, issuer=issuer, origin=origin)
    partly = {one.key for one in chosen.in_part}
    results = tuple(
        Result(description=one.id_under(achievement_id), status="InProgress" if one.key in partly else "Completed")
        for one in content.results
    )
    if content.grade is not None:
        results = (*results, Result(description=content.grade.id_under(achievement_id), status=None))
    whole = len(chosen.shown) == len(unit.requirements)
    return FrozenAchievement(
        key=digest,
        id=achievement_id,
        document=content.to_json(achievement_id),
        scope="unit" if whole else "group" if chosen.group is not None else "part",
        results=results,
        shown=len(chosen.shown),
        required=len(unit.requirements),
        language=language,
        national=national_texts(content),
    )


def achievement_identity(content: Achievement, *, issuer: Institution, origin: str) -> tuple[str, str]:
    """Key (32 hex signs of the content's digest) and id of an achievement: equal content of an issuer, equal id."""
    blank = content.to_json("")
    del blank["id"]
    digest = hashlib.sha256(canonicalise({"issuer": issuer.did, "achievement": blank})).hexdigest()[:32]
    return digest, f"{origin}/achievements/{digest}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What a single badge has beside its achievement.

    Attributes:
        badge_id, subject_id, place_id: fresh ``urn:uuid:`` identifiers; the last is of the place of work (PN5).
        now: aware; the badge is valid from the first of its month.
    """

    issuer: Profile
    badge_id: str
    subject_id: str
    place_id: str
    place: StatusPlace
    now: datetime


def build_badge(achievement: FrozenAchievement, wishes: Wishes, envelope: Envelope) -> OpenBadge:
    """Put the credential around a frozen achievement.

    Dates are those of months, unless the holder chose exact days (privacy.md PD1, PD2).
    """
    name = achievement.document["name"]
    if not isinstance(name, str):
        raise TypeError("an achievement's name is text")
    level = _midnight if wishes.exact_days else first_of_month
    place = Profile(id=envelope.place_id, name=wishes.source) if wishes.source is not None else None
    return OpenBadge(
        id=envelope.badge_id,
        name=name,
        issuer=envelope.issuer,
        valid_from=level(envelope.now),
        subject=Subject(
            id=envelope.subject_id,
            achievement=achievement.document,
            results=tuple(one if one.status else replace(one, value=wishes.grade) for one in achievement.results),
            activity_start=level(wishes.activity_start) if wishes.activity_start else None,
            activity_end=level(wishes.activity_end) if wishes.activity_end else None,
            role=wishes.role,
            narrative=wishes.narrative,
            name=wishes.name,
            source=place,
        ),
        status=envelope.place,
    )


def issuer_profile(institution: Institution, *, origin: str, own_name: bool) -> Profile:
    """The issuer as it stands in its badges; the business id only under an own name (privacy.md PN6)."""
    if institution.did is None:
        raise ConflictError(institution.slug, code="institution.no_identity")
    profile = Profile(id=institution.did, name=institution.public_name.fi, url=f"{origin}/issuers/{institution.slug}")
    return replace(profile, business_id=institution.business_id) if own_name else profile


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _chosen(unit: Unit, selection: Selection) -> _Chosen:
    known = {one.key for one in unit.requirements}
    shown = known if selection.shown is None else set(selection.shown)
    partly = set(selection.in_part)
    if unknown := (shown | partly) - known:
        raise InvalidRequestError(", ".join(sorted(unknown)), code="badge.unknown_requirement", pointer="/requirements")
    if not shown:
        raise InvalidRequestError(code="badge.no_requirement", pointer="/requirements")
    if shown & partly:
        raise InvalidRequestError(code="badge.shown_and_in_part", pointer="/in_part")
    told = tuple(one for one in unit.requirements if one.key in shown | partly)
    group = None
    if selection.group and len(shown) < len(known):
        group = next(one.group for one in told if one.key in shown)
        if not group or partly or {one.key for one in unit.requirements if one.group == group} != shown:
            raise InvalidRequestError(code="badge.not_a_group", pointer="/requirements")
    return _Chosen(
        shown=tuple(one for one in told if one.key in shown),
        in_part=tuple(one for one in told if one.key in partly),
        told=told,
        group=group,
        graded=selection.graded,
    )


def _name(stated: UnitInBadge, chosen: _Chosen) -> str:
    shown, required, language = len(chosen.shown), len(stated.unit.requirements), stated.language
    if shown == required:
        return stated.name
    if chosen.group is not None:
        group = text_in(chosen.group, language)
        return GROUP_NAME[language].format(name=stated.name, group=group, shown=shown, required=required)
    return PART_NAME[language].format(name=stated.name, shown=shown, required=required)


def _criteria(chosen: _Chosen, language: Language) -> str:
    text = (CRITERIA_DEMONSTRATED if chosen.graded else CRITERIA)[language]
    return f"{text} {CRITERIA_IN_PART[language]}" if chosen.in_part else text


def _achievement(unit: Unit, qualification_name: Text, chosen: _Chosen, *, language: Language) -> Achievement:
    whole = len(chosen.shown) == len(unit.requirements)
    if unit.code is None:
        raise ConflictError(code="badge.unit_incomplete", pointer="/unit")
    stated = UnitInBadge(unit, qualification_name, language)
    return Achievement(
        name=_name(stated, chosen),
        description=(DESCRIPTION_DEMONSTRATED if chosen.graded else DESCRIPTION)[language],
        criteria_narrative=_criteria(chosen, language),
        language=language,
        kind="Competency" if whole else "MicroCredential",
        human_code=unit.number,
        field_of_study=stated.qualification,
        version=f"{unit.register_number} r{TEMPLATE_REVISION}",
        credits=stated.points if whole else None,
        identifiers=(stated.key,),
        alignments=(stated.alignment(),),
        results=stated.results(chosen.told),
        grade=GradeResultDescription(name=GRADE_NAME[language], allowed=GRADES) if chosen.graded else None,
    )
