"""What follows from findings: their order, the verdict and the facets; found out once for findings that come again."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from operator import itemgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from verifier.checks.table import (
    BY_CODE,
    CREDENTIAL_CODES,
    INTERNAL_ERROR,
    OPEN_BADGES_2_CODES,
    POSITION,
    PRESENTATION_CODES,
    Facet,
    Severity,
)
from verifier.findings import Finding, Outcome, is_kept, outline, worst
from verifier.policy import Policy, counted_facet

if TYPE_CHECKING:
    from schemas.strict_json import JsonValue

Kind: TypeAlias = Literal[
    "OpenBadgeCredential",
    "EndorsementCredential",
    "ClrCredential",
    "VerifiableCredential",
    "VerifiablePresentation",
    "Assertion",  # Open Badges 2.0
    "unknown",
]


class Verdict(Enum):
    """What follows from the findings under a policy. There is no boolean."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNDETERMINED = "undetermined"


class Tally(NamedTuple):
    """How many findings ask for attention.

    Attributes:
        warnings: by facet; facets without one are left out.
        severities: failed or inconclusive findings by severity; all severities are there.
        lines: for `written_report`: what the findings say, by language; None if they are not known to come again.
    """

    warnings: Mapping[Facet, int]
    severities: Mapping[Severity, int]
    lines: "dict[str, list[tuple[bytes, int | None]]] | None" = None


class Conclusion(NamedTuple):
    """What follows from some findings.

    Attributes:
        findings: one for each code and pointer, in the order of the table of checks.
        verdict: see `Verdict`.
        facets: worst outcome of each.
        tally: how many ask for attention.
    """

    findings: tuple[Finding, ...]
    verdict: Verdict
    facets: Mapping[Facet, Outcome]
    tally: Tally


def codes_of(kind: Kind) -> frozenset[str]:
    """The codes that must be in a report about a document of this kind."""
    if kind == "Assertion":
        return OPEN_BADGES_2_CODES
    return PRESENTATION_CODES if kind == "VerifiablePresentation" else CREDENTIAL_CODES


# Checks that must have been made and passed, whatever else was not applicable.
_MUST_PASS: Final[Mapping[str, frozenset[str]]] = {
    "Assertion": frozenset({"ob2.schema"}),
    "VerifiablePresentation": frozenset({"proof.set", "presentation.member"}),
}
_MUST_PASS_OF_CREDENTIAL: Final = frozenset({"proof.present", "proof.set", "issuer.key_binding"})
_EITHER_OF_OPEN_BADGES_2: Final = ({"ob2.hosted", "ob2.scope"}, {"ob2.signature", "ob2.key_owner"})
_SPOKEN: Final = frozenset({Outcome.FAILED, Outcome.INCONCLUSIVE})
_HARDNESS: Final = {Outcome.NOT_APPLICABLE: 0, Outcome.PASSED: 1, Outcome.INCONCLUSIVE: 2, Outcome.FAILED: 3}


class _Kept(NamedTuple):
    """A conclusion that was drawn before, with what it was drawn from: so the identities in its key stay their own."""

    outline: tuple[Finding, ...]
    policy: Policy
    order: Callable[[Sequence[Finding]], tuple[Finding, ...]]
    verdict: Verdict
    facets: Mapping[Facet, Outcome]
    tally: Tally


_KEPT: Final[dict[tuple[object, ...], _Kept]] = {}
_MOST_KEPT: Final = 512


def conclude(findings: Sequence[Finding], policy: Policy, kind: Kind) -> Conclusion:
    """Return what follows from findings.

    A badge without fault has the findings of the last such badge, most of them the very same objects. Then the same
    follows from them: details do not matter, and nothing else of a document is looked at here.

    Args:
        findings: as the checks gave them.
        policy: says what they mean.
        kind: says which must be there.
    """
    bare = outline(findings)
    key = (kind, id(policy), *map(id, bare))
    kept = _KEPT.get(key)
    if kept is not None:
        return Conclusion(kept.order(findings), kept.verdict, kept.facets, kept.tally)
    drawn = draw(findings, policy, kind)
    places = {id(finding): place for place, finding in enumerate(findings)}
    same = places.keys() == set(map(id, drawn.findings)) and len(places) == len(findings) > 1
    if same and all(map(is_kept, bare)):
        if len(_KEPT) >= _MOST_KEPT:
            _KEPT.clear()
        order = itemgetter(*[places[id(finding)] for finding in drawn.findings])
        _KEPT[key] = _Kept(bare, policy, order, drawn.verdict, drawn.facets, drawn.tally._replace(lines={}))
    return drawn


