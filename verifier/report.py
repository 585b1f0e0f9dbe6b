"""The report of one verification: findings, the verdict that follows from them, and the JSON form."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from schemas.strict_json import JsonObject, JsonValue
from verifier.checks.table import BY_CODE, Facet, Severity
from verifier.conclusion import Kind, Tally, Verdict, codes_of, conclude
from verifier.description import claimed, describe
from verifier.explanations import sentence
from verifier.findings import Finding, Outcome, worst
from verifier.policy import VERSION, Policy

__all__ = [
    "FORMAT",
    "FetchRecord",
    "Kind",
    "Part",
    "ProofRecord",
    "Report",
    "Source",
    "StatusRecord",
    "Verdict",
    "codes_of",
    "instant",
]

FORMAT = "pateva.report/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofRecord:
    """One proof or the JWS: who made it, and what came of it. Never a person's value."""

    pointer: str
    suite: str
    verification_method: str | None
    controller: str | None
    created: str | None
    role: Literal["issuer", "foreign"]
    outcome: Outcome
    basis: Literal["did", "controller_document", "jwks", "origin", "unbound"] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRecord:
    """One status entry, the list it was read from, and the value found."""

    type: str
    purpose: str | None
    index: int | None
    list: str | None
    list_issuer: str | None
    list_valid_from: str | None
    list_valid_until: str | None
    value: int | None
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchRecord:
    """One question to the outside."""

    url: str
    result: Literal["ok", "refused", "failed", "not_allowed_offline"]
    source: Literal["documents", "cache", "network"] | None
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The data as received; `sha256` is of these bytes."""

    kind: Literal["json", "jwt", "png", "svg", "pdf", "url", "text"]
    data: bytes = field(repr=False)
    url: str | None = None

    def to_json(self) -> JsonObject:
        """Member `source` of the report."""
        digest = hashlib.sha256(self.data).hexdigest()
        return {"kind": self.kind, "bytes": len(self.data), "sha256": digest, "url": self.url}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """A document inside the document, with a report of its own."""

    pointer: str
    report: "Report"
    relation: Literal["credential", "achievement", "profile", "unrelated", "member"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Report:
    """What was found, and what follows.

    Attributes:
        policy: the demands that were made.
        evaluated_at: the "now" of all checks, aware UTC.
        kind: what the document is.
        findings: handed in in any order; in the order of the table of checks, one for each code and pointer.
        source: the data as received.
        document: the document that the findings speak of; use `verified_document` for showing.
        proofs, statuses, endorsements, members, fetches: one record each.
        refreshed: report on what the refresh service gave, when it was asked and answered.
        securing: suites, or `jwt` with the algorithm, in the order of the proofs.
    """

    policy: Policy
    evaluated_at: datetime
    kind: Kind
    findings: tuple[Finding, ...]
    source: Source
    document: JsonObject | None = None
    clock_kind: Literal["system", "given"] = "system"
    offline: bool = False
    vcdm: str | None = None
    securing: tuple[str, ...] = ()
    proofs: tuple[ProofRecord, ...] = ()
    statuses: tuple[StatusRecord, ...] = ()
    endorsements: tuple[Part, ...] = ()
    members: tuple[Part, ...] = ()
    refreshed: "Report | None" = None
    fetches: tuple[FetchRecord, ...] = ()
    verdict: Verdict = field(init=False)
    facets: Mapping[Facet, Outcome] = field(init=False)
    tally: Tally = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Compute what follows from the findings; nobody can hand in a verdict."""
        concluded = conclude(self.findings, self.policy, self.kind)
        object.__setattr__(self, "findings", concluded.findings)
        object.__setattr__(self, "verdict", concluded.verdict)
        object.__setattr__(self, "facets", concluded.facets)
        object.__setattr__(self, "tally", concluded.tally)

    def __bool__(self) -> bool:
        """Refuse: a report has three verdicts and seven facets, and no truth value."""
        raise TypeError("a report is no truth value; compare report.verdict")

    def severity(self, finding: Finding) -> Severity:
        """What `finding` means under the policy of this report."""
        return finding.severity or self.policy.severities[finding.code]

    def of(self, code: str) -> tuple[Finding, ...]:
        """All findings of one code; empty when the document's kind has no such check."""
        return tuple(finding for finding in self.findings if finding.code == code)

    def outcome(self, code: str) -> Outcome:
        """Worst outcome of one code that has not been set aside as information."""
        found = self.of(code)
        counted = {f.outcome for f in found if self.severity(f) is not Severity.INFORMATION}
        return worst(counted or {f.outcome for f in found})

    @property
    def verified_document(self) -> JsonObject | None:
        """The document if its integrity holds; only this may be shown as the badge's own words."""
        return self.document if self.facets[Facet.INTEGRITY] is Outcome.PASSED else None

    def warnings(self) -> dict[Facet, int]:
        """Number of warnings by facet; facets without one are left out."""
        return dict(self.tally.warnings)

    def to_json(self, language: str = "en") -> JsonObject:
        """The report in format `pateva.report/1` (docs/verification.md).

        Args:
            language: fi, sv or en; chooses the member `message` and nothing else.
        """
        return self.around([self.check_told(finding, language) for finding in self.findings], language)

    def around(self, checks: JsonValue, language: str) -> JsonObject:
        """The report with this for its member `checks`: see `verifier.written_report`."""
        verified = self.verified_document
        body: JsonObject = {
            "format": FORMAT,
            "verdict": self.verdict.value,
            "policy": {"name": self.policy.name, "compat": self.policy.compat, "version": VERSION},
            "evaluated_at": instant(self.evaluated_at),
            "clock": self.clock_kind,
            "offline": self.offline,
            "source": self.source.to_json(),
            "credential": describe(verified, self.kind, self.vcdm, self.securing) if verified is not None else None,
        }
        if verified is None and self.document is not None:
            body["claimed"] = claimed(self.document, self.kind)
        if self.policy.compat:
            body["compat"] = self.policy.compat
        return body | self._parts(checks, language)

    def _parts(self, checks: JsonValue, language: str) -> JsonObject:
        return {
            "facets": self._facets_told(),
            "warnings": {facet.value: count for facet, count in self.tally.warnings.items()},
            "checks": checks,
            "proofs": [_record(proof) for proof in self.proofs],
            "status": [_record(status) for status in self.statuses],
            "endorsements": [_part(part, language) for part in self.endorsements],
            "members": [_part(part, language) for part in self.members],
            "refreshed": None if self.refreshed is None else self.refreshed.to_json(language),
            "fetches": [
                {"url": fetch.url, "result": fetch.result, "from": fetch.source, "bytes": fetch.bytes}
                for fetch in self.fetches
            ],
            "findings_count": {severity.value: count for severity, count in self.tally.severities.items()},
        }

    def _facets_told(self) -> JsonObject:
        told: JsonObject = {facet.value: outcome.value for facet, outcome in self.facets.items()}
        unbound = any(proof.basis == "unbound" and proof.outcome is Outcome.PASSED for proof in self.proofs)
        if unbound and self.facets[Facet.ISSUER] in (Outcome.PASSED, Outcome.NOT_APPLICABLE):
            told[Facet.ISSUER.value] = "unbound"  # compat=1edtech: a key that nobody was asked about
        return told

    def check_told(self, finding: Finding, language: str) -> JsonObject:
        """One finding in words. Most say nothing but the code: they are kept, since looking words up takes long."""
        severity = self.severity(finding)
        key = (finding.code, finding.outcome, finding.pointer, finding.reason, severity, language)
        usual = "reason" not in finding.details  # no other detail has a part in the words
        kept = _TOLD.get(key) if usual else None
        if kept is None:
            kept = _told(finding, severity, language)
            if usual and len(finding.pointer) <= _LONGEST_KEPT:
                if len(_TOLD) >= _MOST_TOLD:
                    _TOLD.clear()
                _TOLD[key] = kept
        return kept | {"details": dict(finding.details)}


_TOLD: dict[tuple[str, Outcome, str, str | None, Severity, str], JsonObject] = {}
_MOST_TOLD = 8_192
_LONGEST_KEPT = 40  # characters of a pointer: strangers choose them


def _told(finding: Finding, severity: Severity, language: str) -> JsonObject:
    return {
        "code": finding.code,
        "outcome": finding.outcome.value,
        "severity": severity.value,
        "message": sentence(finding.code, finding.outcome, language, finding.details, reason=finding.reason),
        "pointer": finding.pointer,
        "source": BY_CODE[finding.code].source,
        "reason": finding.reason,
    }


def instant(moment: datetime) -> str:
    """A moment in UTC, whole seconds: `2026-11-22T12:00:00Z`."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def _record(record: ProofRecord | StatusRecord) -> JsonObject:
    values: JsonObject = {name: getattr(record, name) for name in record.__slots__}
    values["outcome"] = record.outcome.value
    return values


def _part(part: Part, language: str) -> JsonObject:
    return {"pointer": part.pointer, "relation": part.relation, "report": part.report.to_json(language)}
