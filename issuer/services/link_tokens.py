"""Tokens of links: 128 bits derived from a secret and the link's own id, so that the database needs none of them."""

import base64
import hashlib
import hmac


def share_token(link_secret: bytes, share_id: str) -> str:
    """The 22 base64url signs that stand in a share link's path."""
    mac = hmac.new(link_secret, b"share\n" + share_id.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mac[:16]).rstrip(b"=").decode()


def recogniser_token(link_secret: bytes, invitation_id: str) -> str:
    """The 43 base64url signs (256 bits) of an outside recogniser's one-time link."""
    mac = hmac.new(link_secret, b"recognise\n" + invitation_id.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()


def own_badge_ref(link_secret: bytes, credential_id: str) -> str:
    """The 22 base64url signs by which a badge is named in its holder's own view; useless without the own session."""
    mac = hmac.new(link_secret, b"own-badge\n" + credential_id.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mac[:16]).rstrip(b"=").decode()


def token_digest(token: str) -> bytes:
    """What is stored and looked up: SHA-256 of the token's text."""
    return hashlib.sha256(token.encode()).digest()
