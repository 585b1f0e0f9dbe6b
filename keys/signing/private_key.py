"""A private key in memory, whatever its kind: it signs, names its public half, and shows nothing else."""

import secrets
from typing import Final, NoReturn

from keys import ecdsa, ed25519
from keys.errors import KeystoreFormatError
from keys.public_key import KeyKind, PublicKey

KIND_OF_SUITE: Final[dict[str, KeyKind]] = {"eddsa-rdfc-2022": "Ed25519", "ecdsa-rdfc-2019": "P-256"}
"""Suites that a keystore file may name, and the kind of key each means (security.md section 6)."""

_SECRET_BYTES: Final = 32  # for both kinds


class PrivateKey:
    """One private key.

    Attributes:
        public: its public half, derived from the secret.
    """

    __slots__ = ("_signing", "public")

    def __init__(self, kind: KeyKind, secret: bytes) -> None:
        """`secret` is an Ed25519 seed or a P-256 scalar, 32 bytes."""
        self._signing: ed25519.SigningKey | ecdsa.SigningKey
        if len(secret) != _SECRET_BYTES or kind not in KIND_OF_SUITE.values():
            raise KeystoreFormatError("not a secret of a kind that we sign with")
        self._signing = ed25519.SigningKey(secret) if kind == "Ed25519" else ecdsa.SigningKey(kind, secret)
        self.public = PublicKey(kind, self._signing.public)

    def sign(self, message: bytes) -> bytes:
        """The raw signature, 64 bytes, the same for the same message."""
        return self._signing.sign(message)

    def __repr__(self) -> str:
        return f"PrivateKey(public={self.public})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a private key is not pickled")


def new_secret(kind: KeyKind) -> bytes:
    """32 random bytes that are a secret of this kind."""
    while True:
        secret = secrets.token_bytes(_SECRET_BYTES)
        try:
            PrivateKey(kind, secret)
        except ValueError:  # a scalar of P-256 is out of range once in 2^32 draws
            continue
        return secret
