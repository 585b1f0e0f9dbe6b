"""Small print of single checks: entries, results, vocabularies, tokens, older images, chains."""

import struct
import zlib
from typing import Any

import good_badges as g
import older_badges as older
import pytest
import workshop as w

from schemas.baking import bake_png
from verifier import Unreadable, Verdict


# Status entries
@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"statusPurpose": ""}, "/credentialStatus/statusPurpose"),
        ({"statusPurpose": 5}, "/credentialStatus/statusPurpose"),
        ({"statusListCredential": "http://issuer.example/status/1"}, "/credentialStatus/statusListCredential"),
        ({"statusListCredential": f"{w.LIST_URL}#x"}, "/credentialStatus/statusListCredential"),
        ({"statusSize": 0}, "/credentialStatus/statusSize"),
        ({"statusSize": 65}, "/credentialStatus/statusSize"),
        ({"statusSize": True}, "/credentialStatus/statusSize"),
        ({"id": w.LIST_URL}, "/credentialStatus/id"),
    ],
)
def test_an_entry_of_another_shape_is_not_read(change, pointer):
    document = w.with_status(w.badge())
    document["credentialStatus"] |= change
    signed = w.sign(document, suite="eddsa-jcs-2022")
    report = w.check(signed, {w.LIST_URL: w.sign(w.status_document())})
    assert report.verdict is not Verdict.ACCEPTED
    assert [finding.pointer for finding in report.of("status.entry")] == [pointer]


def test_an_index_beyond_the_list_reads_nothing():
    report = w.check(w.sign(w.with_status(w.badge(), index=131_072)), {w.LIST_URL: w.sign(w.status_document())})
    assert {finding.reason for finding in report.of("status.list")} == {"out_of_range"}


def test_a_status_of_an_unknown_type_leaves_the_status_unknown():
    document = w.badge(credentialStatus={"id": "https://x.example/1", "type": "1EdTechRevocationList"})
    document["@context"] = [w.VC2, w.OB3, w.EXTENSIONS]
    document["credentialStatus"]["id"] = "urn:x:1"
    report = w.check(w.sign(document))
    assert report.verdict is Verdict.UNDETERMINED
    assert "status.entry" in w.faults(report)


# Results
DESCRIPTION = {"id": "https://issuer.example/a#r", "type": ["ResultDescription"], "name": "Arvosana"}


def with_result(description: w.Json, result: w.Json) -> w.Json:
    document = w.badge()
    subject = document["credentialSubject"]
    subject["achievement"]["resultDescription"] = [{**DESCRIPTION, **description}]
    subject["result"] = [{"type": ["Result"], "resultDescription": DESCRIPTION["id"], **result}]
    return document


LEVEL = {"id": "https://issuer.example/a#l", "type": ["RubricCriterionLevel"], "name": "Hyvä"}
RUBRIC = {"resultType": "RubricCriterionLevel", "rubricCriterionLevel": [LEVEL]}


@pytest.mark.parametrize(
    ("description", "result", "reason"),
    [
        ({"resultType": "Percent", "valueMin": "0", "valueMax": "100"}, {"value": "67"}, None),
        ({"resultType": "Percent", "valueMin": "0", "valueMax": "100"}, {"value": "101"}, "value"),
        ({"resultType": "Percent", "valueMin": "0", "valueMax": "100"}, {"value": "-1"}, "value"),
        ({"resultType": "LetterGrade", "allowedValue": ["A", "B"]}, {"value": "A"}, None),
        ({"resultType": "LetterGrade", "allowedValue": ["A", "B"]}, {"value": "C"}, "value"),
        ({"resultType": "LetterGrade"}, {"value": "C"}, None),
        ({"resultType": "Status"}, {}, "status"),
        ({"resultType": "RubricCriterionLevel", "rubricCriterionLevel": [LEVEL]}, {"achievedLevel": LEVEL["id"]}, None),
        (
            {"resultType": "RubricCriterionLevel", "rubricCriterionLevel": [LEVEL]},
            {"achievedLevel": "urn:x:1"},
            "achievedLevel",
        ),
    ],
)
def test_results_are_compared_with_their_description(description, result, reason):
    report = w.check(w.sign(with_result(description, result)))
    assert report.verdict is Verdict.ACCEPTED
    assert {finding.reason for finding in report.of("ob.results")} == {reason}


def test_a_result_without_a_description_has_nothing_to_be_compared_with():
    document = w.badge()
    document["credentialSubject"]["result"] = [{"type": ["Result"], "value": "1"}]
    assert w.faults(w.check(w.sign(document))) == set()


