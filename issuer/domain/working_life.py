"""Competences of working life that are no unit of a qualification: our own short list, and badges made of it."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from issuer.domain.badge_texts import (
    LANGUAGES,
    NO_UNIT_CRITERIA,
    NO_UNIT_DESCRIPTION,
    NO_UNIT_NAME,
    TEMPLATE_REVISION,
    Language,
)
from issuer.domain.draft import FrozenAchievement, achievement_identity
from issuer.domain.errors import InvalidRequestError
from issuer.domain.institution import Institution
from schemas.achievement import Achievement
from schemas.strict_json import JsonObject, read_object

_DATA: Final = "working_life.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Competence:
    """One competence in one language: its name, what someone can do, how it was seen."""

    name: str
    what: str
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompetenceList:
    """The whole list with its version; keys stay what they are from version to version."""

    version: int
    by_key: dict[str, dict[Language, Competence]]


@cache
def competences() -> CompetenceList:
    """Return the list, read once."""
    document = read_object(files("issuer.domain").joinpath(_DATA).read_bytes())
    entries, version = document["competences"], document["version"]
    if not isinstance(entries, list) or not isinstance(version, int):
        raise TypeError(_DATA)
    by_key = {}
    for entry in entries:
        if not isinstance(entry, dict):
            raise TypeError(_DATA)
        by_key[str(entry["key"])] = {language: _competence(entry[language]) for language in LANGUAGES}
    return CompetenceList(version=version, by_key=by_key)


def freeze_competence(key: str, *, issuer: Institution, origin: str, language: str) -> FrozenAchievement:
    """Make the achievement of a competence outside the units; name and description say that it is no unit.

    It has no alignment, no unit code and no points, so nothing can count it towards a unit (domain.md section 10).

    Raises:
        InvalidRequestError: unknown language, or no such competence.
    """
    if language not in LANGUAGES:
        raise InvalidRequestError(code="badge.language", pointer="/language")
    known = competences()
    if key not in known.by_key:
        raise InvalidRequestError(code="badge.unknown_competence", pointer="/competence")
    content = _achievement(key, known.by_key[key][language], known.version, language)
    digest, achievement_id = achievement_identity(content, issuer=issuer, origin=origin)
    return FrozenAchievement(
        key=digest,
        id=achievement_id,
        document=content.to_json(achievement_id),
        scope="generic",
        results=(),
        shown=0,
        required=0,
        language=language,
        national=frozenset(),
    )


def _achievement(key: str, one: Competence, version: int, language: Language) -> Achievement:
    return Achievement(
        name=NO_UNIT_NAME[language].format(name=one.name),
        description=NO_UNIT_DESCRIPTION[language].format(what=one.what),
        criteria_narrative=NO_UNIT_CRITERIA[language].format(how=one.how),
        language=language,
        kind="Competency",
        human_code=None,
        field_of_study=None,
        version=f"v{version} r{TEMPLATE_REVISION}",
        credits=None,
        identifiers=(("ext:workingLifeKey", key),),
        alignments=(),
        results=(),
    )


def _competence(entry: object) -> Competence:
    texts: JsonObject = entry if isinstance(entry, dict) else {}
    return Competence(name=str(texts["name"]), what=str(texts["what"]), how=str(texts["how"]))
