"""A report as bytes of JSON. What findings that come with every badge say is written once."""

from typing import TYPE_CHECKING, Final, cast

import orjson

from verifier.findings import Finding, is_kept
from verifier.policy import Policy
from verifier.report import Report

if TYPE_CHECKING:
    from schemas.strict_json import JsonValue

_MOST_POLICIES: Final = 64  # times languages

# (policy, language) → the policy, which so keeps its identity, and finding → its JSON; only of findings that are kept.
_WRITTEN: Final[dict[tuple[int, str], tuple[Policy, dict[int, bytes]]]] = {}


def written(report: Report, language: str = "en") -> bytes:
    """The bytes of `report.to_json(language)`.

    Args:
        report: any.
        language: fi, sv or en.
    """
    fragment = orjson.Fragment(_checks(report, language))
    return orjson.dumps(report.around(cast("JsonValue", fragment), language))


def _checks(report: Report, language: str) -> bytes:
    """Write the findings as an array. Those of which the same was concluded before differ in their details only."""
    lines = report.tally.lines
    kept = None if lines is None else lines.get(language)
    if kept is not None:
        return b"".join(
            [
                part if place is None else part + orjson.dumps(report.check_told(report.findings[place], language))
                for part, place in kept
            ]
        )
    known = _known(report.policy, language)
    checks = [known.get(id(finding)) or _write(report, finding, language, known) for finding in report.findings]
    if lines is not None:
        lines[language] = _parts(report, checks)
    return b"[" + b",".join(checks) + b"]"


def _parts(report: Report, checks: list[bytes]) -> list[tuple[bytes, int | None]]:
    """What stays the same of the written findings, up to each that has details, with its place; the end has none."""
    parts: list[tuple[bytes, int | None]] = []
    same = b"["
    for place, (finding, written_so) in enumerate(zip(report.findings, checks, strict=True)):
        same += b"," if place else b""
        if is_kept(finding):
            same += written_so
        else:
            parts.append((same, place))
            same = b""
    return [*parts, (same + b"]", None)]


def _known(policy: Policy, language: str) -> dict[int, bytes]:
    kept = _WRITTEN.get((id(policy), language))
    if kept is None:
        if len(_WRITTEN) >= _MOST_POLICIES:
            _WRITTEN.clear()
        kept = _WRITTEN[id(policy), language] = (policy, {})
    return kept[1]


def _write(report: Report, finding: Finding, language: str, known: dict[int, bytes]) -> bytes:
    data = orjson.dumps(report.check_told(finding, language))
    if is_kept(finding):
        known[id(finding)] = data
    return data
