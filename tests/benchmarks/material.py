"""What the benchmarks work on: a key, two badges, their status list, and the world of a verification."""

import copy
import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from properties.credential_kinds import requirement_badge, small_badge

from keys import did_key
from keys.ed25519 import SigningKey
from keys.proofs.data_integrity import add_proof
from keys.public_key import PublicKey
from schemas import status_list, strict_json
from schemas.canonicaliser import canonicaliser
from schemas.compiled_canonicaliser import CompiledCanonicaliser
from schemas.jsonld import Canonicalise
from verifier import BoundedMemory, Environment, FetchError, FetchRules, Response
from verifier.moulds import Moulds

Document = dict[str, Any]

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
CREATED = NOW - timedelta(minutes=1)
SEED = hashlib.sha256(b"a key for benchmarks, known to everyone").digest()
KEY = SigningKey(SEED)
PUBLIC = PublicKey("Ed25519", KEY.public)
DID = did_key.did(PUBLIC)
METHOD = did_key.verification_method(PUBLIC)
LIST_URL = "https://badges.example.edu/status/7"

FAST = canonicaliser(fast_path=True)
SAFE = canonicaliser(fast_path=False)


def badges() -> dict[str, Document]:
    """The two badges of every row, unsigned, issued by our key."""
    found = {"2.7 kB": small_badge(), "28 requirements": requirement_badge()}
    for badge in found.values():
        badge["issuer"]["id"] = DID
        badge["credentialSubject"]["id"] = "urn:uuid:00000000-0000-4000-8000-000000000060"
    return found


def signed(badge: Document) -> Document:
    return add_proof(
        copy.deepcopy(badge), verification_method=METHOD, created=CREATED, sign=KEY.sign, canonicalise=FAST
    )


def signed_status_list(entries: int = 131_072) -> Document:
    credential: Document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": LIST_URL,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": DID,
        "validFrom": "2026-11-22T00:00:00Z",
        "validUntil": "2026-11-23T00:00:00Z",
        "credentialSubject": {
            "id": f"{LIST_URL}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": status_list.encode(bytes(entries // 8)),
        },
    }
    return signed(credential)


def environment(canonicalise: Canonicalise = FAST) -> Environment:
    """The world of a verification: only the status list can be had."""
    body = strict_json.write(signed_status_list())

    def fetch(url: str, *, rules: FetchRules) -> Response:
        if url != LIST_URL:
            raise FetchError("refused")
        return Response(200, "application/vc", body, "cache")

    return Environment(
        clock=lambda: NOW,
        clock_kind="given",
        fetch=fetch,
        canonicalise=canonicalise,
        memory=BoundedMemory(),
        moulds=Moulds(canonicalise) if isinstance(canonicalise, CompiledCanonicaliser) else None,
    )