def draw(findings: Sequence[Finding], policy: Policy, kind: Kind) -> Conclusion:
    """Return what follows from findings, without memory of others."""
    found = settled(findings)
    missing = codes_of(kind) - {finding.code for finding in found}
    if missing:  # a check not made is not a check passed
        details: dict[str, JsonValue] = {"not_reached": [*sorted(missing)]}
        found.append(Finding(code=INTERNAL_ERROR, outcome=Outcome.INCONCLUSIVE, reason="not_reached", details=details))
    found.sort(key=_position)
    return Conclusion(tuple(found), _verdict(found, policy, kind), _facets(found, policy), _tally(found, policy))


def _tally(findings: Iterable[Finding], policy: Policy) -> Tally:
    warnings: dict[Facet, int] = {}
    severities = dict.fromkeys(Severity, 0)
    for finding in findings:
        if finding.outcome in _SPOKEN:
            severity = finding.severity or policy.severities[finding.code]
            severities[severity] += 1
            if severity is Severity.WARNING:
                facet = BY_CODE[finding.code].facet
                warnings[facet] = warnings.get(facet, 0) + 1
    return Tally(MappingProxyType(warnings), MappingProxyType(severities))


def settled(findings: Sequence[Finding]) -> list[Finding]:
    """One finding for a code and pointer, and no "passed" for the whole beside a fault in a part.

    The harder outcome wins, so that a later step can only take away.
    """
    faulty = {f.code for f in findings if f.outcome in _SPOKEN}
    kept: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        if finding.outcome not in _SPOKEN and not finding.pointer and finding.code in faulty:
            continue
        key = (finding.code, finding.pointer)
        before = kept.get(key)
        if before is None or _HARDNESS[finding.outcome] > _HARDNESS[before.outcome]:
            kept[key] = finding
    return list(kept.values())


def _position(finding: Finding) -> int:
    return POSITION[finding.code]


def _verdict(findings: Iterable[Finding], policy: Policy, kind: Kind) -> Verdict:
    """verification.md, section 2: rejected before undetermined before accepted, and accepted only with proof."""
    spoken = [finding for finding in findings if finding.outcome in _SPOKEN]
    deciding = {
        finding.outcome for finding in spoken if (finding.severity or policy.severities[finding.code]) is Severity.ERROR
    }
    if Outcome.FAILED in deciding:
        return Verdict.REJECTED
    if deciding or not _reached(findings, policy, kind):
        return Verdict.UNDETERMINED
    return Verdict.ACCEPTED


def _reached(findings: Iterable[Finding], policy: Policy, kind: Kind) -> bool:
    """Whether the checks that carry a verdict were not merely "not applicable"."""
    passed = {finding.code for finding in findings if finding.outcome is Outcome.PASSED}
    needed = _MUST_PASS.get(kind, _MUST_PASS_OF_CREDENTIAL)
    if policy.generic:
        needed = needed - {"presentation.member"}  # a presentation may be empty where no badge is expected
    if any(code not in passed and policy.severities[code] is Severity.ERROR for code in needed):
        return False
    if kind == "unknown":
        return False
    return kind != "Assertion" or any(pair <= passed for pair in _EITHER_OF_OPEN_BADGES_2)


def _facets(findings: Iterable[Finding], policy: Policy) -> Mapping[Facet, Outcome]:
    facets = policy.facets
    outcomes: dict[Facet, set[Outcome]] = {facet: set() for facet in Facet}
    for finding in findings:
        severity = finding.severity
        facet = facets[finding.code] if severity is None else counted_facet(finding.code, severity)
        if facet is not None:
            outcomes[facet].add(finding.outcome)
    return MappingProxyType({facet: worst(found) for facet, found in outcomes.items()})
