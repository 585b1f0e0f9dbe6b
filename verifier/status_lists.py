"""Status lists as proven documents: fetched, verified like a badge, decoded, kept while their bytes stay the same."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from schemas import status_list
from schemas.errors import DocumentError
from schemas.strict_json import JsonObject, JsonValue
from verifier.checks.data_model import validity_of
from verifier.checks.status import ListFault, StatusList, StatusTools, is_inside
from verifier.description import many, member, text
from verifier.did_resolution import ResolutionError, fetched_object
from verifier.environment import FetchError, FetchRules, Response
from verifier.evaluation import evaluate
from verifier.policy import GENERIC
from verifier.reading import Reading, Received, Unreadable, looks_like_json, read_json, read_jws
from verifier.run import Run
from verifier.times import instant_of

_RULES: Final = FetchRules(purpose="status_list")
_OK: Final = 200
_CREDENTIAL: Final = "BitstringStatusListCredential"
_SUBJECT: Final = "BitstringStatusList"
_SECONDS_KEPT: Final = 60
_MESSAGE: Final = "message"


@dataclass(frozen=True, slots=True)
class _Proven:
    """A list whose proof was checked, with what the check was made from.

    Attributes:
        body: the list's bytes.
        used: what else was fetched, with the bytes answered then.
        minute: of the check; keys and proofs have times.
        found: the decoded list.
    """

    body: bytes
    used: tuple[tuple[str, FetchRules, bytes], ...]
    minute: float
    found: StatusList


class _Recorder:
    """A Fetch that remembers what it was asked, so that a kept result is only used while the answers are the same."""

    def __init__(self, run: Run) -> None:
        self._fetch = run.fetch
        self.used: list[tuple[str, FetchRules, bytes]] = []

    def __call__(self, url: str, *, rules: FetchRules) -> Response:
        response = self._fetch(url, rules=rules)
        self.used.append((url, rules, response.body))
        return response


class StatusLists:
    """The lists that one verification asks for."""

    def __init__(self, run: Run, issuer_id: str | None) -> None:
        self._run = run
        self._issuer_id = issuer_id
        self._done: dict[str, StatusList | ListFault] = {}
        self._first_sight: set[str] = set()

    def tools(self) -> StatusTools:
        """For `check_status`."""
        return StatusTools(
            bitstring=self.bitstring,
            reasons=self.reasons,
            revoked_ids=self.revoked_ids,
            first_sight=self._first_sight.__contains__,
        )

    def bitstring(self, url: str) -> StatusList:
        """The proven list at `url`.

        Raises:
            ListFault: whatever is not proven (verification.md, section 6).
        """
        done = self._done.get(url)
        if done is None:
            if len(self._done) >= self._run.limits.fetches:  # lists that the caller gives count, too
                raise ListFault("not_fetched")
            try:
                done = self._proven(url)
                self._check_window(done)
                self._check_rollback(done)
            except ListFault as fault:
                done = fault
            self._done[url] = done
        if isinstance(done, ListFault):
            raise ListFault(done.reason, rolled_back=done.rolled_back) from done
        return done

    def reasons(self, url: str) -> StatusList | None:
        """The issuer's list of reasons beside a status list; None when there is none that holds."""
        try:
            return self.bitstring(f"{url}/reasons")
        except ListFault:
            return None

    def _proven(self, url: str) -> StatusList:
        response = self._ask(url)
        memory = self._run.environment.memory
        key = ("status_list", url, self._issuer_id)
        kept = memory.get(key)
        if isinstance(kept, _Proven) and kept.body == response.body and self._is_fresh(kept):
            return kept.found
        recorder = _Recorder(self._run)
        found = self._read(url, response.body, recorder)
        proven = _Proven(response.body, tuple(recorder.used), self._minute(), found)
        memory.put(key, proven, size_bytes=len(response.body) + len(found.bits))
        return found

    def _minute(self) -> float:
        """Without skew a verification is for an exact moment, and so is what it kept."""
        seconds = self._run.now.timestamp()
        return seconds // _SECONDS_KEPT if self._run.clock_skew else seconds

    def _is_fresh(self, kept: _Proven) -> bool:
        if kept.minute != self._minute():
            return False
        try:
            return all(self._run.fetch(url, rules=rules).body == body for url, rules, body in kept.used)
        except FetchError:
            return False

    def _ask(self, url: str) -> Response:
        try:
            response = self._run.fetch(url, rules=_RULES)
        except FetchError as problem:
            offline = problem.reason == "not_allowed_offline"
            raise ListFault("not_allowed_offline" if offline else "not_fetched") from problem
        if response.status != _OK:
            raise ListFault("not_fetched")
        if response.content_type.partition(";")[0].strip().lower() not in _RULES.media_types:
            raise ListFault("media_type")
        return response

    def _read(self, url: str, body: bytes, recorder: _Recorder) -> StatusList:
        limits = self._run.limits
        received = self._received(body)
        document = received.document
        if document is None or received.blocked_by is not None:
            raise ListFault("not_json")
        issuer_id = self._check_proof(received, recorder)
        if "id" in document and document["id"] != url:
            raise ListFault("id_differs")
        return _decoded(document, url, issuer_id, limits.status_list_coded_bytes, limits.status_list_bytes)

    def _received(self, body: bytes) -> Received:
        """The list as JSON, or as a JWS around it."""
        limits = self._run.limits
        coded = replace(limits, string_bytes=limits.status_list_coded_bytes)
        reading = Reading(limits=coded, generic=True)
        try:
            return read_json(body, reading) if looks_like_json(body) else read_jws(body.strip(), reading)
        except Unreadable as problem:
            raise ListFault("not_json") from problem

    def _check_proof(self, received: Received, recorder: _Recorder) -> str:
        """Stages A to E with the list's issuer, who must be the badge's."""
        run = self._run.inner(GENERIC)
        run.fetch = recorder
        core = evaluate(received, run)
        if core.issuer_id is None or core.issuer_id != self._issuer_id:
            raise ListFault("other_issuer")
        if not core.holds(GENERIC):
            raise ListFault("bad_proof")
        return core.issuer_id

    def _check_window(self, found: StatusList) -> None:
        starts, ends = instant_of(found.valid_from), instant_of(found.valid_until)
        skew = self._run.clock_skew
        now = self._run.now
        if not is_inside(starts and starts - skew, ends and ends + skew, now):
            raise ListFault("outside_window")

    def _check_rollback(self, found: StatusList) -> None:
        memory = self._run.environment.status_memory
        starts = instant_of(found.valid_from)
        newest = memory.newest(found.url) if memory is not None else None
        if newest is None:
            self._first_sight.add(found.url)
        elif starts is None or starts < newest:
            raise ListFault("rolled_back", rolled_back=True)
        if memory is not None and isinstance(starts, datetime):
            memory.remember(found.url, starts)

    def revoked_ids(self, url: str) -> frozenset[str]:
        """Credential ids of an unsigned 1EdTechRevocationList (OB 9.1 step 4).

        Raises:
            ListFault: not had, or `id` or `issuer` of another.
        """
        try:
            content, _ = fetched_object(url, _RULES, self._run.fetch, self._run.environment.memory)
        except ResolutionError as problem:
            raise ListFault(problem.reason) from problem
        if content.get("id") != url:
            raise ListFault("id_differs")
        if _id_of(content.get("issuer")) != self._issuer_id or self._issuer_id is None:
            raise ListFault("other_issuer")
        listed = content.get("revokedCredential", [])
        if not isinstance(listed, list):
            raise ListFault("malformed")
        revoked: set[str] = set()
        for item in listed:
            name = member(item, "id")
            if not isinstance(name, str):
                raise ListFault("malformed")
            if member(item, "revoked") is not False:
                revoked.add(name)
        return frozenset(revoked)


