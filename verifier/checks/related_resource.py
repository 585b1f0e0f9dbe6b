"""Check `vcdm.related_resource`: digests of resources that a document names, over bytes that are at hand."""

import base64
import hashlib
from typing import Final

from keys import base58, base64url
from keys.errors import KeyFormatError
from schemas.jsonld import CONTEXT_BYTES, W3C_CONTEXTS
from schemas.jsonld_rules import is_absolute_iri
from schemas.strict_json import JsonObject, JsonValue
from verifier.checks.table import Severity
from verifier.description import many, member
from verifier.findings import Finding, Outcome, failed, not_applicable, passed

_CODE: Final = "vcdm.related_resource"
_SRI: Final = {"sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}
_MULTIHASH_SHA256: Final = b"\x12\x20"
_MULTIHASH_SHA384: Final = b"\x20\x30"


def _decoded(text: str) -> bytes | None:
    """Bytes of a multibase text in base58btc or base64url."""
    try:
        if text.startswith("u"):
            return base64url.decode(text[1:])
        if text.startswith("z"):
            return base58.decode(text[1:])
    except KeyFormatError:
        return None
    return None


def _sri_holds(value: JsonValue, data: bytes) -> bool:
    """Sub-resource integrity: one algorithm and one digest (VCDM 5.3)."""
    if not isinstance(value, str):
        return False
    name, _, digest = value.partition("-")
    algorithm = _SRI.get(name)
    return algorithm is not None and base64.b64encode(algorithm(data).digest()).decode() == digest


def _multibase_holds(value: JsonValue, data: bytes) -> bool:
    """A multihash, or a bare SHA-256 as the public suite writes it."""
    decoded = _decoded(value) if isinstance(value, str) else None
    if decoded is None:
        return False
    sha256 = hashlib.sha256(data).digest()
    sha384 = hashlib.sha384(data).digest()
    return decoded in (sha256, _MULTIHASH_SHA256 + sha256, _MULTIHASH_SHA384 + sha384)


def _problem(item: JsonValue, at: str, seen: set[str]) -> tuple[str, str] | None:
    """Pointer and reason of what is wrong with the form of one entry."""
    url = member(item, "id")
    if not isinstance(url, str) or not is_absolute_iri(url):
        return f"{at}/id", "not_a_url"
    if url in seen:
        return f"{at}/id", "repeated"
    seen.add(url)
    if member(item, "digestSRI") is None and member(item, "digestMultibase") is None:
        return at, "no_digest"
    return None


def check_related_resource(document: JsonObject) -> Finding:
    """Compare each digest with the bundled bytes; nothing is fetched for it.

    Source: VCDM 2.0, section 5.3.
    """
    if "relatedResource" not in document:
        return not_applicable(_CODE)
    value = document["relatedResource"]
    seen: set[str] = set()
    unknown: Finding | None = None
    for place, item in enumerate(many(value)):
        at = f"/relatedResource/{place}" if isinstance(value, list) else "/relatedResource"
        problem = _problem(item, at, seen)
        if problem is not None:
            return failed(_CODE, *problem)
        url = str(member(item, "id"))
        if url not in W3C_CONTEXTS:
            unknown = unknown or _not_at_hand(at)
            continue
        data = CONTEXT_BYTES(url)
        sri, multibase = member(item, "digestSRI"), member(item, "digestMultibase")
        if sri is not None and not _sri_holds(sri, data):
            return failed(_CODE, f"{at}/digestSRI", "mismatch")
        if multibase is not None and not _multibase_holds(multibase, data):
            return failed(_CODE, f"{at}/digestMultibase", "mismatch")
    return unknown or (passed(_CODE) if seen else failed(_CODE, "/relatedResource", "empty"))


def _not_at_hand(at: str) -> Finding:
    return Finding(
        code=_CODE, outcome=Outcome.INCONCLUSIVE, pointer=at, reason="not_at_hand", severity=Severity.WARNING
    )
