"""The issuer of a badge as a Profile object, written the same way in every badge of that issuer."""

from dataclasses import dataclass

from schemas.strict_json import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Who stands behind a badge (Open Badges 3.0 B.1, Profile).

    Attributes:
        id: absolute IRI; for us a DID.
        name: public name, one language, NFC.
        url: https page of the issuer, or None.
        business_id: Y-tunnus; only when the issuer signs under its own name (privacy.md section 2).
    """

    id: str
    name: str
    url: str | None = None
    business_id: str | None = None

    def to_json(self) -> JsonObject:
        """Return the JSON object; absent members are left out, never null."""
        document: JsonObject = {"id": self.id, "type": ["Profile"], "name": self.name}
        if self.url is not None:
            document["url"] = self.url
        if self.business_id is not None:
            document["otherIdentifier"] = [
                {"type": "IdentifierEntry", "identifier": self.business_id, "identifierType": "ext:ytunnus"}
            ]
        return document
