"""The only home of Ed25519, on libsodium (PyNaCl), which refuses small-order and non-canonical keys."""

from typing import Final, NoReturn

from nacl.bindings import crypto_sign, crypto_sign_open, crypto_sign_seed_keypair
from nacl.exceptions import BadSignatureError

from keys.errors import KeyFormatError

SEED_BYTES: Final = 32
PUBLIC_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64


class SigningKey:
    """A seed with its public half derived once, so that a signature costs one scalar multiplication.

    It shows no secret when printed and refuses to be pickled.

    Attributes:
        public: 32 bytes.
    """

    __slots__ = ("_secret", "public")

    def __init__(self, seed: bytes) -> None:
        if len(seed) != SEED_BYTES:
            raise KeyFormatError("an Ed25519 seed has 32 bytes")
        self.public, self._secret = crypto_sign_seed_keypair(seed)

    def sign(self, message: bytes) -> bytes:
        """64 bytes; the same for the same message, always (RFC 8032)."""
        signed: bytes = crypto_sign(message, self._secret)
        return signed[:SIGNATURE_BYTES]

    def __repr__(self) -> str:
        return f"SigningKey(public={self.public.hex()})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a private key is not pickled")


def public_key(seed: bytes) -> bytes:
    """The 32 bytes of the public key of a 32-byte seed."""
    return SigningKey(seed).public


def sign(seed: bytes, message: bytes) -> bytes:
    """Sign once; who signs often keeps a `SigningKey`."""
    return SigningKey(seed).sign(message)


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature is good.

    False, never an exception, for a wrong length, a small-order or non-canonical key or R, and S not below the
    group order. libsodium's rules decide; the edge vectors in tests/attacks pin them (43 of CCTV's 914).

    Source: RFC 8032 section 5.1.7; security.md B4.
    """
    if len(public) != PUBLIC_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    try:
        crypto_sign_open(signature + message, public)
    except BadSignatureError:
        return False
    return True
