"""A passkey in software: what a phone does when it registers and confirms, for tests of signing in and of signing.

passkey = SoftwarePasskey(public_url)
add_passkey(outside, staff, passkey)            # through the services, as /me does
assertion = passkey.confirm(signing_act.begin(outside, staff, act, digest))
client.post(path, data={"assertion": assertion})
"""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

PRESENT, VERIFIED, BACKUP_ELIGIBLE, BACKED_UP, ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40
ES256, EDDSA = -7, -8


def to_text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def to_bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class SoftwarePasskey:
    """One device with one credential for one origin.

    Attributes:
        origin: of our pages, as the browser would report it.
        algorithm: ES256, or EDDSA to see it refused.
        verified: whether the device says that it verified its user (PIN, fingerprint).
        counter: grows by one with each use; None: always 0, as synchronised passkeys do.
    """

    origin: str
    algorithm: int = ES256
    verified: bool = True
    counter: int | None = 0
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    user: bytes = b""

    def __post_init__(self) -> None:
        self.rp_id = urlsplit(self.origin).hostname
        self._key: Any = (
            ec.generate_private_key(ec.SECP256R1()) if self.algorithm == ES256 else ed25519.Ed25519PrivateKey.generate()
        )

    def register(self, options: str) -> str:
        """Answer navigator.credentials.create: the JSON that the page posts."""
        asked = json.loads(options)
        self.user = to_bytes(asked["user"]["id"])
        client_data = self._client_data("webauthn.create", asked["challenge"])
        length = len(self.credential_id).to_bytes(2)
        attested = bytes(16) + length + self.credential_id + cbor2.dumps(self._public_key())
        attestation = {"fmt": "none", "attStmt": {}, "authData": self._authenticator_data(ATTESTED) + attested}
        response = {
            "clientDataJSON": to_text(client_data),
            "attestationObject": to_text(cbor2.dumps(attestation)),
            "transports": ["internal"],
        }
        return self._answer(response)

    def confirm(self, options: str) -> str:
        """Answer navigator.credentials.get: the JSON that the page posts."""
        challenge = json.loads(options)["challenge"]
        if self.counter is not None:
            self.counter += 1
        client_data = self._client_data("webauthn.get", challenge)
        data = self._authenticator_data(0)
        signed = data + hashlib.sha256(client_data).digest()
        response = {
            "clientDataJSON": to_text(client_data),
            "authenticatorData": to_text(data),
            "signature": to_text(self._sign(signed)),
            "userHandle": to_text(self.user),
        }
        return self._answer(response)

    def _answer(self, response: dict[str, Any]) -> str:
        identifier = to_text(self.credential_id)
        answer = {
            "id": identifier,
            "rawId": identifier,
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": response,
        }
        return json.dumps(answer)

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _authenticator_data(self, more: int) -> bytes:
        flags = PRESENT | (VERIFIED if self.verified else 0) | more
        return hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + (self.counter or 0).to_bytes(4)

    def _sign(self, message: bytes) -> bytes:
        if self.algorithm == ES256:
            return self._key.sign(message, ec.ECDSA(hashes.SHA256()))
        return self._key.sign(message)

    def _public_key(self) -> dict[int, Any]:
        public = self._key.public_key()
        if self.algorithm == ES256:
            numbers = public.public_numbers()
            return {1: 2, 3: ES256, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        return {1: 1, 3: EDDSA, -1: 6, -2: public.public_bytes_raw()}


def add_passkey(outside: Any, staff: Any, passkey: SoftwarePasskey | None = None) -> SoftwarePasskey:
    """Register a passkey for a member of staff through the services; return it."""
    from issuer.services.ways_in import add_passkey as services

    passkey = passkey or SoftwarePasskey(outside.public_url)
    options = services.begin(outside, staff, name="Testi")
    services.add(outside, staff, passkey.register(options), name="Testin puhelin")
    return passkey
