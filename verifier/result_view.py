"""What the pages show of a report: sentence, four lines, the badge's own words, technical details."""

from dataclasses import dataclass
from typing import Final, Literal

from schemas.strict_json import JsonObject, JsonValue
from verifier import local_times
from verifier.checks.table import Facet, Severity
from verifier.description import domain_of, identifier, many, member, one, plain, text
from verifier.explanations import sentence
from verifier.findings import Finding, Outcome
from verifier.four_lines import Line, four_lines, headline
from verifier.report import Report
from verifier.templating import Text
from verifier.times import instant_of

_FETCHED: Final = (Facet.INTEGRITY, Facet.ISSUER, Facet.STATUS)  # what asking again may answer
_NOT_PASSED: Final = (Outcome.FAILED, Outcome.INCONCLUSIVE)
_MAX_TEXT: Final = 4000  # signs of one text that a page shows

Sum = Literal["good", "unknown", "bad"]


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and one or more values; `foreign` values are the badge's own words."""

    label: str
    values: tuple[str, ...]
    foreign: bool = True


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One finding for the table of all checks."""

    code: str
    outcome: str
    message: str
    pointer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultView:
    """A report as pages show it; `_result.html` takes it as `result`.

    Attributes:
        verdict: accepted, rejected or undetermined; for tests and scripts, never shown alone.
        headline: the one sentence.
        alarming: altered, wrong issuer, or withdrawn for cause: the only red ones.
        checked_at: "Tarkistettu 22.11.2026 klo 14.05".
        checked_time: the time in it.
        lines: the four lines.
        confirmed: the content comes from the verified document; otherwise it stands under a warning.
        content: what the badge says.
        description: its longer texts: description, criteria.
        remarks: sentences of warnings.
        technical: proof, key, digest, list.
        checks: the checks that did not pass, in order.
        codes: codes of all others, by outcome.
        again: asking again may give another answer.
    """

    verdict: str
    headline: str
    alarming: bool
    checked_at: str
    checked_time: str
    lines: tuple[Line, ...]
    confirmed: bool
    content: tuple[Fact, ...]
    description: tuple[Fact, ...]
    remarks: tuple[str, ...]
    technical: tuple[Fact, ...]
    checks: tuple[CheckRow, ...]
    codes: tuple[Fact, ...]
    again: bool

    @property
    def sum(self) -> Sum:
        """Under which of three sums this result counts; genuine and in force means lines 1 to 3 checked."""
        states = {line.state for line in self.lines[:3]}
        if "problem" in states:
            return "bad"
        return "good" if states == {"checked"} else "unknown"


def result_view(report: Report, language: str, t: Text) -> ResultView:
    """Return the view of `report` in `language`, with the words of `t`."""
    lines = tuple(four_lines(report, language))
    time = local_times.full(report.evaluated_at, language)
    document = report.verified_document
    content = _content(document, report, language, t) if document is not None else _claimed(report, language, t)
    return ResultView(
        verdict=report.verdict.value,
        headline=headline(report, language),
        alarming=any(line.alarming for line in lines),
        checked_at=t("result.checked_at", time=time),
        checked_time=time,
        lines=lines,
        confirmed=document is not None,
        content=content,
        description=_description(document, t) if document is not None else (),
        remarks=tuple(dict.fromkeys(_message(f, language) for f in report.findings if _is_remark(report, f))),
        technical=_technical(report, t),
        checks=tuple(_row(finding, language, t) for finding in report.findings if _speaks_itself(finding)),
        codes=_codes(report, t),
        again=Outcome.INCONCLUSIVE in {report.facets[facet] for facet in _FETCHED},
    )


def _speaks_itself(finding: Finding) -> bool:
    """Whether a finding did not pass, and not only because another stood in the way."""
    return finding.outcome in _NOT_PASSED and not (finding.reason or "").startswith("blocked_by:")


def _codes(report: Report, t: Text) -> tuple[Fact, ...]:
    told: dict[str, list[str]] = {}
    for finding in report.findings:
        if not _speaks_itself(finding):
            label = "result.outcome.BLOCKED" if finding.outcome in _NOT_PASSED else _label(finding)
            told.setdefault(label, []).append(finding.code)
    return tuple(Fact(f"{t(label)} ({len(codes)})", (" ".join(codes),), foreign=False) for label, codes in told.items())


def _label(finding: Finding) -> str:
    return f"result.outcome.{finding.outcome.value}"


def _is_remark(report: Report, finding: Finding) -> bool:
    return _speaks_itself(finding) and report.severity(finding) is Severity.WARNING


def _message(finding: Finding, language: str) -> str:
    return sentence(finding.code, finding.outcome, language, finding.details, reason=finding.reason)


def _row(finding: Finding, language: str, t: Text) -> CheckRow:
    return CheckRow(
        code=finding.code,
        outcome=t(_label(finding)),
        message=_message(finding, language),
        pointer=finding.pointer,
    )


def _facts(*pairs: tuple[str, str | None]) -> tuple[Fact, ...]:
    return tuple(Fact(label, (value[:_MAX_TEXT],)) for label, value in pairs if value)


def _day(value: str | None, language: str) -> str | None:
    moment = instant_of(value)
    return value if moment is None else local_times.day(moment, language)


def _content(document: JsonObject, report: Report, language: str, t: Text) -> tuple[Fact, ...]:
    """What the badge says, from the verified document; of the person nothing but what the issuer wrote as content."""
    told = _told(report)
    issuer = member(told, "issuer")
    achievement = member(told, "achievement")
    until = text(member(told, "validUntil"))
    facts = _facts(
        (t("result.badge"), text(member(achievement, "name")) or text(member(told, "name"))),
        (t("result.issuer"), text(member(issuer, "name"))),
        (t("result.issuer_domain"), text(member(issuer, "domain"))),
        (t("result.from"), _day(text(member(told, "validFrom")), language)),
        (t("result.until"), _day(until, language) or t("result.no_end")),
    )
    aligned = tuple(_alignments(document))
    return facts + ((Fact(t("result.alignments"), aligned),) if aligned else ())


def _told(report: Report) -> JsonValue:
    told = report.to_json().get("credential")
    return told if isinstance(told, dict) else {}


def _claimed(report: Report, language: str, t: Text) -> tuple[Fact, ...]:
    claimed = report.to_json().get("claimed")
    issuer = text(member(claimed, "issuer_id"))
    return _facts(
        (t("result.badge"), text(member(claimed, "achievement_name"))),
        (t("result.issuer_domain"), domain_of(issuer)) if domain_of(issuer) else (t("result.issuer_id"), issuer),
        (t("result.from"), _day(text(member(claimed, "validFrom")), language)),
        (t("result.until"), _day(text(member(claimed, "validUntil")), language)),
    )


def _achievement(document: JsonObject) -> JsonValue:
    return document.get("badge") or member(one(document.get("credentialSubject")), "achievement")


def _description(document: JsonObject, t: Text) -> tuple[Fact, ...]:
    achievement = _achievement(document)
    criteria = one(member(achievement, "criteria"))
    facts = _facts(
        (t("result.description"), plain(member(achievement, "description"))),
        (t("result.criteria"), plain(member(criteria, "narrative"))),
    )
    shown = tuple(_results(document, achievement))
    return facts + ((Fact(t("result.shown"), shown),) if shown else ())


def _results(document: JsonObject, achievement: JsonValue) -> list[str]:
    """Names of the requirements that a result stands for, with its value where it has one."""
    names = {
        identifier(described): plain(member(described, "name"))
        for described in many(member(achievement, "resultDescription"))
    }
    found = []
    for result in many(member(one(document.get("credentialSubject")), "result")):
        name = names.get(text(member(result, "resultDescription")))
        value = text(member(result, "value"))
        if name:
            found.append(f"{name}: {value}" if value else name)
    return found


def _alignments(document: JsonObject) -> list[str]:
    found = []
    for alignment in many(member(_achievement(document), "alignment")):
        name, code = plain(member(alignment, "targetName")), text(member(alignment, "targetCode"))
        if name:
            found.append(f"{name} ({code})" if code else name)
    return found


def _technical(report: Report, t: Text) -> tuple[Fact, ...]:
    source = report.source.to_json()
    told = _told(report)
    proofs = tuple(
        " · ".join(filter(None, (proof.suite, proof.created, proof.role, proof.basis))) for proof in report.proofs
    )
    keys = tuple(dict.fromkeys(proof.verification_method for proof in report.proofs if proof.verification_method))
    lists = tuple(
        t("result.list_place", list=status.list, index=status.index) for status in report.statuses if status.list
    )
    several = ((t("result.proof"), proofs), (t("result.key"), keys), (t("result.list"), lists))
    facts = _facts(
        (t("result.badge_id"), text(member(told, "id"))),
        (t("result.issuer_id"), text(member(member(told, "issuer"), "id"))),
    )
    return (
        tuple(Fact(label, values) for label, values in several if values)
        + facts
        + _facts((t("result.digest"), text(source["sha256"])))
    )
