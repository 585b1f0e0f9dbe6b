"""Checks of stage C that only Open Badges 3.0 and CLR 2.0 know: classes, official schema, subject, achievement."""

import re
from collections.abc import Mapping
from typing import Final

from schemas.errors import DocumentError
from schemas.json_schema import SchemaName, is_valid, named, problems, problems_by_declared
from schemas.strict_json import JsonObject, JsonValue
from verifier.checks.data_model import Version
from verifier.checks.survey import Placed, Survey
from verifier.checks.table import Severity
from verifier.description import many, member
from verifier.findings import Finding, Outcome, failed, inconclusive, not_applicable, passed

CODES: Final = (
    "ob.type",
    "ob.schema",
    "ob.cardinality",
    "ob.schema_declared",
    "ob.subject",
    "ob.achievement",
    "ob.vocabulary",
    "ob.results",
    "ob.arrays",
)

_TYPES: Final = {
    "OpenBadgeCredential": frozenset({"OpenBadgeCredential", "AchievementCredential"}),
    "EndorsementCredential": frozenset({"EndorsementCredential"}),
    "ClrCredential": frozenset({"ClrCredential"}),
}
_SUBJECT_CLASS: Final = {
    "OpenBadgeCredential": "AchievementSubject",
    "EndorsementCredential": "EndorsementSubject",
    "ClrCredential": "ClrSubject",
}
# Member → class of the object in it (OB B.1). Contexts scope their terms by these classes, so that a wrong one
# would change what the words mean.
_CLASS_OF: Final[Mapping[str, str]] = {
    "achievement": "Achievement",
    "address": "Address",
    "alignment": "Alignment",
    "association": "Association",
    "creator": "Profile",
    "evidence": "Evidence",
    "identifier": "IdentityObject",
    "image": "Image",
    "issuer": "Profile",
    "otherIdentifier": "IdentifierEntry",
    "parentOrg": "Profile",
    "related": "Related",
    "result": "Result",
    "resultDescription": "ResultDescription",
    "rubricCriterionLevel": "RubricCriterionLevel",
    "source": "Profile",
}
_SINGLE_TYPE: Final = frozenset({"identifier", "image", "otherIdentifier", "credentialStatus", "refreshService"})
_TYPE_MAY_BE_SINGLE: Final = _SINGLE_TYPE | {"proof", "credentialSchema", "termsOfUse", "association"}
_TEXT_THERE: Final = frozenset({("otherIdentifier", "identifier"), ("result", "resultDescription")})
_SCHEMAS: Final = {
    ("OpenBadgeCredential", "2.0"): SchemaName.BADGE,
    ("OpenBadgeCredential", "1.1"): SchemaName.BADGE_VCDM_1_1,
    ("EndorsementCredential", "2.0"): SchemaName.ENDORSEMENT,
    ("EndorsementCredential", "1.1"): SchemaName.ENDORSEMENT_VCDM_1_1,
    ("ClrCredential", "2.0"): SchemaName.CLR,
}
_ONE_OBJECT: Final = ("credentialStatus", "refreshService")
_SCHEMA_TYPE: Final = "1EdTechJsonSchemaValidator2019"
_IDENTITY_HASH: Final = re.compile(r"sha256\$[0-9A-Fa-f]{64}|md5\$[0-9A-Fa-f]{32}")


def _classes(document: JsonObject, kind: str, found: list[Placed]) -> Finding:
    types = many(document.get("type"))
    if not _TYPES[kind].intersection(item for item in types if isinstance(item, str)):
        return failed("ob.type", "/type", "credential")
    subject = document.get("credentialSubject")
    for one in many(subject):
        if _SUBJECT_CLASS[kind] not in many(member(one, "type")):
            return failed("ob.type", "/credentialSubject/type", "class", {"wanted": _SUBJECT_CLASS[kind]})
    for name, at, item in found:
        wanted = _CLASS_OF.get(name)
        if wanted is not None and wanted not in many(item.get("type")):
            return failed("ob.type", f"{at}/type", "class", {"wanted": wanted})
    return passed("ob.type")


def _schema(document: JsonObject, kind: str, version: Version) -> Finding:
    schema = _SCHEMAS.get((kind, version))
    if schema is None:
        return inconclusive("ob.schema", "", "no_schema")
    for name in _ONE_OBJECT:
        value = document.get(name)
        if isinstance(value, list) and value:  # said by ob.cardinality; here only the rest is asked
            document = {**document, name: value[0]}
    if is_valid(document, schema):
        return passed("ob.schema")
    found = problems(document, schema, most=1)
    at, keyword = found[0] if found else ("", "unknown")
    return failed("ob.schema", at, None, {"keyword": keyword})


def _cardinality(document: JsonObject) -> Finding:
    several = [name for name in _ONE_OBJECT if isinstance(document.get(name), list)]
    return failed("ob.cardinality", f"/{several[0]}") if several else passed("ob.cardinality")


