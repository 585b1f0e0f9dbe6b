"""Documents inside a document: endorsements, members of a CLR, credentials of a presentation; each with a report."""

from collections.abc import Callable, Iterator
from typing import Final, Literal

from schemas import strict_json
from schemas.strict_json import JsonObject, JsonValue
from verifier.description import identifier, many, member, text
from verifier.findings import Finding, blocked, failed, inconclusive, not_applicable, passed
from verifier.reading import Reading, Received, Unreadable, read_json, read_jws
from verifier.report import Part, Report, Verdict
from verifier.run import Run

Judge = Callable[[Received, bytes, Run], Report]
_Relation = Literal["credential", "achievement", "profile"]
_VERIFIED: Final = "endorsement.verified"
_SUBJECT: Final = "endorsement.subject"


def _owners(document: JsonObject) -> Iterator[tuple[str, _Relation, JsonObject]]:
    """Objects that endorsements may hang on: (pointer, what it is, object)."""
    yield "", "credential", document
    issuer = document.get("issuer")
    if isinstance(issuer, dict):
        yield "/issuer", "profile", issuer
    subjects = document.get("credentialSubject")
    for place, subject in enumerate(many(subjects)):
        at = f"/credentialSubject/{place}" if isinstance(subjects, list) else "/credentialSubject"
        achievements = member(subject, "achievement")
        for number, achievement in enumerate(many(achievements)):
            here = f"{at}/achievement/{number}" if isinstance(achievements, list) else f"{at}/achievement"
            if isinstance(achievement, dict):
                yield here, "achievement", achievement
                creator = achievement.get("creator")
                if isinstance(creator, dict):
                    yield f"{here}/creator", "profile", creator


def _endorsements(document: JsonObject) -> Iterator[tuple[str, _Relation, JsonObject, JsonValue]]:
    for at, relation, owner in _owners(document):
        for name in ("endorsement", "endorsementJwt"):
            value = owner.get(name)
            for place, item in enumerate(many(value)):
                yield f"{at}/{name}/{place}" if isinstance(value, list) else f"{at}/{name}", relation, owner, item


def judge_inside(item: JsonValue, run: Run, judge: Judge) -> Report | None:
    """The report on an embedded object or JWS; None when it is neither."""
    reading = Reading(limits=run.limits, generic=run.policy.generic)
    inner = run.inner(run.policy)
    try:
        if isinstance(item, dict):
            data = strict_json.write(item)
            return judge(read_json(data, reading), data, inner)
        if isinstance(item, str):
            data = item.encode("utf-8", "replace")
            return judge(read_jws(data, reading), data, inner)
    except Unreadable:
        return None
    return None


def check_endorsements(
    document: JsonObject, run: Run, judge: Judge, *, proven: bool
) -> tuple[list[Finding], list[Part]]:
    """`endorsement.verified`, `endorsement.subject`: each endorsement by itself (OB 9.2), and what it is about.

    Args:
        document: that carries them.
        run: of the document.
        judge: makes a report.
        proven: whether an issuer's proof of the document holds; else nothing inside it is looked at.
    """
    found = list(_endorsements(document))
    if not found:
        return [not_applicable(_VERIFIED), not_applicable(_SUBJECT)], []
    if not proven:
        return [blocked(_VERIFIED, "proof.set"), blocked(_SUBJECT, "proof.set")], []
    findings: list[Finding] = []
    parts: list[Part] = []
    for pointer, relation, owner, item in found:
        if run.depth >= run.limits.endorsement_depth or len(run.looked_at) >= run.limits.endorsements:
            findings += [inconclusive(_VERIFIED, pointer, "limit"), blocked(_SUBJECT, _VERIFIED, pointer)]
            continue
        run.looked_at.append(pointer)
        report = judge_inside(item, run, judge)
        if report is None or report.kind not in ("EndorsementCredential", "unknown"):
            findings += [failed(_VERIFIED, pointer, "not_an_endorsement"), blocked(_SUBJECT, _VERIFIED, pointer)]
            continue
        about = identifier(member(report.document, "credentialSubject"))
        unrelated = about is None or about != text(owner.get("id"))
        findings.append(_of_verdict(_VERIFIED, pointer, report.verdict))
        findings.append(failed(_SUBJECT, pointer, "unrelated") if unrelated else passed(_SUBJECT, pointer))
        parts.append(Part(pointer=pointer, report=report, relation="unrelated" if unrelated else relation))
    return findings, parts


def _of_verdict(code: str, pointer: str, verdict: Verdict) -> Finding:
    if verdict is Verdict.ACCEPTED:
        return passed(code, pointer)
    return failed(code, pointer) if verdict is Verdict.REJECTED else inconclusive(code, pointer, "undetermined")


def check_members(code: str, value: JsonValue, at: str, run: Run, judge: Judge) -> tuple[list[Finding], list[Part]]:
    """A report on each member credential: `clr.member`, or `presentation.member`.

    Args:
        code: which of the two.
        value: the members as received.
        at: their pointer.
        run: of the document that holds them.
        judge: makes a report.

    Source: CLR 2.0; VCDM 2.0, 4.13. Members need not share a subject.
    """
    items = many(value)
    findings: list[Finding] = []
    parts: list[Part] = []
    for place, item in enumerate(items):
        pointer = f"{at}/{place}" if isinstance(value, list) else at
        if place >= run.limits.clr_members or run.depth >= run.limits.endorsement_depth:
            findings.append(inconclusive(code, pointer, "limit"))
            continue
        report = judge_inside(item, run, judge) if isinstance(item, dict) else None
        if report is None:
            findings.append(failed(code, pointer, "not_a_credential"))
            continue
        findings.append(_of_verdict(code, pointer, report.verdict))
        parts.append(Part(pointer=pointer, report=report, relation="member"))
    return findings or [not_applicable(code)], parts
