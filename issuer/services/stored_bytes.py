"""The exact bytes of a signing request in one column, and back; both halves are in RFC 8785 form."""

from keys.proofs.data_integrity import attach
from keys.signing.signer import SigningRequest
from schemas.canonical_json import canonicalise
from schemas.strict_json import JsonObject, read

_MAX_BYTES = 8 << 20
_MAX_VALUES = 100_000


def request_of(document: JsonObject, options: JsonObject) -> SigningRequest:
    """The request that will be stored, then signed."""
    return SigningRequest(canonicalise(document), canonicalise(options))


def pack(request: SigningRequest) -> bytes:
    """One JSON array of document and options."""
    return b"[" + request.document + b"," + request.options + b"]"


def unpack(packed: bytes) -> tuple[JsonObject, JsonObject]:
    """Document and options of a packed request. Raises ValueError when the column holds anything else."""
    value = read(packed, max_bytes=_MAX_BYTES, max_values=_MAX_VALUES)
    if not isinstance(value, list) or len(value) != 2:  # noqa: PLR2004  a pair
        raise ValueError("not a packed signing request")
    document, options = value
    if not isinstance(document, dict) or not isinstance(options, dict):
        raise ValueError("not a packed signing request")  # noqa: TRY004  the column's fault, not the caller's
    return document, options


def with_proof(document: JsonObject, options: JsonObject, signature: bytes) -> JsonObject:
    """The signed badge; its proof stands in an array, as we write every set (openbadges.md section 3)."""
    signed = attach(document, options, signature)
    return {**signed, "proof": [signed["proof"]]}
