"""For every code a document that only this check refuses, and that passes without the one change."""

import copy
from typing import Any

import fault_cases_documents  # noqa: F401  registers its cases
import fault_cases_proofs  # noqa: F401  registers its cases
import pytest
import workshop as w
from fault_cases import CASES

from verifier import EMPLOYMENT, Policy, Verdict
from verifier.checks.table import CHECKS

FOLLOW_ON = {"proof.set"}  # a proof that fails makes the set fail


def world(how: dict[str, Any]) -> dict[str, Any]:
    documents = how.get("documents", {})
    return {w.LIST_URL: w.sign(w.status_document())} if documents == "list" else copy.deepcopy(documents)


@pytest.mark.parametrize("name", CASES)
def test_only_the_named_check_refuses(name):
    make, code, how = CASES[name]
    changes = {"schemas": how["schemas"]} if "schemas" in how else {}
    policy: Policy = how.get("policy", EMPLOYMENT)
    report = w.check(make(), world(how), policy=policy, request=how.get("request"), **changes)
    found = w.faults(report)
    assert code in found
    assert found - {code} - how.get("also", set()) <= FOLLOW_ON
    assert report.verdict is Verdict(how.get("verdict", "rejected"))


def test_the_badge_without_any_change_is_accepted():
    report = w.check(w.sign(w.badge()))
    assert report.verdict is Verdict.ACCEPTED
    assert w.faults(report) == set()


def test_every_code_stands_in_every_report():
    for make, _, how in CASES.values():
        changes = {"schemas": how["schemas"]} if "schemas" in how else {}
        report = w.check(make(), world(how), policy=how.get("policy", EMPLOYMENT), **changes)
        codes = {finding.code for finding in report.findings}
        wanted = {check.code for check in CHECKS if check.stage != "H"} - {"internal.error", "presentation.member"}
        assert codes == wanted
