"""Reads Open Badges 2.0 documents into frozen types; we never issue them."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from schemas.errors import DocumentError
from schemas.jsonld_rules import is_absolute_iri, pointer
from schemas.strict_json import JsonObject, JsonValue

CODE = "ob2.schema"
CONTEXT = "https://w3id.org/openbadges/v2"

RecipientType = Literal["email", "url", "telephone", "id"]
_RECIPIENT_TYPES: tuple[RecipientType, ...] = ("email", "url", "telephone", "id")
_OLDER_CONTEXTS = ("https://w3id.org/openbadges/v1", "http://w3id.org/openbadges/v1")
_HOSTED = ("HostedBadge", "hosted")
_SIGNED = ("SignedBadge", "signed")
_HASH = re.compile(r"(sha256\$[0-9A-Fa-f]{64}|md5\$[0-9A-Fa-f]{32})")
_DATE_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:?[0-9]{2})"
)
_MAX_LIST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Whose badge it is: `identity` is plain text, or ``sha256$…`` / ``md5$…`` over identifier and salt if hashed."""

    type: RecipientType
    hashed: bool
    identity: str
    salt: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """How an assertion is verified; `creator` is the key's id of a signed badge."""

    kind: Literal["hosted", "signed"]
    creator: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Where an issuer's hosted assertions may stand; both empty: at the origin of the issuer's id."""

    starts_with: tuple[str, ...]
    allowed_origins: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """An issuer. `public_keys` are ids; `embedded_keys` those of them that stand in the profile as objects."""

    id: str
    name: str
    url: str
    email: str
    scope: Scope
    public_keys: tuple[str, ...]
    embedded_keys: tuple["CryptographicKey", ...]
    revocation_list: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CryptographicKey:
    """A public key in PEM and the issuer that owns it."""

    id: str
    owner: str
    public_key_pem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BadgeClass:
    """What was awarded; `issuer` is embedded, or None and only `issuer_id` is known."""

    id: str
    name: str
    description: str
    image: str
    criteria_id: str | None
    criteria_narrative: str | None
    issuer_id: str
    issuer: Profile | None
    alignment: tuple[JsonObject, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """One award; `badge` is embedded, or None and only `badge_id` is known. Times are aware."""

    id: str
    recipient: Recipient
    badge_id: str
    badge: BadgeClass | None
    verification: Verification
    issued_on: datetime
    expires: datetime | None
    revoked: bool
    revocation_reason: str | None
    evidence: tuple[JsonValue, ...]
    endorsement: tuple[JsonValue, ...]


def generation(document: JsonObject) -> Literal["2.0", "older"] | None:
    """Return "2.0" or "older" (0.5 to 1.1) for an Open Badges document of that age, None for anything else."""
    context = document.get("@context")
    contexts = context if isinstance(context, list) else [context]
    if CONTEXT in contexts:
        return "2.0"
    if any(old in contexts for old in _OLDER_CONTEXTS):
        return "older"
    if context is None and "recipient" in document and "badge" in document:
        return "older"
    return None


def assertion(document: JsonObject) -> Assertion:
    """Return the assertion.

    Raises:
        DocumentError: ``ob2.schema`` with the pointer of what is missing or wrong.

    Source: Open Badges 2.0, Assertion and Data Validation.
    """
    reader = _Reader(document, "")
    reader.of_type("Assertion")
    badge_id, badge = reader.reference("badge")
    image = reader.optional("image")
    if image is not None:
        _image(image, reader.place("image"), data_allowed=False)
    return Assertion(
        id=reader.iri("id"),
        recipient=_recipient(reader.object("recipient")),
        badge_id=badge_id,
        badge=None if badge is None else badge_class(badge.document, badge.at),
        verification=_verification(reader.object("verify" if "verify" in document else "verification")),
        issued_on=_time(reader.text("issuedOn"), reader.place("issuedOn")),
        expires=_time(reader.text("expires"), reader.place("expires")) if "expires" in document else None,
        revoked=reader.boolean("revoked", default=False),
        revocation_reason=reader.text("revocationReason") if "revocationReason" in document else None,
        evidence=reader.many("evidence"),
        endorsement=reader.many("endorsement"),
    )


def badge_class(document: JsonObject, at: str = "") -> BadgeClass:
    """Return the badge class; `at` is its pointer in the whole document. Raises as `assertion`."""
    reader = _Reader(document, at)
    reader.of_type("BadgeClass")
    issuer_id, issuer = reader.reference("issuer")
    criteria_id, narrative = _criteria(reader)
    return BadgeClass(
        id=reader.iri("id"),
        name=reader.text("name"),
        description=reader.text("description"),
        image=_image(reader.required("image"), reader.place("image"), data_allowed=True),
        criteria_id=criteria_id,
        criteria_narrative=narrative,
        issuer_id=issuer_id,
        issuer=None if issuer is None else profile(issuer.document, issuer.at),
        alignment=tuple(item for item in reader.many("alignment") if isinstance(item, dict)),
    )


def profile(document: JsonObject, at: str = "") -> Profile:
    """Return the profile of an issuer; `at` is its pointer in the whole document. Raises as `assertion`."""
    reader = _Reader(document, at)
    reader.of_type("Issuer", "Profile")
    keys: list[str] = []
    embedded: list[CryptographicKey] = []
    for number, key in enumerate(reader.many("publicKey")):
        place = reader.place("publicKey") + (f"/{number}" if isinstance(document["publicKey"], list) else "")
        if isinstance(key, dict):
            embedded.append(cryptographic_key(key, place))
            keys.append(embedded[-1].id)
        else:
            keys.append(_iri(key, place))
    image = reader.optional("image")
    if image is not None:
        _image(image, reader.place("image"), data_allowed=False)
    return Profile(
        id=reader.iri("id"),
        name=reader.text("name"),
        url=reader.iri("url"),
        email=reader.text("email"),
        scope=_scope(reader),
        public_keys=tuple(keys),
        embedded_keys=tuple(embedded),
        revocation_list=reader.iri("revocationList") if "revocationList" in document else None,
    )


def cryptographic_key(document: JsonObject, at: str = "") -> CryptographicKey:
    """Return the key; raises as `assertion`."""
    reader = _Reader(document, at)
    reader.of_type("CryptographicKey")
    return CryptographicKey(id=reader.iri("id"), owner=reader.iri("owner"), public_key_pem=reader.text("publicKeyPem"))


def revoked_assertions(document: JsonObject) -> dict[str, str | None]:
    """Return id or uid → reason of every assertion on a revocation list; raises as `assertion`.

    Source: Open Badges 2.0, RevocationList.
    """
    reader = _Reader(document, "")
    reader.of_type("RevocationList")
    reader.iri("id")
    revoked: dict[str, str | None] = {}
    for number, item in enumerate(reader.many("revokedAssertions")):
        place = f"/revokedAssertions/{number}"
        if isinstance(item, str):
            revoked[item] = None
            continue
        if not isinstance(item, dict):
            raise DocumentError(CODE, place, "neither text nor object")
        reason = item.get("revocationReason")
        names = [name for key in ("id", "uid") if isinstance(name := item.get(key), str)]
        if not names:
            raise DocumentError(CODE, place, "no id")
        revoked.update(dict.fromkeys(names, reason if isinstance(reason, str) else None))
    return revoked


def _recipient(reader: "_Reader") -> Recipient:
    kind = reader.text("type")
    known = next((name for name in _RECIPIENT_TYPES if name == kind), None)
    if known is None:
        raise DocumentError(CODE, reader.place("type"), f"recipient type {kind}")
    hashed, identity = reader.boolean("hashed"), reader.text("identity")
    if hashed and not _HASH.fullmatch(identity):
        raise DocumentError(CODE, reader.place("identity"), "a hash without sha256$ or md5$")
    salt = reader.optional("salt")
    if salt is not None and not isinstance(salt, str):
        raise DocumentError(CODE, reader.place("salt"), "not text")
    return Recipient(type=known, hashed=hashed, identity=identity, salt=salt)


def _verification(reader: "_Reader") -> Verification:
    types = _types(reader.required("type"))
    hosted, signed = any(t in _HOSTED for t in types), any(t in _SIGNED for t in types)
    if hosted == signed:
        raise DocumentError(CODE, reader.place("type"), "neither HostedBadge nor SignedBadge, or both")
    creator = reader.iri("creator") if "creator" in reader.document else None
    return Verification(kind="hosted" if hosted else "signed", creator=creator)


def _scope(reader: "_Reader") -> Scope:
    if "verification" not in reader.document:
        return Scope(starts_with=(), allowed_origins=())
    inner = reader.object("verification")
    return Scope(starts_with=inner.texts("startsWith"), allowed_origins=inner.texts("allowedOrigins"))


def _criteria(reader: "_Reader") -> tuple[str | None, str | None]:
    criteria = reader.required("criteria")
    if isinstance(criteria, str):
        return _iri(criteria, reader.place("criteria")), None
    inner = reader.object("criteria")
    found = (
        inner.iri("id") if "id" in inner.document else None,
        inner.text("narrative") if "narrative" in inner.document else None,
    )
    if found == (None, None):
        raise DocumentError(CODE, reader.place("criteria"), "neither id nor narrative")
    return found


def _image(image: JsonValue, at: str, *, data_allowed: bool) -> str:
    """Return the address of an image, given as text or as object with id; data: only where it is allowed."""
    address = image.get("id") if isinstance(image, dict) else image
    found = _iri(address, at)
    if found.startswith("data:") and not data_allowed:
        raise DocumentError(CODE, at, "a data: image outside a BadgeClass")
    return found


def _time(text: str, at: str) -> datetime:
    if not _DATE_TIME.fullmatch(text):
        raise DocumentError(CODE, at, "not a time with an offset")
    try:
        return datetime.fromisoformat(text)
    except ValueError as problem:
        raise DocumentError(CODE, at, str(problem)) from problem


def _types(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else [value]


def _iri(value: JsonValue, at: str) -> str:
    if not isinstance(value, str) or not is_absolute_iri(value):
        raise DocumentError(CODE, at, "not an absolute IRI")
    return value


class _Reader:
    """One object of a document and its pointer; every getter raises ``ob2.schema`` at the member's place."""

    def __init__(self, document: JsonObject, at: str) -> None:
        self.document = document
        self.at = at

    def place(self, name: str) -> str:
        return self.at + pointer(name)

    def required(self, name: str) -> JsonValue:
        value = self.document.get(name)
        if value is None:
            raise DocumentError(CODE, self.place(name), "missing")
        return value

    def optional(self, name: str) -> JsonValue:
        return self.document.get(name)

    def of_type(self, *accepted: str) -> None:
        if not any(kind in accepted for kind in _types(self.required("type"))):
            raise DocumentError(CODE, self.place("type"), f"not {accepted[0]}")

    def text(self, name: str) -> str:
        value = self.required(name)
        if not isinstance(value, str) or not value.strip():
            raise DocumentError(CODE, self.place(name), "not text")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        values = self.many(name)
        if not all(isinstance(value, str) for value in values):
            raise DocumentError(CODE, self.place(name), "not texts")
        return tuple(str(value) for value in values)

    def iri(self, name: str) -> str:
        return _iri(self.required(name), self.place(name))

    def boolean(self, name: str, *, default: bool | None = None) -> bool:
        value = self.document.get(name, default)
        if not isinstance(value, bool):
            raise DocumentError(CODE, self.place(name), "neither true nor false")
        return value

    def object(self, name: str) -> "_Reader":
        value = self.required(name)
        if not isinstance(value, dict):
            raise DocumentError(CODE, self.place(name), "not an object")
        return _Reader(value, self.place(name))

    def many(self, name: str) -> tuple[JsonValue, ...]:
        value = self.document.get(name)
        values = [] if value is None else value if isinstance(value, list) else [value]
        if len(values) > _MAX_LIST:
            raise DocumentError("input.limits", self.place(name), f"{len(values)} entries")
        return tuple(values)

    def reference(self, name: str) -> tuple[str, "_Reader | None"]:
        """Return the id of a referenced object, and the object if it is embedded with more than its id."""
        value = self.required(name)
        if not isinstance(value, dict):
            return _iri(value, self.place(name)), None
        inner = _Reader(value, self.place(name))
        return inner.iri("id"), (inner if len(value) > 1 else None)
