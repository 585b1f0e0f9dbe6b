"""Open Badges 2.0, reading only: what the hosts say, whose key signed, and what was taken back (checks `ob2.*`)."""

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from keys import rsa
from keys.errors import KeyFormatError, ProofError
from keys.proofs import jws
from schemas import open_badges_2, strict_json
from schemas.errors import DocumentError
from schemas.jsonld_rules import is_absolute_iri
from schemas.strict_json import JsonObject, JsonValue
from verifier.description import identifier, many, member, text
from verifier.did_resolution import ResolutionError, fetched_object
from verifier.environment import FetchError, FetchRules, Response
from verifier.findings import Finding, Outcome, blocked, failed, inconclusive, not_applicable, passed
from verifier.reading import Received
from verifier.run import Run

_RULES: Final = FetchRules(purpose="open_badges_2")
_OK: Final = 200
_GONE: Final = 410
_ABSENT: Final = 404
_HOSTED: Final = frozenset({"HostedBadge", "hosted"})


@dataclass(slots=True)
class Assertion:
    """An assertion with the badge and issuer that its addresses lead to.

    Attributes:
        document: the hosted copy, or the signed one; `badge` and its `issuer` are objects where they were had.
        findings: `ob2.*`, `jsonld.keyword`, `jsonld.iri`.
        issuer_id: None when the issuer could not be had.
        proven: hosted at its own address, or well signed by the issuer's key.
    """

    document: JsonObject
    findings: list[Finding] = field(default_factory=list)
    issuer_id: str | None = None
    proven: bool = False


def check_assertion(received: Received, run: Run) -> Assertion:
    """All checks of stage H but those that later stages share with OB 3.0.

    Args:
        received: an Assertion as JSON, in a JWS, or only its address.
        run: of the document.

    Source: OB 2.0; verification.md, section 3 H.
    """
    document = received.document or {}
    result = Assertion(document)
    result.findings += _linked_data(document)
    signed = received.jws is not None
    kind = text(member(document.get("verification"), "type"))
    gone = False
    if signed:
        result.findings.append(not_applicable("ob2.hosted"))
    else:
        gone = _host(result, run, is_pointer=received.address is not None, kind=kind)
    if result.document is not document:
        result.findings += _linked_data(result.document)
    badge, issuer, fault = _complete(result, run)
    result.issuer_id = identifier(issuer) if isinstance(issuer, dict) else None
    if received.address is not None and "badge" not in result.document:  # nothing is known but the address
        result.findings.append(blocked("ob2.schema", "ob2.hosted"))
    else:
        result.findings.append(_schema(result.document, badge, issuer, fault, signed=signed))
    if signed:
        result.findings.append(not_applicable("ob2.scope"))
        _signature(result, received, issuer, run)
    else:
        result.findings.append(_scope(result.document, issuer))
        result.findings += [not_applicable("ob2.signature"), not_applicable("ob2.key_owner")]
    result.findings.append(_revoked(result.document, issuer, run, gone=gone, signed=signed))
    passed_codes = {finding.code for finding in result.findings if finding.outcome is Outcome.PASSED}
    result.proven = {"ob2.hosted", "ob2.scope"} <= passed_codes or {"ob2.signature", "ob2.key_owner"} <= passed_codes
    return result


def _linked_data(document: JsonObject) -> list[Finding]:
    """`jsonld.keyword` and `jsonld.iri` on the JSON itself: no processor reads OB 2.0 here."""
    keyword, iri = passed("jsonld.keyword"), passed("jsonld.iri")
    pending: list[tuple[str, JsonValue]] = [("", document)]
    while pending:
        at, value = pending.pop()
        if isinstance(value, list):
            pending += [(f"{at}/{place}", item) for place, item in enumerate(value)]
        elif isinstance(value, dict):
            for name, item in value.items():
                if (name.startswith("@") and name not in ("@context", "@language")) or name.startswith("_:"):
                    keyword = failed("jsonld.keyword", f"{at}/{name}")
                if name == "id" and not (isinstance(item, str) and is_absolute_iri(item)):
                    iri = failed("jsonld.iri", f"{at}/id")
                if name != "@context":
                    pending.append((f"{at}/{name}", item))
    return [keyword, iri]


