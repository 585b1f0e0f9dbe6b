"""References by which readings and concerns are named in forms: derived, so that no inner id leaves the house."""

import base64
import hashlib
import hmac


def reading_ref(link_secret: bytes, person_id: str, reading_id: str) -> str:
    """The 22 base64url signs by which a participant names one reading of the own data; another one for each person."""
    return _ref(link_secret, f"reading\n{person_id}\n{reading_id}")


def concern_ref(link_secret: bytes, concern_id: str) -> str:
    """The 22 base64url signs by which a responsible person names a concern."""
    return _ref(link_secret, f"concern\n{concern_id}")


def _ref(link_secret: bytes, text: str) -> str:
    mac = hmac.new(link_secret, text.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mac[:16]).rstrip(b"=").decode()
