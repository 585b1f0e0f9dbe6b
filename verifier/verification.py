"""verify(): the steps of one verification, in order."""

import logging
import traceback
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from schemas.strict_json import JsonObject
from verifier.checks.data_model import validity_of
from verifier.checks.recipient import check_mismatch, check_weak, open_badges_2_subject
from verifier.checks.status import CODES as STATUS_CODES
from verifier.checks.status import StatusQuestion, check_status
from verifier.checks.table import CHECKS, INTERNAL_ERROR
from verifier.checks.trust import CODES as TRUST_CODES
from verifier.checks.trust import check_evidence, check_trust
from verifier.checks.validity import CODES as VALIDITY_CODES
from verifier.checks.validity import check_validity
from verifier.description import identifier
from verifier.environment import Environment
from verifier.evaluation import Core, evaluate
from verifier.findings import Finding, blocked, inconclusive, not_applicable
from verifier.moulds import Found
from verifier.open_badges_2 import check_assertion
from verifier.parts import check_endorsements, check_members
from verifier.policy import Policy
from verifier.presentation import check_presentation
from verifier.proof_forms import form_of
from verifier.reading import Reading, Received, Unreadable, read
from verifier.refresh import refresh
from verifier.report import Part, Report, Source, StatusRecord, codes_of
from verifier.request import Request
from verifier.run import Run, start
from verifier.status_lists import StatusLists
from verifier.trust_lists import TrustList, TrustListFault, read_trust_list

__all__ = ["Unreadable", "verify"]

_NO_REQUEST: Final = Request()
_LOG: Final = logging.getLogger(__name__)
_NOT_ENDORSED: Final = [not_applicable("endorsement.verified"), not_applicable("endorsement.subject")]
_OB2_NOT_EVALUATED: Final = tuple(check.code for check in CHECKS if check.code in ("recipient.binding", "clr.member"))


def verify(data: bytes, *, policy: Policy, environment: Environment, request: Request = _NO_REQUEST) -> Report:
    """Judge one badge.

    Args:
        data: as received: JSON, compact JWS, PNG, SVG or PDF. A link is fetched by the caller.
        policy: demands.
        environment: the outside world.
        request: what the caller knows beside the badge.

    Raises:
        Unreadable: what section 10 calls exit 3; never for a badge that is merely wrong.
    """
    run = start(policy, environment, request)
    received = _received(data, run)
    run.existed_at = _existed_at(received.text or data, environment, request)
    return judge(received, data, run)


def _received(data: bytes, run: Run) -> Received:
    request, environment = run.request, run.environment
    cast = None if environment.moulds is None else environment.moulds.cast(data, run.policy, run.limits)
    if cast is not None:
        kind = request.source_kind or "json"
        return Received(source_kind=kind, kind="OpenBadgeCredential", document=cast.document, text=data, cast=cast)
    reading = Reading(
        limits=run.limits,
        generic=run.policy.generic,
        source_kind=request.source_kind,
        read_pdf=environment.read_pdf,
    )
    return read(data, reading)


def _existed_at(text: bytes, environment: Environment, request: Request) -> datetime | None:
    """The earliest moment that the given evidence proves; evidence in the future proves nothing."""
    if environment.existence is None:
        return None
    proven = [environment.existence(evidence, text) for evidence in request.evidence]
    return min((moment for moment in proven if moment is not None), default=None)


def judge(received: Received, data: bytes, run: Run) -> Report:
    """The report on a document that was read. An exception of our own becomes a finding, never an acceptance."""
    try:
        if received.kind == "Assertion":
            return _judge_assertion(received, data, run)
        if received.kind == "VerifiablePresentation" and received.blocked_by is None:
            return _judge_presentation(received, data, run)
        return _judge_credential(received, data, run)
    except Exception as problem:  # noqa: BLE001  section 2: whatever was caught is said, and never accepted
        _LOG.warning("internal.error", extra={"kind": type(problem).__name__, "place": _place(problem)})
        return _judged_wrongly(received, data, run)


def _place(problem: BaseException) -> str:
    """File and line of an exception; its text could hold a document's words (privacy.md PR5)."""
    frames = traceback.extract_tb(problem.__traceback__)
    return f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""


