"""A workshop for verifier tests: keys, badges, lists and documents, made and signed on the spot."""

import copy
import json
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from keys import did_key, ed25519
from keys.proofs.data_integrity import add_proof
from keys.public_key import PublicKey
from schemas import status_list
from schemas.canonicaliser import canonicaliser
from schemas.jsonld import W3C_CONTEXTS, SafeProcessor
from verifier import EMPLOYMENT, Environment, Policy, Report, Request, Response, verify
from verifier.documents_fetch import DocumentsFetch, read_documents

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
VC2 = "https://www.w3.org/ns/credentials/v2"
OB3 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
LIST_URL = "https://issuer.example/status/1"
DID = "did:web:issuer.example"

# PATEVA_FAST_PATH=off runs every test of the verifier without compiled contexts.
CANONICALISE = canonicaliser(fast_path=os.environ.get("PATEVA_FAST_PATH", "on") == "on", max_nodes=1000)
GENERIC = SafeProcessor(W3C_CONTEXTS, inline_contexts=True, max_nodes=1000)
Json = dict[str, Any]


class Key:
    """An Ed25519 key with its did:key."""

    def __init__(self, number: int = 1) -> None:
        self.seed = bytes([number]) * 32
        self.public = PublicKey("Ed25519", ed25519.public_key(self.seed))
        self.did = did_key.did(self.public)
        self.method = did_key.verification_method(self.public)
        self.multibase = self.public.multibase()

    def sign(self, message: bytes) -> bytes:
        return ed25519.sign(self.seed, message)


KEY = Key(1)
OTHER = Key(2)
THIRD = Key(3)


def badge(issuer: str = KEY.did, **changes: Any) -> Json:
    """An unsigned OB 3.0 badge; `changes` set members at the top, None leaves one out."""
    document: Json = {
        "@context": [VC2, OB3],
        "id": "urn:uuid:0f2f8f5e-6f5a-4b0e-9d0a-000000000001",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Polkupyörän huolto",
        "issuer": {"id": issuer, "type": ["Profile"], "name": "Paja", "url": "https://issuer.example/"},
        "validFrom": "2026-11-01T00:00:00Z",
        "credentialSubject": {
            "id": "urn:uuid:0f2f8f5e-6f5a-4b0e-9d0a-000000000002",
            "type": ["AchievementSubject"],
            "achievement": {
                "id": "https://issuer.example/achievements/1",
                "type": ["Achievement"],
                "achievementType": "Competency",
                "name": "Polkupyörän huolto",
                "description": "Huoltaa polkupyörän.",
                "criteria": {"narrative": "Näytti taidon työssä."},
                "alignment": [
                    {
                        "type": ["Alignment"],
                        "targetName": "Polkupyörän huolto",
                        "targetUrl": "https://eperusteet.opintopolku.fi/#/fi/kooste/1",
                        "targetCode": "106889",
                    }
                ],
                "resultDescription": [
                    {
                        "id": "https://issuer.example/achievements/1#req-1",
                        "type": ["ResultDescription"],
                        "name": "Säätää vaihteet",
                        "resultType": "Status",
                    }
                ],
            },
            "result": [
                {
                    "type": ["Result"],
                    "resultDescription": "https://issuer.example/achievements/1#req-1",
                    "status": "Completed",
                }
            ],
        },
    }
    document.update(changes)
    return {name: value for name, value in document.items() if value is not None}


def with_status(document: Json, index: int = 5, url: str = LIST_URL, purpose: str = "revocation") -> Json:
    """The badge with a status entry."""
    entry = {
        "id": f"{url}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": purpose,
        "statusListIndex": str(index),
        "statusListCredential": url,
    }
    return {**document, "credentialStatus": entry}


def sign(
    document: Json,
    key: Key = KEY,
    *,
    method: str | None = None,
    created: datetime = NOW - timedelta(days=1),
    suite: str = "eddsa-rdfc-2022",
    **members: Any,
) -> Json:
    """The document with one more proof."""
    generic = "https://www.w3.org/ns/credentials/examples/v2" in document["@context"]
    return add_proof(
        document,
        verification_method=method or key.method,
        created=created,
        sign=key.sign,
        canonicalise=GENERIC if generic else CANONICALISE,
        cryptosuite=suite,
        **members,
    )


def did_document(did: str = DID, *keys: Key, **changes: Any) -> Json:
    """A did:web document with Multikey methods #key-1, #key-2 …"""
    methods = [
        {"id": f"{did}#key-{n}", "type": "Multikey", "controller": did, "publicKeyMultibase": key.multibase}
        for n, key in enumerate(keys or (KEY,), 1)
    ]
    document = {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }
    return {**document, **changes}


def status_document(
    *set_indexes: int,
    issuer: str = KEY.did,
    url: str = LIST_URL,
    entries: int = 131_072,
    size: int = 1,
    values: Mapping[int, int] | None = None,
    subject: Json | None = None,
    **changes: Any,
) -> Json:
    """An unsigned status list."""
    bits = bytearray(entries * size // 8)
    for index, value in {**dict.fromkeys(set_indexes, 1), **(values or {})}.items():
        status_list.set_value(bits, index, value, size)
    document = {
        "@context": [VC2],
        "id": url,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": "2026-11-22T00:00:00Z",
        "validUntil": "2026-11-23T00:00:00Z",
        "credentialSubject": {
            "id": f"{url}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": status_list.encode(bytes(bits)),
            **(subject or {}),
        },
        **changes,
    }
    return {name: value for name, value in document.items() if value is not None}


def environment(documents: Mapping[str, Any] | None = None, **changes: Any) -> Environment:
    """An offline world with these documents at the fixed time."""
    answers = {
        name: value if isinstance(value, Response) else read_documents(json.dumps({name: value}).encode())[name]
        for name, value in (documents or {}).items()
    }
    settings: Json = {
        "clock": lambda: NOW,
        "fetch": DocumentsFetch(answers),
        "canonicalise": CANONICALISE,
        "canonicalise_generic": GENERIC,
        "clock_kind": "given",
        "clock_skew": timedelta(0),
        "offline": True,
    }
    return Environment(**{**settings, **changes})


def check(
    document: Json | str | bytes,
    documents: Mapping[str, Any] | None = None,
    *,
    policy: Policy = EMPLOYMENT,
    request: Request | None = None,
    **changes: Any,
) -> Report:
    """The report on a document."""
    data = (
        document if isinstance(document, bytes) else document.encode() if isinstance(document, str) else dump(document)
    )
    return verify(data, policy=policy, environment=environment(documents, **changes), request=request or Request())


def dump(document: Any) -> bytes:
    """JSON bytes."""
    return json.dumps(document, ensure_ascii=False).encode()


def changed(document: Json, change: Callable[[Json], object]) -> Json:
    """A deep copy after a change."""
    result = copy.deepcopy(document)
    change(result)
    return result


def faults(report: Report) -> set[str]:
    """Codes that ended FAILED or INCONCLUSIVE by themselves, not blocked by another."""
    return {
        finding.code
        for finding in report.findings
        if finding.outcome.value in ("FAILED", "INCONCLUSIVE") and not (finding.reason or "").startswith("blocked_by:")
    }


def outcomes(report: Report) -> dict[str, str]:
    """Worst outcome by code."""
    return {finding.code: report.outcome(finding.code).value for finding in report.findings}
