"""Whatever is sent: an answer below 500, with our headers, that repeats nothing dangerous."""

from collections.abc import Iterator
from pathlib import Path

import installation as installations
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from web_service import Web, web_over

from schemas import strict_json

PATHS = (
    "/",
    "/api/badges",
    "/api/badges/{}",
    "/api/badges/{}/revoke",
    "/api/verify",
    "/.well-known/did.json",
    "/issuers/{}/did.json",
    "/issuers/{}",
    "/status/{}",
    "/status/{}/reasons",
    "/achievements/{}",
    "/trust/{}",
    "/s/{}",
    "/s/{}/qr.png",
    "/s/{}/badge.json",
    "/in/{}",
    "/v",
    "/v/{}",
    "/static/{}",
    "/home",
    "/units",
    "/badges/{}",
    "/badges/{}/revoke",
    "/{}",
)
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW")
TYPES = (
    "application/json",
    "text/plain",
    "multipart/form-data; boundary=x",
    "application/x-www-form-urlencoded",
    "image/png",
    "",
    "application/json; charset=utf-7",
)
ODD = st.sampled_from(
    ["..", "%2e%2e%2f", "%00", "%", "%ff", "\u202e", "a" * 3000, "'", '"><script>', "0" * 32, "{0}", "%0d%0aX: y", "é"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["unit", "requirements", "language", "reason", "role", "x"]), inner, max_size=5
        )
    ),
    max_leaves=12,
)


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    home = tmp_path_factory.mktemp("fuzzed") / "home"
    installations.copy_home(sqlite_template, home)
    with installations.open_installation(home, None) as opened, web_over(opened) as web:
        web.sign_in()
        yield web


SENT = st.fixed_dictionaries(
    {
        "method": st.sampled_from(METHODS),
        "path": st.sampled_from(PATHS),
        "part": ODD | st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40),
        "query": st.dictionaries(st.sampled_from(["q", "lang", "policy", "time", "notice"]), ODD | st.text(max_size=9)),
        "body": st.binary(max_size=200) | JSON.map(strict_json.write),
        "media_type": st.sampled_from(TYPES),
        "authorized": st.booleans(),
    }
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sent=SENT)
def test_no_request_makes_the_service_fall_over(house, sent):
    headers = {
        "Sec-Fetch-Site": "same-origin",
        "Content-Type": sent["media_type"],
        "Idempotency-Key": "property-test-0001",
    }
    if sent["authorized"]:
        headers |= house.bearer
    path = sent["path"].replace("{}", sent["part"].replace("?", "").replace("#", ""))
    answer = house.client.request(sent["method"], path, params=sent["query"], content=sent["body"], headers=headers)
    assert answer.status_code < 500
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert "<script>" not in answer.text


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(members=st.dictionaries(st.text(max_size=12), JSON, max_size=4))
def test_no_body_makes_a_badge_out_of_unknown_members(house, members):
    headers = {**house.bearer, "Idempotency-Key": "property-test-0002", "Content-Type": "application/json"}
    body = strict_json.write({"unit": "106889", "unknown member": 1, **members})
    answer = house.client.post("/api/badges", content=body, headers=headers)
    assert 400 <= answer.status_code < 500
    assert answer.headers["content-type"] == "application/problem+json"
