"""The outside as one parameter: given documents, bounds of fetching, kept results, digests, broken trust lists."""

import base64
import hashlib
import json
from typing import Any

import pytest
import workshop as w

from keys import base58, base64url
from schemas.jsonld import CONTEXT_BYTES
from verifier import BoundedMemory, Environment, FetchError, FetchRules, Response, TrustListSource, Verdict
from verifier.documents_fetch import DocumentsError, DocumentsFetch, given_schemas, read_documents
from verifier.fetch_session import FetchSession

RULES = FetchRules(purpose="controller_document")


# Given documents
@pytest.mark.parametrize(
    ("value", "status", "body"),
    [
        ({"id": "x"}, 200, b'{"id":"x"}'),
        ([1], 200, b"[1]"),
        ("text", 200, b'"text"'),
        ({"status": 404}, 404, b""),
        ({"status": 200, "body": "x", "content_type": "text/plain"}, 200, b"x"),
        ({"status": 200, "body_base64": "AAE="}, 200, b"\x00\x01"),
        ({"status": "accepted"}, 200, b'{"status":"accepted"}'),
        ({"status": True}, 200, b'{"status":true}'),
    ],
)
def test_an_answer_is_a_response_if_it_has_a_whole_status(value, status, body):
    answer = read_documents(json.dumps({"https://x.example/#k": value}).encode())["https://x.example/"]
    assert (answer.status, answer.body, answer.source) == (status, body, "documents")


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{", b'{"a":1,"a":2}', b'{"u":{"status":200,"body_base64":"*"}}', b'{"u":{"status":200,"body":1}}'],
)
def test_a_file_of_documents_that_is_none_is_a_usage_error(data):
    with pytest.raises(DocumentsError):
        read_documents(data)


def test_a_did_is_a_second_name_for_the_address_of_its_document():
    fetch = DocumentsFetch(read_documents(json.dumps({w.DID: {"id": w.DID}}).encode()))
    assert (
        fetch("https://issuer.example/.well-known/did.json", rules=FetchRules(purpose="did_document", did=w.DID)).status
        == 200
    )
    with pytest.raises(FetchError) as refusal:
        fetch("https://issuer.example/.well-known/did.json", rules=RULES)
    assert refusal.value.reason == "not_allowed_offline"


def test_what_is_not_given_is_asked_of_the_next_and_size_rules_hold():
    def network(url, *, rules):
        return Response(200, "application/json", b"{}", "network")

    answers = read_documents(json.dumps({"https://x.example/": {"status": 200, "body": "x" * 2_000_000}}).encode())
    fetch = DocumentsFetch(answers, network)
    assert fetch("https://y.example/", rules=RULES).source == "network"
    with pytest.raises(FetchError):
        fetch("https://x.example/", rules=RULES)


def test_only_given_answers_that_are_schemas_may_be_run():
    answers = read_documents(
        json.dumps(
            {
                "https://s.example/1": {"$schema": "https://json-schema.org/draft/2019-09/schema"},
                "https://s.example/2": {"x": "$schema"},
                "https://s.example/3": {"status": 404, "body": '{"$schema":"x"}'},
                "https://s.example/4": {"status": 200, "body": '{"$schema":'},
            }
        ).encode()
    )
    assert set(given_schemas(answers)) == {"https://s.example/1"}


# Bounds of one verification
def session(source: str = "network", **changes: Any) -> FetchSession:
    def fetch(url, *, rules):
        if "refused" in url:
            raise FetchError("refused")
        if "failed" in url:
            raise FetchError("failed")
        return Response(200, "application/json", b"{}" if "large" not in url else b"x" * (2 << 20), source)

    return FetchSession(Environment(clock=lambda: w.NOW, fetch=fetch, canonicalise=w.CANONICALISE, **changes))


def test_eight_fetches_and_no_more():
    asked = session()
    for number in range(8):
        asked(f"https://a.example/{number}", rules=RULES)
    asked("https://a.example/0#again", rules=RULES)
    with pytest.raises(FetchError) as refusal:
        asked("https://a.example/8", rules=RULES)
    assert refusal.value.reason == "refused"
    assert len(asked.records) == 9


def test_four_hosts_and_no_more():
    asked = session()
    for number in range(4):
        asked(f"https://{number}.example/", rules=RULES)
    asked("https://0.example/x", rules=RULES)
    with pytest.raises(FetchError):
        asked("https://4.example/", rules=RULES)


def test_given_documents_cost_nothing_and_faults_are_remembered():
    asked = session("documents")
    for number in range(20):
        asked(f"https://{number}.example/", rules=RULES)
    for _ in range(2):
        with pytest.raises(FetchError):
            asked("https://failed.example/", rules=RULES)
    assert [record.result for record in asked.records if record.result != "ok"] == ["failed"]


