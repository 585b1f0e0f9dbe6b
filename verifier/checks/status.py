"""Checks `status.*`: every entry is read from a list that is itself proven; whatever is not proven is unknown."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from schemas.errors import DocumentError
from schemas.status_list import SMALLEST_ENTRIES, value_at
from schemas.strict_json import JsonObject, JsonValue
from verifier.checks.table import Severity
from verifier.description import many, member, text
from verifier.findings import Finding, Outcome, failed, inconclusive, not_applicable, passed
from verifier.report import StatusRecord

CODES: Final = (
    "status.entry",
    "status.list",
    "status.revoked",
    "status.suspended",
    "status.message",
    "status.rolled_back",
)
BITSTRING: Final = "BitstringStatusListEntry"
ONE_EDTECH: Final = "1EdTechRevocationList"
_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,9}")
_LARGEST_SIZE: Final = 64
_TELLING: Final = {"revocation": "status.revoked", "suspension": "status.suspended"}
_REASONS: Final = {1: "replaced", 2: "mistake", 3: "holder_wish", 4: "for_cause", 5: "being_checked"}
_FIRST_YEAR: Final = 2020
_REASON_BITS: Final = 16
_MONTH_MASK: Final = 0xFFF
_CLASS_SHIFT: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusList:
    """A status list that keeps all list rules but those of a single entry.

    Attributes:
        url: where it was asked for.
        issuer: who signed it.
        purposes: `statusPurpose` as an array.
        bits: decoded.
        size: bits of one entry, if the list says so.
        valid_from, valid_until: as written; None when absent.
    """

    url: str
    issuer: str
    purposes: tuple[str, ...]
    bits: bytes
    size: int | None
    valid_from: str | None
    valid_until: str | None


class ListFault(Exception):  # noqa: N818  an outcome of ours, not an error of the caller
    """A list that cannot be used; the status is unknown.

    Attributes:
        reason: a short code for the report.
        rolled_back: the list is older than one seen before.
    """

    def __init__(self, reason: str, *, rolled_back: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.rolled_back = rolled_back


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusTools:
    """How lists are had.

    Attributes:
        bitstring: URL to a proven list.
        reasons: URL of a status list to its list of reasons; None when there is none that holds.
        revoked_ids: URL to the credential ids that an unsigned 1EdTechRevocationList revokes.
        first_sight: whether no newer or older list of this URL was seen before.
    """

    bitstring: Callable[[str], StatusList]
    reasons: Callable[[str], StatusList | None]
    revoked_ids: Callable[[str], frozenset[str]]
    first_sight: Callable[[str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusQuestion:
    """Whose status, and how much is forgiven.

    Attributes:
        credential_id: for lists of ids.
        ignore_unknown_types: policy W3C: other status types are not looked at.
        lenient_1edtech: an unreachable 1EdTechRevocationList only warns.
    """

    credential_id: str | None
    ignore_unknown_types: bool = False
    lenient_1edtech: bool = False


@dataclass(frozen=True, slots=True)
class _Entry:
    pointer: str
    type: str
    purpose: str
    index: int
    url: str
    size: int | None
    messages: dict[str, str]


def check_status(
    value: JsonValue, question: StatusQuestion, tools: StatusTools
) -> tuple[list[Finding], list[StatusRecord]]:
    """All entries of `credentialStatus`, each evaluated; findings of `CODES`.

    Args:
        value: member `credentialStatus` as received.
        question: whose status.
        tools: how lists are had.

    Source: BSL 2.1, 3.2, 3.4; OB 9.1 step 4; verification.md, section 6.
    """
    items = value if isinstance(value, list) else [] if value is None else [value]
    findings: list[Finding] = []
    records: list[StatusRecord] = []
    for place, item in enumerate(items):
        pointer = f"/credentialStatus/{place}" if isinstance(value, list) else "/credentialStatus"
        types = _types(item)
        if BITSTRING in types:
            _check_bitstring(item, pointer, tools, findings, records)
        elif ONE_EDTECH in types:
            _check_revocation_list(item, pointer, question, tools, findings, records)
        elif not question.ignore_unknown_types:
            findings.append(inconclusive("status.entry", pointer, "unknown_type"))
    seen = {finding.code for finding in findings}
    findings += [_rest(code, seen) for code in CODES if code not in seen]
    return findings, records


def _rest(code: str, seen: set[str]) -> Finding:
    """What is said of a code that no entry spoke of: nothing of that kind, or blocked by an entry that is malformed."""
    if "status.entry" in seen and "status.list" not in seen and code in ("status.list", "status.revoked"):
        return Finding(code=code, outcome=Outcome.INCONCLUSIVE, reason="blocked_by:status.entry")
    return not_applicable(code)


def _types(item: JsonValue) -> list[JsonValue]:
    types = member(item, "type")
    return types if isinstance(types, list) else [types]


def _read_entry(item: JsonValue, pointer: str) -> _Entry | Finding:
    """The entry, strictly: an index of other digits, signs or zeros would read another badge's bit."""
    code = "status.entry"
    purpose, index = member(item, "statusPurpose"), member(item, "statusListIndex")
    url, size = member(item, "statusListCredential"), member(item, "statusSize")
    if not isinstance(purpose, str) or not purpose:
        return inconclusive(code, f"{pointer}/statusPurpose", "purpose")
    if not isinstance(index, str) or not _INDEX.fullmatch(index):
        return inconclusive(code, f"{pointer}/statusListIndex", "index")
    if not isinstance(url, str) or not url.startswith("https://") or "#" in url:
        return inconclusive(code, f"{pointer}/statusListCredential", "url")
    if size is not None and (isinstance(size, bool) or not isinstance(size, int) or not 1 <= size <= _LARGEST_SIZE):
        return inconclusive(code, f"{pointer}/statusSize", "size")
    if member(item, "id") == url:
        return inconclusive(code, f"{pointer}/id", "id_is_list")
    return _Entry(pointer, BITSTRING, purpose, int(index), url, size, _messages(item))


