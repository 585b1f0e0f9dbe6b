"""The exact bytes of a signing request in one column, and back; both halves are in RFC 8785 form."""

from keys import base58
from keys.proofs.data_integrity import attach
from keys.signing.signer import SigningRequest
from schemas.canonical_json import canonicalise
from schemas.strict_json import JsonObject, read_object, write

_LENGTH_BYTES = 4
_MAX_BYTES = 8 << 20
_MAX_VALUES = 100_000


def request_of(document: JsonObject, options: JsonObject) -> SigningRequest:
    """The request that will be stored, then signed."""
    return SigningRequest(canonicalise(document), canonicalise(options))


def pack(request: SigningRequest) -> bytes:
    """Length of the document (4 bytes, big-endian), document, options."""
    return len(request.document).to_bytes(_LENGTH_BYTES, "big") + request.document + request.options


def unpack_request(packed: bytes) -> SigningRequest:
    """The very request that was packed."""
    end = _LENGTH_BYTES + int.from_bytes(packed[:_LENGTH_BYTES], "big")
    return SigningRequest(packed[_LENGTH_BYTES:end], packed[end:])


def unpack(packed: bytes) -> tuple[JsonObject, JsonObject]:
    """Document and options of a packed request.

    Raises:
        DocumentError: the column holds anything else.
    """
    request = unpack_request(packed)
    document = read_object(request.document, max_bytes=_MAX_BYTES, max_values=_MAX_VALUES)
    return document, read_object(request.options)


def with_proof(document: JsonObject, options: JsonObject, signature: bytes) -> JsonObject:
    """The signed badge; its proof stands in an array, as we write every set (openbadges.md section 3)."""
    signed = attach(document, options, signature)
    return {**signed, "proof": [signed["proof"]]}


def signed_bytes(request: SigningRequest, signature: bytes) -> bytes:
    """The signed badge as bytes, made of the stored bytes themselves: nothing is parsed or written anew."""
    proof_value = write("z" + base58.encode(signature))
    proof = request.options[:-1] + b',"proofValue":' + proof_value + b"}"
    return request.document[:-1] + b',"proof":[' + proof + b"]}"
