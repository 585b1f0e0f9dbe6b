"""Stages A to E of one credential: is the document whole, and is it from the issuer that it names?"""

from dataclasses import dataclass, field, replace
from typing import Final

from schemas.strict_json import JsonObject, JsonValue
from verifier.checks.badge_content import check_results, check_spoofing, check_vocabulary
from verifier.checks.contexts import check_contexts
from verifier.checks.data_model import Version, check_data_model, check_presentation_model, version_of
from verifier.checks.issuer import CODES as ISSUER_CODES
from verifier.checks.issuer import KeyCheck, KeyQuestion, resolve_key
from verifier.checks.jwt import check_jwt
from verifier.checks.linked_data import check_linked_data, without_linked_data
from verifier.checks.open_badge import CODES as OPEN_BADGE_CODES
from verifier.checks.open_badge import check_open_badge
from verifier.checks.proof import (
    EMBEDDED_CODES,
    JWT_CODES,
    CheckedProof,
    ProofRules,
    ProofTools,
    check_chains,
    check_proof,
    check_set,
    listed_proofs,
)
from verifier.checks.related_resource import check_related_resource
from verifier.checks.survey import Survey, survey
from verifier.checks.table import CHECKS, Severity
from verifier.compat_1edtech import accept_unbound, in_header, resolve_leniently
from verifier.description import identifier, member, one, text
from verifier.findings import Finding, Outcome, blocked, failed, inconclusive, not_applicable, passed
from verifier.jwt_keys import JwtKeys
from verifier.moulds import Cast
from verifier.policy import Policy
from verifier.proof_forms import check_again
from verifier.reading import Received
from verifier.report import Kind, ProofRecord
from verifier.run import Run
from verifier.times import instant_of

_PROOF_CODES: Final = (*EMBEDDED_CODES, *JWT_CODES, *ISSUER_CODES)
_ALL_CODES: Final = tuple(check.code for check in CHECKS if check.stage in "BCDE")


@dataclass(slots=True, kw_only=True)
class Core:
    """What is known of a document after stages A to E.

    Attributes:
        received: the document as it came.
        version: of the data model.
        issuer_id: as the document names it; None when it names none.
        findings: of stages A to E.
        proofs: each with its own findings.
        content: how many findings are those of stages A to C, at the beginning.
        proven: whether an issuer's proof holds, so that what the document points to may be asked.
    """

    received: Received
    version: Version = "2.0"
    issuer_id: str | None = None
    findings: list[Finding] = field(default_factory=list)
    proofs: list[CheckedProof] = field(default_factory=list)
    content: int = 0
    proven: bool = False

    @property
    def kind(self) -> Kind:
        """What the document is."""
        return self.received.kind

    def holds(self, policy: Policy) -> bool:
        """Whether no deciding check of stages A to E ended other than well, and a proof was there."""
        for found in self.findings:
            if found.outcome in (Outcome.FAILED, Outcome.INCONCLUSIVE):
                severity = found.severity or policy.severities[found.code]
                if severity is Severity.ERROR:
                    return False
        return self.proven

    def records(self) -> tuple[ProofRecord, ...]:
        """One record for each proof."""
        return tuple(_record(one) for one in self.proofs)

    def securing(self) -> tuple[str, ...]:
        """Suites in the order of the proofs."""
        return tuple(one.suite for one in self.proofs)


def _record(one: CheckedProof) -> ProofRecord:
    method, created = one.proof.get("verificationMethod"), one.proof.get("created")
    return ProofRecord(
        pointer=one.pointer,
        suite=one.suite,
        verification_method=method if isinstance(method, str) else None,
        controller=one.controller,
        created=created if isinstance(created, str) and instant_of(created) else None,
        role=one.role,
        outcome=one.outcome(),
        basis=one.basis,
    )


def evaluate(received: Received, run: Run) -> Core:
    """Stages B to E, in order, added to what stage A found."""
    core = Core(received=received, findings=list(received.findings))
    document = received.document
    if received.cast is not None and document is not None:
        _evaluate_cast(core, received.cast, document, run)
        return core
    if document is None or received.blocked_by is not None:
        by = received.blocked_by or "input.json"
        told = {finding.code for finding in core.findings}
        core.findings += [blocked(code, by) for code in _ALL_CODES if code not in told]
        return core
    core.version = version_of(document)
    core.issuer_id = _signatory(document, core.kind)
    found = survey(document)
    stop = _check_structure(core, document, found, run)
    _check_content(core, document, found, run)
    core.content = len(core.findings)
    _check_proofs(core, document, stop, run)
    return core


def _evaluate_cast(core: Core, cast: Cast, document: JsonObject, run: Run) -> None:
    """Stages A to E of a badge of which all but its proof is known."""
    mould = cast.mould
    core.findings, core.issuer_id = [*mould.findings], mould.issuer_id
    checked = None if mould.proof is None else check_again(mould.proof, document, cast.canonical, run)
    if mould.proof is None or checked is None:
        _check_proofs(core, document, None, run)
        return
    core.findings += mould.proof.findings
    core.proofs.append(checked)
    core.proven = True


def _signatory(document: JsonObject, kind: Kind) -> str | None:
    """Whose proof is wanted: the issuer's; of a presentation the holder's, or whoever signed when none is named."""
    if kind != "VerifiablePresentation":
        return identifier(document.get("issuer"))
    holder = identifier(document.get("holder"))
    if holder is None:
        method = text(member(one(document.get("proof")), "verificationMethod"))
        holder = method.partition("#")[0] if method else None
    return holder


