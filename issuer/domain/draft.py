"""Builds the unsigned badge: which achievement a unit and its shown requirements make, and the credential around it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from issuer.domain.badge_texts import (
    CRITERIA,
    DESCRIPTION,
    LANGUAGES,
    PART_NAME,
    TEMPLATE_REVISION,
    UNIT_SCOPE,
    Language,
)
from issuer.domain.catalogue import Requirement, Unit
from issuer.domain.catalogue_text import Text
from issuer.domain.errors import ConflictError, InvalidRequestError
from issuer.domain.institution import Institution, first_of_month
from schemas.achievement import Achievement, Alignment, StatusResultDescription
from schemas.canonical_json import canonicalise
from schemas.credential import OpenBadge, StatusPlace, Subject
from schemas.profile import Profile
from schemas.strict_json import JsonObject

Scope = Literal["unit", "part"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenAchievement:
    """An achievement under its final id, with what the records and the lint need to know of it.

    Attributes:
        key: 32 hex signs; equal keys mean byte-equal documents.
        national: texts that stand in the document and come from the national catalogue, wholly.
    """

    key: str
    id: str
    document: JsonObject
    scope: Scope
    result_ids: tuple[str, ...]
    shown: int
    required: int
    language: Language
    national: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What enters the badge beside the achievement; everything is optional and off by default."""

    activity_start: datetime | None = None
    activity_end: datetime | None = None
    role: str | None = None
    narrative: str | None = None


def freeze_achievement(
    unit: Unit,
    degree: Text,
    requirement_keys: Sequence[str] | None,
    *,
    issuer: Institution,
    origin: str,
    language: str,
) -> FrozenAchievement:
    """Make the achievement that says: these requirements of this unit were shown.

    Args:
        degree: name of the qualification that the unit belongs to.
        requirement_keys: keys of the shown requirements; None for all. Order and repeats do not matter.
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
    chosen = _chosen(unit, requirement_keys)
    whole = len(chosen) == len(unit.requirements)
    content = _achievement(unit, degree, chosen, language=language)
    blank = content.to_json("")
    del blank["id"]
    digest = hashlib.sha256(canonicalise({"issuer": issuer.did, "achievement": blank})).hexdigest()[:32]
    achievement_id = f"{origin}/achievements/{digest}"
    return FrozenAchievement(
        key=digest,
        id=achievement_id,
        document=content.to_json(achievement_id),
        scope="unit" if whole else "part",
        result_ids=tuple(one.id_under(achievement_id) for one in content.results),
        shown=len(chosen),
        required=len(unit.requirements),
        language=language,
        national=_national(content),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What a single badge has beside its achievement.

    Attributes:
        badge_id, subject_id: fresh ``urn:uuid:`` identifiers.
        now: aware; the badge is valid from the first of its month.
    """

    issuer: Profile
    badge_id: str
    subject_id: str
    place: StatusPlace
    now: datetime


def build_badge(achievement: FrozenAchievement, wishes: Wishes, envelope: Envelope) -> OpenBadge:
    """Put the credential around a frozen achievement. Dates are those of months (privacy.md PD1)."""
    name = achievement.document["name"]
    if not isinstance(name, str):
        raise TypeError("an achievement's name is text")
    return OpenBadge(
        id=envelope.badge_id,
        name=name,
        issuer=envelope.issuer,
        valid_from=first_of_month(envelope.now),
        subject=Subject(
            id=envelope.subject_id,
            achievement=achievement.document,
            result_ids=achievement.result_ids,
            activity_start=first_of_month(wishes.activity_start) if wishes.activity_start else None,
            activity_end=first_of_month(wishes.activity_end) if wishes.activity_end else None,
            role=wishes.role,
            narrative=wishes.narrative,
        ),
        status=envelope.place,
    )


def issuer_profile(institution: Institution, *, origin: str, own_name: bool) -> Profile:
    """The issuer as it stands in its badges; the business id only under an own name (privacy.md PN6)."""
    if institution.did is None:
        raise ConflictError(institution.slug, code="institution.no_identity")
    profile = Profile(id=institution.did, name=institution.public_name.fi, url=f"{origin}/issuers/{institution.slug}")
    return replace(profile, business_id=institution.business_id) if own_name else profile


def _chosen(unit: Unit, keys: Sequence[str] | None) -> tuple[Requirement, ...]:
    if keys is None:
        return tuple(unit.requirements)
    wanted = set(keys)
    if unknown := wanted - {one.key for one in unit.requirements}:
        raise InvalidRequestError(", ".join(sorted(unknown)), code="badge.unknown_requirement", pointer="/requirements")
    if not wanted:
        raise InvalidRequestError(code="badge.no_requirement", pointer="/requirements")
    return tuple(one for one in unit.requirements if one.key in wanted)


def _achievement(
    unit: Unit, qualification_name: Text, chosen: Sequence[Requirement], *, language: Language
) -> Achievement:
    whole = len(chosen) == len(unit.requirements)
    if unit.code is None:
        raise ConflictError(code="badge.unit_incomplete", pointer="/unit")
    unit_name, degree = _text(unit.name, language), _text(qualification_name, language)
    framework = f"ePerusteet {unit.register_number} {degree}"
    url = f"https://eperusteet.opintopolku.fi/#/{language}/ammatillinen/{unit.peruste_id}/tiedot"
    number = unit.number
    credits_ = _number(unit)
    return Achievement(
        name=unit_name
        if whole
        else PART_NAME[language].format(name=unit_name, shown=len(chosen), required=len(unit.requirements)),
        description=DESCRIPTION[language],
        criteria_narrative=CRITERIA[language],
        language=language,
        kind="Competency" if whole else "MicroCredential",
        human_code=number,
        field_of_study=degree,
        version=f"{unit.register_number} r{TEMPLATE_REVISION}",
        credits=credits_ if whole else None,
        identifiers=(("ext:unitKey", f"{unit.code}/{unit.version}/{unit.peruste_id}/{unit.register_number}"),),
        alignments=(
            Alignment(
                name=unit_name,
                url=url,
                code=unit.code,
                framework=framework,
                kind="ext:TutkinnonOsa",
                description=UNIT_SCOPE[language].format(credits=credits_, required=len(unit.requirements)),
            ),
        ),
        results=tuple(
            StatusResultDescription(
                key=one.key,
                name=(text := _text(one.text, language)),
                alignment=Alignment(
                    name=text,
                    url=url,
                    code=one.key,
                    framework=f"{framework}: {_text(one.group, language)}" if one.group else framework,
                    kind="ext:Ammattitaitovaatimus",
                ),
            )
            for one in chosen
        ),
    )


def _text(text: Text, language: Language) -> str:
    """The text in the badge's language; where the catalogue has none, another one marked "(fi)"."""
    own = {"fi": text.fi, "sv": text.sv, "en": text.en}[language]
    other = text.language_for(language)
    return own or f"{text.in_language(other)} ({other})"


def _number(unit: Unit) -> int | float:
    scope = float(unit.credits_min if unit.credits_min is not None else 0)
    return int(scope) if scope.is_integer() else round(scope, 2)


def _national(achievement: Achievement) -> frozenset[str]:
    texts = {achievement.name, achievement.field_of_study, achievement.version}
    texts |= {value for _, value in achievement.identifiers}
    for alignment in (*achievement.alignments, *(one.alignment for one in achievement.results)):
        texts |= {alignment.name, alignment.framework, alignment.code, alignment.url}
    return frozenset(texts)
