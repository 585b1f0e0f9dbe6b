"""Whole verdicts on the signed vectors of W3C, under the policy W3C and under EMPLOYMENT."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import workshop as w

from schemas.jsonld import W3C_CONTEXTS, SafeProcessor
from schemas.strict_json import read
from verifier import EMPLOYMENT, W3C, Verdict

pytestmark = pytest.mark.shared
IN_FORCE = datetime(2025, 6, 1, tzinfo=UTC)  # the "prc" documents end in December 2025
SETS = ("vc-di-eddsa", "vc-di-ecdsa", "data-integrity-assertion", "vc-di-bbs", "suite-vectors")


@pytest.fixture(scope="module")
def canonicalise(shared):
    """With the contexts that only these vectors use."""
    folder = shared / "data/w3c/contexts"
    extra = {
        row["url"]: read((folder / row["file"]).read_bytes(), max_values=20_000)
        for row in json.loads((folder / "MANIFEST.json").read_text())
        if row["url"].startswith(("https://w3id.org/citizenship/", "https://w3id.org/vdl/"))
    }
    return SafeProcessor({**extra, **W3C_CONTEXTS}, inline_contexts=True, max_nodes=1000)


def signed_documents(folder: Path):
    """Every document with a proof that has a proofValue: (name, document)."""
    for path in sorted(folder.rglob("*.json")):
        found = json.loads(path.read_text())
        for name, document in ({"": found} | (found if isinstance(found, dict) else {})).items():
            inner = document.items() if isinstance(document, dict) and name else ()
            for label, item in [(name, document), *((f"{name}/{key}", value) for key, value in inner)]:
                proof = item.get("proof") if isinstance(item, dict) else None
                first = proof[0] if isinstance(proof, list) else proof
                if isinstance(first, dict) and "proofValue" in first and "@context" in item:
                    yield f"{path.relative_to(folder)}{'#' + label if label else ''}", item


def suites(document):
    proofs = document["proof"] if isinstance(document["proof"], list) else [document["proof"]]
    return {proof.get("cryptosuite", proof["type"]) for proof in proofs}


def expected(name, document):
    """(verdict, code): our reading of the case (docs/verification.md, conformance.md section 6)."""
    if "Fail" in name:
        return Verdict.REJECTED, "proof.chain"
    if name.endswith("proofChainTempDoc2.json"):
        return Verdict.REJECTED, "proof.chain"
    if "bbs-2023" in suites(document):
        return Verdict.REJECTED, "proof.suite"
    if "SDBase" in name or "baseProof" in name:
        return Verdict.REJECTED, "proof.suite"
    return Verdict.ACCEPTED, None


@pytest.mark.parametrize("folder", SETS)
def test_signed_vectors_get_the_expected_verdict_and_code(shared, canonicalise, score, folder):
    right, wrong = 0, []
    for name, document in signed_documents(shared / "data/w3c" / folder):
        verdict, code = expected(name, document)
        report = w.check(document, policy=W3C, clock=lambda: IN_FORCE, canonicalise_generic=canonicalise)
        if report.verdict is verdict and (code is None or code in w.faults(report)):
            right += 1
        else:
            wrong.append(f"{name}: {report.verdict.value} {sorted(w.faults(report))}, wanted {verdict.value} {code}")
    assert right > 0
    score(f"w3c/{folder}, policy W3C", right=right, wrong=wrong)


@pytest.mark.parametrize("folder", SETS)
def test_signed_vectors_are_never_accepted_as_badges(shared, score, folder):
    right, wrong = 0, []
    for name, document in signed_documents(shared / "data/w3c" / folder):
        report = w.check(document, policy=EMPLOYMENT, clock=lambda: IN_FORCE)
        if report.verdict is not Verdict.ACCEPTED and "input.kind" in w.faults(report):
            right += 1
        else:
            wrong.append(f"{name}: {report.verdict.value}")
    score(f"w3c/{folder}, policy EMPLOYMENT", right=right, wrong=wrong)


def test_documents_that_ended_are_expired_today(shared, canonicalise, score):
    right, wrong = 0, []
    for folder in ("vc-di-ecdsa/ecdsa-sd-2023/prc", "vc-di-bbs/prc"):
        for name, document in signed_documents(shared / "data/w3c" / folder):
            report = w.check(document, policy=W3C, canonicalise_generic=canonicalise)
            if report.verdict is Verdict.REJECTED and "validity.expired" in w.faults(report):
                right += 1
            else:
                wrong.append(name)
    score("w3c/*/prc, policy W3C, today", right=right, wrong=wrong)


SIGNATURES_ONLY = {"proof.present", "proof.set", "vcdm.issuer"}


def expectation_of_fixture(path: Path) -> bool:
    return path.stem.endswith("-ok")


def signed_fixture(name, document, canonicalise):
    """The body with our issuer and a proof; None when it cannot even be signed."""
    from keys.proofs.data_integrity import add_proof

    fill_in = "no-issuer" not in name and not name.startswith("presentation-")
    issuer = document.get("issuer", "https:" if fill_in else "absent")
    if isinstance(issuer, str) and issuer.startswith(("https:", "did:")):
        document = {**document, "issuer": w.KEY.did}
    elif isinstance(issuer, dict) and "id" not in issuer:
        document = {**document, "issuer": {**issuer, "id": w.KEY.did}}
    document = {name: value for name, value in document.items() if name != "proof"}
    purpose = "authentication" if "VerifiablePresentation" in str(document.get("type")) else "assertionMethod"
    try:
        return add_proof(
            document,
            verification_method=w.KEY.method,
            created=IN_FORCE,
            sign=w.KEY.sign,
            canonicalise=canonicalise,
            proofPurpose=purpose,
        )
    except ValueError:
        return None


def test_bodies_of_the_data_model_suite_are_judged_by_their_shape(shared, canonicalise, score):
    """Signed by us, so that only the shape decides; what cannot be canonicalised safely is refused unsigned."""
    right, wrong = 0, []
    aside = {}
    folder = shared / "data/w3c/vcdm2-fixtures"
    for path in sorted(folder.rglob("credential-*.json")) + sorted((folder / "names-and-descriptions").glob("*.json")):
        text = path.read_text().replace("PAST DATE", "2020-01-01T00:00:00Z")
        document = json.loads(text.replace("FUTURE DATE", "2030-01-01T00:00:00Z"))
        good = expectation_of_fixture(path)
        if not path.stem.endswith(("-ok", "-fail", "-fail-or-inject")):
            aside[path.name] = "the set gives no expectation for it"
            continue
        signed = signed_fixture(path.stem, document, canonicalise)
        if path.stem == "credential-proof-missing-type-fail":
            signed = document
        report = w.check(signed or document, policy=W3C, canonicalise_generic=canonicalise)
        told = {code for code in w.faults(report) if report.outcome(code).value == "FAILED"}
        times = {"validity.expired", "validity.not_yet_valid"}  # far future and past dates are the issuer's business
        decided = {code for code in told - times if report.severity(report.of(code)[0]).value == "error"}
        if good == (not decided):
            right += 1
        else:
            wrong.append(f"{path.name}: {sorted(decided)}")
    score("w3c/vcdm2-fixtures (credentials), policy W3C", right=right, wrong=wrong, unverifiable=aside)


PRESENTATIONS_WITHOUT_EXPECTATION = "the set gives no expectation for it"
MEMBERS_UNSIGNED = {"presentation.member"}


def test_presentations_of_the_data_model_suite_are_judged_by_their_shape(shared, canonicalise, score):
    """Signed by us; the credentials inside them are unsigned in the set, so only the presentation itself is judged."""
    right, wrong, aside = 0, [], {}
    for path in sorted((shared / "data/w3c/vcdm2-fixtures").glob("presentation-*.json")):
        document = json.loads(path.read_text())
        if not path.stem.endswith(("-ok", "-fail", "-fail-or-inject")):
            aside[path.name] = PRESENTATIONS_WITHOUT_EXPECTATION
            continue
        if path.stem == "presentation-enveloped-vc-ok":
            aside[path.name] = (
                "its envelope has the media type and claims of a draft; tests/unit/verifier opens our own"
            )
            continue
        signed = signed_fixture(path.stem, document, canonicalise)
        report = w.check(signed or document, policy=W3C, canonicalise_generic=canonicalise)
        told = {code for code in w.faults(report) if report.outcome(code).value == "FAILED"}
        inside = {code for part in report.members for code in w.faults(part.report)} & {"vcdm.type", "input.kind"}
        decided = {code for code in (told - MEMBERS_UNSIGNED) | inside if code != "issuer.key_binding"}
        if path.stem.endswith("-ok") == (not decided):
            right += 1
        else:
            wrong.append(f"{path.name}: {sorted(decided)}")
    score("w3c/vcdm2-fixtures (presentations), policy W3C", right=right, wrong=wrong, unverifiable=aside)
