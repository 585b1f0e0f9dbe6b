"""What names a link beside its token: the reference in its owner's view, and the 16 signs under a printed code."""

import base64
import hashlib
import hmac

from issuer.domain import typed_code


def share_ref(link_secret: bytes, share_id: str) -> str:
    """The 22 base64url signs by which a link is named in its owner's view; useless without the own session."""
    mac = hmac.new(link_secret, b"own-share\n" + share_id.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mac[:16]).rstrip(b"=").decode()


def typed_form(link_secret: bytes, share_id: str) -> str:
    """The 16 signs (80 bits) that open a printed link when they are typed; guesses are throttled."""
    mac = hmac.new(link_secret, b"typed-share\n" + share_id.encode(), hashlib.sha256).digest()
    return typed_code.write(mac[: typed_code.BYTES])
