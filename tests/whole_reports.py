"""What whole reports say, line by line, kept in a file; `python tests/whole_reports.py` writes it anew.

The single-fault tests ask which code refuses. These lines also hold the place, the reason and the details of every
finding and the verdict under each policy: a change of any of them is read by a person before it is kept. Beside the
single faults there is a badge with every optional member, its proof, its issuer's DID document and its status list,
each changed at every place in a few ways.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fault_cases_documents  # noqa: F401  registers its cases
import fault_cases_proofs  # noqa: F401  registers its cases
import fault_cases_surroundings  # noqa: F401  registers its cases
import surrounding_documents
import workshop as w
from fault_cases import CASES, report_of
from mutants import changed, places, put

from verifier import EMPLOYMENT, PRIOR_LEARNING, STRICT, W3C, Report, Unreadable, policy_named

KEPT = Path(__file__).parent / "unit" / "verifier" / "whole_reports.json"
POLICIES = {"employment": EMPLOYMENT, "prior_learning": PRIOR_LEARNING, "strict": STRICT, "w3c": W3C}
POLICIES["compat"] = policy_named("EMPLOYMENT,compat=1edtech")
WAYS: dict[str, Callable[[Any, Any], object]] = {
    "removed": lambda holder, name: holder.pop(name),
    "null": put(None),
    "x": put("x"),
    "[]": put([]),
}
_INTO_A_PRESENTATION = 2
_PLAIN = ("PASSED", "NOT_APPLICABLE")


def rich() -> w.Json:
    """A badge with every optional member that a check looks at, without a proof."""
    document = w.with_status(w.badge(w.DID), index=7)
    document["validUntil"] = "2027-11-01T00:00:00Z"
    document["evidence"] = [
        {"id": "https://issuer.example/e/1", "type": ["Evidence"], "name": "Työ 1", "genre": "havainto"}
    ]
    document["image"] = {"id": "https://issuer.example/i.png", "type": "Image", "caption": "kuva"}
    document["issuer"] = {
        "id": w.DID,
        "type": ["Profile"],
        "name": "Työ ja taito",
        "url": "https://issuer.example/",
        "otherIdentifier": [{"type": "IdentifierEntry", "identifier": "0149669-3", "identifierType": "ext:ytunnus"}],
    }
    subject = document["credentialSubject"]
    subject |= {
        "role": "korjaaja",
        "narrative": "Teki työn.",
        "activityStartDate": "2026-01-01T00:00:00Z",
        "activityEndDate": "2026-06-01T00:00:00Z",
        "identifier": [
            {
                "type": "IdentityObject",
                "hashed": False,
                "identityHash": "Osallistuja Yksi",
                "identityType": "name",
            }
        ],
    }
    achievement = subject["achievement"]
    achievement |= {"creditsAvailable": 15, "tag": ["huolto"], "humanCode": "106889", "inLanguage": "fi"}
    achievement["image"] = {"id": "https://issuer.example/a.png", "type": "Image"}
    achievement["related"] = [{"id": "https://issuer.example/achievements/2", "type": ["Related"], "inLanguage": "sv"}]
    return document


def signed(document: w.Json) -> w.Json:
    """With the issuer's proof; what cannot be canonicalised gets the proof of the unchanged badge."""
    method = f"{w.DID}#key-1"
    try:
        return w.sign(document, method=method)
    except Exception:  # noqa: BLE001  whatever the junk did: the report must say it, too
        return {**document, "proof": w.sign(rich(), method=method)["proof"]}


def around() -> dict[str, Any]:
    """The DID document and the status list of the rich badge."""
    listed = w.sign(w.status_document(issuer=w.DID), method=f"{w.DID}#key-1")
    return {w.DID: w.did_document(), w.LIST_URL: listed}