@pytest.mark.parametrize("name", ["a\u202eb", "a\u200bb", "e" + "\u0301" * 5, "Pаypal", "A\u00adB"])
def test_names_that_could_deceive_are_told(name):
    assert w.faults(w.check(w.sign(w.badge(name=name)))) == {"text.spoofing"}


@pytest.mark.parametrize(
    "name", ["Ääkköset", "e\u0301t\u00e9", "日本語 ABC", "Ελληνικά", "Русский язык", "naïve – 5 €"]
)
def test_honest_names_are_not(name):
    assert w.faults(w.check(w.sign(w.badge(name=name)))) == set()


# Chains
def chained(*, second: w.Key = w.KEY, break_first: bool = False) -> w.Json:
    first = w.sign(w.badge(), w.OTHER, id="urn:uuid:0f2f8f5e-6f5a-4b0e-9d0a-00000000000a")
    both = w.sign(first, second, previousProof="urn:uuid:0f2f8f5e-6f5a-4b0e-9d0a-00000000000a")
    if break_first:
        both["proof"][0]["proofValue"] = both["proof"][1]["proofValue"]
    return both


def test_an_issuers_proof_may_continue_that_of_another():
    report = w.check(chained())
    assert report.verdict is Verdict.ACCEPTED
    assert [proof.role for proof in report.proofs] == ["foreign", "issuer"]


def test_a_chain_stands_and_falls_with_its_first_proof():
    report = w.check(chained(break_first=True))
    assert report.verdict is Verdict.REJECTED
    dropped = w.changed(chained(), lambda d: d["proof"].pop(0))
    assert "proof.chain" in w.faults(w.check(dropped))


def test_a_chain_onto_an_unknown_suite_cannot_be_told():
    document = w.changed(chained(), lambda d: d["proof"][0].update(cryptosuite="bbs-2023"))
    report = w.check(document)
    assert report.verdict is not Verdict.ACCEPTED


def test_proofs_that_continue_each_other_are_refused():
    document = chained()
    document["proof"][0]["previousProof"] = "urn:uuid:0f2f8f5e-6f5a-4b0e-9d0a-00000000000b"
    document["proof"][1]["id"] = "urn:uuid:0f2f8f5e-6f5a-4b0e-9d0a-00000000000b"
    report = w.check(document)
    assert report.verdict is Verdict.REJECTED
    assert "circle" in {finding.reason for finding in report.of("proof.chain")}


def test_an_issuers_proof_of_an_unknown_suite_does_not_block_beside_a_good_one():
    document = w.sign(w.badge())
    unknown = {**document["proof"], "cryptosuite": "bbs-2023", "proofValue": "u2V0"}
    report = w.check({**document, "proof": [document["proof"], unknown]})
    assert report.verdict is Verdict.ACCEPTED


# Older images and things that are nothing
def with_text(keyword: bytes, text: bytes) -> bytes:
    """A PNG with one more iTXt chunk."""
    png = g.image()
    content = keyword + b"\0\0\0\0\0" + text
    chunk = struct.pack(">I", len(content)) + b"iTXt" + content + struct.pack(">I", zlib.crc32(b"iTXt" + content))
    return png[:33] + chunk + png[33:]


def test_an_older_image_that_holds_an_address_leads_to_the_hosted_badge():
    data = with_text(b"openbadges", b"https://badges.example/assertions/1")
    report = w.check(data, older.world())
    assert report.verdict is Verdict.ACCEPTED, w.faults(report)
    assert report.to_json()["source"]["kind"] == "png"
    assert w.check(data, {}).verdict is Verdict.UNDETERMINED


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"https://issuer.example/badge.json",
        b"[1, 2]",
        b"{",
        b"<html></html>",
        with_text(b"openbadgecredential", b"hello"),
        g.image(),
        b"x" * ((4 << 20) + 1),
        b'{"x": "' + b"x" * (1 << 20) + b'"}',
    ],
)
def test_what_is_no_badge_file_is_unreadable(data):
    with pytest.raises(Unreadable):
        w.check(data)


def test_a_bad_checksum_of_an_image_is_a_fault_of_the_container():
    data = bytearray(bake_png(g.image(), w.dump(w.sign(w.badge()))))
    place = data.index(b"openbadgecredential") + 40
    data[place] ^= 1
    report = w.check(bytes(data))
    assert report.verdict is Verdict.REJECTED
    assert w.faults(report) == {"input.container"}


def test_too_many_objects_are_beyond_our_limits():
    document: dict[str, Any] = {**w.badge(), "evidence": [{"type": "Evidence", "name": str(n)} for n in range(600)]}
    report = w.check(document)
    assert report.verdict is Verdict.UNDETERMINED
    assert "input.limits" in w.faults(report)
