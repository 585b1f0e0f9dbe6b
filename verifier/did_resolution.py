"""From the address of a verification method to its controller document, and to the method in it."""

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Literal

from keys import did_jwk, did_key, did_web, jwk, multikey
from keys.errors import KeyFormatError, UnknownKeyTypeError
from keys.public_key import PublicKey
from schemas import strict_json
from schemas.errors import DocumentError
from schemas.strict_json import JsonObject, JsonValue
from verifier.environment import BoundedMemory, Fetch, FetchError, FetchRules
from verifier.findings import Outcome

Relationship = Literal["assertionMethod", "authentication"]

_OK: Final = 200
_COST_OF_A_VALUE: Final = 8  # bytes of memory for a byte of JSON, roughly
_COST_OF_A_DOCUMENT: Final = 4 << 10  # beside its JSON, roughly
_GONE: Final = frozenset({404, 410})
_RELATIONSHIPS: Final = (
    "assertionMethod",
    "authentication",
    "capabilityInvocation",
    "capabilityDelegation",
    "keyAgreement",
)
_MULTIBASE_TYPES: Final = frozenset({"Multikey", "MultiKey", "Ed25519VerificationKey2020", "EcdsaMultikey"})
_JWK_TYPES: Final = frozenset({"JsonWebKey", "JsonWebKey2020"})
_PRIVATE: Final = frozenset(
    {"secretKeyMultibase", "privateKeyMultibase", "secretKeyJwk", "privateKeyJwk", "privateKeyBase58", "privateKeyPem"}
)


class ResolutionError(Exception):
    """A document or method that could not be had.

    Attributes:
        outcome: FAILED when the document or method is wrong, INCONCLUSIVE when we could not tell.
        reason: a short code for the report.
    """

    def __init__(self, outcome: Outcome, reason: str) -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.reason = reason


def _wrong(reason: str) -> ResolutionError:
    return ResolutionError(Outcome.FAILED, reason)


def _untold(reason: str) -> ResolutionError:
    return ResolutionError(Outcome.INCONCLUSIVE, reason)


@dataclass(frozen=True, slots=True)
class ControllerDocument:
    """A controller document whose `id` is the address that was asked for.

    Attributes:
        url: that address.
        content: the document; never changed.
        digest: of the bytes, or of the DID when it was computed.
        methods: those that `find_method` has found in it.
    """

    url: str
    content: JsonObject
    digest: bytes
    methods: "dict[str, Method]" = field(default_factory=dict, compare=False, repr=False)


@lru_cache(maxsize=1024)
def _computed(did: str) -> ControllerDocument:
    try:
        content = did_key.document(did) if did.startswith("did:key:") else did_jwk.document(did)
    except UnknownKeyTypeError as problem:
        raise _untold("key_type") from problem
    except KeyFormatError as problem:
        raise _wrong("did_syntax") from problem
    return ControllerDocument(did, content, hashlib.sha256(did.encode()).digest())


def controller_document(url: str, fetch: Fetch, memory: BoundedMemory) -> ControllerDocument:
    """The controller document of a DID or https address without fragment.

    Raises:
        ResolutionError: `did_syntax`, `unknown_did_method`, `not_a_url`; `gone` (did:web answers 404 or 410),
            `not_fetched`, `media_type`, `not_json`, `id_differs`.

    Source: CID 1.0, 3.3; verification.md, section 4.
    """
    if url.startswith(("did:key:", "did:jwk:")):
        return _computed(url)
    if url.startswith("did:web:"):
        try:
            address = did_web.document_url(url)
        except KeyFormatError as problem:
            raise _wrong("did_syntax") from problem
        rules = FetchRules(purpose="did_document", did=url, max_redirects=0)
        return _fetched(url, address, rules, fetch, memory)
    if url.startswith("did:"):
        raise _untold("unknown_did_method")
    if not url.startswith("https://"):
        raise _wrong("not_a_url")
    return _fetched(url, url, FetchRules(purpose="controller_document"), fetch, memory)


def _fetched(url: str, address: str, rules: FetchRules, fetch: Fetch, memory: BoundedMemory) -> ControllerDocument:
    content, digest = fetched_object(address, rules, fetch, memory)
    if content.get("id") != url:
        raise _wrong("id_differs")
    kept = memory.get(("controller", url, digest))
    if isinstance(kept, ControllerDocument):
        return kept
    document = ControllerDocument(url, content, digest)
    memory.put(("controller", url, digest), document, size_bytes=_COST_OF_A_DOCUMENT)
    return document


