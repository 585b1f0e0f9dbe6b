"""The peers that run in this process: PyLD as most programs use it, and openbadgeslib."""

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any

import nacl.bindings
from benchmarks.material import DID, KEY, METHOD, SEED, Document
from benchmarks.rounds import Contender, InProcess
from pyld import jsonld

from keys import base58
from schemas.pinned_contexts import PINNED_CONTEXTS


def _load(url: str, _options: object = None) -> Document:
    return {
        "contentType": "application/ld+json",
        "contextUrl": None,
        "documentUrl": url,
        "document": PINNED_CONTEXTS[url],
    }


def _normalised(document: Document) -> bytes:
    text: str = jsonld.normalize(
        document, {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": _load}
    )
    return text.encode()


def _hash_data(document: Document, options: Document) -> bytes:
    options = {"@context": document["@context"], **options}
    return hashlib.sha256(_normalised(options)).digest() + hashlib.sha256(_normalised(document)).digest()


def pyld_sign(badge: Document) -> Document:
    """eddsa-rdfc-2022 in its shortest form: two normalisations, one libsodium signature."""
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2026-11-22T11:59:00Z",
        "verificationMethod": METHOD,
        "proofPurpose": "assertionMethod",
    }
    signature = KEY.sign(_hash_data(badge, options))
    return {**badge, "proof": {**options, "proofValue": "z" + base58.encode(signature)}}


def pyld_verify(data: bytes) -> None:
    """The proof alone; no schema, status, dates or issuer."""
    document = json.loads(data)
    proof = document.pop("proof")
    signature = base58.decode(proof.pop("proofValue")[1:])
    nacl.bindings.crypto_sign_open(signature + _hash_data(document, proof), KEY.public)


def openbadgeslib(badge: Document, data: bytes) -> tuple[list[Contender], list[Contender]]:
    """Sign and verify with openbadgeslib, each as the proof alone and as its whole call.

    Its signer takes its own model, which does not hold every member of our badges; the proof alone takes JSON.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from openbadgeslib.ob3.credential import OpenBadgeCredential
    from openbadgeslib.ob3.ldp import OB3LdpSigner, OB3LdpVerifier, add_data_integrity_proof

    pem = Ed25519PrivateKey.from_private_bytes(SEED).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    document: dict[str, Any] = json.loads(data)
    credential = OpenBadgeCredential.from_vc_document(document)
    signer = OB3LdpSigner(pem, METHOD)
    verifier = OB3LdpVerifier()
    pinned = OB3LdpVerifier(issuer_did=DID)
    verifier.verify(data)
    return (
        [
            InProcess("openbadgeslib, proof", lambda: add_data_integrity_proof(badge, pem, METHOD)),
            InProcess("openbadgeslib, whole", lambda: signer.sign_to_json(credential)),
        ],
        [InProcess("openbadgeslib, whole", lambda: pinned.verify(data))],
    )


def limit_verify(data: bytes, canonical: bytes) -> Callable[[], object]:
    """What no verifier can do without: JSON parse, SHA-256 of the canonical form, one Ed25519 verification."""
    options_hash = hashlib.sha256(b"").digest()
    signature = KEY.sign(options_hash + hashlib.sha256(canonical).digest())

    def operation() -> None:
        json.loads(data)
        message = options_hash + hashlib.sha256(canonical).digest()
        nacl.bindings.crypto_sign_open(signature + message, KEY.public)

    return operation


def multikey_pair() -> tuple[str, str]:
    """Public and secret key as Multikey texts, for the peers in other languages (CID 1.0, 2.2.2)."""
    public = "z" + base58.encode(b"\xed\x01" + KEY.public)
    secret = "z" + base58.encode(b"\x80\x26" + SEED)
    return public, secret


def jwk() -> str:
    """The key pair as a JWK text, for didkit."""

    def text(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).decode().rstrip("=")

    return json.dumps({"kty": "OKP", "crv": "Ed25519", "x": text(KEY.public), "d": text(SEED)})
