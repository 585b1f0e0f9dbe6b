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
    known = _known(report.policy, language)
    checks = [known.get(id(finding)) or _write(report, finding, language, known) for finding in report.findings]
    fragment = orjson.Fragment(b"[" + b",".join(checks) + b"]")
    return orjson.dumps(report.around(cast("JsonValue", fragment), language))


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
