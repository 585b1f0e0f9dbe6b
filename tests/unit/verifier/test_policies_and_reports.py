"""Policies that cannot be built, reports that cannot be misread, evidence of earlier existence."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import workshop as w

from verifier import (
    Policy,
    PolicyError,
    Request,
    Verdict,
    policy_named,
)
from verifier.checks import table
from verifier.checks.table import Severity
from verifier.policy import DEFAULT_SEVERITIES, POLICY_NAMES

CLR = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
TRUST_URL = "https://trust.example/trust/list.json"


# Policies and reports
@pytest.mark.parametrize("code", ["proof.signature", "proof.set", "issuer.key_binding", "status.revoked", "input.json"])
@pytest.mark.parametrize("severity", [Severity.WARNING, Severity.INFORMATION])
def test_a_policy_that_tolerates_a_basic_check_cannot_be_built(code, severity):
    with pytest.raises(PolicyError):
        Policy(name="LAX", severities={**DEFAULT_SEVERITIES, code: severity})


def test_a_policy_that_leaves_out_a_check_cannot_be_built():
    with pytest.raises(PolicyError):
        Policy(name="LAX", severities={k: v for k, v in DEFAULT_SEVERITIES.items() if k != "proof.chain"})


@pytest.mark.parametrize("name", POLICY_NAMES)
def test_a_named_policy_may_be_built_again_and_is_the_same(name):
    policy = policy_named(name)
    again = replace(policy)
    assert again == policy
    assert again.facets == policy.facets
    with pytest.raises(TypeError):
        again.severities["proof.signature"] = Severity.INFORMATION


@pytest.mark.parametrize(
    ("name", "without"),
    [
        ("EMPLOYMENT,compat=1edtech", {"compat": None}),
        ("PRIOR_LEARNING", {"past_learning": False}),
        ("W3C", {"conformance": False}),
        ("W3C", {"generic": False}),
        ("EMPLOYMENT,compat=1edtech", {"generic": True}),
        ("EMPLOYMENT,compat=1edtech", {"past_learning": True}),
        ("EMPLOYMENT,compat=1edtech", {"name": "OTHER"}),
    ],
)
def test_leniency_goes_only_with_the_property_that_explains_it(name, without):
    with pytest.raises(PolicyError):
        replace(policy_named(name), **without)


def test_the_table_of_checks_is_what_its_rows_say():
    assert tuple(table._read(table._ROWS)) == table.CHECKS
    assert {check.facet for check in table.CHECKS} == set(table.Facet)


@pytest.mark.parametrize("name", ["STRICT,compat=1edtech", "employment", "", "W3C,compat=1edtech"])
def test_other_combinations_of_policies_are_a_usage_error(name):
    with pytest.raises(PolicyError):
        policy_named(name)


def test_a_report_is_no_truth_value():
    with pytest.raises(TypeError):
        bool(w.check(w.sign(w.badge())))


def test_an_exception_of_ours_is_never_an_acceptance():
    def broken(document, *, hash_name="sha256"):
        raise ZeroDivisionError

    report = w.check(w.sign(w.badge()), canonicalise=broken)
    assert report.verdict is Verdict.UNDETERMINED
    assert w.faults(report) == {"internal.error"}


def test_values_of_an_unverified_badge_are_only_claimed():
    told = w.check(w.changed(w.sign(w.badge()), lambda d: d.update(name="Hitsaus"))).to_json()
    assert told["credential"] is None
    assert told["claimed"]["achievement_name"] == "Polkupyörän huolto"
    assert "Hitsaus" not in json.dumps(told)


def test_a_key_in_a_fragment_is_nobodys_key():
    victim = "https://victim.example"
    made = w.sign(w.badge(victim), w.OTHER, method=f"{victim}#{w.OTHER.multibase}")
    keys = {victim: {"id": victim, "verificationMethod": [], "assertionMethod": []}}
    assert w.check(made, keys).verdict is Verdict.REJECTED
    assert w.check(made).verdict is Verdict.UNDETERMINED
    lenient = policy_named("EMPLOYMENT,compat=1edtech")
    assert w.check(made, keys, policy=lenient).verdict is Verdict.REJECTED
    unbound = w.check(made, policy=lenient)
    assert unbound.verdict is Verdict.ACCEPTED
    assert unbound.to_json()["facets"]["issuer"] == "unbound"


# Evidence of earlier existence
@pytest.mark.parametrize(
    ("member", "moment", "existed", "outcome"),
    [
        ("revoked", "2026-11-22T00:00:00Z", datetime(2026, 11, 21, tzinfo=UTC), "PASSED"),
        ("revoked", "2026-11-22T00:00:00Z", datetime(2026, 11, 22, tzinfo=UTC), "FAILED"),
        ("revoked", "2026-11-22T00:00:00Z", None, "FAILED"),
        ("revoked", "2027-01-01T00:00:00Z", None, "PASSED"),
        ("expires", "2026-11-22T00:00:00Z", datetime(2026, 11, 21, tzinfo=UTC), "PASSED"),
        ("expires", "2026-11-22T00:00:00Z", None, "INCONCLUSIVE"),
        ("expires", "2026-11-20T00:00:00Z", datetime(2026, 11, 19, tzinfo=UTC), "FAILED"),
        ("expires", "2027-01-01T00:00:00Z", None, "PASSED"),
        ("expires", "never", None, "FAILED"),
        ("revoked", 5, None, "FAILED"),
    ],
)
def test_only_trusted_evidence_carries_a_badge_over_the_end_of_its_key(member, moment, existed, outcome):
    document = w.did_document()
    document["verificationMethod"][0][member] = moment
    badge = w.sign(w.badge(w.DID), method=f"{w.DID}#key-1")
    report = w.check(
        badge,
        {w.DID: document},
        request=Request(evidence=(b"log proof",)),
        existence=lambda evidence, text: existed,
    )
    code = "proof.key_revoked" if member == "revoked" else "proof.key_expired"
    assert report.outcome(code).value == outcome
    assert (
        report.verdict
        is {
            "PASSED": Verdict.ACCEPTED,
            "FAILED": Verdict.REJECTED,
            "INCONCLUSIVE": Verdict.UNDETERMINED,
        }[outcome]
    )
