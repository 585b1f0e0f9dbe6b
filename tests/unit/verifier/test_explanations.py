"""Every finding has a sentence in every language, and the languages say the same set of things."""

import json
from pathlib import Path

import pytest

import verifier
from verifier.checks.table import CHECKS
from verifier.explanations import sentence, title
from verifier.findings import Outcome

LOCALES = Path(verifier.__file__).parent / "locales"
TABLES = {language: json.loads((LOCALES / f"findings.{language}.json").read_text()) for language in ("fi", "sv", "en")}

# Cells of the table of checks that hold a dash (docs/verification.md): the state does not occur.
NEVER_FAILED = {"input.limits", "status.entry", "status.list", "status.message", "status.rolled_back"} | {
    "internal.error",
    "evidence.present",
}
MAY_BE_INCONCLUSIVE = {
    *("input.container", "input.limits", "input.kind", "structure.too_complex", "vcdm.related_resource"),
    *("ob.schema", "ob.schema_declared", "proof.suite", "proof.chain", "proof.signature", "proof.set"),
    *("jwt.algorithm", "issuer.document", "issuer.method", "issuer.relationship", "issuer.key_binding"),
    *("proof.key_expired", "refresh.available", "status.entry", "status.list", "status.revoked"),
    *("status.suspended", "status.message", "status.rolled_back", "recipient.mismatch", "recipient.binding"),
    *("endorsement.verified", "endorsement.subject", "clr.member", "presentation.member", "evidence.present"),
    *("trust.registry", "trust.issuer", "trust.scope", "internal.error"),
    *("ob2.schema", "ob2.hosted", "ob2.scope", "ob2.signature", "ob2.key_owner", "ob2.revoked"),
}


@pytest.mark.parametrize("language", TABLES)
def test_every_code_has_a_title_and_its_own_words_for_each_state(language):
    table = TABLES[language]
    missing = [f"{check.code}.title" for check in CHECKS if f"{check.code}.title" not in table]
    missing += [
        f"{check.code}.FAILED"
        for check in CHECKS
        if check.code not in NEVER_FAILED and f"{check.code}.FAILED" not in table
    ]
    missing += [f"{code}.INCONCLUSIVE" for code in MAY_BE_INCONCLUSIVE if f"{code}.INCONCLUSIVE" not in table]
    assert missing == []


def test_the_languages_have_the_same_keys():
    assert TABLES["fi"].keys() == TABLES["sv"].keys() == TABLES["en"].keys()


def test_no_key_speaks_of_a_code_that_does_not_exist():
    codes = {check.code for check in CHECKS} | {"any"}
    strangers = [key for key in TABLES["en"] if not any(key.startswith(f"{code}.") for code in codes)]
    assert strangers == []


@pytest.mark.parametrize("language", ["fi", "fi-x-selko", "sv", "en", "de"])
@pytest.mark.parametrize("outcome", Outcome)
def test_every_code_and_outcome_speaks_in_every_language(language, outcome):
    for check in CHECKS:
        for reason in (None, "blocked_by:proof.set", "some_reason"):
            said = sentence(check.code, outcome, language, {}, reason=reason)
            assert said.endswith(".")
            assert "{" not in said


def test_a_detail_chooses_the_words_of_a_withdrawal():
    said = sentence("status.revoked", Outcome.FAILED, "en", {"reason": "replaced", "month": "2026-11"})
    assert said == "The badge has been replaced by a new one."


def test_a_code_that_does_not_exist_is_a_mistake_of_ours():
    with pytest.raises(KeyError):
        title("no.such_code", "en")


def test_no_two_codes_share_a_title():
    for table in TABLES.values():
        titles = [text for key, text in table.items() if key.endswith(".title")]
        assert len(titles) == len(set(titles))


def test_a_person_is_never_called_false():
    forbidden = {"fi": ("virheellinen", "väärennös", "petos"), "sv": ("förfalsk", "bedrägeri"), "en": ("fake", "fraud")}
    for language, words in forbidden.items():
        for text in TABLES[language].values():
            assert not any(word in text.lower() for word in words), text
