"""From a report to what people read first: one sentence, and four lines of question, state and finding (screen E3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from schemas.strict_json import JsonValue
from verifier import local_times
from verifier.checks.table import BY_CODE, Facet, Severity
from verifier.description import domain_of, identifier, member, plain, text
from verifier.findings import Finding, Outcome
from verifier.report import Report
from verifier.templating import Text, locales_directory, text_in
from verifier.texts import Texts
from verifier.times import instant_of

State = Literal["checked", "unknown", "problem"]
Trust = Literal["listed", "unknown", "not_for_this"]
# What may stand against a badge on line 3, the first that fits.
InForce = Literal["in_force", "for_cause", "replaced", "not_used", "being_checked", "ended", "not_begun", "unknown"]

LINE_TEXTS: Final = Texts(locales_directory, stem="lines")
_REASONS: Final[Mapping[str, InForce]] = {
    "for_cause": "for_cause",
    "replaced": "replaced",
    "being_checked": "being_checked",
    "mistake": "not_used",
    "holder_wish": "not_used",
}
_STATE_OF: Final[Mapping[Outcome, State]] = {Outcome.FAILED: "problem", Outcome.PASSED: "checked"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One of the four lines.

    Attributes:
        number: 1 unchanged, 2 who gave it, 3 in force, 4 this person's.
        question, word: what is asked, and the state in a word.
        state: chooses the mark; never shown without `word`.
        sentences: what was found.
        time: of the finding, where it is not that of the check.
        alarming: altered, wrong issuer, or withdrawn for cause: the only ones in red.
    """

    number: int
    question: str
    state: State
    word: str
    sentences: tuple[str, ...] = ()
    time: str | None = None
    alarming: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The states that sentence and lines follow from.

    Attributes:
        unchanged, issuer, person: states of lines 1, 2 and 4.
        in_force: of line 3, with its reason.
        trust: what the trust lists say of the issuer.
        found: there was a badge at all.
        key_withdrawn: line 1 is a problem only because the key was withdrawn.
    """

    unchanged: State
    issuer: State
    in_force: InForce
    person: State
    trust: Trust
    found: bool = True
    key_withdrawn: bool = False


def summary(report: Report) -> Summary:
    """Return the states of a report; unless line 1 is checked, no other line is."""
    unchanged, key_withdrawn = _unchanged(report)
    trust = _trust(report)
    issuer = _STATE_OF.get(report.facets[Facet.ISSUER], "unknown")
    in_force = _in_force(report)
    if issuer == "checked" and (trust != "listed" or unchanged != "checked"):
        issuer = "unknown"
    if unchanged != "checked":
        in_force = "unknown"
    return Summary(
        unchanged=unchanged,
        issuer=issuer,
        in_force=in_force,
        person="problem" if _has_failed(report, "recipient.mismatch") else "unknown",
        trust=trust,
        found=report.document is not None and not _has_failed(report, "input.kind"),
        key_withdrawn=key_withdrawn,
    )


def headline(report: Report, language: str) -> str:
    """Return the one sentence: the first row of the table of screen E3 that fits."""
    t = text_in(LINE_TEXTS, language)
    states = summary(report)
    days = {name: _day_of(report, name, language) for name in ("validFrom", "validUntil")}
    return headline_of(states, t, days=days)


def headline_of(states: Summary, t: Text, *, days: Mapping[str, str]) -> str:
    """Return the sentence of `states`.

    Args:
        states: of one report.
        t: texts of the lines.
        days: "validFrom" and "validUntil" in words, for the badge that has ended or not begun.
    """
    if not states.found:
        return t("headline.nothing")
    if states.unchanged == "problem":
        return t("headline.key_withdrawn" if states.key_withdrawn else "headline.altered")
    if states.issuer == "problem":
        return t("headline.wrong_issuer")
    if states.unchanged == "unknown":
        return t("headline.not_checked")
    known = "genuine" if states.issuer == "checked" else "unchanged"
    if states.in_force in ("for_cause", "replaced"):
        return t(f"headline.{states.in_force}")
    if states.in_force in ("not_used", "being_checked", "ended", "not_begun"):
        day = days["validUntil" if states.in_force == "ended" else "validFrom"]
        return t(f"headline.{states.in_force}.{known}", day=day)
    if states.in_force == "unknown":
        return t("headline.status_unknown" if known == "genuine" else f"headline.both_unknown.{states.trust}")
    return t("headline.all" if known == "genuine" else f"headline.issuer_unknown.{states.trust}")


def four_lines(report: Report, language: str) -> list[Line]:
    """Return the four lines, in their order."""
    t = text_in(LINE_TEXTS, language)
    states = summary(report)
    return [
        _line(1, states.unchanged, t, _unchanged_key(states), alarming=_altered(states)),
        _issuer_line(report, states, t, language),
        _in_force_line(report, states, t, language),
        _line(4, states.person, t, "person.other" if states.person == "problem" else "person.look"),
    ]


def _altered(states: Summary) -> bool:
    return states.found and states.unchanged == "problem"


def _line(number: int, state: State, t: Text, *keys: str, alarming: bool = False) -> Line:
    sentences = tuple(t(f"line.{key}") for key in keys if key)
    return Line(
        number=number,
        question=t(f"question.{number}"),
        state=state,
        word=t(f"word.{state}"),
        sentences=sentences,
        alarming=alarming,
    )


def _failed(report: Report, code: str) -> Finding | None:
    return next((f for f in report.of(code) if f.outcome is Outcome.FAILED), None)


def _has_failed(report: Report, code: str) -> bool:
    return _failed(report, code) is not None


def _passed(report: Report, code: str) -> bool:
    return any(finding.outcome is Outcome.PASSED for finding in report.of(code))


def _unchanged(report: Report) -> tuple[State, bool]:
    """Return the state of line 1, and whether it is a problem only because the key was withdrawn."""
    state = _STATE_OF.get(report.facets[Facet.INTEGRITY], "unknown")
    if state != "problem":
        return state, False
    counted = {f.code for f in report.findings if f.outcome is Outcome.FAILED and _decides_integrity(report, f)}
    # The set of proofs fails when any of its proofs does; the reason stands beside it.
    causes = counted - {"proof.set"}
    if not causes and report.facets[Facet.ISSUER] is Outcome.FAILED:
        return "unknown", False  # signed, but by somebody else: line 2 says it
    return "problem", causes == {"proof.key_revoked"}


def _decides_integrity(report: Report, finding: Finding) -> bool:
    return BY_CODE[finding.code].facet is Facet.INTEGRITY and report.severity(finding) is Severity.ERROR


def _trust(report: Report) -> Trust:
    if not _passed(report, "trust.issuer"):
        findings = report.of("trust.issuer")
        named = any(member(dict(finding.details), "listed_from") for finding in findings)
        return "not_for_this" if named else "unknown"
    return "not_for_this" if _has_failed(report, "trust.scope") else "listed"


def _in_force(report: Report) -> InForce:
    revoked = _failed(report, "status.revoked")
    if revoked is not None:
        return _REASONS.get(text(revoked.details.get("reason")) or "", "not_used")
    # An ended badge is told also where the policy lets it pass.
    told: tuple[tuple[str, InForce], ...] = (
        ("ob2.revoked", "not_used"),
        ("status.suspended", "being_checked"),
        ("validity.expired", "ended"),
        ("validity.not_yet_valid", "not_begun"),
    )
    for code, state in told:
        if _has_failed(report, code):
            return state
    facets = {report.facets[Facet.STATUS], report.facets[Facet.VALIDITY]}
    if facets & {Outcome.FAILED, Outcome.INCONCLUSIVE} or not _publishes_status(report):
        return "unknown"
    return "in_force"


def _publishes_status(report: Report) -> bool:
    if report.kind == "Assertion":
        return _passed(report, "ob2.revoked")
    return _passed(report, "status.list")


def _unchanged_key(states: Summary) -> str:
    if not states.found:
        return "unchanged.nothing"
    if states.unchanged == "problem":
        return "unchanged.key_withdrawn" if states.key_withdrawn else "unchanged.altered"
    return f"unchanged.{states.unchanged}"


def _issuer_line(report: Report, states: Summary, t: Text, language: str) -> Line:
    if states.issuer == "problem":
        return _line(2, "problem", t, "issuer.wrong", alarming=True)
    if states.unchanged != "checked":
        return _line(2, "unknown", t, "issuer.not_reached")
    names = _issuer_names(report, language)
    line = _line(2, states.issuer, t)
    told = (names,) if names else ()
    if states.issuer == "checked":
        since = _listed_since(report, language)
        return _with(line, *told, *((t("line.issuer.listed", day=since),) if since else ()))
    if report.facets[Facet.ISSUER] is not Outcome.PASSED:
        return _with(line, *told, t("line.issuer.not_reached"))
    return _with(line, *told, t(f"line.issuer.{states.trust}"))


def _with(line: Line, *sentences: str, time: str | None = None, word: str | None = None) -> Line:
    return Line(
        number=line.number,
        question=line.question,
        state=line.state,
        word=word or line.word,
        sentences=(*line.sentences, *sentences),
        time=time,
        alarming=line.alarming,
    )


def _issuer_names(report: Report, language: str) -> str:
    """Return the name of the trust list, else the badge's own word for it, with the domain in ASCII."""
    listed = next((member(dict(f.details), "name") for f in report.of("trust.issuer")), None)
    document = report.verified_document or {}
    issuer = document.get("issuer")
    if report.kind == "Assertion":
        issuer = member(document.get("badge"), "issuer")
    name = _in_language(listed, language) or plain(member(issuer, "name"))
    domain = domain_of(identifier(issuer))
    if name and domain:
        return f"{name} ({domain})"
    return name or domain or ""


