"""The badge API over HTTP: issue, show, revoke, and every way in which it refuses."""

import json

import pytest

from verifier import EMPLOYMENT, Verdict, verify


def code(answer):
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.json()["code"]


def test_an_issued_badge_is_answered_whole_and_our_verifier_accepts_it(web):
    answer = web.issue(activity_start="2026-01", activity_end="2026-02", role="polkupyörien huolto")
    assert answer.status_code == 201
    badge = answer.json()
    assert badge["state"] == "issued"
    assert answer.headers["location"] == f"/api/badges/{badge['id']}"
    environment = web.installation.outside.environment()
    report = verify(json.dumps(badge["credential"]).encode(), policy=EMPLOYMENT, environment=environment)
    assert report.verdict is Verdict.ACCEPTED


def test_the_same_key_and_request_give_the_same_badge(web):
    first, second = web.issue(), web.issue()
    assert second.status_code == 201
    assert second.json() == first.json()


def test_the_same_key_for_another_request_is_refused(web):
    web.issue()
    answer = web.issue(language="sv")
    assert answer.status_code == 422
    assert code(answer) == "idempotency.mismatch"


def test_a_badge_of_chosen_requirements_holds_those_only(sqlite_web):
    whole = sqlite_web.issue().json()["credential"]["credentialSubject"]["achievement"]["resultDescription"]
    keys = [one["alignment"][0]["targetCode"] for one in whole[:2]]
    part = sqlite_web.issue("test-badge-000000002", requirements=keys).json()["credential"]["credentialSubject"]
    assert [one["alignment"][0]["targetCode"] for one in part["achievement"]["resultDescription"]] == keys


def test_a_badge_can_be_shown_again(web):
    issued = web.issue().json()
    shown = web.client.get(f"/api/badges/{issued['id']}", headers=web.bearer)
    assert shown.status_code == 200
    assert shown.json() == issued


def test_a_revoked_badge_says_so_and_the_public_list_does_too(web):
    issued = web.issue().json()
    answer = web.client.post(f"/api/badges/{issued['id']}/revoke", json={"reason": "mistake"}, headers=web.bearer)
    assert answer.status_code == 200
    assert answer.json()["state"] == "withdrawn"
    assert answer.json()["withdrawal_reason"] == "mistake"
    assert answer.json()["status_published"]
    environment = web.installation.outside.environment()
    data = json.dumps(issued["credential"]).encode()
    report = verify(data, policy=EMPLOYMENT, environment=environment)
    assert report.verdict is Verdict.REJECTED


def test_revoking_twice_for_one_reason_is_harmless_and_for_another_is_a_conflict(sqlite_web):
    badge_id = sqlite_web.issue().json()["id"]
    address, headers = f"/api/badges/{badge_id}/revoke", sqlite_web.bearer
    sqlite_web.client.post(address, json={"reason": "mistake"}, headers=headers)
    assert sqlite_web.client.post(address, json={"reason": "mistake"}, headers=headers).status_code == 200
    other = sqlite_web.client.post(address, json={"reason": "replaced"}, headers=headers)
    assert other.status_code == 409
    assert code(other) == "badge.not_in_force"


@pytest.mark.parametrize("header", [None, "Bearer wrong", "Bearer ", "Basic abc", f"Bearer {'x' * 300}"])
def test_without_a_valid_token_nothing_is_told(sqlite_web, header):
    headers = {"Authorization": header} if header is not None else {}
    for method, path in (("POST", "/api/badges"), ("GET", "/api/badges/00000000-0000-4000-8000-000000000000")):
        answer = sqlite_web.client.request(method, path, headers={**headers, "Idempotency-Key": "x" * 16}, json={})
        assert answer.status_code == 401
        assert code(answer) == "token.needed"
        assert answer.headers["www-authenticate"] == "Bearer"


def test_a_badge_that_does_not_exist_is_not_found(sqlite_web):
    answer = sqlite_web.client.get("/api/badges/00000000-0000-4000-8000-000000000000", headers=sqlite_web.bearer)
    assert answer.status_code == 404
    assert code(answer) == "not_found"


@pytest.mark.parametrize("key", ["short", "x" * 15, "x" * 256, "ääkkösiä-avaimessa".encode("latin-1")])
def test_an_idempotency_key_of_the_wrong_form_is_refused(sqlite_web, key):
    headers = {**sqlite_web.bearer, "Idempotency-Key": key}
    answer = sqlite_web.client.post("/api/badges", json={"unit": "106889"}, headers=headers)
    assert answer.status_code == 422
    assert code(answer) == "idempotency.key"


