"""What a school's receipt tells the next school; what has another form than expected is no fault of the reader."""

from datetime import date

import pytest

from issuer.domain.earlier_receipt import EarlierReceipt, read_receipt
from issuer.domain.recognition import Route
from schemas.receipt_mark import RECEIPT_MARK
from schemas.strict_json import JsonObject, JsonValue


def receipt(**changes: JsonValue) -> JsonObject:
    mark = {"identifierType": RECEIPT_MARK, "identifier": "osaamisentodentamisenprosessi_0002"}
    document: JsonObject = {
        "credentialSubject": {"achievement": {"otherIdentifier": [{"identifierType": "ext:unitKey"}, mark]}},
        "evidence": [{"id": "urn:uuid:1"}, {"id": "urn:uuid:2"}],
        "proof": {"created": "2026-11-22T23:30:00Z"},
    }
    return document | changes


def test_a_receipt_tells_route_day_and_the_badges_that_it_rests_on() -> None:
    assert read_receipt(receipt()) == EarlierReceipt(
        route=Route.ASSESSORS,
        day=date(2026, 11, 23),  # in Helsinki
        evidence=frozenset({"urn:uuid:1", "urn:uuid:2"}),
    )


def test_a_badge_is_no_receipt() -> None:
    assert read_receipt(receipt(credentialSubject={"achievement": {"otherIdentifier": []}})) is None


@pytest.mark.parametrize("proof", [None, "text", [], {"created": "yesterday"}, [{"created": 3}]])
def test_a_receipt_without_a_readable_signing_moment_has_no_day(proof: JsonValue) -> None:
    told = read_receipt(receipt(proof=proof))
    assert told is not None
    assert told.day is None


@pytest.mark.parametrize("evidence", [None, "urn:uuid:1", [{"name": "ei tunnusta"}], {"id": 5}])
def test_evidence_without_an_id_is_left_out(evidence: JsonValue) -> None:
    told = read_receipt(receipt(evidence=evidence))
    assert told is not None
    assert told.evidence == frozenset()


def test_a_process_that_we_do_not_know_is_no_route() -> None:
    mark = {"identifierType": RECEIPT_MARK, "identifier": "osaamisentodentamisenprosessi_0009"}
    told = read_receipt(receipt(credentialSubject={"achievement": {"otherIdentifier": [mark]}}))
    assert told is not None
    assert told.route is None