@dataclass(slots=True)
class _Gathered:
    """What the stages leave behind."""

    findings: list[Finding]
    document: JsonObject | None
    vcdm: str | None = None
    core: Core | None = None
    statuses: list[StatusRecord] = field(default_factory=list)
    endorsements: list[Part] = field(default_factory=list)
    members: list[Part] = field(default_factory=list)
    refreshed: Report | None = None


def _report(received: Received, data: bytes, run: Run, gathered: _Gathered) -> Report:
    core = gathered.core
    return Report(
        policy=run.policy,
        evaluated_at=run.now,
        kind=received.kind,
        findings=tuple(gathered.findings),
        source=Source(kind=received.source_kind, data=data, url=run.request.source_url),
        document=gathered.document,
        clock_kind=run.environment.clock_kind,
        offline=run.environment.offline,
        vcdm=gathered.vcdm,
        securing=core.securing() if core is not None else (),
        proofs=core.records() if core is not None else (),
        statuses=tuple(gathered.statuses),
        endorsements=tuple(gathered.endorsements),
        members=tuple(gathered.members),
        refreshed=gathered.refreshed,
        fetches=tuple(run.session.records),
    )


def _judge_credential(received: Received, data: bytes, run: Run) -> Report:
    """Stages B to G of a verifiable credential."""
    core = evaluate(received, run)
    _learn(core, run)
    gathered = _Gathered(core.findings, received.document, core.version, core)
    finding, newer, body = refresh(core, run)
    gathered.findings.append(finding)
    active = core
    if newer is not None:  # replaces the original for everything below
        active = newer
        gathered.document = newer.received.document
        gathered.refreshed = judge(newer.received, body, run.inner(run.policy))
    status_findings, gathered.statuses = _status(active, run)
    gathered.findings += [*status_findings, *_validity(active, run), *_about_people(active, run)]
    _look_inside(active, run, gathered)
    gathered.findings += _trust(active, run)
    return _report(received, data, run, gathered)


def _learn(core: Core, run: Run) -> None:
    """Keep what badges of the same achievement have in common with this one."""
    moulds, received = run.environment.moulds, core.received
    if moulds is None or received.cast is not None or not core.proven or run.depth or received.document is None:
        return
    if core.kind == "OpenBadgeCredential" and core.version == "2.0" and received.jws is None and core.issuer_id:
        document, content = received.document, core.content
        form = form_of(document.get("proof"), core.proofs, core.findings[content:], core.issuer_id, run)
        moulds.learn(received.text, Found(document, tuple(core.findings[:content]), form), run.policy, run.limits)


def _judge_presentation(received: Received, data: bytes, run: Run) -> Report:
    core = evaluate(received, run)
    gathered = _Gathered(core.findings, received.document, core.version, core)
    value = received.document.get("verifiableCredential") if received.document is not None else None
    findings, gathered.members = check_members("presentation.member", value, "/verifiableCredential", run, judge)
    gathered.findings += [*findings, check_presentation(core, gathered.members, generic=run.policy.generic)]
    return _report(received, data, run, gathered)


def _judge_assertion(received: Received, data: bytes, run: Run) -> Report:
    """Stages A, H and what OB 2.0 shares with OB 3.0."""
    assertion = check_assertion(received, run)
    document = assertion.document
    findings = [*received.findings, *assertion.findings]
    findings += check_validity(
        document.get("issuedOn"), document.get("expires"), now=run.now, clock_skew=run.clock_skew
    )
    subject = open_badges_2_subject(document)
    findings.append(check_mismatch(subject, run.request.recipient, wanted_by_policy=run.policy.recipient_wanted))
    findings.append(check_weak(subject))
    findings += [not_applicable(code) for code in _OB2_NOT_EVALUATED]
    for code in ("endorsement.verified", "endorsement.subject"):
        there = "endorsement" in document
        findings.append(inconclusive(code, "/endorsement", "open_badges_2") if there else not_applicable(code))
    findings.append(check_evidence(document, wanted=run.policy.evidence_wanted))
    findings += check_trust(_lists(run), assertion.issuer_id if assertion.proven else None, document, run.now)
    return _report(received, data, run, _Gathered(findings, document))


def _judged_wrongly(received: Received, data: bytes, run: Run) -> Report:
    findings = [inconclusive(INTERNAL_ERROR, "", "exception")]
    findings += [blocked(code, INTERNAL_ERROR) for code in codes_of(received.kind)]
    return _report(received, data, run, _Gathered(findings, received.document))


