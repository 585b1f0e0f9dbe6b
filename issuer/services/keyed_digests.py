"""Digests of mail addresses and outside identities under the installation's secret: found again, never read back.

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


def flow_secret(outside: Outside, purpose: str, state: str) -> str:
    """Return 64 hexadecimal signs that only we can derive from the public state of a sign-in elsewhere."""
    return _digest(outside, purpose, state).hex()


def _digest(outside: Outside, purpose: str, value: str) -> bytes:
    return hmac.new(outside.link_secret, f"{purpose}\n{value}".encode(), hashlib.sha256).digest()
