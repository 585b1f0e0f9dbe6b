"""A provider's answer as a signed endorsement of the badge itself, in the badge's own name and on its own status place.

So the answer says no more about who gave the badge than the badge does, and ends with it (docs/decisions/0038).
"""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from issuer.domain.badge_texts import Language
from issuer.domain.question import Question
from schemas.canonical_json import canonicalise
from schemas.credential import BADGE_CONTEXTS, utc_text
from schemas.strict_json import JsonObject, JsonValue

KIND: Final = "EndorsementCredential"
NAME: Final[dict[Language, str]] = {
    "fi": "Lisätieto osaamismerkkiin",
    "sv": "Tilläggsuppgift till kompetensmärket",
    "en": "More about the badge",
}
COMMENT: Final[dict[Language, str]] = {
    "fi": "Vaatimus: {requirement}\nOppilaitos kysyi: {question}\nMerkin antaja vastaa: {answer}",
    "sv": "Krav: {requirement}\nLäroanstalten frågade: {question}\nMärkets utfärdare svarar: {answer}",
    "en": "Requirement: {requirement}\nThe school asked: {question}\nThe issuer of the badge answers: {answer}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredBadge:
    """The badge that an answer is about.

    Attributes:
        document: as signed; sha256: of its bytes as handed out.
    """

    document: JsonObject
    sha256: bytes
    language: Language

    @property
    def id(self) -> str:
        """Of the credential."""
        return _text(self.document.get("id"))


def comment(question: Question, answer: str, language: Language) -> str:
    """The whole text that is signed."""
    return COMMENT[language].format(requirement=question.requirement, question=question.words, answer=answer)


def answer_digest(badge: AnsweredBadge, question: Question, answer: str) -> bytes:
    """SHA-256 of exactly what a coach confirms: the text, and the badge that it is about."""
    words = comment(question, answer, badge.language)
    return hashlib.sha256(canonicalise({"badge": badge.sha256.hex(), "comment": words})).digest()


def build_answer(
    badge: AnsweredBadge, question: Question, answer: str, *, endorsement_id: str, now: datetime
) -> JsonObject:
    """The unsigned endorsement: issuer and place on the status list are those of the badge.

    Args:
        endorsement_id: a fresh ``urn:uuid:``.
        now: aware; the month of it is told (privacy.md PD1).
    """
    return {
        "@context": list(BADGE_CONTEXTS),
        "id": endorsement_id,
        "type": ["VerifiableCredential", KIND],
        "name": NAME[badge.language],
        "issuer": badge.document["issuer"],
        "validFrom": utc_text(now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)),
        "credentialSubject": {
            "id": badge.id,
            "type": ["EndorsementSubject"],
            "endorsementComment": comment(question, answer, badge.language),
        },
        "credentialStatus": badge.document["credentialStatus"],
        "relatedResource": [_digest(badge.id, badge.sha256)],
    }


def is_about(document: JsonObject, badge: JsonObject, sha256: bytes) -> bool:
    """Tell whether an endorsement names exactly this badge: by id, digest, issuer and place on the status list."""
    subject = document.get("credentialSubject")
    named = subject.get("id") if isinstance(subject, dict) else None
    badge_id = badge.get("id")
    return (
        isinstance(badge_id, str)
        and named == badge_id
        and document.get("relatedResource") == [_digest(badge_id, sha256)]
        and _issuer(document) == _issuer(badge) != ""
        and document.get("credentialStatus") == badge.get("credentialStatus")
    )


def comment_of(document: JsonObject) -> str:
    """The signed text of an endorsement; "" where there is none."""
    subject = document.get("credentialSubject")
    return _text(subject.get("endorsementComment")) if isinstance(subject, dict) else ""


def _digest(badge_id: str, sha256: bytes) -> JsonObject:
    return {"id": badge_id, "digestSRI": f"sha256-{base64.b64encode(sha256).decode()}"}


def _issuer(document: JsonObject) -> str:
    issuer = document.get("issuer")
    return _text(issuer.get("id")) if isinstance(issuer, dict) else _text(issuer)


def _text(value: JsonValue) -> str:
    return value if isinstance(value, str) else ""
