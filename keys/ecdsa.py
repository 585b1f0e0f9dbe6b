"""The only home of ECDSA: P-256 with SHA-256 and P-384 with SHA-384, raw r‖s signatures (cryptography, OpenSSL)."""

from collections.abc import Callable
from functools import lru_cache
from typing import Final, NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from keys.errors import KeyFormatError
from keys.public_key import KeyKind, PublicKey

_SIZES: Final[dict[str, int]] = {"P-256": 32, "P-384": 48}
_CURVES: Final[dict[str, type[ec.EllipticCurve]]] = {"P-256": ec.SECP256R1, "P-384": ec.SECP384R1}
_HASHES: Final[dict[str, type[hashes.HashAlgorithm]]] = {"P-256": hashes.SHA256, "P-384": hashes.SHA384}


class SigningKey:
    """A private scalar with its public half. Signing is deterministic (RFC 6979), so a repeat gives the same bytes.

    Attributes:
        public: the compressed point.
        kind: P-256 or P-384.
    """

    __slots__ = ("_private", "kind", "public")

    def __init__(self, kind: KeyKind, secret: bytes) -> None:
        if kind not in _SIZES or len(secret) != _SIZES[kind]:
            raise KeyFormatError("not a private key of P-256 or P-384")
        try:
            self._private = ec.derive_private_key(int.from_bytes(secret, "big"), _CURVES[kind]())
        except ValueError:
            raise KeyFormatError("the private scalar is out of range") from None
        self.kind = kind
        self.public = self._private.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)

    def sign(self, message: bytes) -> bytes:
        """r‖s, 64 or 96 bytes, over the hash of the curve's strength."""
        algorithm = ec.ECDSA(_HASHES[self.kind](), deterministic_signing=True)
        r, s = decode_dss_signature(self._private.sign(message, algorithm))
        size = _SIZES[self.kind]
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")

    def __repr__(self) -> str:
        return f"SigningKey({self.kind}, public={self.public.hex()})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a private key is not pickled")


def public_key(kind: KeyKind, secret: bytes) -> PublicKey:
    """The public key of a private scalar of 32 or 48 bytes."""
    return PublicKey(kind, SigningKey(kind, secret).public)


@lru_cache(maxsize=256)
def _loaded(kind: str, public: bytes) -> ec.EllipticCurvePublicKey:
    return ec.EllipticCurvePublicKey.from_encoded_point(_CURVES[kind](), public)


def verify(kind: KeyKind, public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a raw r‖s signature is good.

    False, never an exception, for a wrong length, which is looked at first (FIPS 186-5 leaves no other form; without
    that 12 Wycheproof vectors pass), r or s out of range, and a key that is no point.

    r‖s and r‖n−s are both good: a signature never identifies what it signs.
    """
    size = _SIZES[kind]
    if len(signature) != 2 * size or len(public) != size + 1:
        return False
    r, s = int.from_bytes(signature[:size], "big"), int.from_bytes(signature[size:], "big")
    try:
        _loaded(kind, public).verify(encode_dss_signature(r, s), message, ec.ECDSA(_HASHES[kind]()))
    except (InvalidSignature, ValueError):
        return False
    return True


def verifier(kind: KeyKind) -> Callable[[bytes, bytes, bytes], bool]:
    """`verify` for one kind of key, in the shape of `keys.ed25519.verify`."""

    def check(public: bytes, message: bytes, signature: bytes) -> bool:
        return verify(kind, public, message, signature)

    return check