def _id_of(value: JsonValue) -> str | None:
    return text(value) or text(member(value, "id"))


def _decoded(document: JsonObject, url: str, issuer_id: str, most_coded: int, most_bytes: int) -> StatusList:
    """The list in a credential whose proof holds."""
    subject = document.get("credentialSubject")
    if _CREDENTIAL not in many(document.get("type")) or not isinstance(subject, dict):
        raise ListFault("type")
    if _SUBJECT not in many(subject.get("type")):
        raise ListFault("type")
    size, ttl = subject.get("statusSize"), subject.get("ttl")
    if size is not None and (
        isinstance(size, bool) or not isinstance(size, int) or not 1 <= size <= status_list.LARGEST_STATUS_SIZE
    ):
        raise ListFault("size")
    if ttl is not None and (isinstance(ttl, bool) or not isinstance(ttl, int | float) or ttl < 0):
        raise ListFault("ttl")
    coded = subject.get("encodedList")
    if not isinstance(coded, str):
        raise ListFault("malformed")
    try:
        bits = status_list.decode(coded, max_coded=most_coded, max_bytes=most_bytes)
    except DocumentError as problem:
        raise ListFault("encoding") from problem
    start, end = validity_of(document, "2.0" if "validFrom" in document or "validUntil" in document else "1.1")
    purposes = tuple(item for item in many(subject.get("statusPurpose")) if isinstance(item, str))
    return StatusList(
        url=url,
        issuer=issuer_id,
        purposes=purposes,
        bits=bits,
        size=size,
        valid_from=text(start),
        valid_until=text(end),
    )
