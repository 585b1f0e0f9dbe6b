"""did:key: the identifier is the key, and its document is computed (did:key method, CCG)."""

from keys import multikey
from keys.errors import KeyFormatError
from keys.public_key import PublicKey
from schemas.strict_json import JsonObject

_PREFIX = "did:key:"


def did(key: PublicKey) -> str:
    """The DID of a key."""
    return _PREFIX + multikey.encode(key)


def verification_method(key: PublicKey) -> str:
    """The one DID URL of a did:key's method: the fragment repeats the multibase value."""
    text = multikey.encode(key)
    return f"{_PREFIX}{text}#{text}"


def public_key(identifier: str) -> PublicKey:
    """The key that a did:key (without fragment) is made of.

    Raises:
        KeyFormatError: not a did:key, a fragment, path or query, or a malformed key.
    """
    if not identifier.startswith(_PREFIX):
        raise KeyFormatError("not a did:key")
    return multikey.decode(identifier.removeprefix(_PREFIX))


def document(identifier: str) -> JsonObject:
    """The DID document: one Multikey method for assertion and authentication.

    No key agreement key is derived: nothing here encrypts.

    Raises:
        KeyFormatError: as `public_key`.
    """
    key = public_key(identifier)
    method = verification_method(key)
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": identifier,
        "verificationMethod": [
            {
                "id": method,
                "type": "Multikey",
                "controller": identifier,
                "publicKeyMultibase": multikey.encode(key),
            },
        ],
        "authentication": [method],
        "assertionMethod": [method],
        "capabilityDelegation": [method],
        "capabilityInvocation": [method],
    }
