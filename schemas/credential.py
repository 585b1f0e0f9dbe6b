"""The OpenBadgeCredential that we issue, before it has a proof."""

from dataclasses import dataclass
from datetime import datetime, timedelta

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
class Subject:
    """Whom the badge is about, under a fresh random id (privacy.md PS1).

    Attributes:
        achievement: the frozen JSON of the achievement.
        result_ids: ids of the result descriptions that were shown, in the achievement's order.
        activity_start, activity_end: aware; by default the first of a month.
    """

    id: str
    achievement: JsonObject
    result_ids: tuple[str, ...]
    activity_start: datetime | None = None
    activity_end: datetime | None = None
    role: str | None = None
    narrative: str | None = None

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
        document["achievement"] = self.achievement
        document["result"] = [
            {"type": ["Result"], "resultDescription": one, "status": "Completed"} for one in self.result_ids
        ]
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
