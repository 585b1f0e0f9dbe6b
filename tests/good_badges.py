"""Good badges of every format that we read, many of each, made from a counter: what must never be refused."""

import base64
import hashlib
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import workshop as w
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from PIL import Image
from pypdf import PdfWriter

from keys import did_jwk, did_key, public_key
from keys.proofs import jwt
from keys.proofs.data_integrity import add_proof, attach, prepare
from keys.public_key import PublicKey
from schemas.baking import bake_png, bake_svg
from schemas.pdf_attachment import attach_to_pdf

NAMES = (
    "Polkupyörän huolto",
    "Hitsaus",
    "Kök & kafé",
    "日本語の技能",
    "Työturvallisuus – osa 1",
    "Ä" * 60,
    'a"b\\c',
    "O'Neill",
)
PERIODS = (
    None,
    "2027-11-01T00:00:00Z",
    "2026-11-22T12:00:00Z",
    "9999-12-31T23:59:59+14:00",
    "2030-01-01T00:00:00.123Z",
)
STARTS = ("2026-11-01T00:00:00Z", "2026-11-22T14:00:00+02:00", "2019-12-31T23:59:59.999999Z", "2026-11-22T12:00:00Z")


@dataclass
class Good:
    """One thing that must be accepted.

    Attributes:
        name: says how it was made.
        data: as handed in.
        document: the credential inside.
        documents: what the net answers.
    """

    name: str
    data: bytes
    document: w.Json
    documents: dict[str, Any] = field(default_factory=dict)


class EcKey:
    """An ECDSA key with its did:key."""

    def __init__(self, kind: str, number: int) -> None:
        curve, self._hash, self._size = {
            "P-256": (ec.SECP256R1(), SHA256(), 32),
            "P-384": (ec.SECP384R1(), SHA384(), 48),
        }[kind]
        self._key = ec.derive_private_key(number, curve)
        numbers = self._key.public_key().public_numbers()
        raw = bytes([2 + numbers.y % 2]) + numbers.x.to_bytes(self._size, "big")
        self.public = PublicKey(kind, raw)
        self.did = did_key.did(self.public)
        self.method = did_key.verification_method(self.public)

    def sign(self, message: bytes) -> bytes:
        r, s = decode_dss_signature(self._key.sign(message, ec.ECDSA(self._hash)))
        return r.to_bytes(self._size, "big") + s.to_bytes(self._size, "big")


P256, P384 = EcKey("P-256", 7), EcKey("P-384", 9)
RSA = rsa.generate_private_key(65537, 2048)
RSA_PUBLIC = public_key.rsa(RSA.public_key().public_numbers().n, 65537)


def rs256(message: bytes) -> bytes:
    return RSA.sign(message, PKCS1v15(), SHA256())


def varied(number: int, issuer: str = w.KEY.did) -> w.Json:
    """The badge with members that come and go with the number."""
    pick = random.Random(number)  # noqa: S311  the same badges in every run
    document = w.badge(issuer, id=f"urn:uuid:00000000-0000-4000-8000-{number:012d}", name=pick.choice(NAMES))
    document["validFrom"] = pick.choice(STARTS)
    if (end := pick.choice(PERIODS)) is not None:
        document["validUntil"] = end
    subject = document["credentialSubject"]
    achievement = subject["achievement"]
    achievement["name"] = pick.choice(NAMES)
    if pick.random() < 0.5:
        achievement["creditsAvailable"] = pick.choice([1, 2.5, 30, 0.25, 100])
    if pick.random() < 0.5:
        achievement["tag"] = [f"t{n}" for n in range(pick.randint(1, 6))]
    if pick.random() < 0.5:
        achievement["image"] = {"id": "https://issuer.example/i.png", "type": "Image", "caption": "kuva"}
    if pick.random() < 0.4:
        document["evidence"] = [
            {"id": f"https://issuer.example/e/{n}", "type": ["Evidence"], "name": f"Työ {n}"}
            for n in range(pick.randint(1, 3))
        ]
    if pick.random() < 0.4:
        salt = hashlib.sha256(str(number).encode()).hexdigest()[:32]
        digest = hashlib.sha256(("a@b.example" + salt).encode()).hexdigest()
        subject["identifier"] = [
            {
                "type": "IdentityObject",
                "hashed": True,
                "identityHash": f"sha256${digest}",
                "identityType": "emailAddress",
                "salt": salt,
            }
        ]
        if pick.random() < 0.5:
            del subject["id"]
    if pick.random() < 0.3:
        subject["narrative"] = "Teki työn.\nHyvin."
    if pick.random() < 0.3:
        document["@context"] = [w.VC2, w.OB3.replace("3.0.3", pick.choice(["3.0.2", "3.0.3"]))]
    return document


def embedded(number: int, suite: str) -> Good:
    """An embedded proof of one suite; every second badge has a status entry, every third a did:web issuer."""
    key: Any = {"ecdsa-rdfc-2019": P256, "ecdsa-jcs-2019": P256, "p384": P384}.get(suite, w.KEY)
    kind = "P-384" if suite == "p384" else None
    documents: dict[str, Any] = {}
    issuer, method = key.did, key.method
    if number % 3 == 0 and key is w.KEY:
        issuer, method = w.DID, f"{w.DID}#key-1"
        documents[w.DID] = w.did_document()
    elif number % 3 == 1 and key is not P384:
        issuer = did_jwk.did(key.public)
        method = f"{issuer}#0"
    document = varied(number, issuer)
    if number % 2:
        document = w.with_status(document, index=number)
        documents[w.LIST_URL] = list_of(
            issuer, method, key, "ecdsa-rdfc-2019" if key is not w.KEY else "eddsa-rdfc-2022", kind
        )
    signed = add_proof(
        document,
        verification_method=method,
        created=w.NOW,
        sign=key.sign,
        canonicalise=w.CANONICALISE,
        cryptosuite="ecdsa-rdfc-2019" if suite == "p384" else suite,
        key_kind=kind,
    )
    return Good(f"{suite}/{number}", w.dump(signed), signed, documents)


