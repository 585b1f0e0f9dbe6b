"""Tokens of links: 128 bits derived from a secret and the link's own id, so that the database needs none of them."""

import base64
import hashlib
import hmac
import uuid


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


def confirmation_token(link_secret: bytes, address_id: str) -> str:
    """The 43 base64url signs by which a mail address is confirmed: the row's random id and 128 bits of proof."""
    row = uuid.UUID(address_id).bytes
    return base64.urlsafe_b64encode(row + _proof(link_secret, b"confirm", row)).rstrip(b"=").decode()


def confirmed_address(link_secret: bytes, token: str) -> str | None:
    """The row that a token of `confirmation_token` names, or None for one that is not ours."""
    try:
        content = base64.urlsafe_b64decode(token + "=")
    except ValueError:
        return None
    row, proof = content[:16], content[16:]
    if not hmac.compare_digest(proof, _proof(link_secret, b"confirm", row)):
        return None
    return str(uuid.UUID(bytes=row))


def exchange_token(link_secret: bytes, exchange_id: str) -> str:
    """The 22 base64url signs that stand in the address of an exchange with a wallet."""
    mac = _proof(link_secret, b"wallet", exchange_id.encode())
    return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()


def exchange_code(link_secret: bytes, exchange_id: str) -> str:
    """The six digits that are shown beside that address."""
    mac = hmac.new(link_secret, b"wallet code\n" + exchange_id.encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(mac[:8]) % 1_000_000:06d}"  # 2^64 / 10^6: no digit is likelier by more than 10^-13


def _proof(link_secret: bytes, purpose: bytes, content: bytes) -> bytes:
    return hmac.new(link_secret, purpose + b"\n" + content, hashlib.sha256).digest()[:16]


def decision_token(link_secret: bytes, case_id: str) -> str:
    """The 22 base64url signs of a learner's link to a school's decision."""
    mac = hmac.new(link_secret, b"decision\n" + case_id.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mac[:16]).rstrip(b"=").decode()


def token_digest(token: str) -> bytes:
    """What is stored and looked up: SHA-256 of the token's text."""
    return hashlib.sha256(token.encode()).digest()
