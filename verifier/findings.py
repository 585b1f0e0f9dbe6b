"""What one check says: a stable code, one of four outcomes, and the place; no prose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

from schemas.strict_json import JsonValue
from verifier.checks.table import CHECKS, Severity

NO_DETAILS: Mapping[str, JsonValue] = MappingProxyType({})


class Outcome(Enum):
    """How a check ended."""

    PASSED = "PASSED"  # ran completely, nothing wrong
    FAILED = "FAILED"  # ran, the requirement is broken
    INCONCLUSIVE = "INCONCLUSIVE"  # could not be completed
    NOT_APPLICABLE = "NOT_APPLICABLE"  # document or policy give nothing to check

    __hash__ = object.__hash__  # members are single objects; the hash by name costs a call for every finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The result of one check at one place.

    Attributes:
        code: of `verifier.checks.table`; stable, translated, tested.
        outcome: see `Outcome`.
        pointer: RFC 6901, into the document as received; empty for the whole.
        reason: a short code that tells apart the ways to this outcome; `blocked_by:<code>` when an earlier check did.
        details: JSON values for the sentence and for machines; never a recipient's value.
        severity: only where it differs from the policy's; None: the policy says.
    """

    code: str
    outcome: Outcome
    pointer: str = ""
    reason: str | None = None
    details: Mapping[str, JsonValue] = field(default_factory=lambda: NO_DETAILS)
    severity: Severity | None = None


# Most findings of a good badge carry nothing but the code: they are made once.
_PASSED = {check.code: Finding(code=check.code, outcome=Outcome.PASSED) for check in CHECKS}
_NOT_APPLICABLE = {check.code: Finding(code=check.code, outcome=Outcome.NOT_APPLICABLE) for check in CHECKS}
_PLACED: dict[tuple[str, Outcome, str], Finding] = {}
_PLACED_MOST = 4_096  # codes × outcomes × pointers of a few proofs


def _placed(code: str, outcome: Outcome, pointer: str) -> Finding:
    key = (code, outcome, pointer)
    finding = _PLACED.get(key)
    if finding is None:
        finding = Finding(code=code, outcome=outcome, pointer=pointer)
        if len(_PLACED) < _PLACED_MOST and len(pointer) <= len("/credentialStatus/00"):
            _PLACED[key] = finding
    return finding


def outline(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings without the details of those that passed, which so are those kept for all badges."""
    return tuple([finding if finding.details is NO_DETAILS else _bare(finding) for finding in findings])


def _bare(finding: Finding) -> Finding:
    if finding.outcome is Outcome.PASSED and finding.reason is None and finding.severity is None:
        return passed(finding.code, finding.pointer)
    return finding


def is_kept(finding: Finding) -> bool:
    """Whether this very object comes again with every badge of which the same is found."""
    if finding.pointer:
        return _PLACED.get((finding.code, finding.outcome, finding.pointer)) is finding
    return finding is _PASSED[finding.code] or finding is _NOT_APPLICABLE[finding.code]


def passed(code: str, pointer: str = "", details: Mapping[str, JsonValue] | None = None) -> Finding:
    """The check ran completely and found nothing wrong."""
    if details:
        return Finding(code=code, outcome=Outcome.PASSED, pointer=pointer, details=details)
    return _placed(code, Outcome.PASSED, pointer) if pointer else _PASSED[code]


def not_applicable(code: str, pointer: str = "") -> Finding:
    """There was nothing to check."""
    return _placed(code, Outcome.NOT_APPLICABLE, pointer) if pointer else _NOT_APPLICABLE[code]


def failed(
    code: str, pointer: str = "", reason: str | None = None, details: Mapping[str, JsonValue] | None = None
) -> Finding:
    """The requirement is broken."""
    return Finding(code=code, outcome=Outcome.FAILED, pointer=pointer, reason=reason, details=details or NO_DETAILS)


def inconclusive(
    code: str, pointer: str = "", reason: str | None = None, details: Mapping[str, JsonValue] | None = None
) -> Finding:
    """The check could not be completed."""
    return Finding(
        code=code, outcome=Outcome.INCONCLUSIVE, pointer=pointer, reason=reason, details=details or NO_DETAILS
    )


def blocked(code: str, by: str, pointer: str = "") -> Finding:
    """An earlier check stood in the way."""
    return Finding(code=code, outcome=Outcome.INCONCLUSIVE, pointer=pointer, reason=f"blocked_by:{by}")


_WORST_FIRST = (Outcome.FAILED, Outcome.INCONCLUSIVE, Outcome.PASSED)


def worst(outcomes: set[Outcome]) -> Outcome:
    """FAILED before INCONCLUSIVE before PASSED; NOT_APPLICABLE when there is nothing else."""
    for outcome in _WORST_FIRST:
        if outcome in outcomes:
            return outcome
    return Outcome.NOT_APPLICABLE
