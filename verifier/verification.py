"""verify(): the steps of one verification, in order."""

from verifier.checks.data_model import validity_of
from verifier.checks.status import CODES as STATUS_CODES
from verifier.checks.status import StatusQuestion, check_status
from verifier.checks.table import CHECKS, CREDENTIAL_CODES
from verifier.checks.validity import CODES as VALIDITY_CODES
from verifier.checks.validity import check_validity
from verifier.description import identifier
from verifier.environment import Environment
from verifier.evaluation import Core, evaluate
from verifier.findings import Finding, Outcome, blocked, not_applicable
from verifier.policy import Policy
from verifier.reading import Received, Unreadable, read_json
from verifier.report import Report, Source, StatusRecord
from verifier.request import Request
from verifier.run import Run, start
from verifier.status_lists import StatusLists

__all__ = ["Unreadable", "verify"]

_NO_REQUEST = Request()
_NOT_YET = ("refresh.available", *(check.code for check in CHECKS if check.stage == "G"))


def verify(data: bytes, *, policy: Policy, environment: Environment, request: Request = _NO_REQUEST) -> Report:
    """Judge one badge.

    Args:
        data: as received: JSON, compact JWS, PNG, SVG, PDF, or a link as text.
        policy: demands.
        environment: the outside world.
        request: what the caller knows beside the badge.

    Raises:
        Unreadable: what section 10 calls exit 3; never for a badge that is merely wrong.
    """
    run = start(policy, environment, request)
    received = read_json(data, environment.limits, generic=policy.generic)
    return judge(received, data, run)


def judge(received: Received, data: bytes, run: Run) -> Report:
    """Stages B to G of a document that was read."""
    core = evaluate(received, run)
    findings = core.findings
    status_findings, statuses = _status(core, run)
    findings += status_findings
    findings += _validity(core, run)
    findings += [not_applicable(code) for code in _NOT_YET if code in CREDENTIAL_CODES]
    return Report(
        policy=run.policy,
        evaluated_at=run.now,
        kind=core.kind,
        findings=settled(findings),
        source=Source(kind=received.source_kind, data=data, url=run.request.source_url),
        document=received.document,
        clock_kind=run.environment.clock_kind,
        offline=run.environment.offline,
        vcdm=core.version,
        securing=core.securing(),
        proofs=core.records(),
        statuses=tuple(statuses),
        fetches=tuple(run.session.records),
    )


def _status(core: Core, run: Run) -> tuple[list[Finding], list[StatusRecord]]:
    """Stage F, status. Lists are only asked for when an issuer's proof holds: else the entry is anybody's."""
    document = core.received.document
    value = document.get("credentialStatus") if document is not None else None
    if document is None or core.received.blocked_by:
        return [blocked(code, core.received.blocked_by or "input.json") for code in STATUS_CODES], []
    if value is None:
        return [not_applicable(code) for code in STATUS_CODES], []
    if not core.proven():
        return [blocked(code, "proof.set") for code in STATUS_CODES], []
    question = StatusQuestion(
        credential_id=identifier(document),
        ignore_unknown_types=run.policy.conformance,
        lenient_1edtech=run.policy.compat is not None,
    )
    return check_status(value, question, StatusLists(run, core.issuer_id).tools())


def _validity(core: Core, run: Run) -> list[Finding]:
    document = core.received.document
    if document is None or core.received.blocked_by:
        return [blocked(code, core.received.blocked_by or "input.json") for code in VALIDITY_CODES]
    start_at, end_at = validity_of(document, core.version)
    return check_validity(start_at, end_at, now=run.now, clock_skew=run.clock_skew)


def settled(findings: list[Finding]) -> tuple[Finding, ...]:
    """One finding for a code and pointer, and no "passed" for the whole beside a fault in a part.

    The harder outcome wins, so that a later step can only take away.
    """
    faulty = {f.code for f in findings if f.outcome is Outcome.FAILED or f.outcome is Outcome.INCONCLUSIVE}
    kept: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        spoken = finding.outcome is Outcome.FAILED or finding.outcome is Outcome.INCONCLUSIVE
        if not spoken and not finding.pointer and finding.code in faulty:
            continue
        key = (finding.code, finding.pointer)
        before = kept.get(key)
        if before is None or _hardness(finding) > _hardness(before):
            kept[key] = finding
    return tuple(kept.values())


_HARDNESS = {Outcome.NOT_APPLICABLE: 0, Outcome.PASSED: 1, Outcome.INCONCLUSIVE: 2, Outcome.FAILED: 3}


def _hardness(finding: Finding) -> int:
    return _HARDNESS[finding.outcome]
