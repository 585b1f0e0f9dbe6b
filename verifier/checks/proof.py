"""Checks of stage D on each embedded proof, and on the set of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from keys.errors import ProofError, UnknownSuiteError
from keys.proofs.data_integrity import PROOF_MEMBERS, check_signature, referenced_proofs
from keys.proofs.suites import DATA_INTEGRITY, Suite, suite_of
from schemas.errors import DocumentError
from schemas.jsonld import Canonicalise, TooComplex
from schemas.strict_json import JsonObject, JsonValue
from verifier.checks.issuer import CODES as ISSUER_CODES
from verifier.checks.issuer import Basis, KeyCheck, KeyQuestion, Moments, Role, check_key_times
from verifier.checks.table import Severity
from verifier.description import many, text
from verifier.findings import Finding, Outcome, blocked, failed, inconclusive, not_applicable, passed, worst
from verifier.times import instant_of

if TYPE_CHECKING:
    from verifier.did_resolution import Relationship

EMBEDDED_CODES: Final = (
    "proof.members",
    "proof.purpose",
    "proof.suite",
    "proof.legacy",
    "proof.created",
    "proof.expires",
    "proof.domain",
    "proof.challenge",
    "proof.chain",
    "proof.signature",
)
JWT_CODES: Final = ("jwt.header", "jwt.profile", "jwt.algorithm", "jwt.claims")
_TEXTS: Final = ("type", "verificationMethod", "proofPurpose", "proofValue")
_OPTIONAL_TEXTS: Final = ("id", "challenge", "nonce", "cryptosuite")
_NOT_OF_FOREIGN: Final = frozenset({"issuer.key_binding", "issuer.key_basis"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofRules:
    """What is demanded of the proofs of one document.

    Attributes:
        issuer_id: whose proof is wanted.
        purpose: `assertionMethod`, or `authentication` for presentations.
        now, clock_skew: see `Moments`.
        existed_at: trusted evidence of existence.
        created_required: STRICT.
        unknown_suite_fails: W3C.
        all_proofs: STRICT and W3C.
        generic_binding: the key need not be the issuer's (W3C).
        domain, challenge: expected, None: no expectation.
        challenge_fresh: False: the challenge was used before or is too old.
        lenient_claims: compat=1edtech, see `verifier.checks.jwt`.
        blocked_by: the code of stage B that stands in the way of canonicalising; None: nothing does.
    """

    issuer_id: str
    purpose: str
    now: datetime
    clock_skew: timedelta
    existed_at: datetime | None = None
    created_required: bool = False
    unknown_suite_fails: bool = False
    all_proofs: bool = False
    generic_binding: bool = False
    domain: str | None = None
    challenge: str | None = None
    challenge_fresh: bool = True
    lenient_claims: bool = False
    blocked_by: str | None = None


@dataclass(slots=True)
class CheckedProof:
    """One proof with what was found about it."""

    pointer: str
    proof: JsonObject
    suite: str = "unknown"
    findings: list[Finding] = field(default_factory=list)
    role: Role = "foreign"
    controller: str | None = None
    basis: Basis | None = None
    key: KeyCheck = field(default_factory=KeyCheck)
    unknown_suite: bool = False

    def outcome(self) -> Outcome:
        """Worst outcome of the checks that can break this proof; a foreign one need not be bound to the issuer."""
        aside = _WARNINGS | _NOT_OF_FOREIGN if self.role == "foreign" else _WARNINGS
        return worst({f.outcome for f in self.findings if f.code not in aside and f.severity in _DECIDING})

    def found(self, code: str, outcome: Outcome) -> bool:
        """Whether a check of this proof ended so."""
        return any(finding.code == code and finding.outcome is outcome for finding in self.findings)


_WARNINGS: Final = frozenset({"proof.legacy", "issuer.key_basis", "jwt.profile"})
_DECIDING: Final = (None, Severity.ERROR)


def _decides(finding: Finding) -> bool:
    return finding.code not in _WARNINGS and finding.severity in _DECIDING


def _members(proof: JsonObject, pointer: str) -> Finding:
    code = "proof.members"
    unknown = proof.keys() - PROOF_MEMBERS
    if "@context" in proof and "-jcs-" not in str(proof.get("cryptosuite")):
        unknown = {"@context"}  # only jcs suites sign one; elsewhere it could be added afterwards
    if unknown:
        return failed(code, pointer, "unknown", {"member": min(unknown)})
    for name in _TEXTS:
        if not isinstance(proof.get(name), str):
            return failed(code, f"{pointer}/{name}", "missing")
    if proof["type"] == DATA_INTEGRITY and not isinstance(proof.get("cryptosuite"), str):
        return failed(code, f"{pointer}/cryptosuite", "missing")
    for name in _OPTIONAL_TEXTS:
        if name in proof and not isinstance(proof[name], str):
            return failed(code, f"{pointer}/{name}", "not_text")
    domains = many(proof.get("domain", []))
    if "domain" in proof and (not domains or not all(isinstance(item, str) for item in domains)):
        return failed(code, f"{pointer}/domain", "not_text")
    return passed(code, pointer)


def _suite(proof: JsonObject, pointer: str, *, unknown_fails: bool) -> tuple[Suite | None, Finding]:
    try:
        return suite_of(proof), passed("proof.suite", pointer)
    except UnknownSuiteError:
        if unknown_fails:
            return None, failed("proof.suite", pointer, "unknown")
        return None, inconclusive("proof.suite", pointer, "unknown")
    except ProofError:  # a cryptosuite beside a type that has none
        return None, failed("proof.suite", pointer, "contradiction")


def _created(proof: JsonObject, pointer: str, rules: ProofRules) -> Finding:
    code = "proof.created"
    if "created" not in proof:
        return failed(code, pointer, "missing") if rules.created_required else not_applicable(code, pointer)
    created = instant_of(proof["created"])
    if created is None:
        return failed(code, f"{pointer}/created", "malformed")
    if created > rules.now + rules.clock_skew:
        return failed(code, f"{pointer}/created", "future")
    return passed(code, pointer)


def _expires(proof: JsonObject, pointer: str, rules: ProofRules) -> Finding:
    code = "proof.expires"
    if "expires" not in proof:
        return not_applicable(code, pointer)
    expires = instant_of(proof["expires"])
    if expires is None:
        return failed(code, f"{pointer}/expires", "malformed")
    if rules.now > expires + rules.clock_skew:
        return failed(code, f"{pointer}/expires", "past")
    return passed(code, pointer)


def _expectations(proof: JsonObject, pointer: str, rules: ProofRules) -> list[Finding]:
    if rules.domain is None:
        domain = not_applicable("proof.domain", pointer)
    elif many(proof.get("domain")) == [rules.domain]:
        domain = passed("proof.domain", pointer)
    else:
        domain = failed("proof.domain", pointer, "differs")
    if rules.challenge is None:
        challenge = not_applicable("proof.challenge", pointer)
    elif proof.get("challenge") != rules.challenge:
        challenge = failed("proof.challenge", pointer, "differs")
    elif not rules.challenge_fresh:
        challenge = failed("proof.challenge", pointer, "replayed")
    else:
        challenge = passed("proof.challenge", pointer)
    return [domain, challenge]


@dataclass(frozen=True, slots=True)
class ProofTools:
    """What checking a signature needs beside the document."""

    canonicalise: Canonicalise
    resolve: Callable[[KeyQuestion], KeyCheck]


def check_proof(
    document: JsonObject, proofs: Sequence[JsonObject], place: int, pointer: str, rules: ProofRules, tools: ProofTools
) -> CheckedProof:
    """All checks of stages D and E on one proof, but `proof.chain`.

    Args:
        document: as received.
        proofs: all its proofs, in order.
        place: which of them.
        pointer: where it stands.
        rules: the demands.
        tools: canonicaliser and resolver.
    """
    proof = proofs[place]
    checked = CheckedProof(pointer, proof, suite=text(proof.get("cryptosuite")) or text(proof.get("type")) or "unknown")
    members = _members(proof, pointer)
    if proof in proofs[:place]:
        members = failed("proof.members", pointer, "repeated")
    if members.outcome is Outcome.FAILED:
        later = [code for code in (*EMBEDDED_CODES, *ISSUER_CODES) if code not in ("proof.members", "proof.chain")]
        checked.findings = [members, *(blocked(code, "proof.members", pointer) for code in later)]
        # a broken proof that names nobody else is taken as the issuer's: it must not be set aside
        named = text(proof.get("verificationMethod"))
        checked.role = "issuer" if named is None or named.partition("#")[0] == rules.issuer_id else "foreign"
        return checked
    suite, finding = _suite(proof, pointer, unknown_fails=rules.unknown_suite_fails)
    checked.unknown_suite = suite is None
    legacy = suite is not None and suite.legacy
    checked.findings = [
        members,
        passed("proof.purpose", pointer)
        if proof["proofPurpose"] == rules.purpose
        else failed("proof.purpose", f"{pointer}/proofPurpose", "other"),
        finding,
        failed("proof.legacy", pointer) if legacy else passed("proof.legacy", pointer),
        _created(proof, pointer, rules),
        _expires(proof, pointer, rules),
        *_expectations(proof, pointer, rules),
    ]
    _check_key(checked, rules, tools)
    if suite is None:
        checked.findings.append(blocked("proof.signature", "proof.suite", pointer))
    elif rules.blocked_by and suite.canonical != "jcs":
        checked.findings.append(blocked("proof.signature", rules.blocked_by, pointer))
    else:
        _check_bytes(checked, document, proofs, tools)
    return checked


def _check_key(checked: CheckedProof, rules: ProofRules, tools: ProofTools) -> None:
    proof, pointer = checked.proof, checked.pointer
    relationship: Relationship = "authentication" if rules.purpose == "authentication" else "assertionMethod"
    question = KeyQuestion(str(proof["verificationMethod"]), rules.issuer_id, relationship, pointer)
    key = tools.resolve(question)
    moments = Moments(rules.now, rules.clock_skew, instant_of(proof.get("created")), rules.existed_at)
    checked.findings += key.findings
    checked.findings += check_key_times(key.method, moments, pointer)
    checked.role, checked.controller, checked.basis = key.role, key.controller, key.basis
    checked.key = key


def _check_bytes(checked: CheckedProof, document: JsonObject, proofs: Sequence[JsonObject], tools: ProofTools) -> None:
    """`proof.signature`, with whatever else comes to light while the signed bytes are made."""
    pointer, key = checked.pointer, checked.key
    if key.key is None:
        checked.findings.append(blocked("proof.signature", key.blocked_by or "issuer.method", pointer))
        return
    try:
        check_signature(document, checked.proof, key.key, canonicalise=tools.canonicalise, proofs=proofs)
    except UnknownSuiteError:
        checked.unknown_suite = True
        _replace(checked, inconclusive("proof.suite", pointer, "unknown"))
    except ProofError as problem:
        if problem.code == "proof.signature":
            checked.findings.append(failed("proof.signature", pointer, "bad"))
        elif problem.code == "proof.chain":  # said by check_chains
            checked.findings.append(blocked("proof.signature", "proof.chain", pointer))
        else:
            _replace(checked, failed(problem.code, pointer, "key_type" if problem.code == "proof.suite" else None))
    except TooComplex as problem:
        checked.findings.append(inconclusive(problem.code, pointer, "budget"))
        checked.findings.append(blocked("proof.signature", problem.code, pointer))
    except DocumentError as problem:
        checked.findings.append(failed(problem.code, pointer))
        checked.findings.append(blocked("proof.signature", problem.code, pointer))
    else:
        checked.findings.append(passed("proof.signature", pointer))


def _replace(checked: CheckedProof, finding: Finding) -> None:
    """Put a later, harder finding of one code in the place of an earlier one; the signature is then blocked."""
    checked.findings = [found for found in checked.findings if found.code != finding.code]
    checked.findings += [finding, blocked("proof.signature", finding.code, checked.pointer)]


def check_chains(checked: Sequence[CheckedProof]) -> None:
    """Add `proof.chain` to every proof: what it continues must be there and pass (DI 4.5)."""
    proofs = [one.proof for one in checked]
    for one in checked:
        if "previousProof" not in one.proof:
            one.findings.append(not_applicable("proof.chain", one.pointer))
    left = [one for one in checked if "previousProof" in one.proof]
    while left:
        ready = [one for one in left if not _waits(one, proofs, left)]
        for one in ready or left:  # a circle: nothing in it ever becomes ready
            one.findings.append(_chain(one, checked, proofs) if ready else failed("proof.chain", one.pointer, "circle"))
        left = [one for one in left if one not in ready] if ready else []


def _waits(one: CheckedProof, proofs: Sequence[JsonObject], left: Sequence[CheckedProof]) -> bool:
    try:
        previous = referenced_proofs(one.proof, proofs)
    except ProofError:
        return False
    return any(other.proof is proof for other in left for proof in previous)


def _chain(one: CheckedProof, checked: Sequence[CheckedProof], proofs: Sequence[JsonObject]) -> Finding:
    code = "proof.chain"
    try:
        previous = referenced_proofs(one.proof, proofs)
    except ProofError:
        return failed(code, f"{one.pointer}/previousProof", "missing")
    outcomes = {other.outcome() for other in checked if any(other.proof is proof for proof in previous)}
    if Outcome.FAILED in outcomes:
        return failed(code, one.pointer, "previous_failed")
    return (
        inconclusive(code, one.pointer, "previous_unknown")
        if Outcome.INCONCLUSIVE in outcomes
        else passed(code, one.pointer)
    )


def check_set(checked: Sequence[CheckedProof], rules: ProofRules) -> tuple[Finding, list[Finding]]:
    """`proof.set`, and all findings of the proofs with those set aside that it does not count.

    The rule (verification.md, section 5): at least one proof of the issuer passes completely and none fails. An
    issuer's proof of an unknown suite does not block beside a good one. STRICT and W3C: every proof passes.
    When the issuer made none, the findings of the foreign ones keep their weight: they say what is wrong.
    """
    if rules.all_proofs:
        outcomes = {_full_outcome(one, rules) for one in checked}
        return _set_finding(outcomes, checked), [finding for one in checked for finding in one.findings]
    own = [one for one in checked if one.role == "issuer"]
    ends = [one.outcome() for one in own]
    good = Outcome.PASSED in ends
    findings: list[Finding] = []
    for one in checked:
        aside = bool(own) and (one.role == "foreign" or (good and one.unknown_suite))
        findings += [_set_aside(finding) for finding in one.findings] if aside else one.findings
    counted = [one for one in own if not (good and one.unknown_suite)]
    if not own:
        undecided = any(_may_be_the_issuers(one) for one in checked)
        if undecided:
            return inconclusive("proof.set", "/proof", "no_issuer_proof"), findings
        reason = "issuer" if _issuer_only(checked) == "issuer" else "no_issuer_proof"
        return failed("proof.set", "/proof", reason), findings
    outcomes = {end for one, end in zip(own, ends, strict=True) if not (good and one.unknown_suite)}
    return _set_finding(outcomes, counted), findings


def _full_outcome(one: CheckedProof, rules: ProofRules) -> Outcome:
    aside = _NOT_OF_FOREIGN if rules.generic_binding else frozenset[str]()
    return worst({f.outcome for f in one.findings if _decides(f) and f.code not in aside})


def _may_be_the_issuers(one: CheckedProof) -> bool:
    """Whether nothing shows yet that a proof is somebody else's."""
    return one.found("issuer.key_binding", Outcome.INCONCLUSIVE)


def _set_aside(finding: Finding) -> Finding:
    return replace(finding, severity=Severity.INFORMATION)


def _set_finding(outcomes: set[Outcome], counted: Sequence[CheckedProof]) -> Finding:
    result = worst(outcomes)
    if result is Outcome.FAILED:
        return failed("proof.set", "/proof", _issuer_only(counted))
    if result is Outcome.PASSED:
        return passed("proof.set")
    return inconclusive("proof.set", "/proof", "not_all_checked")


def _issuer_only(counted: Sequence[CheckedProof]) -> str:
    """`issuer` when every signature is good and only questions about the issuer's key failed."""
    broken = {f.code for one in counted for f in one.findings if f.outcome is Outcome.FAILED and _decides(f)}
    sound = all(one.found("proof.signature", Outcome.PASSED) for one in counted)
    return "issuer" if sound and all(code.startswith("issuer.") for code in broken) else "proof"


def listed_proofs(document: JsonObject) -> list[tuple[str, JsonValue]]:
    """The proofs of a document with their pointers; empty when there is none, or null, or an empty array."""
    value = document.get("proof")
    if isinstance(value, list):
        return [(f"/proof/{place}", item) for place, item in enumerate(value)]
    return [] if value is None else [("/proof", value)]