def _in_language(names: JsonValue, language: str) -> str | None:
    wanted = (language.partition("-")[0], "fi", "sv", "en")
    return next((found for found in (text(member(names, code)) for code in wanted) if found), None)


def _listed_since(report: Report, language: str) -> str | None:
    for finding in report.of("trust.issuer"):
        since = text(member(dict(finding.details), "listed_from"))
        if since is not None:
            try:
                day = date.fromisoformat(since[:10])
            except ValueError:
                return None
            return local_times.calendar_day(day, language)
    return None


def _in_force_line(report: Report, states: Summary, t: Text, language: str) -> Line:
    in_force = states.in_force
    if in_force == "unknown":
        return _line(3, "unknown", t, _why_unknown(report, states))
    if in_force == "in_force":
        return _with(_line(3, "checked", t), time=_list_time(report, t, language))
    line = _line(3, "problem", t, alarming=in_force == "for_cause")
    day = _day_of(report, "validUntil" if in_force == "ended" else "validFrom", language)
    sentences = [t(f"line.in_force.{_class_of(report, in_force)}", day=day)]
    since = _since(report, language)
    if since:
        sentences.append(t("line.in_force.since", month=since))
    return _with(line, *sentences, word=t("word.not_in_use"))


def _why_unknown(report: Report, states: Summary) -> str:
    if states.unchanged != "checked":
        return "in_force.not_reached"
    statuses = {finding.outcome for code in ("status.entry", "status.list") for finding in report.of(code)}
    if report.kind != "Assertion" and statuses <= {Outcome.NOT_APPLICABLE}:
        return "in_force.not_published"
    return "in_force.no_answer"


