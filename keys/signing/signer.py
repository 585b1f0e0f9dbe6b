"""What a signer is asked, what it answers, and what it checks before it touches a key."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, Protocol

from keys.errors import ProofError, SigningError, StaleRequest
from keys.proofs.data_integrity import PROOF_MEMBERS, hash_options, prepare
from keys.proofs.suites import suite_of
from keys.public_key import KeyKind, PublicKey
from schemas import strict_json
from schemas.errors import DocumentError
from schemas.strict_json import JsonObject

if TYPE_CHECKING:
    from schemas.jsonld import Canonicalise

CREATED_WINDOW: Final = timedelta(minutes=2)
"""How far `created` may be from the signer's clock, either way, inclusive."""

MAX_DOCUMENT_BYTES: Final = 4 << 20
MAX_DOCUMENT_VALUES: Final = 40_000  # the achievements of a whole qualification in one export
_MAX_OPTIONS_BYTES: Final = 16 << 10
_CREATED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


@dataclass(frozen=True, slots=True)
class SigningRequest:
    """The exact bytes that were recorded before signing.

    Attributes:
        document: RFC 8785 bytes of the document without `proof`.
        options: RFC 8785 bytes of the proof without `proofValue`.
    """

    document: bytes
    options: bytes

    @property
    def tbs_sha256(self) -> bytes:
        """SHA-256 of both joined: the name of what is to be signed, in grants, rows and the log."""
        return hashlib.sha256(self.document + self.options).digest()


class Signer(Protocol):
    """Holds private keys and signs what it has understood."""

    def public_key(self, kid: str) -> PublicKey:
        """The public half of a key, in whatever state it is.

        Raises:
            UnknownKeyError: no such key.
        """

    def sign(self, kid: str, request: SigningRequest) -> bytes:
        """The raw signature over the request's document and options.

        Raises:
            StaleRequest: `created` is outside the window: ask again under a new revision.
            UnknownKeyError, KeyNotActiveError, SignerFrozenError: the key cannot be used.
            SigningError: the request contradicts itself or the key.
        """


class OptionsHashes:
    """Remembers the hash of proof options; within one second of a batch all badges share it."""

    def __init__(self, most: int = 64) -> None:
        self._most = most
        self._known: dict[tuple[bytes, str], bytes] = {}

    def of(
        self, request: SigningRequest, document: JsonObject, options: JsonObject, *, canonicalise: "Canonicalise"
    ) -> bytes:
        """The options hash of a request, computed at most once per options and `@context`."""
        context = document.get("@context")
        wanted = (request.options, repr(context))
        known = self._known.get(wanted)
        if known is None:
            known = hash_options(context, options, canonicalise=canonicalise)
            if len(self._known) >= self._most:
                self._known.clear()
            self._known[wanted] = known
        return known


def message_to_sign(  # noqa: PLR0913  a signer must know all of these
    request: SigningRequest,
    *,
    kid: str,
    did: str,
    kind: KeyKind,
    now: datetime,
    canonicalise: "Canonicalise",
    options_hashes: OptionsHashes,
) -> bytes:
    """The bytes to sign, computed from the request alone after every demand on it is met.

    The signer trusts nothing that it is told: it parses strictly, hashes again, and demands that the document's
    issuer is the controller of the key, that the proof names this key, and that `created` is now.

    Args:
        request: what was recorded.
        kid: the key asked for.
        did: the controller of that key, from the signer's own file.
        kind: the key's kind.
        now: aware; the signer's own clock.
        canonicalise: RDFC-1.0.
        options_hashes: the signer's memory.

    Raises:
        StaleRequest: `created` more than two minutes from `now`.
        SigningError: any other demand is not met.

    Source: security.md section 5 step 5, G4.
    """
    document = read_request(request.document, max_bytes=MAX_DOCUMENT_BYTES)
    options = read_request(request.options, max_bytes=_MAX_OPTIONS_BYTES)
    check_issuer(document, did)
    if options.get("verificationMethod") != kid:
        raise SigningError("the proof names another key")
    if options.get("proofPurpose") != "assertionMethod":
        raise SigningError("the key is for assertions only")
    if "proof" in document or "proofValue" in options or options.keys() - PROOF_MEMBERS:
        raise SigningError("the request has a member that it should not have")
    _check_created(options, now)
    try:
        suite = suite_of(options)
        if not suite.writable:
            raise SigningError(f"{suite.name} is only read")
        known = options_hashes.of(request, document, options, canonicalise=canonicalise)
        secured = prepare(document, options, canonicalise=canonicalise, key_kind=kind, options_hash=known)
    except (ProofError, DocumentError) as error:
        raise SigningError(f"what is to be signed cannot be prepared: {error.code}") from error
    return secured.message


def check_issuer(document: JsonObject, did: str) -> None:
    """SigningError unless the document's issuer, text or object, is this controller."""
    issuer = document.get("issuer")
    if (issuer.get("id") if isinstance(issuer, dict) else issuer) != did:
        raise SigningError("the issuer of the document is not the controller of the key")


def read_request(data: bytes, *, max_bytes: int) -> JsonObject:
    """The object that a request holds, read strictly; SigningError for anything else."""
    try:
        return strict_json.read_object(data, max_bytes=max_bytes, max_values=MAX_DOCUMENT_VALUES)
    except DocumentError as error:
        raise SigningError(f"the request is not strict JSON: {error.code}") from error


def _check_created(options: JsonObject, now: datetime) -> None:
    text = options.get("created")
    if not isinstance(text, str) or not _CREATED.fullmatch(text):
        raise SigningError("created is not written as we write it")
    try:
        created = datetime.fromisoformat(text)
    except ValueError:
        raise SigningError("created is no moment") from None
    if abs(now - created) > CREATED_WINDOW:
        raise StaleRequest(f"created {text} is more than two minutes from the signer's clock")