def _host(result: Assertion, run: Run, *, is_pointer: bool, kind: str | None) -> bool:
    """`ob2.hosted`: the copy at the assertion's own address is the badge. True when the host says it is gone."""
    url = text(result.document.get("id"))
    if not is_pointer and kind not in _HOSTED:
        result.findings.append(failed("ob2.hosted", "/verification/type", "not_hosted"))
        return False
    if url is None or not url.startswith("https://"):
        result.findings.append(failed("ob2.hosted", "/id", "not_https"))
        return False
    try:
        response = run.fetch(url, rules=_RULES)
    except FetchError as problem:
        result.findings.append(inconclusive("ob2.hosted", "/id", problem.reason))
        return False
    if response.status == _GONE:
        result.findings.append(blocked("ob2.hosted", "ob2.revoked", "/id"))
        return True
    finding, copy = _hosted_copy(url, response)
    result.findings.append(finding)
    if copy is None or copy.get("revoked") is True:
        return copy is not None
    result.document = copy
    return False


def _hosted_copy(url: str, response: Response) -> tuple[Finding, JsonObject | None]:
    """What the host answered, if it is the assertion of that address."""
    if response.status == _ABSENT:
        return failed("ob2.hosted", "/id", "not_found"), None
    if response.status != _OK:
        return inconclusive("ob2.hosted", "/id", "not_fetched"), None
    try:
        copy = strict_json.read_object(response.body)
    except DocumentError:
        return failed("ob2.hosted", "/id", "not_json"), None
    if copy.get("id") not in (url, url.partition("#")[0]):
        return failed("ob2.hosted", "/id", "id_differs"), None
    return passed("ob2.hosted"), copy


def _had(value: JsonValue, run: Run) -> tuple[JsonObject | None, ResolutionError | None]:
    """The object at an address; its `id` must be that address.

    A copy inside another document counts for nothing: whoever wrote that document wrote the copy.
    """
    url = identifier(value)
    if url is None or not url.startswith("https://"):
        return None, ResolutionError(Outcome.FAILED, "not_https")
    try:
        content, _ = fetched_object(url, _RULES, run.fetch, run.environment.memory)
    except ResolutionError as fault:
        return None, fault
    if content.get("id") != url:
        return None, ResolutionError(Outcome.FAILED, "id_differs")
    return content, None


def _complete(result: Assertion, run: Run) -> tuple[JsonObject | None, JsonObject | None, ResolutionError | None]:
    """Badge and issuer, put into the document in place of their addresses."""
    badge, fault = _had(result.document.get("badge"), run)
    if badge is None:
        return None, None, fault
    issuer, fault = _had(badge.get("issuer"), run)
    whole = {**badge, "issuer": issuer} if issuer is not None else badge
    result.document = {**result.document, "badge": whole}
    return badge, issuer, fault


def _schema(
    document: JsonObject,
    badge: JsonObject | None,
    issuer: JsonObject | None,
    fault: ResolutionError | None,
    *,
    signed: bool,
) -> Finding:
    """`ob2.schema`: required members and types of what was had; the rest is known by its address only."""
    code = "ob2.schema"
    if badge is None:
        document = {**document, "badge": identifier(document.get("badge"))}
    elif issuer is None:
        document = {**document, "badge": {**badge, "issuer": identifier(badge.get("issuer"))}}
    try:
        read = open_badges_2.assertion(document)
    except DocumentError as problem:
        if problem.code != code:
            return inconclusive(code, problem.pointer, "limit")
        return failed(code, problem.pointer, "missing" if problem.detail == "missing" else "malformed")
    if read.verification.kind != ("signed" if signed else "hosted"):
        return failed(code, "/verification/type", "malformed")
    if badge is not None and issuer is not None:
        return passed(code)
    at = "/badge" if badge is None else "/badge/issuer"
    if fault is None or fault.outcome is Outcome.FAILED:
        return failed(code, at, fault.reason if fault else "missing")
    return inconclusive(code, at, fault.reason)


