"""The trust list as people read it: its rows, its state, earlier versions compared, what waits, and lists of others."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from issuer.db.repositories.institutions import KeyRecord
from issuer.db.repositories.publications import PublicationRecord
from issuer.db.repositories.registry import ChangeRow, ImportedList, ListVersion
from issuer.domain.errors import NotFoundError
from issuer.domain.permissions import StaffMember
from issuer.domain.trust_registry import RowChange, compared
from issuer.services.outside import Outside
from issuer.services.publish_trust_list import KIND, NAME, trust_list_url
from issuer.services.registry.change_list import keeps_list
from issuer.services.staff.staff_names import names
from schemas.strict_json import JsonObject, read_object
from verifier.environment import BoundedMemory, TrustListSource
from verifier.times import instant_of
from verifier.trust_lists import TrustListFault, read_trust_list

_SKEW = timedelta(seconds=60)
_MOST_VALUES = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """Our list as it is public.

    Attributes:
        document: the signed list; None before there is one.
        signature_holds: whether its proof holds under a key of the institution that signs it, looked at just now.
        in_window: whether it is inside its own time.
    """

    document: JsonObject | None
    version: int
    published_at: datetime | None
    valid_until: datetime | None
    signature_holds: bool
    in_window: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A list of others; `document` as read, `usable` whether the verifier uses it now."""

    kept: ImportedList
    document: JsonObject
    usable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A proposed change; `by` is the name of who proposed it, `mine` whether that is who looks."""

    change: ChangeRow
    by: str
    mine: bool


def registry(outside: Outside) -> Registry:
    """The list that the public reads now, with its signature checked."""
    with outside.database.read() as uow:
        current = uow.publications.current(KIND, NAME)
        if current is None or current.document is None:
            return Registry(
                document=None, version=0, published_at=None, valid_until=None, signature_holds=False, in_window=False
            )
        keys = uow.institutions.keys(current.institution_id)
    fault = _fault(outside, current, keys)
    return Registry(
        document=_read(current.document),
        version=current.content_revision,
        published_at=current.valid_from,
        valid_until=current.valid_until,
        signature_holds=fault in (None, "outside_window"),
        in_window=fault is None,
    )


def versions(outside: Outside) -> tuple[ListVersion, ...]:
    """Versions that said something new, newest first."""
    with outside.database.read() as uow:
        return tuple(uow.endorsements.versions())


def comparison(outside: Outside, older: int, newer: int) -> tuple[RowChange, ...]:
    """Rows that differ between two kept versions. Raises NotFoundError."""
    by_number = {one.version: one for one in versions(outside)}
    if older not in by_number or newer not in by_number:
        raise NotFoundError("version")
    return compared(_read(by_number[older].document), _read(by_number[newer].document))


def waiting(outside: Outside, who: StaffMember) -> tuple[Waiting, ...]:
    """What waits for a second person; nothing for those who do not keep the list."""
    if not keeps_list(outside, who):
        return ()
    with outside.database.read() as uow:
        rows = uow.endorsements.waiting()
        known = names(outside, uow, [one.proposed_by for one in rows])
    return tuple(Waiting(change=one, by=known.get(one.proposed_by, ""), mine=one.proposed_by == who.id) for one in rows)


def change_of(outside: Outside, who: StaffMember, change_id: str) -> Waiting:
    """One that waits. Raises NotFoundError."""
    found = next((one for one in waiting(outside, who) if one.change.id == change_id), None)
    if found is None:
        raise NotFoundError("change")
    return found


def imported(outside: Outside) -> tuple[Imported, ...]:
    """The lists of others that were taken into use."""
    now = outside.now()
    with outside.database.read() as uow:
        kept = uow.endorsements.imported()
    return tuple(
        Imported(kept=one, document=_read(one.document), usable=not run_out(one.document, now)) for one in kept
    )


def run_out(document: bytes, now: datetime) -> bool:
    """Whether a list's own time is over."""
    until = instant_of(_read(document).get("validUntil"))
    return until is not None and until < now


def _read(document: bytes) -> JsonObject:
    return read_object(document, max_bytes=len(document), max_values=_MOST_VALUES)


def _fault(outside: Outside, current: PublicationRecord, keys: list[KeyRecord]) -> str | None:
    """What the verifier would say against the list, with the keys that may have signed it; None for nothing."""
    pinned = tuple(key.public_key_multibase for key in keys if key.state != "compromised")
    source = TrustListSource(url=trust_list_url(outside.identity_origin), keys=pinned, document=current.document)
    environment = outside.environment()
    try:
        read_trust_list(source, environment.fetch, BoundedMemory(), now=outside.now(), clock_skew=_SKEW)
    except TrustListFault as fault:
        return fault.reason
    return None
