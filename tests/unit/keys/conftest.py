"""What the tests of keys share: a small badge, a processor and a ring with a fixed clock."""

from pathlib import Path

import pytest
from key_samples import CREDENTIAL, DID, KID, Clock

from keys.signing.key_ring import KeyRing
from schemas.jsonld import SafeProcessor
from schemas.strict_json import JsonObject


@pytest.fixture(scope="session")
def processor() -> SafeProcessor:
    return SafeProcessor()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ring(tmp_path: Path, clock: Clock, processor: SafeProcessor) -> KeyRing:
    made = KeyRing(tmp_path / "keys", CREDENTIAL, clock, canonicalise=processor)
    made.create_key(KID, DID)
    return made


@pytest.fixture
def badge() -> JsonObject:
    """An unsigned credential that canonicalises; not a whole badge."""
    return {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ],
        "id": "urn:uuid:6a2d5f0e-5a4e-4b8e-9d6c-0f8b3f2d7c11",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": DID, "type": ["Profile"], "name": "Osaamismerkit"},
        "validFrom": "2026-11-01T00:00:00Z",
        "name": "Polkupyörän huolto",
        "credentialSubject": {
            "id": "urn:uuid:0d3c7f5e-1c1b-4a57-9a36-3a5f7f1f2b10",
            "type": ["AchievementSubject"],
            "achievement": {
                "id": "https://demo.pateva.example/achievements/1",
                "type": ["Achievement"],
                "name": "Polkupyörän huolto",
                "description": "Huoltaa polkupyörän.",
                "criteria": {"narrative": "Näytti työssä."},
            },
        },
    }
