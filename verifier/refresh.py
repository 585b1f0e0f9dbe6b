"""Check `refresh.available`: a newer copy from the issuer's refresh service, once, if it is the same badge."""

from typing import Final

from schemas.strict_json import JsonObject
from verifier.checks.data_model import validity_of
from verifier.description import identifier, many, member
from verifier.environment import FetchError, FetchRules
from verifier.evaluation import Core, evaluate
from verifier.findings import Finding, blocked, failed, inconclusive, not_applicable, passed
from verifier.reading import Reading, Unreadable, read
from verifier.run import Run
from verifier.times import instant_of

_CODE: Final = "refresh.available"
_TYPE: Final = "1EdTechCredentialRefresh"
_RULES: Final = FetchRules(purpose="refresh")
_OK: Final = 200


def refresh(core: Core, run: Run) -> tuple[Finding, Core | None, bytes]:
    """The finding, and the newer copy with its bytes if it replaces the original for what follows.

    Source: OB 9.1 step 3; verification.md, section 3 F.
    """
    document = core.received.document
    services = many(document.get("refreshService")) if document is not None else []
    service = next((one for one in services if _TYPE in many(member(one, "type"))), None)
    if document is None or service is None or not run.request.refresh or run.depth:
        return not_applicable(_CODE), None, b""
    if not core.proven:
        return blocked(_CODE, "proof.set"), None, b""
    url = identifier(service)
    if url is None or not url.startswith("https://"):
        return failed(_CODE, "/refreshService/id", "not_https"), None, b""
    try:
        response = run.fetch(url, rules=_RULES)
    except FetchError as problem:
        if problem.reason == "not_allowed_offline":
            return not_applicable(_CODE), None, b""
        return inconclusive(_CODE, "/refreshService", problem.reason), None, b""
    if response.status != _OK:
        return inconclusive(_CODE, "/refreshService", "not_fetched"), None, b""
    return _judged(document, response.body, run)


def _judged(document: JsonObject, body: bytes, run: Run) -> tuple[Finding, Core | None, bytes]:
    try:
        received = read(body, Reading(limits=run.limits, generic=run.policy.generic))
    except Unreadable:
        return failed(_CODE, "/refreshService", "not_a_credential"), None, b""
    core = evaluate(received, run.inner(run.policy))
    newer = received.document
    if newer is None or not core.holds(run.policy):
        return failed(_CODE, "/refreshService", "not_proven"), None, b""
    if _identity(newer) != _identity(document):
        return failed(_CODE, "/refreshService", "other_badge"), None, b""
    before, after = (instant_of(validity_of(one, core.version)[0]) for one in (document, newer))
    if before is not None and (after is None or after < before):
        return failed(_CODE, "/refreshService", "older"), None, b""
    return passed(_CODE), core, body


def _identity(document: JsonObject) -> tuple[str | None, ...]:
    """What must not change: the credential, who gave it, to whom, for what."""
    subject = document.get("credentialSubject")
    identifiers = member(subject, "identifier")
    return (
        identifier(document),
        identifier(document.get("issuer")),
        identifier(subject) if isinstance(subject, dict) else None,
        repr(identifiers),
        identifier(member(subject, "achievement")),
    )