def _messages(item: JsonValue) -> dict[str, str]:
    """`statusMessage` of an entry: value as `0x…` to text; what is malformed in it is left out (BSL 2.1)."""
    told: dict[str, str] = {}
    for message in many(member(item, "statusMessage")):
        value, said = member(message, "status"), member(message, "message")
        if isinstance(value, str) and isinstance(said, str):
            told[value.lower()] = said
    return told


def _check_bitstring(
    item: JsonValue, pointer: str, tools: StatusTools, findings: list[Finding], records: list[StatusRecord]
) -> None:
    entry = _read_entry(item, pointer)
    if isinstance(entry, Finding):
        findings += [entry, *_unreadable(pointer, _purpose_code(text(member(item, "statusPurpose"))), "status.entry")]
        return
    findings.append(passed("status.entry", pointer))
    code = _purpose_code(entry.purpose)
    try:
        found = tools.bitstring(entry.url)
        value = _value(found, entry)
    except ListFault as fault:
        findings += [inconclusive("status.list", pointer, fault.reason), *_unreadable(pointer, code, "status.list")]
        if fault.rolled_back:
            findings.append(inconclusive("status.rolled_back", pointer, "older"))
        records.append(_record(entry, None, None, Outcome.INCONCLUSIVE))
        return
    findings.append(passed("status.list", pointer))
    if tools.first_sight(entry.url):
        findings.append(not_applicable("status.rolled_back", pointer))
    else:
        findings.append(passed("status.rolled_back", pointer))
    telling = _telling(entry, code, found, value, tools)
    findings.append(telling)
    records.append(_record(entry, found, value, telling.outcome))


def _purpose_code(purpose: str | None) -> str:
    return _TELLING.get(purpose or "", "status.message")


def _unreadable(pointer: str, code: str, by: str) -> list[Finding]:
    finding = Finding(code=code, outcome=Outcome.INCONCLUSIVE, pointer=pointer, reason=f"blocked_by:{by}")
    if by == "status.entry":
        listed = Finding(code="status.list", outcome=Outcome.INCONCLUSIVE, pointer=pointer, reason=f"blocked_by:{by}")
        return [listed, finding]
    return [finding]


