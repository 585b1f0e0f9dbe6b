"""The record of a check as a document: what was checked, when, with which result, and how old the lists were."""

from collections.abc import Callable, Mapping
from typing import Final

from schemas.strict_json import JsonObject, JsonValue
from verifier.description import member
from verifier.four_lines import Line, four_lines, headline
from verifier.report import Report, instant

FORMAT: Final = "pateva.check-record/1"

# Adds `issuer` and a `proof` to an unsigned record. Whoever runs the service gives it; the verifier has no key.
SignRecord = Callable[[JsonObject], JsonObject]


def check_record(report: Report, language: str, *, program: str) -> JsonObject:
    """Return the unsigned record of `report`: a document without `issuer` and `proof`.

    Args:
        report: what was found; nothing of the badge's subject enters the record but its achievement.
        language: of the sentences: fi, fi-x-selko, sv or en.
        program: name and version of what checked.

    Who checked, and whom they saw, is left to the caller: they are written on the print by hand.
    """
    told = report.to_json()
    return {
        "format": FORMAT,
        "checkedAt": instant(report.evaluated_at),
        "language": language,
        "program": program,
        "policy": report.policy.name,
        "verdict": report.verdict.value,
        "sentence": headline(report, language),
        "lines": [_line(line) for line in four_lines(report, language)],
        "source": _some(told["source"], "kind", "sha256", "bytes"),
        "credential": _credential(told.get("credential")),
        "statusLists": [
            {"url": status.list, "validFrom": status.list_valid_from, "validUntil": status.list_valid_until}
            for status in report.statuses
        ],
        "trustLists": _trust_lists(report),
        "notPassed": [_some(check, "code", "outcome", "severity", "pointer") for check in _not_passed(told["checks"])],
    }


def _line(line: Line) -> JsonObject:
    sentences: list[JsonValue] = [*line.sentences]
    return {"question": line.question, "state": line.state, "word": line.word, "sentences": sentences}


def _some(value: JsonValue, *names: str) -> JsonObject:
    return {name: member(value, name) for name in names}


def _credential(told: JsonValue) -> JsonObject | None:
    """Identify the badge; only a badge whose integrity holds is described."""
    if not isinstance(told, Mapping):
        return None
    return _some(told, "kind", "id", "issuer", "achievement", "validFrom", "validUntil")


def _trust_lists(report: Report) -> JsonValue:
    for finding in report.of("trust.registry"):
        lists = finding.details.get("lists")
        if isinstance(lists, list):
            return lists
    return []


def _not_passed(checks: JsonValue) -> list[JsonValue]:
    found = checks if isinstance(checks, list) else []
    return [check for check in found if member(check, "outcome") in ("FAILED", "INCONCLUSIVE")]
