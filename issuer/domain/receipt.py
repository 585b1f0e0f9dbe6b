"""The receipt of a decision: an OpenBadgeCredential of the school about the badge, and an endorsement beside it.

It names what was accepted, by which route, and how much of the unit that is. What was not accepted stands in no
receipt: a refusal is shown to nobody but the person and the school (privacy.md PV4; docs/decisions/0034).
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from issuer.domain.badge_texts import GRADE_NAME, GRADES, LANGUAGES, Language
from issuer.domain.catalogue import Unit
from issuer.domain.catalogue_choice import CatalogueUnit
from issuer.domain.draft import FrozenAchievement, achievement_identity
from issuer.domain.errors import ConflictError
from issuer.domain.institution import Institution
from issuer.domain.receipt_texts import (
    CRITERIA,
    DESCRIPTION,
    DESCRIPTION_SHOWN,
    ENDORSEMENT,
    EVIDENCE,
    NAME_PART,
    NAME_SHOWN_PART,
    NAME_SHOWN_WHOLE,
    NAME_WHOLE,
    RECEIPT_REVISION,
)
from issuer.domain.recognition import Route, Split
from issuer.domain.unit_in_badge import UnitInBadge, national_texts, text_in
from schemas.achievement import Achievement, GradeResultDescription
from schemas.credential import BADGE_CONTEXTS, OpenBadge, Result, StatusPlace, Subject, utc_text
from schemas.profile import Profile
from schemas.receipt_mark import RECEIPT_MARK
from schemas.strict_json import JsonObject, JsonValue

SCOPE: Final = "receipt"
PROCESS: Final = "osaamisentodentamisenprosessi_"


@dataclass(frozen=True, slots=True)
class Ground:
    """A badge that a decision rests on: its id and the SHA-256 of its bytes as received.

    Attributes:
        accepted: how many accepted requirements rest on it; several badges may speak of the same one.
    """

    id: str
    sha256: bytes
    accepted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What a receipt tells.

    Attributes:
        split: of the unit's requirements; only the recognised ones enter.
        grade: 1–5, given by the school's own assessor.
        language: fi, sv or en.
    """

    found: CatalogueUnit
    split: Split
    route: Route
    grade: int | None
    grounds: tuple[Ground, ...]
    language: Language

    @property
    def counts(self) -> tuple[int, int]:
        """(recognised requirements, requirements of the unit)."""
        return len(self.split.recognised), len(self.found.unit.requirements)


def language_of(badge_language: str) -> Language:
    """The receipt's language: the badge's, else Finnish."""
    return next((one for one in LANGUAGES if one == badge_language), "fi")


