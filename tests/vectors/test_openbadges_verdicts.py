"""Whole verdicts on the signed examples of 1EdTech and the fixtures of the Digital Credentials Consortium."""

import json
from pathlib import Path

import pytest
import workshop as w

from verifier import W3C, Verdict

pytestmark = pytest.mark.shared
EXPECTED = json.loads((Path(__file__).parent / "openbadges_expected.json").read_text())
GUIDE = "https://example.edu/issuers/565049"
GUIDE_KEY = "z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi"
DCC = "dcc-vc-test-fixtures"


@pytest.fixture(scope="module")
def documents(shared):
    """What the net would answer: two DID documents, the guide's issuer, four status lists."""
    folder = shared / "data/openbadges/vectors" / DCC
    found = {GUIDE: guide_issuer()}
    for name in ("oidf", "legacy"):
        found[f"did:web:digitalcredentials.github.io:vc-test-fixtures:dids:{name}"] = json.loads(
            (folder / f"dids/{name}/did.json").read_text()
        )
    for path in (folder / "statusLists").rglob("*"):
        if path.is_file():
            document = json.loads(path.read_text())
            found[document["id"]] = document
    return found


def guide_issuer():
    """The guide's issuer is an example; its document holds the key that the guide names."""
    method = {"id": f"{GUIDE}#{GUIDE_KEY}", "type": "Multikey", "controller": GUIDE, "publicKeyMultibase": GUIDE_KEY}
    return {"id": GUIDE, "verificationMethod": [method], "assertionMethod": [method["id"]]}


def cases(shared):
    folder = shared / "data/openbadges/vectors"
    for path in sorted([*folder.glob("*-signed.json"), *(folder / DCC / "verifiableCredentials").rglob("*")]):
        if path.is_file():
            yield str(path.relative_to(folder)), path.read_bytes()


def errors(report):
    return {code for code in w.faults(report) for f in report.of(code) if report.severity(f).value == "error"} - {
        "proof.set"
    }


def test_openbadges_vectors_get_the_reviewed_verdict_and_codes(shared, documents, score):
    right, wrong = 0, []
    for name, data in cases(shared):
        report = w.check(data, documents)
        found = [report.verdict.value, *sorted(errors(report))]
        if found == EXPECTED.get(name):
            right += 1
        else:
            wrong.append(f"{name}: {found}, wanted {EXPECTED.get(name)}")
    assert right + len(wrong) == len(EXPECTED)
    score("openbadges/vectors, policy EMPLOYMENT", right=right, wrong=wrong)


def test_signatures_agree_with_the_independent_check_of_the_same_files(shared, documents, score):
    """`dcc-signature-check.json` was made with PyLD and PyNaCl alone."""
    folder = shared / "data/openbadges/vectors"
    independent = json.loads((folder / "dcc-signature-check.json").read_text())
    right, wrong, aside = 0, [], {}
    for name, data in cases(shared):
        said = independent.get(f"vectors/{name}", "")
        if "ERR" in said or not said:
            aside[name] = "the independent check could not canonicalise it" if said else "not in the independent check"
            continue
        report = w.check(data, documents, policy=W3C)
        bad = {f.pointer for f in report.of("proof.signature") if f.outcome.value == "FAILED"}
        if bool(bad) == ("BAD" in said):
            right += 1
        else:
            wrong.append(f"{name}: {bad} against {said[:80]}")
    score("openbadges/vectors, signatures alone", right=right, wrong=wrong, unverifiable=aside)


def test_the_guides_badge_is_refused_when_nobody_vouches_for_its_key(shared, documents):
    data = dict(cases(shared))["ob30-eddsa-rdfc-2022-signed.json"]
    assert w.check(data, {}).verdict is Verdict.UNDETERMINED
    victim = {GUIDE: {"id": GUIDE, "verificationMethod": [], "assertionMethod": []}}
    assert w.check(data, victim).verdict is Verdict.REJECTED
