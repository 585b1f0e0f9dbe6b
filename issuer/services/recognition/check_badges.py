"""Asks the public verifier what it says of the badges of a case, under the policy for prior learning."""

from typing import Final

from issuer.domain.recognition import Check
from issuer.services.outside import Outside
from verifier import PRIOR_LEARNING, Outcome, Report, Request, Verdict, verify
from verifier.checks.table import Facet

_STATUS: Final = ("status.revoked", "status.suspended")


def check_badge(outside: Outside, data: bytes) -> Report:
    """Return the report on one badge, as received.

    Raises:
        Unreadable: it is nothing that can be checked.
    """
    return verify(data, policy=PRIOR_LEARNING, environment=outside.environment(), request=Request(refresh=False))


def check_of(report: Report) -> Check:
    """What a report means for a decision: an expired badge or an unknown issuer stands in no decision's way."""
    if report.verdict is Verdict.ACCEPTED:
        return Check.IN_ORDER
    if report.facets[Facet.INTEGRITY] is Outcome.FAILED:
        return Check.ALTERED
    if any(report.outcome(code) is Outcome.FAILED for code in _STATUS if report.of(code)):
        return Check.WITHDRAWN
    return Check.ALTERED if report.verdict is Verdict.REJECTED else Check.UNCHECKED
