"""Sealing bytes under a 32-byte key: XChaCha20-Poly1305 with a random nonce in front (libsodium)."""

import secrets
from typing import Final

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
)
from nacl.exceptions import CryptoError

from keys.errors import UnsealError

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 24
TAG_BYTES: Final = 16


def seal(key32: bytes, plaintext: bytes, aad: bytes) -> bytes:
    """Nonce (24 random bytes, safe to draw without counting), ciphertext and tag (16 bytes).

    Args:
        key32: 32 bytes.
        plaintext: any length.
        aad: not stored; `unseal` must be given the same bytes. Say what and whose the plaintext is.
    """
    nonce = secrets.token_bytes(NONCE_BYTES)
    ciphertext: bytes = crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, aad, nonce, key32)
    return nonce + ciphertext


def unseal(key32: bytes, sealed: bytes, aad: bytes) -> bytes:
    """The plaintext of what `seal` gave.

    Raises:
        UnsealError: other key, other `aad`, or bytes that were changed or cut; which of these cannot be told.
    """
    if len(sealed) < NONCE_BYTES + TAG_BYTES:
        raise UnsealError("too short to be sealed bytes")
    try:
        plaintext: bytes = crypto_aead_xchacha20poly1305_ietf_decrypt(
            sealed[NONCE_BYTES:], aad, sealed[:NONCE_BYTES], key32
        )
    except CryptoError:
        raise UnsealError("the key, the bytes or what they are bound to is not right") from None
    return plaintext
