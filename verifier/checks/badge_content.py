"""Checks of stage C on a badge's content: vocabularies, results, and words that are made to look like others."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from schemas.strict_json import JsonObject, JsonValue
from verifier.checks.survey import Placed
from verifier.description import many, member
from verifier.findings import Finding, failed, not_applicable, passed


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ACHIEVEMENT_TYPES: Final = _words(
    "Achievement ApprenticeshipCertificate Assessment Assignment AssociateDegree Award Badge BachelorDegree Certificate"
    " CertificateOfCompletion Certification CommunityService Competency Course CoCurricular Degree Diploma"
    " DoctoralDegree Fieldwork GeneralEducationDevelopment JourneymanCertificate LearningProgram License Membership"
    " ProfessionalDoctorate QualityAssuranceCredential MasterCertificate MasterDegree MicroCredential"
    " ResearchDoctorate SecondarySchoolDiploma"
)
_TARGET_TYPES: Final = _words(
    "ceasn:Competency ceterms:Credential CFItem CFRubric CFRubricCriterion CFRubricCriterionLevel CTDL"
)
_RESULT_TYPES: Final = _words(
    "GradePointAverage LetterGrade Percent PerformanceLevel PredictedScore RawScore Result RubricCriterion"
    " RubricCriterionLevel RubricScore ScaledScore Status"
)
_STATUSES: Final = _words("Completed Enrolled Failed InProgress OnHold Provisional Withdrew")
_IDENTIFIER_TYPES: Final = _words(
    "name sourcedId systemId productId userName accountId emailAddress nationalIdentityNumber isbn issn lisSourcedId"
    " oneRosterSourcedId sisSourcedId ltiContextId ltiDeploymentId ltiToolId ltiPlatformId ltiUserId identifier"
)
# holder → its enumerated member, the known terms, and whether `ext:` terms may be added (OB appendix C)
_VOCABULARIES: Final = {
    "achievement": ("achievementType", _ACHIEVEMENT_TYPES, True),
    "alignment": ("targetType", _TARGET_TYPES, True),
    "resultDescription": ("resultType", _RESULT_TYPES, True),
    "result": ("status", _STATUSES, False),
    "identifier": ("identityType", _IDENTIFIER_TYPES, True),
    "otherIdentifier": ("identifierType", _IDENTIFIER_TYPES, True),
}

_NAME_MEMBERS: Final = frozenset(
    {"name", "targetName", "familyName", "givenName", "caption", "specialization", "humanCode", "fieldOfStudy"}
)
_MARKS_MOST: Final = 4
_BIDI_OR_INVISIBLE: Final = frozenset({"Cf", "Co", "Cn"})
# In the raw text: C0 controls other than tab, LF and CR, only possible as escapes, and DEL or C1, escaped or not.
_CONTROLS: Final = re.compile(
    rb"\\u00(?:0[0-8BbCcEeFf]|1[0-9A-Fa-f]|7[Ff]|[89][0-9A-Fa-f])|\\[bf]|\x7f|\xc2[\x80-\x9f]"
)
_CONTROL_SIGNS: Final = (b"\\", b"\x7f", b"\xc2")  # one of them is in each; looking for them first is quick
_PLAIN: Final = re.compile(r"[\x00-\xac\xae-\u02af]*")  # Latin letters, no marks, no soft hyphen
_LOOKALIKE_SCRIPTS: Final = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC"})


def check_vocabulary(found: list[Placed]) -> Finding:
    """`ob.vocabulary`: enumerations hold known terms or, where allowed, `ext:` ones."""
    for holder, at, item in found:
        vocabulary = _VOCABULARIES.get(holder)
        if vocabulary is None or vocabulary[0] not in item:
            continue
        name, known, extensible = vocabulary
        value = item[name]
        if not isinstance(value, str) or (value not in known and not (extensible and value.startswith("ext:"))):
            return failed("ob.vocabulary", f"{at}/{name}")
    return passed("ob.vocabulary")


def _number(value: JsonValue) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        return float(value) if isinstance(value, str | int | float) else None
    except ValueError:
        return None


def _result_problem(result: JsonObject, described: dict[str, JsonObject]) -> str | None:
    """The member of a result that its description does not allow."""
    reference = result.get("resultDescription")
    if reference is None:
        return None
    description = described.get(reference) if isinstance(reference, str) else None
    if description is None:
        return "resultDescription"
    levels = [member(level, "id") for level in many(description.get("rubricCriterionLevel"))]
    if "achievedLevel" in result and result["achievedLevel"] not in levels:
        return "achievedLevel"
    if description.get("resultType") == "Status":
        return None if "status" in result else "status"
    value = result.get("value")
    allowed = many(description.get("allowedValue"))
    if value is not None and allowed and value not in allowed:
        return "value"
    found = _number(value)
    least, most = _number(description.get("valueMin")), _number(description.get("valueMax"))
    if found is not None and ((least is not None and found < least) or (most is not None and found > most)):
        return "value"
    return None


def check_results(document: JsonObject) -> Finding:
    """`ob.results`: references resolve inside the achievement, values are in range, a status is there where wanted."""
    subject = document.get("credentialSubject")
    results = many(member(subject, "result"))
    if not results:
        return not_applicable("ob.results")
    descriptions = many(member(member(subject, "achievement"), "resultDescription"))
    described = {
        item["id"]: item for item in descriptions if isinstance(item, dict) and isinstance(item.get("id"), str)
    }
    for place, result in enumerate(results):
        at = f"/credentialSubject/result/{place}"
        problem = _result_problem(result, described) if isinstance(result, dict) else "type"  # type: ignore[arg-type]
        if problem:
            return failed("ob.results", f"{at}/{problem}", problem)
    return passed("ob.results")


def _names(document: JsonObject, found: list[Placed]) -> Iterator[tuple[str, str]]:
    for _, at, item in [("", "", document), *found]:
        for name, value in item.items():
            if name in _NAME_MEMBERS and isinstance(value, str) and not value.isascii():
                yield f"{at}/{name}", value


def _mixed_scripts(text: str) -> bool:
    """Whether one word holds letters of scripts that look alike, as in `Rаdio` with a Cyrillic a."""
    for word in re.findall(r"\w+", text):
        scripts = {unicodedata.name(sign, "?").split()[0] for sign in word if sign.isalpha() and not sign.isascii()}
        if any(sign.isascii() and sign.isalpha() for sign in word):
            scripts.add("LATIN")
        if len(scripts & _LOOKALIKE_SCRIPTS) > 1:
            return True
    return False


def _deceiving(text: str) -> str | None:
    if _PLAIN.fullmatch(text):
        return None
    marks = 0
    for sign in text:
        category = unicodedata.category(sign)
        if category in _BIDI_OR_INVISIBLE:
            return "invisible"
        marks = marks + 1 if category == "Mn" else 0
        if marks > _MARKS_MOST:
            return "stacked"
    return "mixed_scripts" if _mixed_scripts(text) else None


def deceiving_name(texts: Iterable[str]) -> str | None:
    """The first way in which one of the names could deceive a reader: invisible, stacked or mixed_scripts."""
    return next((way for way in map(_deceiving, texts) if way), None)


def check_spoofing(document: JsonObject, found: list[Placed], text: bytes) -> Finding:
    """`text.spoofing`: names are plain, and no text holds control characters. Bytes are never changed.

    Args:
        document: as received.
        found: its objects.
        text: the JSON that it was read from.
    """
    if any(sign in text for sign in _CONTROL_SIGNS) and _CONTROLS.search(text):
        # a backslash that is itself escaped looks like an escape: only the values decide
        at = next((pointer for pointer, value in _texts(document) if _has_control(value)), None)
        if at is not None:
            return failed("text.spoofing", at, "control")
    if not text.isascii() or b"\\u" in text:  # only then can a name hold other than ASCII
        for at, name in _names(document, found):
            way = _deceiving(name)
            if way:
                return failed("text.spoofing", at, way)
    return passed("text.spoofing")


def _has_control(text: str) -> bool:
    return any(unicodedata.category(sign) == "Cc" and sign not in "\t\n\r" for sign in text)


def _texts(value: JsonValue, at: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield at, value
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _texts(item, f"{at}/{place}")
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _texts(item, f"{at}/{name.replace('~', '~0').replace('/', '~1')}")
