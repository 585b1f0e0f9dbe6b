"""HTTP interface for machines: `POST /api/verify` answers the report; `POST /api/verify/frame` reads a camera frame."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams

from verifier import Unreadable, verify
from verifier.admission import FRAMES_PER_MINUTE, Admission, Rate
from verifier.at_hand import MustWait
from verifier.documents_fetch import DocumentsError, read_documents
from verifier.environment import Response as Answer
from verifier.frames import read_frame
from verifier.policy import EMPLOYMENT, Policy, PolicyError, policy_named
from verifier.problems import Problem
from verifier.request import Request as Facts
from verifier.request_body import FormPart, form_parts, media_type, read_body
from verifier.source import MAX_BYTES, NotFetched, link_in, read_source
from verifier.surroundings import MakeEnvironment
from verifier.times import instant_of
from verifier.written_report import written

MAX_FORM_BYTES: Final = 12 << 20  # badge, documents and evidence together
_AT_ONCE_BYTES: Final = 64 << 10
_MAX_RECIPIENT = 1024
_QUERY = frozenset({"policy", "language", "time"})
_LANGUAGES = frozenset({"fi", "sv", "en"})
_OPEN_TO_ALL: Mapping[str, str] = {"Access-Control-Allow-Origin": "*"}
_PREFLIGHT: Mapping[str, str] = {
    **_OPEN_TO_ALL,
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "content-type",
    "Access-Control-Max-Age": "86400",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Query:
    policy: Policy = EMPLOYMENT
    language: str = "en"
    now: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Input:
    data: bytes
    documents: Mapping[str, Answer] | None = None
    evidence: tuple[bytes, ...] = ()
    recipient: str | None = None


def router(
    environment: MakeEnvironment,
    *,
    admission: Admission | None = None,
    frames: Admission | None = None,
    at_hand: MakeEnvironment | None = None,
) -> APIRouter:
    """Return the routes.

    Args:
        environment: makes the Environment of one verification.
        admission: bound on verifications; None: only on how many are in flight.
        frames: the same for camera frames; None: 240 a minute for each address prefix.
        at_hand: makes environments that raise MustWait; None: every verification runs in a thread.
    """
    routes = APIRouter()
    checks = admission or Admission()
    scans = frames or Admission(Rate(FRAMES_PER_MINUTE))

    @routes.post("/api/verify")
    async def verify_badge(request: Request) -> Response:
        """Judge the badge in the body: raw bytes, a link as text, or a form with `file`, `documents`, `evidence`."""
        try:
            query = _query(request.query_params)
            async with checks.enter(request):
                given = await _input(request)
                report = _at_once(given, query, at_hand)
                if report is None:
                    report = await run_in_threadpool(_report, given, query, environment)
        except Problem as problem:
            return problem.response(_OPEN_TO_ALL)
        return Response(report, 200, _OPEN_TO_ALL, "application/json")

    @routes.options("/api/verify", include_in_schema=False)
    async def verify_badge_preflight() -> Response:
        """Let pages of any origin ask; no cookie is ever looked at here."""
        return Response(status_code=204, headers=_PREFLIGHT)

    @routes.post("/api/verify/frame", include_in_schema=False)
    async def frame(request: Request) -> Response:
        """Read the QR code in a JPEG of at most 100 kB: `{"text": …}`, null when none is seen."""
        return await read_frame(request, scans)

    return routes


def _query(given: QueryParams) -> _Query:
    """Read policy, language and time; a name that is unknown or comes twice is a usage error."""
    names = [name for name, _ in given.multi_items()]
    if len(set(names)) != len(names) or not _QUERY.issuperset(names):
        raise Problem("usage", "query: policy, language, time; each once")
    now = None
    if "time" in given:
        now = instant_of(given["time"])
        if now is None:
            raise Problem("usage", "time: a dateTimeStamp, for example 2026-11-22T12:00:00Z")
    language = given.get("language", "en")
    if language not in _LANGUAGES:
        raise Problem("usage", "language: fi, sv or en")
    try:
        policy = policy_named(given.get("policy", EMPLOYMENT.name))
    except PolicyError:
        raise Problem("usage", "policy") from None
    return _Query(policy=policy, language=language, now=now)


async def _input(request: Request) -> _Input:
    is_form = media_type(request) == "multipart/form-data"  # all else is raw: clients mislabel bytes freely
    body = await read_body(request, MAX_FORM_BYTES if is_form else MAX_BYTES)
    parts = form_parts(body, request.headers.get("content-type", "")) if is_form else None
    return _Input(data=body) if parts is None else _from_form(parts)


def _from_form(parts: list[FormPart]) -> _Input:
    given: dict[str, list[bytes]] = {"file": [], "documents": [], "evidence": [], "recipient": []}
    for part in parts:
        if part.name not in given:
            raise Problem("usage", "parts: file, documents, evidence, recipient")
        given[part.name].append(bytes(part.data))
    if len(given["file"]) != 1 or len(given["documents"]) > 1 or len(given["recipient"]) > 1:
        raise Problem("usage", "one part `file`, at most one `documents` and one `recipient`")
    if len(given["file"][0]) > MAX_BYTES:
        raise Problem("input.too_large")
    recipient = given["recipient"][0].decode("utf-8", "replace") if given["recipient"] else None
    if recipient is not None and len(recipient) > _MAX_RECIPIENT:
        raise Problem("usage", "recipient is too long")
    try:
        documents = read_documents(given["documents"][0]) if given["documents"] else None
    except DocumentsError:
        raise Problem("usage", "documents: one JSON object of URL or DID → answer") from None
    return _Input(
        data=given["file"][0], documents=documents, evidence=tuple(given["evidence"]), recipient=recipient or None
    )


def _at_once(given: _Input, query: _Query, at_hand: MakeEnvironment | None) -> bytes | None:
    """Write the report without a thread; None when something would have to be waited for.

    An ordinary badge takes less than a thread's turn once its status list is at hand; changing threads would cost
    more than a tenth of that.
    """
    if at_hand is None or len(given.data) > _AT_ONCE_BYTES or given.evidence:
        return None
    try:
        return _report(given, query, at_hand)
    except MustWait:
        return None


def _report(given: _Input, query: _Query, make: MakeEnvironment) -> bytes:
    """Verify and write the report; runs in a thread if it may have to wait."""
    if given.data[:4] == b"PK\x03\x04":
        raise Problem("input.unsupported", "archives are not opened")
    try:
        environment = make(now=query.now, documents=given.documents)
        data, kind, url = read_source(given.data, environment, from_text=link_in(given.data) is not None)
        facts = Facts(recipient=given.recipient, evidence=given.evidence, source_kind=kind, source_url=url)
        report = verify(data, policy=query.policy, environment=environment, request=facts)
    except NotFetched:
        raise Problem("input.not_fetched") from None
    except Unreadable as error:
        raise Problem("input.too_large" if error.code == "input.too_large" else "input.unreadable") from None
    return written(report, query.language)
