"""Stage A: from bytes to one document, by what the bytes are and not by what they are called."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from keys.errors import ProofError
from keys.proofs import jws
from schemas import strict_json
from schemas.baking import Baked, read_png, read_svg
from schemas.errors import DocumentError
from schemas.pdf_attachment import read_pdf
from schemas.strict_json import JsonObject, JsonValue
from verifier import open_badges_2_reading as older
from verifier.checks.contexts import VC2
from verifier.description import many
from verifier.environment import Limits
from verifier.findings import Finding, blocked, failed, inconclusive, not_applicable, passed
from verifier.moulds import Cast
from verifier.report import Kind
from verifier.request import SourceKind

CODES: Final = ("input.container", "input.encoding", "input.json", "input.limits", "input.kind")
_BADGE_TYPES: Final = frozenset({"OpenBadgeCredential", "AchievementCredential"})
_UTF8_MARK: Final = b"\xef\xbb\xbf"
_BLANKS: Final = b" \t\r\n"
_WIDE: Final = (b"\xff\xfe{\x00", b"\xfe\xff\x00{")
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PDF: Final = b"%PDF-"
_PDF_START: Final = 1024
_XML: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:[?!a-zA-Z])")
_TOKEN: Final = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_ENVELOPE: Final = "EnvelopedVerifiableCredential"
_ENVELOPES: Final = {
    _ENVELOPE: ("data:application/vc+jwt,",),
    "EnvelopedVerifiablePresentation": ("data:application/vp+jwt,", "data:application/jwt,"),
}
_TYPES: Final[frozenset[str | None]] = jws.CREDENTIAL_TYPES | {"vp+jwt"}
_REGISTERED: Final = frozenset({"iss", "sub", "jti", "nbf", "exp", "iat", "aud"})


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
        document: None when it could not be read; of a JWS the credential in its payload.
        text: the JSON that `document` was read from.
        jws: the compact JWS around it; None when there is none.
        payload: of the JWS.
        blocked_by: the code that stands in the way of everything else.
        address: of an OB 2.0 assertion, when only its address was baked.
        cast: how the document fits what is known of badges like it; its findings take the place of `findings`.
    """

    source_kind: SourceKind
    kind: Kind = "unknown"
    findings: list[Finding] = field(default_factory=list)
    document: JsonObject | None = None
    text: bytes = b""
    jws: "jws.Jws | None" = None
    payload: JsonObject | None = None
    blocked_by: str | None = None
    address: str | None = None
    cast: Cast | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How to read.

    Attributes:
        limits: bounds.
        generic: any credential or presentation is wanted, not only badges.
        source_kind: told in the report instead of what the bytes say.
        read_pdf: see `Environment`.
    """

    limits: Limits
    generic: bool = False
    source_kind: SourceKind | None = None
    read_pdf: Callable[[bytes], Baked] = read_pdf


def read(data: bytes, reading: Reading) -> Received:
    """The one document in the data.

    Args:
        data: JSON, compact JWS, PNG, SVG or PDF.
        reading: bounds and what is wanted.

    Raises:
        Unreadable: nothing of these, a syntax error, nothing in the container, or beyond the byte limit.
    """
    if len(data) > reading.limits.image_bytes:
        raise Unreadable("input.too_large", f"{len(data)} bytes")
    if data.startswith(_PNG):
        return _contained(data, "png", reading)
    if looks_like_json(data):
        return read_json(data, reading)
    if _PDF in data[:_PDF_START]:
        return _contained(data, "pdf", reading)
    if _XML.match(data):
        return _contained(data, "svg", reading)
    if data.startswith(b"eyJ") or _TOKEN.fullmatch(data):
        return read_jws(data, reading)
    raise Unreadable("input.unreadable", "neither JSON, JWS, PNG, SVG nor PDF")


def looks_like_json(data: bytes) -> bool:
    """Whether the first sign is a brace, also behind a byte order mark or in a wider encoding (both refused later)."""
    start = data.removeprefix(_UTF8_MARK).lstrip(_BLANKS)[:2]
    return start[:1] == b"{" or data[:4] in _WIDE or data[:2] in (b"{\x00", b"\x00{")


_READERS: Final = {"png": read_png, "svg": read_svg}


def _contained(data: bytes, kind: SourceKind, reading: Reading) -> Received:
    """The credential in an image or PDF; a container that is sound or not is itself a finding."""
    try:
        baked = reading.read_pdf(data) if kind == "pdf" else _READERS[kind](data)
    except DocumentError as problem:
        if problem.code == "input.unreadable":
            raise Unreadable("input.unreadable", problem.detail) from problem
        received = Received(source_kind=reading.source_kind or kind)
        if problem.code == "input.limits":
            received.findings.append(inconclusive("input.container", "", "limit"))
            received.findings.append(inconclusive("input.limits", "", "container"))
        else:
            received.findings.append(failed(problem.code, problem.pointer))
        _block(received, problem.code)
        return received
    inner = replace(reading, source_kind=reading.source_kind or kind)
    content = baked.content.strip(_BLANKS)
    if baked.generation == "ob2" and content.startswith(b"https://"):
        received = _pointer(content, inner)
    elif looks_like_json(content):
        received = read_json(content, inner)
    elif _TOKEN.fullmatch(content):
        received = read_jws(content, inner)
    else:
        raise Unreadable("input.unreadable", "the container holds neither JSON nor JWS")
    received.findings = [passed("input.container"), *(f for f in received.findings if f.code != "input.container")]
    if kind != "pdf" and (baked.generation == "ob2") != (received.kind == "Assertion") and received.kind != "unknown":
        received.findings[0] = failed("input.container", "", "keyword")
    return received


def _pointer(address: bytes, reading: Reading) -> Received:
    """An image of the first Open Badges generations that holds the address of its assertion only."""
    url = address.decode("utf-8", "replace")
    received = Received(source_kind=reading.source_kind or "png", text=b"{}", address=url)
    return _recognised(received, {"@context": older.CONTEXT, "type": "Assertion", "id": url}, reading)


def read_json(data: bytes, reading: Reading) -> Received:
    """A bare JSON document.

    Raises:
        Unreadable: beyond the byte limit, or not JSON at all.
    """
    limits = reading.limits
    received = Received(source_kind=reading.source_kind or "json", text=data)
    if len(data) > limits.json_bytes and b"ClrCredential" not in data:
        raise Unreadable("input.too_large", f"{len(data)} bytes")
    received.findings.append(not_applicable("input.container"))
    try:
        document = _parsed(data, limits)
    except DocumentError as problem:
        if isinstance(problem.__cause__, json.JSONDecodeError):
            raise Unreadable("input.unreadable", "not JSON") from problem
        return _stop(received, problem.code, problem.pointer)
    envelope = _opened(document, reading)
    if envelope is not None:
        return envelope
    return _recognised(received, document, reading)


def _parsed(data: bytes, limits: Limits) -> JsonObject:
    most_values = limits.clr_values if b"ClrCredential" in data else limits.values
    return strict_json.read_object(
        data,
        max_bytes=limits.clr_bytes,
        max_depth=limits.depth,
        max_values=most_values,
        max_string_bytes=limits.string_bytes,
    )


def _recognised(received: Received, document: JsonObject, reading: Reading) -> Received:
    """Add the findings of a document that was read, and what kind it is."""
    received.findings += [passed("input.encoding"), passed("input.json"), passed("input.limits")]
    received.document = document
    received.kind, finding = kind_of(document, generic=reading.generic)
    received.findings.append(finding)
    if received.kind == "unknown":
        received.blocked_by = "input.kind"
    limits = reading.limits
    nodes = limits.clr_nodes if received.kind == "ClrCredential" else limits.nodes
    if received.text.count(b"{") > nodes:  # braces inside texts count too: nobody's badge comes near
        received.findings = [found for found in received.findings if found.code != "input.limits"]
        received.findings.append(inconclusive("input.limits", "", "nodes"))
        received.blocked_by = "input.limits"
    return received


def _stop(received: Received, code: str, pointer: str = "") -> Received:
    """The document cannot be read further; one finding says why, the rest is blocked."""
    if code == strict_json.LIMITS:
        received.findings.append(inconclusive(code, pointer, "document"))
    else:
        received.findings.append(failed(code, pointer))
    if code not in ("input.encoding", "input.limits"):
        received.findings.append(passed("input.encoding"))
    _block(received, code)
    return received


def _block(received: Received, by: str) -> None:
    told = {finding.code for finding in received.findings}
    received.findings += [blocked(code, by) for code in CODES if code not in told]
    received.blocked_by = by


def read_jws(data: bytes, reading: Reading) -> Received:
    """A compact JWS and the credential in it.

    Raises:
        Unreadable: beyond the byte limit.
    """
    received = Received(source_kind=reading.source_kind or "jwt")
    received.findings.append(not_applicable("input.container"))
    if len(data) > reading.limits.json_bytes and len(data) > reading.limits.clr_bytes:
        raise Unreadable("input.too_large", f"{len(data)} bytes")
    token = data.decode("ascii", "replace")
    signed = older.signed_assertion(token)
    if signed is not None:
        received.jws, received.payload = signed
        received.text = signed[0].payload
        return _recognised(received, signed[1], reading)
    try:
        opened = jws.open_jws(token, types=_TYPES)
    except ProofError as problem:
        if problem.code == "jwt.header":
            received.findings += [passed("input.encoding"), passed("input.json"), passed("input.limits")]
        return _stop(received, problem.code)
    try:
        payload = _parsed(opened.payload, reading.limits)
    except DocumentError as problem:
        return _stop(received, problem.code, problem.pointer)
    received.jws, received.payload, received.text = opened, payload, opened.payload
    return _recognised(received, credential_in(payload), reading)


def credential_in(payload: JsonObject) -> JsonObject:
    """The credential of a payload: under `vc` or `vp` when it is an object there, else the payload less the claims."""
    for name in ("vc", "vp"):
        inside = payload.get(name)
        if isinstance(inside, dict):
            return inside
    return {name: value for name, value in payload.items() if name not in _REGISTERED}


def _opened(document: JsonObject, reading: Reading) -> Received | None:
    """What an enveloping object holds (VCDM 2.0, 4.12); None for other documents."""
    types = many(document.get("type"))
    name = next((one for one in _ENVELOPES if one in types), None)
    if name is None:
        return None
    contexts, address = document.get("@context"), document.get("id")
    starts = _ENVELOPES[name]
    start = next((one for one in starts if isinstance(address, str) and address.startswith(one)), None)
    if not isinstance(contexts, list) or contexts[:1] != [VC2] or len(types) != 1 or start is None:
        received = Received(source_kind=reading.source_kind or "json")
        received.findings = [not_applicable("input.container"), failed("input.kind", "", "envelope")]
        _block(received, "input.kind")
        return received
    inner = replace(reading, source_kind=reading.source_kind or "json")
    return read_jws(str(address)[len(start) :].encode("utf-8"), inner)


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
    contexts: list[JsonValue] = many(document.get("@context"))
    if older.CONTEXT in contexts:
        if "Assertion" in types:
            return "Assertion", passed("input.kind")
        return "unknown", failed("input.kind", "/type", "not_an_assertion")
    if older.is_before_2(document):
        return "unknown", inconclusive("input.kind", "", "open_badges_1")
    if "VerifiableCredential" in types:
        return "unknown", inconclusive("input.kind", "/type", "other_credential")
    return "unknown", failed("input.kind", "/type", "not_a_credential")
