"""The OpenBadgeCredential that we issue, before it has a proof."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from schemas.profile import Profile
from schemas.strict_json import JsonObject

VC_CONTEXT = "https://www.w3.org/ns/credentials/v2"
OB_CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
BADGE_CONTEXTS = (VC_CONTEXT, OB_CONTEXT)


def utc_text(moment: datetime) -> str:
    """Write an aware time as ``YYYY-MM-DDThh:mm:ssZ``; a fraction of a second is refused, never rounded."""
    if moment.utcoffset() != timedelta(0):  # a naive time has none
        raise ValueError("a UTC time is wanted")
    if moment.microsecond:
        raise ValueError("whole seconds are wanted")
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusPlace:
    """A place on a status list: the list's https address and an index from 0."""

    list_url: str
    index: int

    def to_json(self) -> JsonObject:
        """Return the BitstringStatusListEntry (Bitstring Status List 2.1)."""
        return {
            "id": f"{self.list_url}#{self.index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(self.index),
            "statusListCredential": self.list_url,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What was shown of one result description: a status, or the value of a grade."""

    description: str
    status: Literal["Completed", "InProgress"] | None = "Completed"
    value: str | None = None

    def to_json(self) -> JsonObject:
        """Return the Result (Open Badges 3.0 B.1)."""
        document: JsonObject = {"type": ["Result"], "resultDescription": self.description}
        if self.status is not None:
            document["status"] = self.status
        if self.value is not None:
            document["value"] = self.value
        return document


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Whom the badge is about, under a fresh random id (privacy.md PS1).

    Attributes:
        achievement: the frozen JSON of the achievement.
        results: one for each result description of the achievement, in its order.
        name: of the holder, only at the holder's wish; stands there for good.
        source: id and name of the place, only under an issuer's own name.
        activity_start, activity_end: aware; by default the first of a month.
    """

    id: str
    achievement: JsonObject
    results: tuple[Result, ...]
    activity_start: datetime | None = None
    activity_end: datetime | None = None
    role: str | None = None
    narrative: str | None = None
    name: str | None = None
    source: Profile | None = None

    def to_json(self) -> JsonObject:
        """Return the AchievementSubject."""
        document: JsonObject = {"id": self.id, "type": ["AchievementSubject"]}
        if self.activity_start is not None:
            document["activityStartDate"] = utc_text(self.activity_start)
        if self.activity_end is not None:
            document["activityEndDate"] = utc_text(self.activity_end)
        if self.role is not None:
            document["role"] = self.role
        if self.narrative is not None:
            document["narrative"] = self.narrative
        if self.name is not None:
            document["identifier"] = [
                {"type": "IdentityObject", "hashed": False, "identityHash": self.name, "identityType": "name"}
            ]
        if self.source is not None:
            document["source"] = self.source.to_json()
        document["achievement"] = self.achievement
        if self.results:
            document["result"] = [one.to_json() for one in self.results]
        return document


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenBadge:
    """One badge, unsigned (Open Badges 3.0 B.1, AchievementCredential)."""

    id: str
    name: str
    issuer: Profile
    valid_from: datetime
    subject: Subject
    status: StatusPlace

    def to_json(self) -> JsonObject:
        """Return the document without proof; what we sign is its JCS form."""
        return {
            "@context": list(BADGE_CONTEXTS),
            "id": self.id,
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": self.name,
            "issuer": self.issuer.to_json(),
            "validFrom": utc_text(self.valid_from),
            "credentialSubject": self.subject.to_json(),
            "credentialStatus": self.status.to_json(),
        }
