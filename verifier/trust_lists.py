"""Trust lists: signed by a pinned key, read strictly, asked who may award what and since when."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from keys import multikey
from keys.errors import KeyFormatError, ProofError
from keys.proofs.data_integrity import check_signature
from keys.public_key import PublicKey
from schemas import strict_json
from schemas.errors import DocumentError
from schemas.jsonld import HashName
from schemas.strict_json import JsonObject, JsonValue
from verifier.description import many, member, text
from verifier.environment import BoundedMemory, Fetch, FetchError, FetchRules, TrustListSource
from verifier.times import instant_of

FORMAT: Final = "pateva.trust-list/1"
SUITE: Final = "eddsa-jcs-2022"
EVERY_UNIT: Final = "*"
_OK: Final = 200
_VALUES: Final = 200_000
_COST_OF_A_VALUE: Final = 8
_RULES: Final = FetchRules(purpose="trust_list")


class TrustListFault(Exception):  # noqa: N818  an outcome, not an error of the caller
    """A list that says nothing.

    Attributes:
        reason: `bad_signature`, `outside_window`, `malformed`; or `not_fetched`, `not_allowed_offline`.
        wrong: True when the list itself is at fault.
    """

    def __init__(self, reason: str, *, wrong: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wrong = wrong


@dataclass(frozen=True, slots=True)
class UnitPeriod:
    """A unit that an institution may award from a moment until a moment; None: without an end."""

    code: str
    starts: datetime
    ends: datetime | None

    def covers(self, moment: datetime) -> bool:
        """Whether the institution might award the unit at the moment."""
        return self.starts <= moment and (self.ends is None or moment < self.ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What a list says of one institution.

    Attributes:
        names: by language.
        legal_name: or None.
        listed_from, withdrawn_at: aware; the latter None while it is listed.
        units: codes that it may award; `*` stands for all.
        periods: units that it may award for a time.
    """

    id: str
    kind: str
    names: JsonObject
    legal_name: str | None
    listed_from: datetime
    withdrawn_at: datetime | None
    units: frozenset[str]
    periods: tuple[UnitPeriod, ...] = ()

    def covers(self, moment: datetime) -> bool:
        """Whether the institution was listed at the moment."""
        return self.listed_from <= moment and (self.withdrawn_at is None or moment < self.withdrawn_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustList:
    """A list whose signature and window hold.

    Attributes:
        cached_at: when the copy was stored, if it was not had afresh.
    """

    url: str
    issuer: str
    version: int
    valid_until: datetime | None
    institutions: dict[str, Listing]
    cached_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Kept:
    """A list whose signature was checked, with the bytes that it was read from."""

    data: bytes
    keys: tuple[str, ...]
    starts: datetime | None
    found: TrustList


def read_trust_list(
    source: TrustListSource, fetch: Fetch, memory: BoundedMemory, *, now: datetime, clock_skew: timedelta
) -> TrustList:
    """The list of a source: the stored copy if there is one, else from the net; inside its own window.

    Raises:
        TrustListFault: it says nothing that could be relied on.
    """
    data, cached_at = _data(source, fetch)
    key = ("trust_list", source.url)
    kept = memory.get(key)
    if not (isinstance(kept, _Kept) and kept.data == data and kept.keys == source.keys):
        try:
            document = strict_json.read_object(data, max_values=_VALUES)
        except DocumentError as problem:
            raise TrustListFault("malformed", wrong=True) from problem
        _check_signature(document, source.keys)
        found = _parsed(document, source.url, cached_at)
        kept = _Kept(data, source.keys, instant_of(document.get("validFrom")), found)
        memory.put(key, kept, size_bytes=_COST_OF_A_VALUE * len(data))
    until = kept.found.valid_until
    too_early = kept.starts is None or kept.starts - clock_skew > now
    if too_early or (until is not None and until + clock_skew < now):
        raise TrustListFault("outside_window", wrong=False)
    return kept.found


def _data(source: TrustListSource, fetch: Fetch) -> tuple[bytes, datetime | None]:
    if source.document is not None:
        return source.document, source.stored_at
    try:
        response = fetch(source.url, rules=_RULES)
    except FetchError as problem:
        offline = problem.reason == "not_allowed_offline"
        raise TrustListFault("not_allowed_offline" if offline else "not_fetched", wrong=False) from problem
    if response.status != _OK:
        raise TrustListFault("not_fetched", wrong=False)
    return response.body, None


def _pinned(keys: tuple[str, ...]) -> list[PublicKey]:
    found = []
    for key in keys:
        try:
            found.append(multikey.decode(key))
        except KeyFormatError:
            continue
    return found


def _no_linked_data(document: JsonObject, *, hash_name: HashName = "sha256") -> str:
    """A trust list is signed as JSON; no suite of its may ask for N-Quads."""
    raise DocumentError("jsonld.terms", detail=f"{len(document)} members, {hash_name}: a trust list is no JSON-LD")


def _check_signature(document: JsonObject, keys: tuple[str, ...]) -> None:
    """One proof, made with one of the pinned keys; the list's own words about keys count for nothing."""
    proof = document.get("proof")
    if not isinstance(proof, dict) or proof.get("cryptosuite") != SUITE or "previousProof" in proof:
        raise TrustListFault("bad_signature", wrong=True)
    for key in _pinned(keys):
        try:
            check_signature(document, proof, key, canonicalise=_no_linked_data)
        except (ProofError, DocumentError):
            continue
        return
    raise TrustListFault("bad_signature", wrong=True)


def _parsed(document: JsonObject, url: str, cached_at: datetime | None) -> TrustList:
    issuer, version = text(document.get("issuer")), document.get("version")
    if document.get("format") != FORMAT or document.get("id") != url or issuer is None or not isinstance(version, int):
        raise TrustListFault("malformed", wrong=True)
    listings = [_listing(item) for item in many(document.get("institutions"))]
    return TrustList(
        url=url,
        issuer=issuer,
        version=version,
        valid_until=instant_of(document.get("validUntil")),
        institutions={listing.id: listing for listing in listings},
        cached_at=cached_at,
    )


def _moment(value: JsonValue) -> datetime | None:
    """A day or a moment; a day begins at midnight UTC."""
    found = instant_of(value)
    if found is not None or not isinstance(value, str):
        return found
    try:
        return datetime.combine(date.fromisoformat(value), time.min, UTC)
    except ValueError:
        return None


def _listing(item: JsonValue) -> Listing:
    name, kind = text(member(item, "id")), text(member(item, "kind"))
    starts, names = _moment(member(item, "listedFrom")), member(item, "name")
    withdrawn = member(item, "withdrawnAt")
    ended = _moment(withdrawn)
    if name is None or kind is None or starts is None or (withdrawn is not None and ended is None):
        raise TrustListFault("malformed", wrong=True)
    return Listing(
        id=name,
        kind=kind,
        names=names if isinstance(names, dict) else {},
        legal_name=text(member(item, "legalName")),
        listed_from=starts,
        withdrawn_at=ended,
        units=frozenset(unit for unit in many(member(item, "units")) if isinstance(unit, str)),
        periods=tuple(_period(unit) for unit in many(member(item, "units")) if isinstance(unit, dict)),
    )


def _period(item: JsonObject) -> UnitPeriod:
    """A unit with its first and its last day, both inclusive; the last one may be null."""
    code, starts, until = text(item.get("code")), _moment(item.get("from")), item.get("until")
    last = _moment(until)
    if code is None or starts is None or (until is not None and last is None):
        raise TrustListFault("malformed", wrong=True)
    return UnitPeriod(code, starts, last + timedelta(days=1) if last is not None else None)
