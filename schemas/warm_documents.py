"""One small document of each kind that strangers bring or we sign: what the compiled contexts are warmed with."""

from schemas.strict_json import JsonObject

_V2 = "https://www.w3.org/ns/credentials/v2"
_V1 = "https://www.w3.org/2018/credentials/v1"
_OB = "https://purl.imsglobal.org/spec/ob/v3p0"
_BADGE = [_V2, f"{_OB}/context-3.0.3.json"]
_EXTENDED = [*_BADGE, f"{_OB}/extensions.json"]
_PROFILE: JsonObject = {
    "id": "urn:warm:issuer",
    "type": ["Profile"],
    "name": "n",
    "url": "urn:warm:url",
    "image": {"id": "urn:warm:image", "type": "Image"},
}
_ALIGNMENT: JsonObject = {"type": ["Alignment"], "targetName": "n", "targetUrl": "urn:warm:unit", "targetCode": "c"}


def _subject() -> JsonObject:
    description: JsonObject = {
        "id": "urn:warm:description",
        "type": ["ResultDescription"],
        "name": "n",
        "resultType": "Status",
        "alignment": [_ALIGNMENT],
    }
    return {
        "id": "urn:warm:subject",
        "type": ["AchievementSubject"],
        "identifier": [{"type": "IdentityObject", "hashed": False, "identityHash": "h", "identityType": "name"}],
        "achievement": {
            "id": "urn:warm:achievement",
            "type": ["Achievement"],
            "achievementType": "Competency",
            "name": "n",
            "description": "d",
            "criteria": {"narrative": "n"},
            "image": {"id": "urn:warm:picture", "type": "Image"},
            "tag": ["t"],
            "alignment": [_ALIGNMENT],
            "resultDescription": [description],
        },
        "result": [{"type": ["Result"], "resultDescription": "urn:warm:description", "status": "Completed"}],
    }


def _badge(contexts: list[str]) -> JsonObject:
    return {
        "@context": [*contexts],
        "id": "urn:warm:badge",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "n",
        "issuer": _PROFILE,
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": _subject(),
        "evidence": [{"id": "urn:warm:evidence", "type": ["Evidence"], "name": "n"}],
        "credentialStatus": {
            "id": "urn:warm:status",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": "1",
            "statusListCredential": "urn:warm:list",
        },
    }


def _older() -> JsonObject:
    """A badge under VCDM 1.1, as the Open Badges guide has them."""
    badge = _badge([_V1, f"{_OB}/context-3.0.2.json", "https://w3id.org/security/data-integrity/v2"])
    badge["issuanceDate"] = badge.pop("validFrom")
    del badge["credentialStatus"]
    return badge


def _endorsement() -> JsonObject:
    return {
        "@context": [*_BADGE],
        "id": "urn:warm:endorsement",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "n",
        "issuer": _PROFILE,
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {"id": "urn:warm:badge", "type": ["EndorsementSubject"], "endorsementComment": "c"},
    }


def _status_list() -> JsonObject:
    return {
        "@context": [_V2],
        "id": "urn:warm:list",
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": "urn:warm:issuer",
        "validFrom": "2026-01-01T00:00:00Z",
        "validUntil": "2026-01-02T00:00:00Z",
        "credentialSubject": {
            "id": "urn:warm:bits",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": "u",
            "ttl": 1,
        },
    }


def _options(contexts: list[str]) -> JsonObject:
    return {
        "@context": [*contexts],
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2026-01-01T00:00:00Z",
        "verificationMethod": "urn:warm:key",
        "proofPurpose": "assertionMethod",
    }


def warm_documents() -> list[JsonObject]:
    """Return documents that lead through every place that ordinary badges, lists and proofs lead through."""
    return [
        _badge(_BADGE),
        _badge(_EXTENDED) | {"credentialSchema": [{"id": "urn:warm:schema", "type": "1EdTechJsonSchemaValidator2019"}]},
        _older(),
        _endorsement(),
        _status_list(),
        _options([_V2]),
        _options(_BADGE),
        _options(_EXTENDED),
    ]
