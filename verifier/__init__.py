"""Public face of the verifier: does this badge hold?"""

from verifier.environment import (
    BoundedMemory,
    Environment,
    Fetch,
    FetchError,
    FetchRules,
    Limits,
    Response,
    StatusMemory,
    TrustListSource,
)
from verifier.findings import Finding, Outcome
from verifier.policy import EMPLOYMENT, POLICY_NAMES, PRIOR_LEARNING, STRICT, W3C, Policy, PolicyError, policy_named
from verifier.report import Report, Verdict
from verifier.request import Request
from verifier.verification import Unreadable, verify

__all__ = [
    "EMPLOYMENT",
    "POLICY_NAMES",
    "PRIOR_LEARNING",
    "STRICT",
    "W3C",
    "BoundedMemory",
    "Environment",
    "Fetch",
    "FetchError",
    "FetchRules",
    "Finding",
    "Limits",
    "Outcome",
    "Policy",
    "PolicyError",
    "Report",
    "Request",
    "Response",
    "StatusMemory",
    "TrustListSource",
    "Unreadable",
    "Verdict",
    "policy_named",
    "verify",
]
