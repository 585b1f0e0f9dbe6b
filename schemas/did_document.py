"""The DID document of an institution: its keys in both public forms, and what they may be used for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from schemas.credential import utc_text
from schemas.strict_json import JsonObject

DID_CONTEXTS = ("https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1")


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationMethod:
    """A published key. A retired key stays under assertionMethod; only a revoked one leaves it (openbadges.md 7)."""

    kid: str
    public_key_multibase: str
    revoked_at: datetime | None = None


def did_document(did: str, methods: Sequence[VerificationMethod]) -> JsonObject:
    """Return the document; methods are never deleted, in the order in which they were made."""
    entries: list[JsonObject] = []
    for method in methods:
        entry: JsonObject = {
            "id": method.kid,
            "type": "Multikey",
            "controller": did,
            "publicKeyMultibase": method.public_key_multibase,
        }
        if method.revoked_at is not None:
            entry["revoked"] = utc_text(method.revoked_at)
        entries.append(entry)
    return {
        "@context": list(DID_CONTEXTS),
        "id": did,
        "verificationMethod": list(entries),
        "assertionMethod": [one.kid for one in methods if one.revoked_at is None],
    }
