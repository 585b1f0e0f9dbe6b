"""Recognising documents of Open Badges 2.0 and before, also those inside a JWS without `kid`."""

from typing import Final

from keys import base64url
from keys.errors import KeyFormatError
from keys.proofs.jws import FORBIDDEN_HEADERS, Jws
from schemas import strict_json
from schemas.errors import DocumentError
from schemas.strict_json import JsonObject
from verifier.description import many

CONTEXT: Final = "https://w3id.org/openbadges/v2"
_BEFORE: Final = ("https://w3id.org/openbadges/v1", "http://w3id.org/openbadges", "https://openbadgespec.org")
_PARTS: Final = 3


def is_before_2(document: JsonObject) -> bool:
    """Whether the document is of Open Badges 0.5 to 1.1."""
    contexts = many(document.get("@context"))
    if any(isinstance(item, str) and item.startswith(_BEFORE) for item in contexts):
        return True
    return "recipient" in document and "badge" in document and "type" not in document


def signed_assertion(token: str) -> tuple[Jws, JsonObject] | None:
    """The JWS of a SignedBadge and its assertion; None for every other token, malformed ones included.

    Such a JWS names its key inside the assertion, so its header has no `kid`. Nothing is believed here.
    """
    parts = token.split(".")
    if len(parts) != _PARTS or not all(parts):
        return None
    try:
        header_bytes, payload, signature = (base64url.decode(part) for part in parts)
        header = strict_json.read_object(header_bytes, max_bytes=4096)
        document = strict_json.read_object(payload)
    except (KeyFormatError, DocumentError):
        return None
    if CONTEXT not in many(document.get("@context")) or header.keys() & FORBIDDEN_HEADERS:
        return None
    if not isinstance(header.get("alg"), str):
        return None
    return Jws(header, payload, signature, token.rpartition(".")[0].encode("ascii")), document
