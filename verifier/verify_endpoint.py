"""`POST /api/verify` itself, and the straight way to it: an ordinary request needs nothing of the framework."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from verifier import Unreadable, verify
from verifier.admission import Admission
from verifier.at_hand import MustWait
from verifier.documents_fetch import DocumentsError, read_documents
from verifier.environment import Response as Answer
from verifier.policy import EMPLOYMENT, Policy, PolicyError, policy_named
from verifier.problems import Problem
from verifier.request import Request as Facts
from verifier.request_body import FormPart, form_parts, media_type, read_body
from verifier.security_headers import SecurityHeaders, with_defaults
from verifier.source import MAX_BYTES, NotFetched, link_in, read_source
from verifier.surroundings import MakeEnvironment
from verifier.times import instant_of
from verifier.written_report import written

PATH: Final = "/api/verify"
OPEN_TO_ALL: Final[Mapping[str, str]] = {"Access-Control-Allow-Origin": "*"}
MAX_FORM_BYTES: Final = 12 << 20  # badge, documents and evidence together
_AT_ONCE_BYTES: Final = 64 << 10
_MAX_RECIPIENT = 1024
_QUERY = frozenset({"policy", "language", "time"})
_LANGUAGES = frozenset({"fi", "sv", "en"})
_HEADERS: Final = with_defaults([(b"content-type", b"application/json"), (b"access-control-allow-origin", b"*")])


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


_USUAL: Final = _Query()


class VerifyEndpoint:
    """Answers with reports.

    Args:
        environment: makes the Environment of one verification.
        admission: bound on verifications.
        at_hand: makes environments that raise MustWait; None: every verification runs in a thread.
    """

    def __init__(
        self, environment: MakeEnvironment, *, admission: Admission, at_hand: MakeEnvironment | None = None
    ) -> None:
        self._environment = environment
        self._admission = admission
        self._at_hand = at_hand

    async def report(self, request: Request) -> bytes:
        """Return the report on the badge in the body: raw bytes, a link as text, or a form.

        Raises:
            Problem: nothing can be judged, or not now.
        """
        query = _query(request.query_params) if request.scope["query_string"] else _USUAL
        async with self._admission.enter(request):
            given = await _input(request)
            report = _at_once(given, query, self._at_hand)
            if report is None:
                report = await run_in_threadpool(_report, given, query, self._environment)
        return report


class StraightToVerify:
    """Hands `POST /api/verify` to its endpoint and all else to the application, which answers the same, but later.

    Args:
        app: the application, which has a route for the endpoint, too.
        endpoint: the same.
    """

    def __init__(self, app: ASGIApp, endpoint: VerifyEndpoint) -> None:
        self._app = app
        self._endpoint = endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["path"] != PATH or scope["method"] != "POST" or scope.get("root_path"):
            await self._app(scope, receive, send)
            return
        try:
            report = await self._endpoint.report(Request(scope, receive))
        except Problem as problem:
            await SecurityHeaders(problem.response(OPEN_TO_ALL))(scope, receive, send)
            return
        headers = [(b"content-length", b"%d" % len(report)), *_HEADERS]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": report})


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
    if parts is None:
        return _Input(data=body)
    return await run_in_threadpool(_from_form, parts)


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
    if at_hand is None or len(given.data) > _AT_ONCE_BYTES or given.evidence or given.documents:
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