def _value(found: StatusList, entry: _Entry) -> int:
    if entry.purpose not in found.purposes:
        raise ListFault("purpose")
    if entry.size is not None and found.size is not None and found.size != entry.size:
        raise ListFault("size")
    size = entry.size or found.size or 1
    if len(found.bits) * 8 // size < SMALLEST_ENTRIES:
        raise ListFault("too_short")
    try:
        return value_at(found.bits, entry.index, size)
    except (DocumentError, IndexError, ValueError) as problem:
        raise ListFault("out_of_range") from problem


def _telling(entry: _Entry, code: str, found: StatusList, value: int, tools: StatusTools) -> Finding:
    details: dict[str, JsonValue] = {"list_valid_from": found.valid_from, "list_valid_until": found.valid_until}
    if code == "status.message":
        said = entry.messages.get(f"0x{value:x}")
        return passed(code, entry.pointer, {"value": value, "purpose": entry.purpose, "message": said})
    if value == 0:
        return passed(code, entry.pointer, details)
    if code == "status.revoked":
        details |= _reason(tools.reasons(entry.url), entry)
    return failed(code, entry.pointer, None, details)


def _reason(reasons: StatusList | None, entry: _Entry) -> JsonObject:
    """Class and month of a withdrawal from the list beside; nothing when there is none that holds."""
    if reasons is None or reasons.size not in (None, _REASON_BITS) or "message" not in reasons.purposes:
        return {}
    try:
        value = value_at(reasons.bits, entry.index, _REASON_BITS)
    except (DocumentError, IndexError, ValueError):
        return {}
    reason = _REASONS.get(value >> _CLASS_SHIFT)
    if reason is None:
        return {}
    years, month = divmod(value & _MONTH_MASK, 12)
    return {"reason": reason, "month": f"{_FIRST_YEAR + years}-{month + 1:02d}"}


def _record(entry: _Entry, found: StatusList | None, value: int | None, outcome: Outcome) -> StatusRecord:
    return StatusRecord(
        type=entry.type,
        purpose=entry.purpose,
        index=entry.index,
        list=entry.url,
        list_issuer=found.issuer if found else None,
        list_valid_from=found.valid_from if found else None,
        list_valid_until=found.valid_until if found else None,
        value=value,
        outcome=outcome,
    )


def _check_revocation_list(
    item: JsonValue,
    pointer: str,
    question: StatusQuestion,
    tools: StatusTools,
    findings: list[Finding],
    records: list[StatusRecord],
) -> None:
    url = member(item, "id")
    if not isinstance(url, str) or not url.startswith("https://") or question.credential_id is None:
        bad = inconclusive("status.entry", f"{pointer}/id", "url")
        findings += [bad, *_unreadable(pointer, "status.revoked", "status.entry")]
        return
    findings.append(passed("status.entry", pointer))
    outcome = Outcome.INCONCLUSIVE
    try:
        listed = question.credential_id in tools.revoked_ids(url)
    except ListFault as fault:
        bad_list = [
            inconclusive("status.list", pointer, fault.reason),
            *_unreadable(pointer, "status.revoked", "status.list"),
        ]
        if question.lenient_1edtech and fault.reason in ("not_fetched", "not_allowed_offline"):
            bad_list = [replace(finding, severity=Severity.WARNING) for finding in bad_list]
        findings += bad_list
    else:
        findings.append(passed("status.list", pointer))
        told = failed("status.revoked", pointer) if listed else passed("status.revoked", pointer)
        findings.append(told)
        outcome = told.outcome
    records.append(
        StatusRecord(
            type=ONE_EDTECH,
            purpose="revocation",
            index=None,
            list=url,
            list_issuer=None,
            list_valid_from=None,
            list_valid_until=None,
            value=None,
            outcome=outcome,
        )
    )


def is_inside(valid_from: datetime | None, valid_until: datetime | None, now: datetime) -> bool:
    """Whether `now` lies in the window; an absent end does not bound it."""
    return (valid_from is None or valid_from <= now) and (valid_until is None or now <= valid_until)
