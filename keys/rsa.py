"""RSA keys for RS256 only: checking RSASSA-PKCS1-v1_5 signatures with SHA-256 (RFC 8017 8.2.2; OpenSSL)."""

from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers

from keys.errors import KeyFormatError
from keys.public_key import PublicKey, rsa

MIN_BITS: Final = 2048
"""Smallest modulus that RS256 accepts here, inclusive (OB 8.2; RFC 7518 section 3.3)."""

_MAX_PEM_CHARACTERS: Final = 8192


def bits(key: PublicKey) -> int:
    """Length of the modulus of an RSA key."""
    return key.rsa_numbers()[0].bit_length()


@lru_cache(maxsize=64)
def _loaded(key: PublicKey) -> RSAPublicKey:
    modulus, exponent = key.rsa_numbers()
    return RSAPublicNumbers(exponent, modulus).public_key()


def verify(key: PublicKey, message: bytes, signature: bytes) -> bool:
    """Whether the signature is good; False, never an exception, for a short key and a wrong length."""
    size = bits(key)
    if size < MIN_BITS or len(signature) != (size + 7) // 8:
        return False
    try:
        _loaded(key).verify(signature, message, PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


def from_pem(text: str) -> PublicKey:
    """The RSA key of a `publicKeyPem` (OB 2.0 CryptographicKey).

    Raises:
        KeyFormatError: not one PEM public key, another kind of key, or numbers out of range.
    """
    if len(text) > _MAX_PEM_CHARACTERS:
        raise KeyFormatError("the PEM text is too long")
    try:
        key = serialization.load_pem_public_key(text.encode("ascii", "strict"))
    except (ValueError, UnsupportedAlgorithm) as error:  # UnicodeEncodeError is a ValueError
        raise KeyFormatError("not a PEM public key") from error
    if not isinstance(key, RSAPublicKey):
        raise KeyFormatError("not an RSA key")
    numbers = key.public_numbers()
    return rsa(numbers.n, numbers.e)