def list_of(issuer: str, method: str, key: Any, suite: str, kind: Any) -> w.Json:
    return add_proof(
        w.status_document(900, 999, issuer=issuer),
        verification_method=method,
        created=w.NOW,
        sign=key.sign,
        canonicalise=w.CANONICALISE,
        cryptosuite=suite,
        key_kind=kind,
    )


def legacy(number: int) -> Good:
    """Ed25519Signature2020, in the older data model for odd numbers."""
    document = varied(number)
    suite = "https://w3id.org/security/suites/ed25519-2020/v1"
    if number % 2:
        document["issuanceDate"] = document.pop("validFrom")
        if "validUntil" in document:
            document["expirationDate"] = document.pop("validUntil")
        document["@context"] = ["https://www.w3.org/2018/credentials/v1", w.OB3.replace("3.0.3", "3.0.2"), suite]
    else:
        document["@context"] = [w.VC2, w.OB3, suite]
    options = {
        "type": "Ed25519Signature2020",
        "created": "2026-11-21T12:00:00Z",
        "verificationMethod": w.KEY.method,
        "proofPurpose": "assertionMethod",
    }
    signed = attach(document, options, w.KEY.sign(prepare(document, options, canonicalise=w.CANONICALISE).message))
    return Good(f"Ed25519Signature2020/{number}", w.dump(signed), signed)


JWT_KID = f"{w.DID}#jwt-1"
JWT_WAYS = {"RSA": (RSA_PUBLIC, rs256), "P-256": (P256.public, P256.sign), "Ed25519": (w.KEY.public, w.KEY.sign)}


def token(number: int, kind: str) -> Good:
    """A VC-JWT."""
    key, sign = JWT_WAYS[kind]
    document = varied(number, w.DID)
    document["credentialSubject"].setdefault("id", "urn:uuid:00000000-0000-4000-8000-00000000ffff")
    made = jwt.create(document, kid=JWT_KID, key_kind=kind, sign=sign)
    method = {"id": JWT_KID, "type": "JsonWebKey", "controller": w.DID, "publicKeyJwk": key.jwk()}
    world = {w.DID: w.did_document(verificationMethod=[method], assertionMethod=[JWT_KID])}
    return Good(f"jwt-{kind}/{number}", made.encode(), document, world)


def image() -> bytes:
    out = BytesIO()
    Image.new("RGB", (3, 3), (10, 20, 30)).save(out, "PNG")
    return out.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><rect/></svg>'


def pdf() -> bytes:
    out, writer = BytesIO(), PdfWriter()
    writer.add_blank_page(72, 72)
    writer.write(out)
    return out.getvalue()


CONTAINERS = {
    "png": lambda data: bake_png(image(), data),
    "svg": lambda data: bake_svg(SVG, data),
    "pdf": lambda data: attach_to_pdf(pdf(), data),
}


def contained(number: int, kind: str) -> Good:
    """A badge or token inside an image or PDF."""
    inner = token(number, "Ed25519") if number % 2 and kind != "pdf" else embedded(number, "eddsa-rdfc-2022")
    return Good(f"{kind}/{number}", CONTAINERS[kind](inner.data), inner.document, inner.documents)


def endorsed(number: int) -> Good:
    """A badge with a good endorsement, and two proofs by the issuer for every second one."""
    document = varied(number)
    document["endorsement"] = [
        w.sign(
            {
                "@context": document["@context"],
                "id": "urn:uuid:00000000-0000-4000-8000-0000000000e1",
                "type": ["VerifiableCredential", "EndorsementCredential"],
                "name": "Suositus",
                "issuer": {"id": w.OTHER.did, "type": ["Profile"], "name": "Koulu"},
                "validFrom": "2026-11-01T00:00:00Z",
                "credentialSubject": {
                    "id": document["id"],
                    "type": ["EndorsementSubject"],
                    "endorsementComment": "Hyvä",
                },
            },
            w.OTHER,
        )
    ]
    signed = w.sign(document)
    if number % 2:
        signed = w.sign(signed, suite="eddsa-jcs-2022")
    return Good(f"endorsed/{number}", w.dump(signed), signed)


SUITES = ("eddsa-rdfc-2022", "eddsa-jcs-2022", "ecdsa-rdfc-2019", "ecdsa-jcs-2019", "p384")


def good_badges(of_each: int) -> Iterator[Good]:
    """`of_each` badges of each of 14 ways."""
    for number in range(of_each):
        for suite in SUITES:
            yield embedded(number, suite)
        yield legacy(number)
        for kind in JWT_WAYS:
            yield token(number, kind)
        for kind in CONTAINERS:
            yield contained(number, kind)
        yield endorsed(number)
        yield Good(
            f"spaced/{number}",
            json.dumps(embedded(number, "eddsa-rdfc-2022").document, indent=3).encode(),
            {},
            embedded(number, "eddsa-rdfc-2022").documents,
        )


def b64(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