def variations() -> Iterator[tuple[str, Callable[[], Report]]]:
    """Badge, proof, DID document and status list, each place changed in each way: a name and the report's maker."""
    plain, good, documents = rich(), signed(rich()), around()
    unsigned_list = w.status_document(issuer=w.DID)
    parts: list[tuple[str, w.Json, Callable[[w.Json], Report]]] = [
        ("badge", plain, lambda one: w.check(signed(one), documents)),
        ("proof", good["proof"], lambda one: w.check({**good, "proof": one}, documents)),
        ("did", documents[w.DID], lambda one: w.check(good, {**documents, w.DID: one})),
        (
            "list",
            unsigned_list,
            lambda one: w.check(good, {**documents, w.LIST_URL: _signed_list(one, documents[w.LIST_URL])}),
        ),
        *surrounding_documents.parts(),
    ]
    for part, document, report in parts:
        for path in places(document):
            if part == "presentation" and len(path) > _INTO_A_PRESENTATION:
                continue  # the badge inside has its own part
            for way, change in WAYS.items():
                twisted = changed(document, path, change)
                yield f"{part} /{'/'.join(map(str, path))} {way}", lambda one=twisted, ask=report: ask(one)
    for name, listing in surrounding_documents.LISTINGS.items():
        yield f"listed {name.replace(' ', '_')} so", lambda one=listing: surrounding_documents.trusted(one)
    for number, recipient in enumerate(surrounding_documents.RECIPIENTS):
        yield f"recipient {number}", lambda one=recipient: surrounding_documents.asked_for(one)


def _signed_list(document: w.Json, otherwise: w.Json) -> w.Json:
    try:
        return w.sign(document, method=f"{w.DID}#key-1")
    except Exception:  # noqa: BLE001  as above
        return {**document, "proof": otherwise["proof"]}


def lines(report: Report) -> list[str]:
    """One line for each finding that says more than that its check passed, had nothing to do, or was not reached."""
    told = []
    for finding in report.findings:
        if (finding.reason or "").startswith("blocked_by:"):
            continue
        parts = [finding.code, finding.outcome.value, finding.pointer or "-", finding.reason or "-"]
        if finding.details:
            parts.append(json.dumps(dict(finding.details), ensure_ascii=False, sort_keys=True, default=str))
        if finding.outcome.value not in _PLAIN or finding.reason or finding.details:
            told.append(" ".join(parts))
    return told


def digest(report: Report) -> str:
    """SHA-256, cut, of everything in the machine form but sentences and what was received."""
    whole = report.to_json()
    for check in whole["checks"]:
        check.pop("message")
    whole.pop("source")
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()[:16]


def say(ask: Callable[[], Report]) -> list[str]:
    """Verdict and digest, then the lines of faults."""
    try:
        report = ask()
    except Unreadable as refusal:
        return [f"unreadable {refusal.code}"]
    return [f"{report.verdict.value} {digest(report)}", *lines(report)]


def said_of_case(name: str) -> list[str]:
    """What the report of a single fault says, and its verdict under each policy."""
    others = [f"{title}: {say(lambda one=policy: report_of(name, one))[0]}" for title, policy in POLICIES.items()]
    return [*say(lambda: report_of(name)), *others]


def by_place() -> dict[str, list[tuple[str, Callable[[], Report]]]]:
    """The variations by the place that they change."""
    found: dict[str, list[tuple[str, Callable[[], Report]]]] = {}
    for name, ask in variations():
        place, _, way = name.rpartition(" ")
        found.setdefault(place, []).append((way, ask))
    return found


def said_of_place(ways: list[tuple[str, Callable[[], Report]]]) -> list[str]:
    """What the reports on all changes of one place say."""
    return [f"{way}: {line}" for way, ask in ways for line in say(ask)]


def everything() -> dict[str, list[str]]:
    """All that is kept, by name."""
    cases = {f"case {name}": said_of_case(name) for name in sorted(CASES)}
    return cases | {place: said_of_place(ways) for place, ways in by_place().items()}


if __name__ == "__main__":
    KEPT.write_text(json.dumps(everything(), ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
