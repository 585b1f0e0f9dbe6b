"""Digests of mail addresses, outside identities and typed codes under the installation's secret: never read back.

A plain hash would not hide an address, since there are few enough to try them all (security.md section 1).
"""

import hashlib
import hmac

from issuer.services.outside import Outside


def address_digest(outside: Outside, address: str) -> bytes:
    """Return 32 bytes for a mail address as `check_address` gives it."""
    return _digest(outside, "mail address", address)


def identity_digest(outside: Outside, issuer: str, subject: str) -> bytes:
    """Return 32 bytes for who somebody is at an identity provider."""
    return _digest(outside, "outside identity", f"{len(issuer)}\n{issuer}\n{subject}")


def typed_code_digest(outside: Outside, purpose: str, signs: str) -> bytes:
    """Return 32 bytes for a code of 80 bits that people type; without the secret, a stolen table gives no start."""
    return _digest(outside, f"typed code: {purpose}", signs)


def own_key_handle(outside: Outside, person_id: str) -> bytes:
    """Return the 32 bytes by which a participant's passkeys name their owner; they tell nothing and stay the same."""
    return _digest(outside, "own passkey", person_id)


def flow_secret(outside: Outside, purpose: str, state: str) -> str:
    """Return 64 hexadecimal signs that only we can derive from the public state of a sign-in elsewhere."""
    return _digest(outside, purpose, state).hex()


def _digest(outside: Outside, purpose: str, value: str) -> bytes:
    return hmac.new(outside.link_secret, f"{purpose}\n{value}".encode(), hashlib.sha256).digest()
