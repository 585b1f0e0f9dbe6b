"""Leniency of policy `EMPLOYMENT,compat=1edtech`: a key spelled out in a document, when no issuer can be asked."""

from dataclasses import replace
from typing import Final

from keys import jwk, multikey
from keys.errors import KeyFormatError
from keys.public_key import PublicKey
from schemas.strict_json import JsonObject, JsonValue
from verifier.checks.issuer import KeyCheck, KeyQuestion
from verifier.checks.table import Severity
from verifier.description import many, member, text
from verifier.did_resolution import ResolutionError, fetched_object
from verifier.environment import BoundedMemory, Fetch, FetchRules
from verifier.findings import Finding, Outcome, inconclusive, not_applicable
from verifier.jwt_keys import NOT_IN_SET

_DID_KEY: Final = "did:key:"
_ASIDE: Final = frozenset({"issuer.method", "issuer.relationship", "issuer.key_basis"})
_JWKS: Final = FetchRules(purpose="jwks")


def spelled_out(method_id: str) -> PublicKey | None:
    """The key in a fragment of an https or did:web URL, or in a did:key without fragment."""
    url, mark, fragment = method_id.partition("#")
    written = ""
    if mark and url.startswith(("https://", "did:web:")):
        written = fragment
    elif not mark and url.startswith(_DID_KEY):
        written = url.removeprefix(_DID_KEY)
    try:
        return multikey.decode(written) if written else None
    except KeyFormatError:
        return None


def in_header(header: JsonObject, fetch: Fetch, memory: BoundedMemory) -> PublicKey | None:
    """The key in `jwk`, or in the document that `kid` addresses."""
    content: JsonValue = header.get("jwk")
    kid = text(header.get("kid"))
    if content is None and kid is not None and kid.startswith("https://"):
        try:
            content, _ = fetched_object(kid.partition("#")[0], _JWKS, fetch, memory)
        except ResolutionError:
            return None
        if "keys" in content:
            content = next((one for one in many(content["keys"]) if member(one, "kid") == kid), None)
    try:
        return jwk.decode(content)
    except KeyFormatError:
        return spelled_out(kid) if kid is not None else None


def accept_unbound(check: KeyCheck, key: PublicKey | None, pointer: str) -> KeyCheck:
    """The key check with a spelled-out key in place of one that nobody could be asked about.

    Only what could not be told is forgiven: a key that is proven to be somebody else's, a method that the issuer's
    document does not hold, or a malformed DID stays a failure.
    """
    if key is None or check.key is not None or not _nobody_could_be_asked(check):
        return check
    findings = [_forgiven(finding, pointer) for finding in check.findings]
    if not any(finding.code == "issuer.key_binding" for finding in findings):
        findings.append(inconclusive("issuer.key_binding", pointer, "unbound"))
    return replace(check, findings=findings, key=key, basis="unbound", role="issuer", blocked_by=None)


def _nobody_could_be_asked(check: KeyCheck) -> bool:
    told = {finding.code: finding for finding in check.findings}
    document, binding = told.get("issuer.document"), told.get("issuer.key_binding")
    if binding is not None and (binding.outcome is Outcome.FAILED or binding.reason == NOT_IN_SET):
        return False
    return document is not None and (
        document.outcome is Outcome.INCONCLUSIVE or document.reason in ("not_json", "gone", "not_a_url")
    )


def _not_asked(finding: Finding) -> Finding:
    """A did:key without fragment names its one key well enough here."""
    if finding.code == "issuer.document":
        return inconclusive(finding.code, finding.pointer, "not_asked")
    if finding.code == "issuer.key_binding" and finding.outcome is Outcome.FAILED:
        return inconclusive(finding.code, finding.pointer, "unbound")
    return finding


def _forgiven(finding: Finding, pointer: str) -> Finding:
    if finding.code in _ASIDE:
        return not_applicable(finding.code, pointer)
    if finding.code == "issuer.key_binding":
        return replace(inconclusive(finding.code, pointer, "unbound"), severity=Severity.WARNING)
    return replace(finding, severity=Severity.WARNING)


def resolve_leniently(check: KeyCheck, question: KeyQuestion) -> KeyCheck:
    """For embedded proofs."""
    url, mark, _ = question.method_id.partition("#")
    askable = question.issuer_id.startswith(("did:", "https://")) and question.issuer_id != url
    if url.startswith(_DID_KEY) and not mark and not askable:
        check = replace(check, findings=[_not_asked(finding) for finding in check.findings])
    return accept_unbound(check, spelled_out(question.method_id), question.pointer)