def _blocker(core: Core) -> str | None:
    """The code of stage A that stands in the way of every later stage."""
    return core.received.blocked_by or (None if core.received.document is not None else "input.json")


def _status(core: Core, run: Run) -> tuple[list[Finding], list[StatusRecord]]:
    """Stage F, status. Lists are only asked for when an issuer's proof holds: else the entry is anybody's."""
    document, blocker = core.received.document, _blocker(core)
    if document is None or blocker is not None:
        return [blocked(code, blocker or "input.json") for code in STATUS_CODES], []
    value = document.get("credentialStatus")
    if value is None:
        return [not_applicable(code) for code in STATUS_CODES], []
    if not core.proven:
        return [blocked(code, "proof.set") for code in STATUS_CODES], []
    question = StatusQuestion(
        credential_id=identifier(document),
        ignore_unknown_types=run.policy.conformance,
        lenient_1edtech=run.policy.compat is not None,
    )
    return check_status(value, question, StatusLists(run, core.issuer_id).tools())


def _validity(core: Core, run: Run) -> list[Finding]:
    document, blocker = core.received.document, _blocker(core)
    if document is None or blocker is not None:
        return [blocked(code, blocker or "input.json") for code in VALIDITY_CODES]
    start_at, end_at = validity_of(document, core.version)
    return check_validity(start_at, end_at, now=run.now, clock_skew=run.clock_skew)


def _about_people(core: Core, run: Run) -> list[Finding]:
    """`recipient.*` and `evidence.present`; a presentation's holder is asked in `presentation.py`."""
    document, blocker = core.received.document, _blocker(core)
    if document is None or blocker is not None:
        by = blocker or "input.json"
        return [blocked(code, by) for code in ("recipient.mismatch", "recipient.weak", "evidence.present")] + [
            not_applicable("recipient.binding")
        ]
    subject = document.get("credentialSubject")
    wanted = run.policy.recipient_wanted and core.kind == "OpenBadgeCredential" and not run.depth
    return [
        check_mismatch(subject, run.request.recipient, wanted_by_policy=wanted),
        check_weak(subject),
        not_applicable("recipient.binding"),
        check_evidence(document, wanted=run.policy.evidence_wanted and core.kind == "OpenBadgeCredential"),
    ]


def _look_inside(core: Core, run: Run, gathered: _Gathered) -> None:
    """Endorsements, and the members of a CLR."""
    document, blocker = core.received.document, _blocker(core)
    if document is None or blocker is not None:
        codes = ("endorsement.verified", "endorsement.subject", "clr.member")
        gathered.findings += [blocked(code, blocker or "input.json") for code in codes]
        return
    cast = core.received.cast
    if cast is None or cast.mould.is_endorsed:
        findings, gathered.endorsements = check_endorsements(document, run, judge, proven=core.proven)
        gathered.findings += findings
    else:
        gathered.findings += _NOT_ENDORSED
    if core.kind != "ClrCredential":
        gathered.findings.append(not_applicable("clr.member"))
    elif not core.proven:
        gathered.findings.append(blocked("clr.member", "proof.set"))
    else:
        subject = document.get("credentialSubject")
        value = subject.get("verifiableCredential") if isinstance(subject, dict) else None
        at = "/credentialSubject/verifiableCredential"
        findings, gathered.members = check_members("clr.member", value, at, run, judge)
        gathered.findings += findings


def _lists(run: Run) -> list[TrustList | TrustListFault]:
    found: list[TrustList | TrustListFault] = []
    environment = run.environment
    for source in environment.trust_lists:
        try:
            found.append(read_trust_list(source, run.fetch, environment.memory, now=run.now, clock_skew=run.clock_skew))
        except TrustListFault as fault:
            found.append(fault)
    return found


def _trust(core: Core, run: Run) -> list[Finding]:
    document, blocker = core.received.document, _blocker(core)
    if document is None or blocker is not None:
        return [blocked(code, blocker or "input.json") for code in TRUST_CODES]
    if core.kind != "OpenBadgeCredential" or not run.environment.trust_lists:
        return [not_applicable(code) for code in TRUST_CODES]
    return check_trust(_lists(run), core.issuer_id if core.proven else None, document, run.now)