def _check_structure(core: Core, document: JsonObject, found: Survey, run: Run) -> str | None:
    """Stage B; the code that stands in the way of canonicalising."""
    policy = run.policy
    generic = policy.generic or core.kind == "VerifiablePresentation"
    core.findings += found.repeats
    core.findings += check_contexts(document, core.kind, generic=generic, conformance=policy.conformance)
    embedded = bool(document.get("proof"))
    if core.received.jws is not None and policy.conformance and not embedded:
        core.findings += without_linked_data()  # JOSE-secured generic credentials are read as JSON
        return None
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    findings, stop = check_linked_data(unsecured, run.canonicalise)
    if stop == "structure.too_complex" and not _needs_canonical_form(core, document):
        findings = [not_applicable(f.code) if f.reason == "budget" else f for f in findings]
        stop = None
    core.findings += findings
    return stop


def _needs_canonical_form(core: Core, document: JsonObject) -> bool:
    """Whether a proof is made over N-Quads; jcs suites and JWS are made over the JSON."""
    suites = [str(member(proof, "cryptosuite") or "") for _, proof in listed_proofs(document)]
    if not suites:
        return core.received.jws is None
    return not all("-jcs-" in suite for suite in suites)


def _check_content(core: Core, document: JsonObject, found: Survey, run: Run) -> None:
    """Stage C."""
    policy = run.policy
    if core.kind == "VerifiablePresentation":
        core.findings += check_presentation_model(document, core.version)
    else:
        core.findings += check_data_model(
            document, core.version, generic=policy.generic, conformance=policy.conformance
        )
    core.findings.append(check_related_resource(document))
    if policy.generic or core.kind == "VerifiablePresentation":
        core.findings += [not_applicable(code) for code in OPEN_BADGE_CODES]
    else:
        schemas = run.environment.schemas
        core.findings += check_open_badge(document, core.kind, core.version, found, schemas)
        core.findings += [check_vocabulary(found.objects), check_results(document)]
    core.findings.append(check_spoofing(document, found.objects, core.received.text))
    if policy.created_required:  # STRICT knows no warnings here: what could not be looked at decides, too
        core.findings = [replace(f, severity=None) if f.severity else f for f in core.findings]


def _check_proofs(core: Core, document: JsonObject, stop: str | None, run: Run) -> None:
    """Stages D and E: the JWS if there is one, and every embedded proof."""
    listed = listed_proofs(document)
    signed = core.received.jws is not None
    problem = _proofs_missing(listed, run, signed=signed)
    core.findings.append(problem or passed("proof.present"))
    by = problem.code if problem is not None else None if core.issuer_id else "vcdm.issuer"
    if by is not None:
        core.findings += [blocked(code, by) for code in (*_PROOF_CODES, "proof.set")]
        if by == "input.limits":
            core.findings.append(passed("proof.present"))
        return
    rules = _rules(core, stop, run)
    if signed:
        core.proofs.append(_check_jws(core, document, rules, run))
    cast = core.received.cast
    canonicalise = run.canonicalise if cast is None else cast.canonicaliser(run.canonicalise)
    tools = ProofTools(canonicalise, lambda question: _resolve(question, run))
    proofs = [item for _, item in listed if isinstance(item, dict)]
    embedded = [check_proof(document, proofs, place, at, rules, tools) for place, (at, _) in enumerate(listed)]
    check_chains(embedded)
    core.proofs += embedded
    verdict, findings = check_set(core.proofs, rules)
    core.findings += findings
    core.findings += [not_applicable(code) for code in (() if signed else JWT_CODES)]
    core.findings += [
        not_applicable(code) for code in (() if embedded else EMBEDDED_CODES) if code != "proof.signature"
    ]
    core.findings.append(verdict)
    core.proven = verdict.outcome is Outcome.PASSED


def _check_jws(core: Core, document: JsonObject, rules: ProofRules, run: Run) -> CheckedProof:
    opened, payload = core.received.jws, core.received.payload
    if opened is None or payload is None or core.issuer_id is None:
        raise ValueError("a JWS was opened, and it names an issuer")
    memory = run.environment.memory
    key = JwtKeys(core.issuer_id, run.fetch, memory).resolve(opened.header)
    if run.policy.compat and key.key is None:
        key = accept_unbound(key, in_header(opened.header, run.fetch, memory), "")
    return check_jwt(opened, payload, document, key, rules)


def _resolve(question: KeyQuestion, run: Run) -> KeyCheck:
    check = resolve_key(question, run.fetch, run.environment.memory)
    return resolve_leniently(check, question) if run.policy.compat else check


def _proofs_missing(listed: list[tuple[str, JsonValue]], run: Run, *, signed: bool) -> Finding | None:
    """Why no proof of this document can be looked at."""
    if not listed and not signed:
        return failed("proof.present", "/proof", "none")
    for pointer, item in listed:
        if not isinstance(item, dict):
            return failed("proof.present", pointer, "not_an_object")
    if len(listed) > run.limits.proofs:
        return inconclusive("input.limits", "/proof", "proofs")
    return None


def _rules(core: Core, stop: str | None, run: Run) -> ProofRules:
    policy, request = run.policy, run.request
    presented = core.kind == "VerifiablePresentation"
    return ProofRules(
        issuer_id=core.issuer_id or "",
        purpose="authentication" if presented else "assertionMethod",
        now=run.now,
        clock_skew=run.clock_skew,
        existed_at=run.existed_at,
        created_required=policy.created_required,
        unknown_suite_fails=policy.conformance,
        all_proofs=policy.all_proofs,
        generic_binding=policy.conformance,
        domain=request.domain if presented else None,
        challenge=request.challenge if presented else None,
        challenge_fresh=request.challenge_fresh,
        lenient_claims=policy.compat is not None,
        blocked_by=stop,
    )