@pytest.mark.parametrize("url", ["https://refused.example/", "https://large.example/", "https://[bad"])
def test_refusals_and_large_answers_are_told_as_such(url):
    asked = session()
    if "bad" in url:
        asked(url, rules=RULES)
        return
    with pytest.raises(FetchError) as refusal:
        asked(url, rules=RULES)
    assert refusal.value.reason == "refused"


# Kept results
def test_the_memory_is_bounded_by_number_and_by_size():
    memory = BoundedMemory(entries=2, size_bytes=10)
    memory.put("a", 1, size_bytes=4)
    memory.put("b", 2, size_bytes=4)
    assert memory.get("a") == 1
    memory.put("c", 3, size_bytes=4)
    assert (memory.get("a"), memory.get("b"), memory.get("c")) == (1, None, 3)
    memory.put("d", 4, size_bytes=11)
    assert memory.get("d") is None
    memory.put("a", 5, size_bytes=10)
    assert (memory.get("a"), memory.get("c")) == (5, None)


def test_a_clock_without_a_zone_is_a_mistake_of_ours():
    with pytest.raises(ValueError, match="aware"):
        w.check(w.sign(w.badge()), clock=lambda: w.NOW.replace(tzinfo=None))


# Digests of related resources
BYTES = CONTEXT_BYTES(w.VC2)
SHA256 = hashlib.sha256(BYTES).digest()
SHA384 = hashlib.sha384(BYTES).digest()


@pytest.mark.parametrize(
    ("entry", "outcome"),
    [
        ({"digestSRI": "sha384-" + base64.b64encode(SHA384).decode()}, "PASSED"),
        ({"digestSRI": "sha256-" + base64.b64encode(SHA256).decode()}, "PASSED"),
        ({"digestSRI": "md5-x"}, "FAILED"),
        ({"digestMultibase": "u" + base64url.encode(SHA256)}, "PASSED"),
        ({"digestMultibase": "z" + base58.encode(b"\x12\x20" + SHA256)}, "PASSED"),
        ({"digestMultibase": "u" + base64url.encode(b"\x20\x30" + SHA384)}, "PASSED"),
        ({"digestMultibase": "u" + base64url.encode(SHA384)}, "FAILED"),
        ({"digestMultibase": "u*"}, "FAILED"),
        ({"digestMultibase": "m" + base64.b64encode(SHA256).decode()}, "FAILED"),
        ({}, "FAILED"),
    ],
)
def test_digests_are_compared_with_the_bundled_bytes(entry, outcome):
    report = w.check(w.sign(w.badge(relatedResource=[{"id": w.VC2, **entry}])))
    assert report.outcome("vcdm.related_resource").value == outcome


# Trust lists that say nothing
URL = "https://trust.example/trust/list.json"


def listed(**changes: Any) -> w.Json:
    institution = {
        "id": w.KEY.did,
        "kind": "school",
        "name": {"fi": "Koulu"},
        "listedFrom": "2026-01-01",
        "units": ["*"],
    }
    document = {
        "format": "pateva.trust-list/1",
        "id": URL,
        "issuer": "did:web:trust.example",
        "version": 1,
        "validFrom": "2026-11-01T00:00:00Z",
        "validUntil": "2026-12-01T00:00:00Z",
        "institutions": [institution],
        **changes,
    }
    return w.add_proof(
        document,
        verification_method=w.OTHER.method,
        created=w.NOW,
        sign=w.OTHER.sign,
        canonicalise=w.CANONICALISE,
        cryptosuite="eddsa-jcs-2022",
    )


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (listed(), "PASSED"),
        (listed(institutions=[{"id": w.KEY.did}]), "FAILED"),
        (listed(institutions=[{"id": w.KEY.did, "kind": "x", "listedFrom": "x"}]), "FAILED"),
        (listed(format="x"), "FAILED"),
        (listed(id="https://x.example/"), "FAILED"),
        ({**listed(), "proof": None}, "FAILED"),
        ({"status": 500}, "INCONCLUSIVE"),
        ({"status": 200, "body": "["}, "FAILED"),
    ],
)
def test_a_fetched_trust_list_counts_only_when_it_is_whole(answer, outcome):
    source = TrustListSource(url=URL, keys=("zBroken", w.OTHER.multibase))
    report = w.check(w.sign(w.badge()), {URL: answer}, trust_lists=(source,))
    assert report.verdict is Verdict.ACCEPTED
    assert report.outcome("trust.registry").value == outcome
    assert report.outcome("trust.issuer").value == ("PASSED" if outcome == "PASSED" else "INCONCLUSIVE")
