"""An Achievement with its alignments and result descriptions: what a badge says that someone can do."""

from dataclasses import dataclass
from typing import Literal

from schemas.strict_json import JsonObject, JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """A link to a node of a national framework (Open Badges 3.0 B.1, Alignment)."""

    name: str
    url: str
    code: str
    framework: str
    kind: str
    description: str | None = None

    def to_json(self) -> JsonObject:
        """Return the JSON object."""
        document: JsonObject = {
            "type": ["Alignment"],
            "targetName": self.name,
            "targetUrl": self.url,
            "targetCode": self.code,
            "targetFramework": self.framework,
            "targetType": self.kind,
        }
        if self.description is not None:
            document["targetDescription"] = self.description
        return document


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusResultDescription:
    """One requirement that can be Completed; `key` becomes the fragment of its id."""

    key: str
    name: str
    alignment: Alignment

    def id_under(self, achievement_id: str) -> str:
        """The IRI that results refer to."""
        return f"{achievement_id}#req-{self.key}"

    def to_json(self, achievement_id: str) -> JsonObject:
        """Return the JSON object under the achievement's id."""
        return {
            "id": self.id_under(achievement_id),
            "type": ["ResultDescription"],
            "name": self.name,
            "resultType": "Status",
            "alignment": [self.alignment.to_json()],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeResultDescription:
    """The grade of a demonstration that a school assessed (Open Badges 3.0 B.1, LetterGrade)."""

    name: str
    allowed: tuple[str, ...]

    def id_under(self, achievement_id: str) -> str:
        """The IRI that the result refers to."""
        return f"{achievement_id}#grade"

    def to_json(self, achievement_id: str) -> JsonObject:
        """Return the JSON object under the achievement's id."""
        return {
            "id": self.id_under(achievement_id),
            "type": ["ResultDescription"],
            "name": self.name,
            "resultType": "LetterGrade",
            "allowedValue": list(self.allowed),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Achievement:
    """What was achieved (Open Badges 3.0 B.1, Achievement). Holds nothing personal and nothing of a provider.

    Attributes:
        kind: Competency for a whole unit and for what is no unit, MicroCredential for a part of one.
        human_code, field_of_study: None outside the units of qualifications.
        credits: competence points of the whole unit (osp); None for a part, which has no official points.
        identifiers: (type, value) pairs; types outside the vocabulary begin with ``ext:``.
    """

    name: str
    description: str
    criteria_narrative: str
    language: str
    kind: Literal["Competency", "MicroCredential"]
    human_code: str | None
    field_of_study: str | None
    version: str
    credits: int | float | None
    identifiers: tuple[tuple[str, str], ...]
    alignments: tuple[Alignment, ...]
    results: tuple[StatusResultDescription, ...]
    grade: GradeResultDescription | None = None

    def to_json(self, achievement_id: str) -> JsonObject:
        """Return the JSON object with this id; members stand in a fixed order."""
        document: JsonObject = {
            "id": achievement_id,
            "type": ["Achievement"],
            "inLanguage": self.language,
            "achievementType": self.kind,
            "name": self.name,
            "description": self.description,
            "criteria": {"narrative": self.criteria_narrative},
        }
        if self.human_code is not None:
            document["humanCode"] = self.human_code
        if self.field_of_study is not None:
            document["fieldOfStudy"] = self.field_of_study
        document["version"] = self.version
        if self.credits is not None:
            document["creditsAvailable"] = self.credits
        document["otherIdentifier"] = [
            {"type": "IdentifierEntry", "identifier": value, "identifierType": kind} for kind, value in self.identifiers
        ]
        if self.alignments:
            document["alignment"] = [one.to_json() for one in self.alignments]
        described: list[JsonValue] = [one.to_json(achievement_id) for one in self.results]
        if self.grade is not None:
            described.append(self.grade.to_json(achievement_id))
        if described:
            document["resultDescription"] = described
        return document