@pytest.mark.parametrize("length", [16, 255])
def test_an_idempotency_key_at_its_bounds_is_taken(sqlite_web, length):
    assert sqlite_web.issue("x" * length).status_code == 201


def test_a_request_without_an_idempotency_key_is_refused(sqlite_web):
    answer = sqlite_web.client.post("/api/badges", json={"unit": "106889"}, headers=sqlite_web.bearer)
    assert answer.status_code == 422
    assert code(answer) == "request.invalid"


@pytest.mark.parametrize(
    ("members", "pointer"),
    [
        ({"unit": "106889; drop"}, "/unit"),
        ({"unit": 106889}, "/unit"),
        ({"language": "de"}, "/language"),
        ({"requirements": []}, "/requirements"),
        ({"requirements": "all"}, "/requirements"),
        ({"activity_start": "2026-13"}, "/activity_start"),
        ({"activity_start": "2026-01-02"}, "/activity_start"),
        ({"activity_start": "0000-01"}, "/activity_start"),
        ({"role": ""}, "/role"),
        ({"role": "x" * 121}, "/role"),
        ({"narrative": "x" * 2001}, "/narrative"),
        ({"person": "1"}, "/person"),
        ({"email": "a@example.org"}, "/email"),
    ],
)
def test_a_member_that_breaks_a_rule_is_named(sqlite_web, members, pointer):
    answer = sqlite_web.issue(**members)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].startswith(pointer)


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"unit": "999999999"}, "badge.unknown_unit"),
        ({"requirements": ["nothing-like-this"]}, "badge.unknown_requirement"),
        ({"activity_start": "2026-03", "activity_end": "2026-02"}, "badge.period"),
        ({"activity_end": "2999-01"}, "badge.period_future"),
        ({"role": "valmentautuja vankilassa"}, "privacy.telling_word"),
        ({"narrative": "a\u0000b"}, "input.encoding"),
        ({"narrative": "a\u202eb"}, "text.control"),
        ({"provider": "00000000-0000-4000-8000-000000000000"}, None),
    ],
)
def test_what_the_rules_refuse_has_its_code(sqlite_web, members, expected):
    answer = sqlite_web.issue(**members)
    assert 400 <= answer.status_code < 500
    assert expected is None or code(answer) == expected


@pytest.mark.parametrize(
    ("body", "status", "expected"),
    [
        (b"", 400, "input.json"),
        (b"[]", 400, None),
        (b'{"unit":"106889","unit":"106889"}', 400, "input.json"),
        (b'{"unit":NaN}', 400, "input.json"),
        (b"\xff\xfe", 400, "input.encoding"),
        (b'{"unit":"' + b"1" * 70_000 + b'"}', 413, "input.too_large"),
        (b"[" * 40 + b"]" * 40, 400, None),
    ],
)
def test_a_body_that_is_not_strict_json_is_refused(sqlite_web, body, status, expected):
    headers = {**sqlite_web.bearer, "Idempotency-Key": "x" * 16, "Content-Type": "application/json"}
    answer = sqlite_web.client.post("/api/badges", content=body, headers=headers)
    assert answer.status_code == status
    assert expected is None or code(answer) == expected


def test_a_body_of_another_media_type_is_refused(sqlite_web):
    headers = {**sqlite_web.bearer, "Idempotency-Key": "x" * 16, "Content-Type": "text/plain"}
    answer = sqlite_web.client.post("/api/badges", content=b"{}", headers=headers)
    assert answer.status_code == 415
    assert code(answer) == "input.media_type"


@pytest.mark.parametrize("body", [{}, {"reason": "because"}, {"reason": "mistake", "note": "x"}, {"reason": None}])
def test_a_revocation_without_one_of_the_four_reasons_is_refused(sqlite_web, body):
    badge_id = sqlite_web.issue().json()["id"]
    answer = sqlite_web.client.post(f"/api/badges/{badge_id}/revoke", json=body, headers=sqlite_web.bearer)
    assert answer.status_code == 422


@pytest.mark.parametrize("badge_id", ["1", "..", "%00", "0" * 36, "A0000000-0000-4000-8000-000000000000"])
def test_a_badge_number_of_the_wrong_form_is_refused(sqlite_web, badge_id):
    answer = sqlite_web.client.get(f"/api/badges/{badge_id}", headers=sqlite_web.bearer)
    assert answer.status_code in (404, 422)
    assert code(answer) in ("not_found", "request.invalid")