def _class_of(report: Report, in_force: InForce) -> str:
    """Return the published class where the sentence of a line tells more than the headline."""
    revoked = _failed(report, "status.revoked")
    published = text(revoked.details.get("reason")) if revoked is not None else None
    return published if published in ("mistake", "holder_wish") else in_force


def _since(report: Report, language: str) -> str | None:
    revoked = _failed(report, "status.revoked")
    month = text(revoked.details.get("month")) if revoked is not None else None
    if month is None:
        return None
    year, _, number = month.partition("-")
    if not (year.isdigit() and number.isdigit() and 1 <= int(number) <= 12):  # noqa: PLR2004  months of a year
        return None
    return local_times.month(int(year), int(number), language)


def _list_time(report: Report, t: Text, language: str) -> str | None:
    times = [instant_of(status.list_valid_from) for status in report.statuses]
    known = [moment for moment in times if moment is not None]
    if not known:
        return None
    oldest = min(known)
    return t("line.in_force.list", time=_when(oldest, report.evaluated_at, language))


def _when(moment: datetime, now: datetime, language: str) -> str:
    same_day = local_times.day(moment, language) == local_times.day(now, language)
    return local_times.clock_time(moment, language) if same_day else local_times.full(moment, language)


def _day_of(report: Report, name: str, language: str) -> str:
    """Return the day of a date of the document in words; empty when it has none."""
    document = report.verified_document or {}
    older = {"validFrom": ("issuanceDate", "issuedOn"), "validUntil": ("expirationDate", "expires")}
    for candidate in (name, *older[name]):
        moment = instant_of(document.get(candidate))
        if moment is not None:
            return local_times.day(moment, language)
    return ""