def _declared(document: JsonObject, given: Mapping[str, JsonObject], passed_already: SchemaName | None) -> Finding:
    """Run declared schemas that are bundled or given; an unseen one from the net is never run.

    `passed_already` is the schema that `ob.schema` has just found this very document to pass.
    """
    entries = many(document.get("credentialSchema"))
    if not entries:
        return not_applicable("ob.schema_declared")
    unknown: Finding | None = None
    held: set[str] = set()
    for place, entry in enumerate(entries):
        at = f"/credentialSchema/{place}" if isinstance(document["credentialSchema"], list) else "/credentialSchema"
        url = member(entry, "id")
        official = named(url) if isinstance(url, str) else None
        if _SCHEMA_TYPE not in many(member(entry, "type")) or not isinstance(url, str):
            unknown = unknown or _not_run(at, "type")
            continue
        if url in held:
            continue  # making a schema ready costs more than asking it
        held.add(url)
        try:
            if official is not None:
                found = [] if official is passed_already else problems(document, official, most=1)
            elif url in given:
                found = problems_by_declared(document, given[url], most=1)
            else:
                unknown = unknown or _not_run(at, "not_at_hand")
                continue
        except DocumentError:
            unknown = unknown or _not_run(at, "broken_schema")
            continue
        if found:
            return failed("ob.schema_declared", found[0].pointer, None, {"keyword": found[0].keyword, "schema": url})
    return unknown or passed("ob.schema_declared")


def _not_run(at: str, reason: str) -> Finding:
    return Finding(
        code="ob.schema_declared",
        outcome=Outcome.INCONCLUSIVE,
        pointer=at,
        reason=reason,
        severity=Severity.WARNING,
    )


def _identity_problem(entry: JsonValue, at: str) -> Finding | None:
    if not isinstance(entry, dict):
        return failed("ob.subject", at, "malformed")
    value = entry.get("identityHash")
    hashed = entry.get("hashed")
    salt = entry.get("salt", "")
    if not isinstance(value, str) or not value or not isinstance(hashed, bool) or not isinstance(salt, str):
        return failed("ob.subject", at, "malformed")
    if not isinstance(entry.get("identityType"), str):
        return failed("ob.subject", f"{at}/identityType", "malformed")
    if hashed and not _IDENTITY_HASH.fullmatch(value):
        return failed("ob.subject", f"{at}/identityHash", "malformed")
    return None


def _subject(document: JsonObject, kind: str) -> Finding:
    subjects = many(document.get("credentialSubject"))
    subject = subjects[0] if subjects else None
    if not isinstance(subject, dict):
        return failed("ob.subject", "/credentialSubject", "missing")
    entries = subject.get("identifier")
    places = many(entries)
    for place, entry in enumerate(places):
        at = f"/credentialSubject/identifier/{place}" if isinstance(entries, list) else "/credentialSubject/identifier"
        problem = _identity_problem(entry, at)
        if problem is not None:
            return problem
    if isinstance(subject.get("id"), str) or (places and kind != "EndorsementCredential"):
        return passed("ob.subject")
    return failed("ob.subject", "/credentialSubject", "bearer")


def _achievement_problem(achievement: JsonValue, at: str) -> Finding | None:
    if not isinstance(achievement, dict):
        return failed("ob.achievement", at, "missing")
    for name in ("id", "name", "description"):
        value = achievement.get(name)
        if not value or not isinstance(value, str):
            return failed("ob.achievement", f"{at}/{name}", "missing")
    criteria = achievement.get("criteria")
    told = [member(criteria, name) for name in ("id", "narrative")]
    if not any(isinstance(value, str) and value for value in told):
        return failed("ob.achievement", f"{at}/criteria", "missing")
    return None


def _achievement(document: JsonObject, kind: str) -> Finding:
    if kind != "OpenBadgeCredential":
        return not_applicable("ob.achievement")
    subjects = document.get("credentialSubject")
    for place, subject in enumerate(many(subjects)):
        at = f"/credentialSubject/{place}" if isinstance(subjects, list) else "/credentialSubject"
        problem = _achievement_problem(member(subject, "achievement"), f"{at}/achievement")
        if problem is not None:
            return problem
    return passed("ob.achievement")


def _arrays(document: JsonObject, found: Survey) -> Finding:
    single = {(name, key) for name, key in found.single if key != "type" or name not in _TYPE_MAY_BE_SINGLE}
    single -= _TEXT_THERE
    if not single:
        return passed("ob.arrays")
    everything = [("", "", document), *found.objects]
    return next(
        failed("ob.arrays", f"{at}/{key}")
        for name, at, item in everything
        for key, value in item.items()
        if (name, key) in single and not isinstance(value, list)
    )


def check_open_badge(
    document: JsonObject, kind: str, version: Version, found: Survey, schemas: Mapping[str, JsonObject]
) -> list[Finding]:
    """`ob.type`, `ob.schema`, `ob.cardinality`, `ob.schema_declared`, `ob.subject`, `ob.achievement`, `ob.arrays`.

    Args:
        document: as received.
        kind: OpenBadgeCredential, EndorsementCredential or ClrCredential.
        version: of the data model.
        found: by one walk over the document.
        schemas: given by the operator, by address; they may be run.
    """
    schema, cardinality = _schema(document, kind, version), _cardinality(document)
    as_it_is = schema.outcome is Outcome.PASSED and cardinality.outcome is Outcome.PASSED
    return [
        _classes(document, kind, found.objects),
        schema,
        cardinality,
        _declared(document, schemas, _SCHEMAS.get((kind, version)) if as_it_is else None),
        _subject(document, kind),
        _achievement(document, kind),
        _arrays(document, found),
    ]
