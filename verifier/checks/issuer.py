"""Checks of stage E: is the key the issuer's own, for this use, and was it good at the time?"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal
from urllib.parse import urlsplit

from keys.public_key import PublicKey
from schemas.strict_json import JsonObject
from verifier.did_resolution import (
    ControllerDocument,
    Method,
    Relationship,
    ResolutionError,
    controller_document,
    find_method,
    has_keys,
    is_listed,
)
from verifier.environment import BoundedMemory, Fetch
from verifier.findings import Finding, Outcome, blocked, failed, inconclusive, not_applicable, passed
from verifier.times import instant_of

Basis = Literal["did", "controller_document", "jwks", "origin", "unbound"]
Role = Literal["issuer", "foreign"]

CODES: Final = (
    "issuer.document",
    "issuer.method",
    "issuer.relationship",
    "issuer.key_binding",
    "issuer.key_basis",
    "proof.key_expired",
    "proof.key_revoked",
)


@dataclass(slots=True)
class KeyCheck:
    """What was found about one key.

    Attributes:
        findings: of `CODES`, but not of the two times, which `check_key_times` adds.
        key: None when it could not be had; the text of a fragment or header never becomes a key.
        method: the verification method as published, for its times.
        controller: as the method names it.
        basis: how the key is bound to the issuer; None when it is not.
        role: whose proof it is by the address of its key (verification.md, section 5).
        blocked_by: the code that stands in the way of checking a signature.
    """

    findings: list[Finding] = field(default_factory=list)
    key: PublicKey | None = None
    method: JsonObject | None = None
    controller: str | None = None
    basis: Basis | None = None
    role: Role = "foreign"
    blocked_by: str | None = None


@dataclass(frozen=True, slots=True)
class KeyQuestion:
    """Which key, for whom, for what.

    Attributes:
        method_id: absolute DID URL or https URL of the method.
        issuer_id: whose key it should be.
        relationship: what it must be published for.
        pointer: where the proof stands.
    """

    method_id: str
    issuer_id: str
    relationship: Relationship
    pointer: str


def _fault(code: str, pointer: str, fault: ResolutionError) -> Finding:
    if fault.outcome is Outcome.FAILED:
        return failed(code, pointer, fault.reason)
    return inconclusive(code, pointer, fault.reason)


def resolve_key(question: KeyQuestion, fetch: Fetch, memory: BoundedMemory) -> KeyCheck:
    """Dereference a method, find its key, and bind it to the issuer.

    Source: CID 1.0, 3.3; DI 2.6; verification.md, section 4.
    """
    at = question.pointer
    url = question.method_id.partition("#")[0]
    check = KeyCheck(role="issuer" if url == question.issuer_id else "foreign")
    try:
        document = controller_document(url, fetch, memory)
    except ResolutionError as fault:
        check.blocked_by = "issuer.document"
        check.findings = [
            _fault("issuer.document", at, fault),
            blocked("issuer.method", "issuer.document", at),
            blocked("issuer.relationship", "issuer.document", at),
            _binding_without_document(question, url),
            not_applicable("issuer.key_basis", at),
        ]
        return check
    check.findings.append(passed("issuer.document", at))
    try:
        method = find_method(document, question.method_id)
    except ResolutionError as fault:
        check.blocked_by = "issuer.method"
        check.findings += [
            _fault("issuer.method", at, fault),
            blocked("issuer.relationship", "issuer.method", at),
            blocked("issuer.key_binding", "issuer.method", at),
            not_applicable("issuer.key_basis", at),
        ]
        return check
    check.findings.append(passed("issuer.method", at))
    check.key, check.method = method.key, method.content
    check.controller = method.controller if isinstance(method.controller, str) else None
    if check.controller == question.issuer_id:
        check.role = "issuer"
    _bind(check, question, document, method, _IssuerDocument(question.issuer_id, fetch, memory))
    return check


def _binding_without_document(question: KeyQuestion, url: str) -> Finding:
    """A method of another DID can never be the issuer's, whatever its document says."""
    if url != question.issuer_id and (url.startswith("did:") or not question.issuer_id.startswith("https://")):
        return failed("issuer.key_binding", question.pointer, "other_party")
    return blocked("issuer.key_binding", "issuer.document", question.pointer)


class _IssuerDocument:
    """The document at the issuer id, fetched only when it is needed."""

    def __init__(self, issuer_id: str, fetch: Fetch, memory: BoundedMemory) -> None:
        self._issuer_id = issuer_id
        self._fetch = fetch
        self._memory = memory

    def get(self) -> ControllerDocument | None:
        """The document; None when the address holds something that is no JSON, so no key list either.

        Raises:
            ResolutionError: it could not be had.
        """
        try:
            return controller_document(self._issuer_id, self._fetch, self._memory)
        except ResolutionError as fault:
            if fault.reason in ("not_json", "media_type"):
                return None
            raise


