"""Stage A: from bytes to one document, by what the bytes are and not by what they are called."""

import json
from dataclasses import dataclass, field
from typing import Final

from schemas import strict_json
from schemas.errors import DocumentError
from schemas.strict_json import JsonObject
from verifier.description import many
from verifier.environment import Limits
from verifier.findings import Finding, blocked, failed, inconclusive, not_applicable, passed
from verifier.report import Kind
from verifier.request import SourceKind

CODES: Final = ("input.container", "input.encoding", "input.json", "input.limits", "input.kind")
_BADGE_TYPES: Final = frozenset({"OpenBadgeCredential", "AchievementCredential"})
_OB2_CONTEXT: Final = "https://w3id.org/openbadges/v2"
_OB2_OLDER: Final = ("https://w3id.org/openbadges/v1", "http://w3id.org/openbadges", "https://openbadgespec.org")
_UTF8_MARK: Final = b"\xef\xbb\xbf"
_BLANKS: Final = b" \t\r\n"


class Unreadable(Exception):  # noqa: N818  the name is part of the contract with callers
    """Nothing that could be judged: exit 3 of the command line, 4xx of the API (verification.md, section 10).

    Attributes:
        code: `input.unreadable`, or `input.too_large` beyond a byte limit.
        detail: for developers.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


@dataclass(slots=True, kw_only=True)
class Received:
    """A document as it came.

    Attributes:
        source_kind: how it was recognised.
        kind: what it is.
        findings: of stage A.
        document: None when it could not be read.
        text: the JSON that `document` was read from.
        jws: the compact JWS around it; None when there is none.
        blocked_by: the code of stage A that stands in the way of everything else.
    """

    source_kind: SourceKind
    kind: Kind = "unknown"
    findings: list[Finding] = field(default_factory=list)
    document: JsonObject | None = None
    text: bytes = b""
    jws: str | None = None
    blocked_by: str | None = None


def looks_like_json(data: bytes) -> bool:
    """Whether the first sign is a brace, also behind a byte order mark or in a wider encoding (both refused later)."""
    start = data.removeprefix(_UTF8_MARK).lstrip(_BLANKS)[:2]
    return start[:1] == b"{" or data[:4] in (b"\xff\xfe{\x00", b"\xfe\xff\x00{") or data[:2] in (b"{\x00", b"\x00{")


def read_json(data: bytes, limits: Limits, *, source_kind: SourceKind = "json", generic: bool = False) -> Received:
    """A bare JSON document.

    Args:
        data: the whole text.
        limits: bounds; `json_bytes` is the byte limit.
        source_kind: told in the report.
        generic: any credential or presentation is wanted, not only badges.

    Raises:
        Unreadable: beyond the byte limit, or not JSON at all.
    """
    received = Received(source_kind=source_kind, text=data)
    if len(data) > limits.clr_bytes or (len(data) > limits.json_bytes and b"ClrCredential" not in data):
        raise Unreadable("input.too_large", f"{len(data)} bytes")
    received.findings.append(not_applicable("input.container"))
    try:
        document = _parsed(data, limits)
    except DocumentError as problem:
        if isinstance(problem.__cause__, json.JSONDecodeError):
            raise Unreadable("input.unreadable", "not JSON") from problem
        _stop(received, problem)
        return received
    received.findings += [passed("input.encoding"), passed("input.json"), passed("input.limits")]
    received.document = document
    received.kind, finding = kind_of(document, generic=generic)
    received.findings.append(finding)
    if received.kind == "unknown":
        received.blocked_by = "input.kind"
    nodes = limits.clr_nodes if received.kind == "ClrCredential" else limits.nodes
    if data.count(b"{") > nodes:  # braces inside texts count too: nobody's badge comes near
        _exceed(received, "nodes")
    return received


def _exceed(received: Received, reason: str) -> None:
    received.findings = [found for found in received.findings if found.code != "input.limits"]
    received.findings.append(inconclusive("input.limits", "", reason))
    received.blocked_by = "input.limits"


def _parsed(data: bytes, limits: Limits) -> JsonObject:
    most_values = limits.clr_values if b"ClrCredential" in data else limits.values
    return strict_json.read_object(
        data,
        max_bytes=limits.clr_bytes,
        max_depth=limits.depth,
        max_values=most_values,
        max_string_bytes=limits.string_bytes,
    )


def _stop(received: Received, problem: DocumentError) -> None:
    """The document cannot be read further; `input.*` says why, the rest is blocked."""
    if problem.code == strict_json.LIMITS:
        finding = inconclusive(problem.code, problem.pointer, "document")
    else:
        finding = failed(problem.code, problem.pointer)
    told = {found.code for found in received.findings} | {finding.code}
    received.findings.append(finding)
    received.findings += [
        passed(code) if code == "input.encoding" else blocked(code, finding.code) for code in CODES if code not in told
    ]
    received.blocked_by = finding.code


def kind_of(document: JsonObject, *, generic: bool) -> tuple[Kind, Finding]:
    """What the document says it is, by `type`; `input.kind`."""
    types = {item for item in many(document.get("type")) if isinstance(item, str)}
    if "VerifiablePresentation" in types:
        return "VerifiablePresentation", passed("input.kind")
    if generic:
        return "VerifiableCredential", passed("input.kind")
    kind: Kind | None = None
    if types & _BADGE_TYPES:
        kind = "OpenBadgeCredential"
    elif "EndorsementCredential" in types:
        kind = "EndorsementCredential"
    elif "ClrCredential" in types:
        kind = "ClrCredential"
    if kind is not None:
        return kind, passed("input.kind")
    return _other_kind(document, types)


def _other_kind(document: JsonObject, types: set[str]) -> tuple[Kind, Finding]:
    contexts = many(document.get("@context"))
    if _OB2_CONTEXT in contexts:
        if "Assertion" in types:
            return "Assertion", passed("input.kind")
        return "unknown", failed("input.kind", "/type", "not_an_assertion")
    if any(isinstance(item, str) and item.startswith(_OB2_OLDER) for item in contexts) or _is_older(document):
        return "unknown", inconclusive("input.kind", "", "open_badges_1")
    if "VerifiableCredential" in types:
        return "unknown", inconclusive("input.kind", "/type", "other_credential")
    return "unknown", failed("input.kind", "/type", "not_a_credential")


def _is_older(document: JsonObject) -> bool:
    """Open Badges 0.5 to 1.1 had no types: a badge, a recipient and `verify`."""
    return "recipient" in document and "badge" in document and "type" not in document
