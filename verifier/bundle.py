"""The signed bundle of keys, status lists and names, by which small codes are checked without a network."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from keys import multikey
from keys.errors import KeyFormatError, ProofError
from keys.proofs.data_integrity import check_signature
from keys.public_key import PublicKey
from schemas import status_list, strict_json
from schemas.compact_code import key_id
from schemas.errors import DocumentError
from schemas.jsonld import HashName
from schemas.strict_json import JsonObject, JsonValue
from verifier.description import many, member, text
from verifier.times import instant_of

FORMAT: Final = "pateva.bundle/1"
SUITE: Final = "eddsa-jcs-2022"
MAX_BYTES: Final = 8 << 20
_MAX_VALUES: Final = 400_000
_MAX_LIST_BYTES: Final = 4 << 20  # of reasons: 16 bits each for two million places
REASON_BITS: Final = 16
REASONS: Final = {1: "replaced", 2: "mistake", 3: "holder_wish", 4: "for_cause", 5: "being_checked"}


class BundleFault(Exception):  # noqa: N818  an outcome, not an error of the caller
    """A bundle that says nothing.

    Attributes:
        reason: ``malformed`` or ``bad_signature``.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleKey:
    """A key of an issuer, in use from the first of a month; the ends are aware, None while they have not come."""

    id: str
    issuer: str
    public: PublicKey
    valid_from: date
    retired_at: datetime | None
    compromised_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Names by language; a language may be absent or empty."""

    by_language: dict[str, str] = field(default_factory=dict)

    def in_language(self, wanted: str) -> tuple[str, str]:
        """(name, its language): the wanted one, else fi, sv, en in this order; empty when there is none."""
        for language in (wanted.partition("-")[0], "fi", "sv", "en"):
            if found := self.by_language.get(language):
                return found, language
        return "", ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleUnit:
    """What the numbers of a code stand for."""

    name: Names
    qualification: Names
    register_number: str | None
    requirements: tuple[Names, ...]


@dataclass(frozen=True, slots=True)
class _BundleList:
    issuer: str
    size: int
    revoked: bytes
    reasons: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A bundle whose signature holds.

    Attributes:
        made_at: aware; what the lists say, they said then.
        signer: the key that signed it, as Multikey text.
        pinned: whether that key was given from outside; else the bundle vouches for itself and its origin counts.
        keys: by kid; several keys could share one.
        issuers: names by DID.
        units: by (unit, qualification, order); competences: by key of the achievement.
    """

    id: str
    issuer: str
    made_at: datetime
    signer: str
    pinned: bool
    keys: dict[bytes, tuple[BundleKey, ...]]
    issuers: dict[str, Names]
    units: dict[tuple[int, int, bytes], BundleUnit]
    competences: dict[bytes, Names]
    lists: dict[str, _BundleList]

    def place(self, list_id: str, index: int, issuer: str) -> tuple[bool, str | None, date | None] | None:
        """(out of use, reason, month) of a place; None when no list of this issuer with such a place is here."""
        found = self.lists.get(list_id)
        if found is None or found.issuer != issuer or index >= found.size:
            return None
        entry = status_list.value_at(found.reasons, index, REASON_BITS)
        months = entry & 0xFFF
        month = date(2020 + months // 12, months % 12 + 1, 1) if entry else None
        return bool(status_list.value_at(found.revoked, index)), REASONS.get(entry >> 12), month


def read_bundle(data: bytes, *, pinned: str | None = None) -> Bundle:
    """Read a bundle and check its signature.

    Args:
        data: at most 8 MiB.
        pinned: Multikey text that must have signed it; None: a key that the bundle lists for its own issuer.

    Raises:
        BundleFault: ``malformed`` or ``bad_signature``.
    """
    try:
        document = strict_json.read_object(data, max_bytes=MAX_BYTES, max_values=_MAX_VALUES, max_string_bytes=4 << 20)
        if document.get("format") != FORMAT:
            raise BundleFault("malformed")
        keys = [_key(one) for one in many(document.get("keys"))]
        signer = _signer(document, keys, pinned)
        return Bundle(
            id=_text(document, "id"),
            issuer=_text(document, "issuer"),
            made_at=_instant(document, "madeAt"),
            signer=signer,
            pinned=pinned is not None,
            keys=_by_kid(keys),
            issuers={_text(one, "id"): _names(member(one, "name")) for one in many(document.get("issuers"))},
            units=dict(_unit(one) for one in many(document.get("units"))),
            competences={
                bytes.fromhex(_text(one, "achievement")): _names(member(one, "name"))
                for one in many(document.get("competences"))
            },
            lists=dict(_list(one) for one in many(document.get("lists"))),
        )
    except (DocumentError, KeyFormatError, ValueError) as problem:
        raise BundleFault("malformed") from problem


def _signer(document: JsonObject, keys: list[BundleKey], pinned: str | None) -> str:
    proof = document.get("proof")
    if not isinstance(proof, dict) or proof.get("cryptosuite") != SUITE or "previousProof" in proof:
        raise BundleFault("bad_signature")
    if pinned is not None:
        candidates = [multikey.decode(pinned)]
    else:
        named = (one for one in keys if one.id == proof.get("verificationMethod"))
        candidates = [one.public for one in named if one.issuer == document.get("issuer") and not one.compromised_at]
    for public in candidates:
        try:
            check_signature(document, proof, public, canonicalise=_no_linked_data)
        except (ProofError, DocumentError):
            continue
        return multikey.encode(public)
    raise BundleFault("bad_signature")


def _no_linked_data(document: JsonObject, *, hash_name: HashName = "sha256") -> str:
    raise DocumentError("jsonld.terms", detail=f"{len(document)} members, {hash_name}: a bundle is no JSON-LD")


def _by_kid(keys: list[BundleKey]) -> dict[bytes, tuple[BundleKey, ...]]:
    found: dict[bytes, tuple[BundleKey, ...]] = {}
    for key in keys:
        kid = key_id(key.public.raw)  # what the bundle itself calls it counts for nothing
        found[kid] = (*found.get(kid, ()), key)
    return found


def _key(item: JsonValue) -> BundleKey:
    public = multikey.decode(_text(item, "publicKeyMultibase"))
    if public.kind != "Ed25519":
        raise BundleFault("malformed")
    return BundleKey(
        id=_text(item, "id"),
        issuer=_text(item, "issuer"),
        public=public,
        valid_from=date.fromisoformat(_text(item, "validFrom")),
        retired_at=_optional_instant(item, "retiredAt"),
        compromised_at=_optional_instant(item, "compromisedAt"),
    )


def _unit(item: JsonValue) -> tuple[tuple[int, int, bytes], BundleUnit]:
    unit, qualification = member(item, "unit"), member(item, "qualification")
    if not isinstance(unit, int) or not isinstance(qualification, int):
        raise BundleFault("malformed")
    register = member(item, "registerNumber")
    return (unit, qualification, bytes.fromhex(_text(item, "order"))), BundleUnit(
        name=_names(member(item, "name")),
        qualification=_names(member(item, "qualificationName")),
        register_number=register if isinstance(register, str) else None,
        requirements=tuple(_names(one) for one in many(member(item, "requirements"))),
    )


def _list(item: JsonValue) -> tuple[str, _BundleList]:
    size = member(item, "size")
    revoked = status_list.decode(_text(item, "revoked"), max_coded=_MAX_LIST_BYTES, max_bytes=_MAX_LIST_BYTES)
    reasons = status_list.decode(_text(item, "reasons"), max_coded=_MAX_LIST_BYTES, max_bytes=_MAX_LIST_BYTES)
    if not isinstance(size, int) or len(revoked) * 8 != size or len(reasons) != len(revoked) * REASON_BITS:
        raise BundleFault("malformed")
    return _text(item, "id"), _BundleList(_text(item, "issuer"), size, revoked, reasons)


def _names(item: JsonValue) -> Names:
    if not isinstance(item, dict):
        return Names()
    return Names(by_language={language: one for language, one in item.items() if isinstance(one, str)})


def _text(item: JsonValue, name: str) -> str:
    found = text(member(item, name))
    if found is None:
        raise BundleFault("malformed")
    return found


def _instant(item: JsonValue, name: str) -> datetime:
    found = instant_of(member(item, name))
    if found is None:
        raise BundleFault("malformed")
    return found


def _optional_instant(item: JsonValue, name: str) -> datetime | None:
    return None if member(item, name) is None else _instant(item, name)
