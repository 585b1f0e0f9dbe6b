"""The twelve JWS forgeries of security.md section 3, against the way that a verifier resolves a key, and Wycheproof."""

import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from keys import base64url, ecdsa, ed25519, jwk
from keys.errors import KeyFormatError, ProofError
from keys.proofs import jws
from keys.public_key import PublicKey

DID = "did:web:school.example"
KID = DID + "#key-1"
PAYLOAD = {"iss": DID, "sub": "urn:uuid:1"}
SIGNING = ecdsa.SigningKey("P-256", bytes(31) + b"\x05")
PUBLIC = PublicKey("P-256", SIGNING.public)
ATTACKER = ecdsa.SigningKey("P-256", bytes(31) + b"\x07")
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
PUBLISHED: Mapping[str, PublicKey] = {KID: PUBLIC}  # what the issuer's document holds
GOOD = jws.create(PAYLOAD, kid=KID, key_kind="P-256", sign=SIGNING.sign)


def outcome(token: str) -> str:
    """What a verifier does: open, take the key that the issuer publishes under `kid`, verify."""
    try:
        opened = jws.open_jws(token)
        key = PUBLISHED.get(str(opened.header.get("kid")))
        if key is None:
            return "issuer.method"
        jws.verify(opened, key)
    except ProofError as error:
        return error.code
    return "good"


def forged(header: dict[str, object], sign: object = SIGNING.sign) -> str:
    text = f"{base64url.encode(json.dumps(header).encode())}.{base64url.encode(json.dumps(PAYLOAD).encode())}"
    signature = sign(text.encode())
    return f"{text}.{base64url.encode(signature)}"


def with_signature(signature: bytes) -> str:
    return GOOD.rpartition(".")[0] + "." + base64url.encode(signature)


def raw_signature() -> bytes:
    return base64url.decode(GOOD.rpartition(".")[2])


def pem() -> bytes:
    x, y = (base64url.decode(str(PUBLIC.jwk()[name])) for name in ("x", "y"))
    head = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")
    return load_der_public_key(head + b"\x04" + x + y).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def small_order(text: bytes) -> bytes:
    del text
    return b"\x01" + bytes(63)


IDENTITY = {"kty": "OKP", "crv": "Ed25519", "x": base64url.encode(b"\x01" + bytes(31))}
ATTACKER_JWK = PublicKey("P-256", ATTACKER.public).jwk()

FORGERIES = {
    "1 alg none": (forged({"alg": "none", "kid": KID}, lambda _text: b"\0"), "jwt.header"),
    "1 alg none, empty signature": (forged({"alg": "none", "kid": KID}, lambda _text: b""), "input.encoding"),
    "2 HS256 keyed with the public PEM": (
        forged({"alg": "HS256", "kid": KID}, lambda text: hmac.digest(pem(), text, hashlib.sha256)),
        "jwt.header",
    ),
    "3 the attacker's jwk": (forged({"alg": "ES256", "jwk": ATTACKER_JWK}, ATTACKER.sign), "issuer.method"),
    "3 the attacker's jwk beside our kid": (
        forged({"alg": "ES256", "kid": KID, "jwk": ATTACKER_JWK}, ATTACKER.sign),
        "proof.signature",
    ),
    "5 padding appended": (GOOD + "==", "input.encoding"),
    "6 newline appended": (GOOD + "\n", "input.encoding"),
    "7 a fourth part": (GOOD + ".AA", "input.encoding"),
    "8 unknown crit": (forged({"alg": "ES256", "kid": KID, "crit": ["x"], "x": 1}), "jwt.header"),
    "9 crit b64": (forged({"alg": "ES256", "kid": KID, "crit": ["b64"], "b64": False}), "jwt.header"),
    "10 ES256 of 63 bytes": (with_signature(raw_signature()[:63]), "proof.signature"),
    "10 ES256 of 65 bytes": (with_signature(raw_signature() + b"\0"), "proof.signature"),
    "11 small-order jwk": (forged({"alg": "EdDSA", "jwk": IDENTITY}, small_order), "issuer.method"),
    "11 small-order jwk beside our kid": (
        forged({"alg": "EdDSA", "kid": KID, "jwk": IDENTITY}, small_order),
        "jwt.algorithm",
    ),
    "12 kid of another DID": (
        forged({"alg": "ES256", "kid": "did:web:evil.example#key-1"}, ATTACKER.sign),
        "issuer.method",
    ),
    "12 kid by path": (forged({"alg": "ES256", "kid": "../../key"}, ATTACKER.sign), "issuer.method"),
    "12 kid of a file": (forged({"alg": "ES256", "kid": "file:///x"}, ATTACKER.sign), "issuer.method"),
    "12 jku": (
        forged({"alg": "ES256", "kid": KID, "jku": "https://evil.example/jwks"}, ATTACKER.sign),
        "jwt.header",
    ),
}


def test_the_token_that_the_forgeries_start_from_is_good() -> None:
    assert outcome(GOOD) == "good"


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_is_refused_with_its_code(name: str) -> None:
    token, code = FORGERIES[name]
    assert outcome(token) == code


def test_the_other_s_verifies_and_changes_no_identity() -> None:
    raw = raw_signature()
    other = with_signature(raw[:32] + (ORDER - int.from_bytes(raw[32:], "big")).to_bytes(32, "big"))
    assert other != GOOD
    assert outcome(other) == "good"
    assert jws.open_jws(other).payload == jws.open_jws(GOOD).payload  # identity is the payload's hash


def test_a_small_order_key_that_was_published_verifies_nothing() -> None:
    key = jwk.decode(dict(IDENTITY))
    for number in range(100):
        text = f"message {number}".encode()
        assert not ed25519.verify(key.raw, text, small_order(text))


def wycheproof(shared: Path) -> Counter[tuple[str, str]]:
    vectors = json.loads((shared / "data/security/wycheproof/json_web_signature_test.json").read_text())
    found: Counter[tuple[str, str]] = Counter()
    for group in vectors["testGroups"]:
        published = group.get("public") or group["private"]
        for case in group["tests"]:
            try:
                opened = jws.open_jws(case["jws"])
                key = jwk.decode(published)
                jwk.check_use(published, key)
                jws.verify(opened, key)
            except (ProofError, KeyFormatError) as error:
                found[case["result"], error.code] += 1
            else:
                found[case["result"], "good"] += 1
    return found


@pytest.mark.shared
def test_of_401_wycheproof_tokens_none_of_the_355_invalid_ones_is_accepted(shared: Path) -> None:
    found = wycheproof(shared)
    invalid = {code: count for (result, code), count in found.items() if result == "invalid"}
    assert sum(invalid.values()) == 355
    assert "good" not in invalid
    # Of the 46 valid ones the 9 of our four algorithms with a payload are accepted. The others are HMAC (jwt.header),
    # an empty payload or foreign characters (input.encoding), or a JWK for another algorithm.
    valid = {code: count for (result, code), count in found.items() if result == "valid"}
    assert valid == {"good": 9, "jwt.header": 8, "input.encoding": 8, "key.format": 19, "key.unknown_type": 2}