def _origin(url: str | None) -> str | None:
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return parts.netloc if parts.scheme == "https" and parts.netloc else None


def _scope(document: JsonObject, issuer: JsonObject | None) -> Finding:
    """`ob2.scope`: the address of the assertion is one that the issuer stands for."""
    code = "ob2.scope"
    if issuer is None:
        return inconclusive(code, "/badge/issuer", "issuer_unknown")
    url = text(document.get("id")) or ""
    rules = issuer.get("verification")
    starts = [start for start in many(member(rules, "startsWith")) if isinstance(start, str)]
    hosts = [host for host in many(member(rules, "allowedOrigins")) if isinstance(host, str)]
    if starts:
        within = any(start.startswith("https://") and _origin(start) and url.startswith(start) for start in starts)
    elif hosts:
        within = _origin(url) in hosts
    else:
        within = _origin(url) is not None and _origin(url) == _origin(identifier(issuer))
    return passed(code) if within else failed(code, "/id", "outside")


def _signature(result: Assertion, received: Received, issuer: JsonObject | None, run: Run) -> None:
    """`ob2.signature` and `ob2.key_owner`."""
    document = result.document
    creator = text(member(document.get("verification"), "creator"))
    listed = [identifier(item) for item in many(member(issuer, "publicKey"))]
    if issuer is None:
        result.findings += [blocked("ob2.signature", "ob2.schema"), blocked("ob2.key_owner", "ob2.schema")]
        return
    if creator is None and len(listed) == 1:
        creator = listed[0]
    inside = next(
        (item for item in many(issuer.get("publicKey")) if isinstance(item, dict) and item.get("id") == creator), None
    )
    method, fault = _had(inside or creator, run)
    if method is None:
        wrong = fault is not None and fault.outcome is Outcome.FAILED
        told = failed if wrong else inconclusive
        result.findings += [
            told("ob2.key_owner", "/verification/creator", fault.reason if fault else None),
            blocked("ob2.signature", "ob2.key_owner"),
        ]
        return
    owner = method.get("owner") == identifier(issuer) and creator in listed and method.get("id") == creator
    result.findings.append(
        passed("ob2.key_owner") if owner else failed("ob2.key_owner", "/verification/creator", "other_party")
    )
    result.findings.append(_signed_by(received, text(method.get("publicKeyPem")) or ""))


def _signed_by(received: Received, pem: str) -> Finding:
    opened = received.jws
    try:
        key = rsa.from_pem(pem)
        if opened is None:
            return failed("ob2.signature", "", "bad")
        jws.verify(opened, key)
    except (KeyFormatError, ProofError):
        return failed("ob2.signature", "", "bad")
    return passed("ob2.signature")


def _revoked(document: JsonObject, issuer: JsonObject | None, run: Run, *, gone: bool, signed: bool) -> Finding:
    """`ob2.revoked`: the host's own word, and the issuer's list for signed badges."""
    code = "ob2.revoked"
    if gone or document.get("revoked") is True:
        return failed(code, "", "revoked")
    url = text(member(issuer, "revocationList"))
    if issuer is None:
        return inconclusive(code, "", "issuer_unknown")
    if url is None:
        return passed(code)
    content, fault = _had(url, run)
    if content is None:
        return inconclusive(code, "/badge/issuer/revocationList", fault.reason if fault else None)
    names = {text(document.get("id")), text(document.get("uid"))} - {None}
    for item in many(content.get("revokedAssertions")):
        listed = {item} if isinstance(item, str) else {text(member(item, "id")), text(member(item, "uid"))}
        if listed & names:
            return failed(code, "", "listed" if signed else "revoked")
    return passed(code)
