"""did:jwk: the identifier is a JWK in base64url, its one method is `#0` (did:jwk method)."""

from keys import base64url, jwk
from keys.errors import KeyFormatError
from keys.public_key import PublicKey
from schemas import strict_json
from schemas.canonical_json import canonicalise
from schemas.errors import DocumentError
from schemas.strict_json import JsonObject

_PREFIX = "did:jwk:"
_MAX_CHARACTERS = 4096


def did(key: PublicKey) -> str:
    """The DID of a key, over the canonical form of its JWK."""
    return _PREFIX + base64url.encode(canonicalise(key.jwk()))


def verification_method(key: PublicKey) -> str:
    """The DID URL of a did:jwk's method."""
    return did(key) + "#0"


def document(identifier: str) -> JsonObject:
    """The DID document. A JWK with ``use: enc`` gets no `assertionMethod`.

    Args:
        identifier: a did:jwk without fragment, at most 4,096 characters.

    Raises:
        KeyFormatError: not base64url, not a JSON object without repeated members, a private or malformed key.
        UnknownKeyTypeError: a kind of key that we do not read.
    """
    if not identifier.startswith(_PREFIX) or len(identifier) > _MAX_CHARACTERS:
        raise KeyFormatError("not a did:jwk")
    try:
        found = strict_json.read_object(base64url.decode(identifier.removeprefix(_PREFIX)), max_bytes=_MAX_CHARACTERS)
    except DocumentError as error:
        raise KeyFormatError("the did:jwk does not hold a JSON object") from error
    jwk.decode(found)
    method = identifier + "#0"
    result: JsonObject = {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/jwk/v1"],
        "id": identifier,
        "verificationMethod": [
            {"id": method, "type": "JsonWebKey", "controller": identifier, "publicKeyJwk": found},
        ],
    }
    if found.get("use") != "enc":
        for relationship in ("assertionMethod", "authentication", "capabilityInvocation", "capabilityDelegation"):
            result[relationship] = [method]
    return result