def _bind(
    check: KeyCheck, question: KeyQuestion, document: ControllerDocument, method: Method, issuer: _IssuerDocument
) -> None:
    at = question.pointer
    listed = is_listed(document, method.id, question.relationship)
    if document.url == question.issuer_id:
        if check.controller == question.issuer_id:
            check.basis = "did" if document.url.startswith("did:") else "controller_document"
            binding = passed("issuer.key_binding", at)
        else:
            reason = "controller_missing" if check.controller is None else "other_party"
            binding = failed("issuer.key_binding", at, reason)
    elif document.url.startswith("https://") and question.issuer_id.startswith("https://"):
        binding, listed_there = _bind_elsewhere(check, question, document, issuer)
        listed = listed or listed_there
    else:
        binding = failed("issuer.key_binding", at, "other_party")
    check.findings += [
        passed("issuer.relationship", at) if listed else failed("issuer.relationship", at, "not_listed"),
        binding,
        _basis_finding(check.basis, at),
    ]


def _bind_elsewhere(
    check: KeyCheck, question: KeyQuestion, document: ControllerDocument, issuer: _IssuerDocument
) -> tuple[Finding, bool]:
    """A method in another https document than the one at the issuer id; second: the issuer lists it itself."""
    at = question.pointer
    if check.controller is None:
        return failed("issuer.key_binding", at, "controller_missing"), False
    if check.controller != question.issuer_id:
        return failed("issuer.key_binding", at, "other_party"), False
    try:
        own = issuer.get()
    except ResolutionError as fault:
        return inconclusive("issuer.key_binding", at, fault.reason), False
    if own is not None and is_listed(own, question.method_id, question.relationship):
        check.basis = "controller_document"
        return passed("issuer.key_binding", at), True
    if own is not None and has_keys(own):
        return failed("issuer.key_binding", at, "not_among_keys"), False
    if _is_below(document.url, question.issuer_id):
        check.basis = "origin"
        return passed("issuer.key_binding", at), False
    return inconclusive("issuer.key_binding", at, "other_place"), False


def _is_below(url: str, issuer_id: str) -> bool:
    """Same scheme, host and port, and below the issuer id's path."""
    try:
        there, base = urlsplit(url), urlsplit(issuer_id)
    except ValueError:
        return False
    if (there.scheme, there.netloc) != (base.scheme, base.netloc) or ".." in there.path or "%" in there.path:
        return False
    return there.path.startswith(base.path.rstrip("/") + "/")


def _basis_finding(basis: Basis | None, at: str) -> Finding:
    if basis is None:
        return not_applicable("issuer.key_basis", at)
    return failed("issuer.key_basis", at, "origin") if basis == "origin" else passed("issuer.key_basis", at)


@dataclass(frozen=True, slots=True)
class Moments:
    """The times that a key's own times are compared with, all aware.

    Attributes:
        now: read once.
        clock_skew: allowed for an end in the past.
        signed_at: `created`, or `nbf` of a JWT; what the signer says.
        existed_at: trusted evidence that the signature existed then; None without evidence.
    """

    now: datetime
    clock_skew: timedelta
    signed_at: datetime | None
    existed_at: datetime | None = None


def check_key_times(method: JsonObject | None, moments: Moments, pointer: str) -> list[Finding]:
    """`proof.key_expired` and `proof.key_revoked`.

    Source: CID 1.0, 2.2 and "Revocation Semantics": `created` proves nothing once a key is revoked.
    """
    if method is None:
        return [not_applicable("proof.key_expired", pointer), not_applicable("proof.key_revoked", pointer)]
    return [_key_expired(method, moments, pointer), _key_revoked(method, moments, pointer)]


def _key_expired(method: JsonObject, moments: Moments, pointer: str) -> Finding:
    code = "proof.key_expired"
    if "expires" not in method:
        return passed(code, pointer)
    expires = instant_of(method["expires"])
    if expires is None:
        return failed(code, pointer, "malformed")
    if moments.signed_at is not None and moments.signed_at >= expires:
        return failed(code, pointer, "signed_later")
    if expires + moments.clock_skew > moments.now or (moments.existed_at and moments.existed_at < expires):
        return passed(code, pointer)
    return inconclusive(code, pointer, "no_evidence")


def _key_revoked(method: JsonObject, moments: Moments, pointer: str) -> Finding:
    code = "proof.key_revoked"
    if "revoked" not in method:
        return passed(code, pointer)
    revoked = instant_of(method["revoked"])
    if revoked is None:
        return failed(code, pointer, "malformed")
    if revoked > moments.now:
        return passed(code, pointer)
    if moments.existed_at and moments.existed_at < revoked:
        return passed(code, pointer, {"existed": moments.existed_at.isoformat(), "revoked": revoked.isoformat()})
    return failed(code, pointer, "revoked", {"revoked": revoked.isoformat()})
