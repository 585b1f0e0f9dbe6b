"""The trust list: what it says of an institution, what a change to it must be, and where versions differ."""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from issuer.domain.errors import DomainError, InvalidFormError, InvalidRequestError
from issuer.domain.free_text import check_text, check_words
from issuer.domain.institution import PublicName
from schemas.canonical_json import canonicalise
from schemas.strict_json import JsonObject, JsonValue

MOST_UNITS: Final = 200
MOST_NAME: Final = 120
EVERY_UNIT: Final = "*"
_DID = re.compile(r"did:(web|key):[A-Za-z0-9.%:_-]{3,200}")
_UNIT = re.compile(r"tutkinnonosat_[0-9]{3,10}")
_MOST_DAYS, _MOST_ADDRESS = 2, 500
_VOLATILE = frozenset({"version", "validFrom", "validUntil", "proof"})


class ChangeKind(StrEnum):
    """What a proposed change does."""

    ADD = "add"
    END = "end"
    IMPORT = "import"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitPeriod:
    """A unit that an institution may award, from a day until a day, both inclusive; None: without an end."""

    code: str
    starts: date
    until: date | None

    def to_json(self) -> JsonObject:
        """As it stands on the list."""
        return {
            "code": self.code,
            "from": self.starts.isoformat(),
            "until": self.until.isoformat() if self.until is not None else None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An institution of elsewhere, as the list is to say it.

    Attributes:
        kind: provider or school.
        units: what it may award; empty: every unit.
        website: https page about it; "" for none. rules: https page with the rules by which it is vouched for.
    """

    did: str
    kind: str
    name: PublicName
    legal_name: str
    location: str
    website: str
    rules: str
    listed_from: date
    units: tuple[UnitPeriod, ...]

    def to_json(self) -> JsonObject:
        """What is kept, and what the two persons confirm."""
        return {
            "id": self.did,
            "kind": self.kind,
            "name": {"fi": self.name.fi, "sv": self.name.sv, "en": self.name.en},
            "legalName": self.legal_name,
            "location": self.location,
            "website": self.website,
            "rules": self.rules,
            "listedFrom": self.listed_from.isoformat(),
            "units": [one.to_json() for one in self.units] or [EVERY_UNIT],
        }


def listed_from_json(content: JsonObject) -> Listed:
    """Read what `Listed.to_json` wrote. Raises TypeError or ValueError for anything else."""
    names, units = content.get("name"), content.get("units")
    if not isinstance(names, dict) or not isinstance(units, list):
        raise TypeError("not a listed institution")
    return Listed(
        did=str(content.get("id")),
        kind=str(content.get("kind")),
        name=PublicName(**{one: str(names.get(one, "")) for one in ("fi", "sv", "en")}),
        legal_name=str(content.get("legalName")),
        location=str(content.get("location")),
        website=str(content.get("website")),
        rules=str(content.get("rules")),
        listed_from=date.fromisoformat(str(content.get("listedFrom"))),
        units=tuple(_unit_period(one) for one in units if isinstance(one, dict)),
    )


def _unit_period(value: JsonObject) -> UnitPeriod:
    until = value.get("until")
    return UnitPeriod(
        code=str(value.get("code")),
        starts=date.fromisoformat(str(value.get("from"))),
        until=date.fromisoformat(until) if isinstance(until, str) else None,
    )


def change_digest(kind: ChangeKind, content: JsonObject) -> bytes:
    """SHA-256 of exactly what both persons confirm."""
    return hashlib.sha256(canonicalise({"kind": kind.value, "content": content})).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class RowChange:
    """An institution that two versions of a list say something different of; `members` are the names of what differs.

    Attributes:
        how: added, gone or changed.
    """

    id: str
    how: str
    members: tuple[str, ...] = ()


def check_listed(one: Listed) -> Listed:
    """Return the institution as it may be listed.

    Raises:
        InvalidFormError: every fault, each with a pointer to its field.
    """
    faults: list[DomainError] = []
    _note(faults, lambda: check_did(one.did))
    if one.kind not in ("provider", "school"):
        faults.append(InvalidRequestError(code="form.choice", pointer="/kind"))
    _note(faults, lambda: _name(one.name.fi, "/name"))
    _note(faults, lambda: _name(one.legal_name, "/legal_name"))
    if one.location:
        _note(faults, lambda: _name(one.location, "/location"))
    for pointer, url in (("/website", one.website), ("/rules", one.rules)):
        if url and not _is_page(url):
            faults.append(InvalidRequestError(code="trust.page", pointer=pointer))
    if one.listed_from.day != 1:
        faults.append(InvalidRequestError(code="trust.first_of_month", pointer="/listed_from"))
    if len(one.units) > MOST_UNITS:
        faults.append(InvalidRequestError(code="trust.units", pointer="/units"))
    if faults:
        raise InvalidFormError(tuple(faults))
    return one


def check_did(did: str) -> None:
    """Refuse what is no DID that our verifier can resolve. Raises InvalidRequestError (``trust.did``)."""
    if not _DID.fullmatch(did):
        raise InvalidRequestError(code="trust.did", pointer="/did")


def read_units(text: str, *, starts: date) -> tuple[UnitPeriod, ...]:
    """Read units as typed, one a line: code, and if need be its first and its last day.

    Args:
        starts: for lines without a first day.

    Raises:
        InvalidRequestError: ``trust.units`` at ``/units``.
    """
    refused = InvalidRequestError(code="trust.units", pointer="/units")
    found = []
    for line in text.splitlines():
        words = line.replace(",", " ").split()
        if not words:
            continue
        code = words[0] if words[0].startswith("tutkinnonosat_") else f"tutkinnonosat_{words[0]}"
        try:
            days = [date.fromisoformat(word) for word in words[1:]]
        except ValueError:
            raise refused from None
        if not _UNIT.fullmatch(code) or len(days) > _MOST_DAYS or days != sorted(days):
            raise refused
        first = days[0] if days else starts
        found.append(UnitPeriod(code=code, starts=first.replace(day=1), until=days[1] if days[1:] else None))
    return tuple(found)


def content_digest(document: JsonObject) -> bytes:
    """SHA-256 of what a list says, without its version, its window and its signature."""
    return hashlib.sha256(
        canonicalise({key: value for key, value in document.items() if key not in _VOLATILE})
    ).digest()


def compared(older: JsonObject, newer: JsonObject) -> tuple[RowChange, ...]:
    """Which institutions differ between two versions of a list, by id."""
    before, after = _by_id(older), _by_id(newer)
    changes = []
    for one in sorted(before.keys() | after.keys()):
        if one not in before:
            changes.append(RowChange(id=one, how="added"))
        elif one not in after:
            changes.append(RowChange(id=one, how="gone"))
        elif before[one] != after[one]:
            names = before[one].keys() | after[one].keys()
            differing = tuple(sorted(name for name in names if before[one].get(name) != after[one].get(name)))
            changes.append(RowChange(id=one, how="changed", members=differing))
    return tuple(changes)


def registry_of(document: JsonObject, *, created: str, today: date) -> JsonObject:
    """The same list in the form `dcc-legacy` of the Digital Credentials Consortium.

    That form knows neither dates nor units: so only institutions that are listed today stand in it.

    Args:
        document: our signed list.
        created: when our first list was made, as the list writes moments.
    """
    registry: JsonObject = {}
    for did, entry in _by_id(document).items():
        if not _listed_on(entry, today):
            continue
        name = entry.get("name")
        row: JsonObject = {"name": name.get("en") or name.get("fi") if isinstance(name, dict) else did}
        row |= {member: entry[member] for member in ("location", "url") if entry.get(member)}
        registry[did] = row
    return {"meta": {"created": created, "updated": document.get("validFrom")}, "registry": registry}


def _by_id(document: JsonObject) -> dict[str, Mapping[str, JsonValue]]:
    entries = document.get("institutions")
    rows = [one for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []
    return {str(one.get("id")): one for one in rows}


def _listed_on(entry: Mapping[str, JsonValue], day: date) -> bool:
    starts, ends = entry.get("listedFrom"), entry.get("withdrawnAt")
    if not isinstance(starts, str) or date.fromisoformat(starts[:10]) > day:
        return False
    return not isinstance(ends, str) or day < date.fromisoformat(ends[:10])


def _name(text: str, pointer: str) -> None:
    check_words(check_text(text, most=MOST_NAME, pointer=pointer, lines=False), pointer=pointer)


def _is_page(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return (
        parts.scheme == "https"
        and "." in (parts.hostname or "")
        and parts.username is None
        and len(url) <= _MOST_ADDRESS
    )


def _note(faults: list[DomainError], check: Callable[[], None]) -> None:
    try:
        check()
    except DomainError as fault:
        faults.append(fault)
