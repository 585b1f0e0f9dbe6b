"""Unsigned documents that tests start from; each call gives a fresh copy."""

import copy
import json

V2 = "https://www.w3.org/ns/credentials/v2"
OB = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
CLR = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"


_FULL_BADGE = {
    "@context": [V2, OB],
    "id": "urn:uuid:6a1d9b4e-1111-4222-8333-444455556666",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "name": "Polkupyörän huolto",
    "description": "Two gears changed, one wheel trued",
    "image": {"id": "https://host.example/image.png", "type": "Image", "caption": "a wheel"},
    "awardedDate": "2026-11-01T00:00:00Z",
    "validFrom": "2026-11-01T00:00:00Z",
    "validUntil": "2031-11-01T00:00:00Z",
    "issuer": {
        "id": "did:web:host.example",
        "type": ["Profile"],
        "name": "Kunta",
        "url": "https://host.example/",
        "address": {
            "type": ["Address"],
            "addressCountry": "Suomi",
            "geo": {"type": "GeoCoordinates", "latitude": 60.25, "longitude": 24.5},
        },
        "otherIdentifier": [{"type": "IdentifierEntry", "identifier": "1234567-8", "identifierType": "ext:businessId"}],
    },
    "credentialSubject": {
        "id": "urn:uuid:6a1d9b4e-1111-4222-8333-000000000001",
        "type": ["AchievementSubject"],
        "creditsEarned": 1.5,
        "narrative": "Line one\nline two",
        "identifier": [
            {
                "type": "IdentityObject",
                "hashed": False,
                "identityHash": "Aino Esimerkki",
                "identityType": "name",
            }
        ],
        "source": {"id": "urn:uuid:6a1d9b4e-1111-4222-8333-000000000002", "type": ["Profile"], "name": "Coach"},
        "result": [
            {"type": ["Result"], "resultDescription": "https://host.example/a#r1", "value": "5"},
            {"type": ["Result"], "resultDescription": "https://host.example/a#r2", "status": "Completed"},
        ],
        "achievement": {
            "id": "https://host.example/a",
            "type": ["Achievement"],
            "achievementType": "ext:UnitRequirement",
            "name": "Polkupyörän huolto",
            "description": "Huoltaa polkupyörän",
            "criteria": {"narrative": "Vaatimukset"},
            "creditsAvailable": 30,
            "inLanguage": "fi",
            "tag": ["pyörä", "huolto"],
            "alignment": [
                {
                    "type": ["Alignment"],
                    "targetName": "Polkupyörän huolto",
                    "targetUrl": "https://host.example/unit/106889",
                    "targetCode": "106889",
                },
                {
                    "type": ["Alignment"],
                    "targetName": "tune bicycles",
                    "targetUrl": "http://data.europa.eu/esco/skill/x",
                },
            ],
            "resultDescription": [
                {
                    "id": "https://host.example/a#r1",
                    "type": ["ResultDescription"],
                    "name": "Grade",
                    "resultType": "ext:Grade",
                    "allowedValue": ["1", "2", "3", "4", "5"],
                },
                {
                    "id": "https://host.example/a#r2",
                    "type": ["ResultDescription"],
                    "name": "Req",
                    "resultType": "Status",
                },
            ],
        },
    },
    "evidence": [
        {"id": "https://host.example/e1", "type": ["Evidence"], "name": "Photo", "genre": "photo"},
        {"type": ["Evidence"], "name": "Conversation", "narrative": "Explained the choice of tyre"},
    ],
    "credentialStatus": {
        "id": "https://host.example/status/x#94567",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "94567",
        "statusListCredential": "https://host.example/status/x",
    },
}


def full_badge():
    """A badge with a member of nearly every class: 10 blank nodes, none alike."""
    return {**copy.deepcopy(_FULL_BADGE), "endorsement": [endorsement()]}


def endorsement(subject="https://host.example/a"):
    return {
        "@context": [V2, OB],
        "id": "urn:uuid:6a1d9b4e-1111-4222-8333-00000000000e",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "Endorsed",
        "issuer": {"id": "did:web:other.example", "type": ["Profile"], "name": "Other"},
        "validFrom": "2026-11-02T00:00:00Z",
        "credentialSubject": {"id": subject, "type": ["EndorsementSubject"], "endorsementComment": "Good"},
    }


def proof_options():
    return {
        "@context": [V2, OB],
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2026-11-02T10:00:00Z",
        "verificationMethod": "did:web:host.example#key-1",
        "proofPurpose": "assertionMethod",
    }


def at(document, pointer):
    """Return (container, key) of the place that an RFC 6901 pointer names."""
    *path, last = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    for step in path:
        document = document[int(step)] if isinstance(document, list) else document[step]
    return document, (int(last) if isinstance(document, list) else last)


def changed(pointer, value, document=None):
    """A full badge in which one place is set to `value`."""
    document = json.loads(json.dumps(full_badge() if document is None else document))
    container, key = at(document, pointer)
    if isinstance(container, list) and key == len(container):
        container.append(value)
    else:
        container[key] = value
    return document


def leaves(value, pointer=""):
    """Yield the pointer of every plain value outside contexts."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in pairs:
        here = f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"
        if key == "@context":
            continue
        if isinstance(inner, dict | list):
            yield from leaves(inner, here)
        else:
            yield here