def fetched_object(address: str, rules: FetchRules, fetch: Fetch, memory: BoundedMemory) -> tuple[JsonObject, bytes]:
    """One JSON object from an address, and the digest of its bytes. The object must not be changed.

    Raises:
        ResolutionError: as `controller_document`.
    """
    try:
        response = fetch(address, rules=rules)
    except FetchError as problem:
        raise _untold(problem.reason if problem.reason == "not_allowed_offline" else "not_fetched") from problem
    if response.status in _GONE and rules.purpose == "did_document":
        raise _wrong("gone")
    if response.status != _OK:
        raise _untold("not_fetched")
    if response.content_type.partition(";")[0].strip().lower() not in rules.media_types:
        raise _untold("media_type")
    digest = hashlib.sha256(response.body).digest()
    kept = memory.get(("json", digest))
    if isinstance(kept, dict):
        return kept, digest
    try:
        content = strict_json.read_object(response.body, max_bytes=rules.max_bytes)
    except DocumentError as problem:
        raise (_untold("limits") if problem.code == strict_json.LIMITS else _wrong("not_json")) from problem
    memory.put(("json", digest), content, size_bytes=_COST_OF_A_VALUE * len(response.body))
    return content, digest


@dataclass(frozen=True, slots=True)
class Method:
    """A verification method as its document gives it."""

    id: str
    content: JsonObject
    key: PublicKey

    @property
    def controller(self) -> JsonValue:
        """As written; text in a sound method."""
        return self.content.get("controller")


def absolute(identifier: JsonValue, base: str) -> str | None:
    """A method id made absolute: `#key-1` of `did:web:a.example` is `did:web:a.example#key-1`."""
    if not isinstance(identifier, str):
        return None
    return base + identifier if identifier.startswith("#") else identifier


def _listed(document: JsonObject, name: str) -> list[JsonValue]:
    value = document.get(name)
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def find_method(document: ControllerDocument, method_id: str) -> Method:
    """The method of that id, wherever the document holds it.

    Raises:
        ResolutionError: `method_missing`, `method_ambiguous`, `method_malformed`, `private_key`, `key_malformed`;
            `key_type` when the key is of a kind that we do not read.

    Source: CID 1.0, 2.2 and 3.3.
    """
    known = document.methods.get(method_id)
    if known is not None:
        return known
    base = document.url
    candidates = [
        entry
        for name in ("verificationMethod", *_RELATIONSHIPS)
        for entry in _listed(document.content, name)
        if isinstance(entry, dict) and absolute(entry.get("id"), base) == method_id
    ]
    if document.content.get("id") == method_id and "type" in document.content:  # the document is the method
        candidates.append(document.content)
    if not candidates:
        raise _wrong("method_missing")
    if any(entry != candidates[0] for entry in candidates):
        raise _wrong("method_ambiguous")
    found = document.methods[method_id] = Method(method_id, candidates[0], _key_of(candidates[0]))
    return found


def _key_of(entry: JsonObject) -> PublicKey:
    if _PRIVATE & entry.keys():
        raise _wrong("private_key")
    kind = str(entry.get("type"))
    text, web_key = entry.get("publicKeyMultibase"), entry.get("publicKeyJwk")
    try:
        if kind in _MULTIBASE_TYPES and isinstance(text, str) and web_key is None:
            return multikey.decode(text)
        if kind in _JWK_TYPES and isinstance(web_key, dict) and text is None:
            if jwk.PRIVATE_MEMBERS & web_key.keys():
                raise _wrong("private_key")
            key = jwk.decode(web_key)
            jwk.check_use(web_key, key)
            return key
    except UnknownKeyTypeError as problem:
        raise _untold("key_type") from problem
    except KeyFormatError as problem:
        raise _wrong("key_malformed") from problem
    raise _wrong("method_malformed")


def is_listed(document: ControllerDocument, method_id: str, relationship: Relationship) -> bool:
    """Whether the document names the method under the relationship, by reference or as an object."""
    for entry in _listed(document.content, relationship):
        named = entry.get("id") if isinstance(entry, dict) else entry
        if absolute(named, document.url) == method_id:
            return True
    return False


def has_keys(document: ControllerDocument) -> bool:
    """Whether the document gives a key list of its own, be it empty."""
    return any(name in document.content for name in ("verificationMethod", *_RELATIONSHIPS))
