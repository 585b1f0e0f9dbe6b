"""Public keys as JSON Web Keys, read strictly (RFC 7517, 7518, 8037); a private member is a refusal."""

from typing import cast

from keys import base64url, elliptic_curves
from keys.errors import KeyFormatError, UnknownKeyTypeError
from keys.public_key import KeyKind, PublicKey, rsa
from schemas.strict_json import JsonObject, JsonValue

PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
ALGORITHMS = {"Ed25519": "EdDSA", "P-256": "ES256", "P-384": "ES384", "RSA": "RS256"}
"""The one JWS algorithm that each kind of key is used with here."""

_OTHER_NAMES = {"Ed25519": frozenset({"EdDSA", "Ed25519"})}  # RFC 9864 names the curve


def encode(key: PublicKey) -> JsonObject:
    """The key as a JWK of its required members."""
    return key.jwk()


def _octets(jwk: JsonObject, name: str) -> bytes:
    value = jwk.get(name)
    if not isinstance(value, str) or not value:
        raise KeyFormatError(f"JWK member {name} is missing or not text")
    return base64url.decode(value)


def _number(jwk: JsonObject, name: str) -> int:
    octets = _octets(jwk, name)
    if octets[0] == 0:
        raise KeyFormatError(f"JWK member {name} has leading zeros")  # RFC 7518 section 2, Base64urlUInt
    return int.from_bytes(octets, "big")


def decode(jwk: JsonValue) -> PublicKey:
    """The key of a public JWK. Members that do not make the key are `check_use`'s business, or ignored.

    Raises:
        KeyFormatError: not an object, private or symmetric, wrong lengths, a point off the curve.
        UnknownKeyTypeError: another `kty` or `crv`.
    """
    if not isinstance(jwk, dict):
        raise KeyFormatError("a JWK is an object")
    if PRIVATE_MEMBERS & jwk.keys():
        raise KeyFormatError("a private or symmetric JWK was published")
    kind, curve = jwk.get("kty"), jwk.get("crv")
    if kind == "OKP" and curve == "Ed25519":
        return PublicKey("Ed25519", _octets(jwk, "x"))
    if kind == "EC" and curve in ("P-256", "P-384"):
        point = elliptic_curves.compress(str(curve), _octets(jwk, "x"), _octets(jwk, "y"))
        return PublicKey(cast("KeyKind", curve), point)
    if kind == "RSA":
        return rsa(_number(jwk, "n"), _number(jwk, "e"))
    raise UnknownKeyTypeError(f"JWK kty {kind!r} crv {curve!r}")


def check_use(jwk: JsonObject, key: PublicKey) -> None:
    """Refuse a JWK that says itself that it is not for checking signatures of our algorithm.

    Raises:
        KeyFormatError: `use` other than `sig`, `key_ops` without `verify`, or `alg` other than the key's one.

    Source: RFC 7517 sections 4.2 to 4.4.
    """
    if jwk.get("use", "sig") != "sig":
        raise KeyFormatError("JWK use is not sig")
    operations = jwk.get("key_ops", ["verify"])
    if not isinstance(operations, list) or "verify" not in operations:
        raise KeyFormatError("JWK key_ops does not hold verify")
    algorithm = ALGORITHMS[key.kind]
    named = jwk.get("alg", algorithm)
    if not isinstance(named, str) or named not in _OTHER_NAMES.get(key.kind, {algorithm}):
        raise KeyFormatError("JWK alg is not the algorithm of this kind of key")
