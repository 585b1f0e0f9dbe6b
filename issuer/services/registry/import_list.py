"""The list of another installation: its signature is held against keys given by hand before it is taken into use."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from issuer.db.repositories.registry import ImportedList
from issuer.domain.audit import Act
from issuer.domain.errors import ConflictError, InvalidRequestError
from issuer.domain.permissions import StaffMember
from issuer.services.outside import Outside
from issuer.services.registry.change_list import require_keeper
from keys import multikey
from keys.errors import KeyFormatError
from schemas import strict_json
from schemas.errors import DocumentError
from schemas.strict_json import JsonObject
from verifier.environment import BoundedMemory, TrustListSource
from verifier.trust_lists import TrustList, TrustListFault, read_trust_list

MOST_BYTES: Final = 256 << 10
MOST_KEYS: Final = 5
_SKEW = timedelta(seconds=60)
_DID_KEY = re.compile(r"did:key:(z[1-9A-HJ-NP-Za-km-z]+)(?:#\S*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A list that held; `content` is what two persons confirm, None when the pinned keys know it already."""

    found: TrustList
    content: JsonObject | None


def read_keys(text: str) -> tuple[str, ...]:
    """Multikey texts, one a line; a ``did:key:`` is its key. Raises InvalidRequestError (``trust.key``)."""
    found = []
    for word in text.split():
        match = _DID_KEY.fullmatch(word)
        key = match[1] if match is not None else word
        try:
            multikey.decode(key)
        except KeyFormatError:
            raise InvalidRequestError(code="trust.key", pointer="/keys") from None
        found.append(key)
    if not 0 < len(found) <= MOST_KEYS:
        raise InvalidRequestError(code="trust.key", pointer="/keys")
    return tuple(dict.fromkeys(found))


def read_list(outside: Outside, who: StaffMember, data: bytes, keys_text: str) -> Read:
    """Hold a list against the keys. A newer copy under keys that are pinned already is in use from then on.

    A refused one changes nothing but a note beside the copy that stays in use.

    Raises:
        NotFoundError: for everybody who does not keep the list.
        InvalidRequestError: ``trust.key``, ``trust.file`` (empty, too large, no list), ``trust.bad_signature``,
            ``trust.outside_window``; ConflictError: ``trust.older``, ``trust.own_list``.
    """
    now = outside.now()
    with outside.database.read() as uow:
        require_keeper(uow, who)
        known = uow.endorsements.imported()
        root = uow.institutions.root()
    keys = read_keys(keys_text)
    url = _url(data)
    mine = next((one for one in known if one.url == url), None)
    if root is not None and url.startswith(f"{outside.identity_origin}/"):
        raise ConflictError(code="trust.own_list", pointer="/file")
    try:
        found = _held(outside, data, url, keys)
        if mine is not None and _held_before(outside, mine) > found.version:
            raise ConflictError(code="trust.older", pointer="/file")
    except TrustListFault as fault:
        if mine is not None:
            with outside.database.write() as uow:
                uow.endorsements.refuse_imported(url, fault.reason, now=now)
                uow.audit.append(Act(at=now, actor=who.actor, action="trust.import_refused", decision=fault.reason))
        code = "outside_window" if fault.reason == "outside_window" else "bad_signature"
        code = "file" if fault.reason == "malformed" else code
        raise InvalidRequestError(code=f"trust.{code}", pointer="/file") from None
    if mine is not None and set(keys) <= set(mine.keys):
        with outside.database.write() as uow:
            newer = ImportedList(url=url, keys=mine.keys, document=data, stored_at=now)
            uow.endorsements.put_imported(newer)
            uow.audit.append(Act(at=now, actor=who.actor, action="trust.import_renewed"))
        return Read(found=found, content=None)
    return Read(found=found, content={"url": url, "keys": [*keys], "document": data.decode()})


def read_again(outside: Outside, content: JsonObject) -> TrustList:
    """Hold what was read once more, between the page and the passkey. Raises InvalidRequestError."""
    document, keys = str(content.get("document", "")).encode(), content.get("keys")
    pinned = tuple(str(key) for key in keys) if isinstance(keys, list) else ()
    try:
        return _held(outside, document, _url(document), pinned)
    except TrustListFault:
        raise InvalidRequestError(code="trust.bad_signature", pointer="/file") from None


def _url(data: bytes) -> str:
    refused = InvalidRequestError(code="trust.file", pointer="/file")
    if not 0 < len(data) <= MOST_BYTES:
        raise refused
    try:
        url = strict_json.read_object(data).get("id")
        data.decode()
    except (DocumentError, UnicodeDecodeError):
        raise refused from None
    if not isinstance(url, str) or not url.startswith("https://") or len(url) > 255:  # noqa: PLR2004  of the column
        raise refused
    return url


def _held(outside: Outside, data: bytes, url: str, keys: tuple[str, ...]) -> TrustList:
    environment = outside.environment()
    source = TrustListSource(url=url, keys=keys, document=data)
    return read_trust_list(source, environment.fetch, BoundedMemory(), now=outside.now(), clock_skew=_SKEW)


def _held_before(outside: Outside, mine: ImportedList) -> int:
    """The version of the copy in use; 0 when it says nothing any more."""
    try:
        return _held(outside, mine.document, mine.url, mine.keys).version
    except TrustListFault:
        return 0
