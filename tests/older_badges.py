"""Badges of Open Badges 2.0 and the documents of their hosts."""

import base64
import json
from typing import Any

import workshop as w
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

KEY = rsa.generate_private_key(65537, 2048)
PEM = (
    KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
)
V2 = "https://w3id.org/openbadges/v2"
BASE = "https://badges.example"


def assertion(**changes: Any) -> w.Json:
    document = {
        "@context": V2,
        "type": "Assertion",
        "id": f"{BASE}/assertions/1",
        "recipient": {"type": "email", "hashed": True, "salt": "0123456789", "identity": "sha256$" + "0" * 64},
        "badge": f"{BASE}/badges/1",
        "verification": {"type": "HostedBadge"},
        "issuedOn": "2026-01-01T00:00:00Z",
        **changes,
    }
    return {name: value for name, value in document.items() if value is not None}


def world(**changes: Any) -> dict[str, Any]:
    documents = {
        f"{BASE}/assertions/1": assertion(),
        f"{BASE}/badges/1": {
            "@context": V2,
            "type": "BadgeClass",
            "id": f"{BASE}/badges/1",
            "name": "Huolto",
            "description": "Huoltaa",
            "image": f"{BASE}/1.png",
            "criteria": {"narrative": "x"},
            "issuer": f"{BASE}/issuer",
        },
        f"{BASE}/issuer": {
            "@context": V2,
            "type": "Profile",
            "id": f"{BASE}/issuer",
            "name": "Paja",
            "url": BASE,
            "email": "paja@badges.example",
            "publicKey": f"{BASE}/key",
        },
        f"{BASE}/key": {
            "type": "CryptographicKey",
            "id": f"{BASE}/key",
            "owner": f"{BASE}/issuer",
            "publicKeyPem": PEM,
        },
    }
    for name, change in changes.items():
        url = f"{BASE}/{name.replace('_', '/')}"
        documents[url] = {**documents.get(url, {}), **change}
    return documents


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(**changes: Any) -> str:
    document = assertion(id="urn:uuid:1b1b1b1b-0000-4000-8000-000000000001", **changes)
    document["verification"] = changes.get("verification", {"type": "SignedBadge", "creator": f"{BASE}/key"})
    text = f"{b64(json.dumps({'alg': 'RS256'}).encode())}.{b64(json.dumps(document).encode())}"
    return f"{text}.{b64(KEY.sign(text.encode(), PKCS1v15(), SHA256()))}"