def freeze_receipt(decided: Decided, *, issuer: Institution, origin: str) -> FrozenAchievement:
    """Make the achievement that a school's receipt names; equal decisions of a school share it byte for byte.

    Raises:
        ConflictError: ``recognition.nothing_accepted``, ``recognition.unit_incomplete``.
    """
    unit, (shown, required) = decided.found.unit, decided.counts
    if not shown:
        raise ConflictError(code="recognition.nothing_accepted")
    if unit.code is None or unit.version is None:
        raise ConflictError(code="recognition.unit_incomplete")
    content = _achievement(decided, unit)
    digest, achievement_id = achievement_identity(content, issuer=issuer, origin=origin)
    results = [Result(description=one.id_under(achievement_id)) for one in content.results]
    if content.grade is not None:
        value = str(decided.grade)
        results.append(Result(description=content.grade.id_under(achievement_id), status=None, value=value))
    return FrozenAchievement(
        key=digest,
        id=achievement_id,
        document=content.to_json(achievement_id),
        scope="unit" if shown == required else "part",
        results=tuple(results),
        shown=shown,
        required=required,
        language=decided.language,
        national=national_texts(content),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptEnvelope:
    """What a single receipt has beside its achievement; ids are fresh ``urn:uuid:``; `now` is aware."""

    issuer: Profile
    receipt_id: str
    subject_id: str
    place: StatusPlace
    now: datetime


def build_receipt(frozen: FrozenAchievement, decided: Decided, envelope: ReceiptEnvelope) -> JsonObject:
    """Put the credential around the achievement, with each badge as evidence and its digest as a related resource.

    Source: Open Badges 3.0 B.1 (evidence); VCDM 2.0 section 5.3 (relatedResource).
    """
    name = frozen.document["name"]
    if not isinstance(name, str):
        raise TypeError("an achievement's name is text")
    badge = OpenBadge(
        id=envelope.receipt_id,
        name=name,
        issuer=envelope.issuer,
        valid_from=envelope.now.replace(day=1, hour=0, minute=0, second=0, microsecond=0),
        subject=Subject(id=envelope.subject_id, achievement=frozen.document, results=frozen.results),
        status=envelope.place,
    )
    evidence = EVIDENCE[decided.language]
    return badge.to_json() | {
        "evidence": [{"id": one.id, "type": ["Evidence"], "name": evidence} for one in decided.grounds],
        "relatedResource": _digests(decided.grounds),
    }


def build_endorsement(decided: Decided, envelope: ReceiptEnvelope, *, about: Ground, endorsement_id: str) -> JsonObject:
    """The same decision for software that knows endorsements: about one badge, by its id, with its digest.

    It says how many requirements were accepted on the ground of this badge, and shares the receipt's place on the
    status list, so that all end together.
    """
    unit, (_, required) = decided.found.unit, decided.counts
    comment = ENDORSEMENT[decided.language].format(
        shown=about.accepted,
        required=required,
        name=text_in(unit.name, decided.language),
        number=unit.number,
        register=unit.register_number,
    )
    return {
        "@context": list(BADGE_CONTEXTS),
        "id": endorsement_id,
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": EVIDENCE[decided.language],
        "issuer": envelope.issuer.to_json(),
        "validFrom": utc_text(envelope.now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)),
        "credentialSubject": {
            "id": about.id,
            "type": ["EndorsementSubject"],
            "endorsementComment": comment,
        },
        "credentialStatus": envelope.place.to_json(),
        "relatedResource": _digests([about]),
    }


def _digests(grounds: Sequence[Ground]) -> list[JsonValue]:
    return [{"id": one.id, "digestSRI": f"sha256-{base64.b64encode(one.sha256).decode()}"} for one in grounds]


def _achievement(decided: Decided, unit: Unit) -> Achievement:
    language, (shown, required) = decided.language, decided.counts
    stated = UnitInBadge(unit, decided.found.qualification.name, language)
    whole = shown == required
    by_demonstration = decided.route is Route.DEMONSTRATION  # a receipt of one comes only after its assessment
    titles = (NAME_SHOWN_WHOLE, NAME_SHOWN_PART) if by_demonstration else (NAME_WHOLE, NAME_PART)
    title = titles[0] if whole else titles[1]
    accepted = set(decided.split.recognised)
    return Achievement(
        name=title[language].format(name=stated.name, shown=shown, required=required),
        description=(DESCRIPTION_SHOWN if by_demonstration else DESCRIPTION)[language],
        criteria_narrative=CRITERIA[decided.route.value][language],
        language=language,
        kind="Competency" if whole else "MicroCredential",
        human_code=unit.number,
        field_of_study=stated.qualification,
        version=f"{unit.register_number} receipt r{RECEIPT_REVISION}",
        credits=stated.points if whole else None,
        identifiers=(stated.key, (RECEIPT_MARK, PROCESS + decided.route.value)),
        alignments=(stated.alignment(),),
        results=stated.results(one for one in unit.requirements if one.key in accepted),
        grade=GradeResultDescription(name=GRADE_NAME[language], allowed=GRADES) if decided.grade else None,
    )
