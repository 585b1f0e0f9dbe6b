"""Signing in with an organisation's account, against a provider on this machine: who comes in, and what is refused."""

import re
from contextlib import ExitStack
from dataclasses import replace
from html import unescape

import pytest
from app_client import AppClient
from identity_provider import CLIENT_ID, SECRET, Provider, signed_by_another, signed_by_client_secret, unsigned

from issuer.adapters.oidc import Client, OpenIdProvider
from issuer.app import create_app
from issuer.domain.permissions import Role
from issuer.services.staff import invite

HEADERS = {"Accept-Language": "fi", "Sec-Fetch-Site": "same-origin"}


class House:
    """The application with a provider, and a browser."""

    def __init__(self, desk, stack):
        self.desk, self._stack = desk, stack
        self.provider = Provider()
        stack.callback(self.provider.close)
        client = Client(issuer=self.provider.issuer, client_id=CLIENT_ID, secret=SECRET)
        self.outside = replace(desk.outside, identity_provider=OpenIdProvider(client, desk.outside.clock))
        self._app = create_app(self.outside)

    def browser(self):
        base_url = self.outside.public_url
        return self._stack.enter_context(AppClient(self._app, base_url=base_url, headers=HEADERS))

    def invited(self):
        """The path of an invitation for a counsellor's colleague."""
        who = self.desk.staff[Role.ADMINISTRATOR]
        new = invite.NewInvitation(
            institution_id=who.institution_id, name="Maija", address="", roles=frozenset({Role.SUPERVISOR})
        )
        return f"/invite/{invite.token(self.outside, invite.invite(self.outside, who, new))}"

    def go(self, browser, path="/oidc"):
        """Begin, log in at the provider, and come back."""
        page = browser.post(path)
        assert page.status_code == 200, page.text
        address = unescape(re.search(r'href="(http://127[^"]+)"', page.text)[1])
        return browser.get(self.provider.log_in(address))

    def joined(self):
        assert self.go(self.browser(), f"{self.invited()}/oidc").headers["location"] == "/home"


@pytest.fixture
def house(desk):
    with ExitStack() as stack:
        yield House(desk, stack)


def test_an_invited_person_joins_and_comes_in_again_by_the_same_identity(house):
    house.joined()
    browser = house.browser()
    assert house.go(browser).headers["location"] == "/home"
    assert "esihenkilö" in browser.get("/me").text


def test_somebody_whom_we_do_not_know_gets_the_neutral_answer(house):
    browser = house.browser()
    answer = house.go(browser)
    assert answer.status_code == 422
    assert "Kirjautuminen ei onnistunut" in answer.text
    assert browser.get("/home").status_code == 401


def test_the_answer_is_of_use_in_the_browser_that_asked_alone(house):
    house.joined()
    asking, other = house.browser(), house.browser()
    address = unescape(re.search(r'href="(http://127[^"]+)"', asking.post("/oidc").text)[1])
    back = house.provider.log_in(address)
    assert other.get(back).status_code == 422


def test_an_answer_is_of_use_once(house):
    house.joined()
    browser = house.browser()
    address = unescape(re.search(r'href="(http://127[^"]+)"', browser.post("/oidc").text)[1])
    back = house.provider.log_in(address)
    assert browser.get(back).status_code == 303
    assert browser.get(back).status_code == 422


@pytest.mark.parametrize(
    "spoilt",
    [
        {"iss": "https://evil.example"},
        {"aud": "another-client"},
        {"aud": [CLIENT_ID, "another-client"]},
        {"azp": "another-client"},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": 1},
        {"exp": None},
        {"iat": None},
        {"sub": None},
        {"sub": ""},
        {"sub": "x" * 256},
    ],
    ids=str,
)
def test_a_token_with_one_wrong_claim_lets_nobody_in(house, spoilt):
    house.joined()
    house.provider.spoil = spoilt
    assert house.go(house.browser()).status_code == 422


@pytest.mark.parametrize("sign", [unsigned, signed_by_client_secret, signed_by_another, lambda _claims: "no.token"])
def test_a_token_that_the_provider_did_not_sign_lets_nobody_in(house, sign):
    house.joined()
    house.provider.sign = sign
    assert house.go(house.browser()).status_code == 422


def test_the_answer_of_another_provider_is_refused_before_its_code_is_used(house):
    house.joined()
    browser = house.browser()
    address = unescape(re.search(r'href="(http://127[^"]+)"', browser.post("/oidc").text)[1])
    back = house.provider.log_in(address)
    house.provider.asked.clear()
    assert browser.get(re.sub(r"iss=[^&]*", "iss=https%3A%2F%2Fevil.example", back)).status_code == 422
    assert house.provider.asked == []


@pytest.mark.parametrize(
    "discovery",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://evil.example/token"},
        {"jwks_uri": None},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
    ids=str,
)
def test_a_discovery_document_that_leads_elsewhere_stops_the_way(house, discovery):
    house.provider.discovery = discovery
    assert house.browser().post("/oidc").status_code == 503


def test_a_provider_that_does_not_answer_is_told_in_a_sentence(house):
    house.provider.silent = True
    answer = house.browser().post("/oidc")
    assert answer.status_code == 503
    assert "ei vastaa" in answer.text


def test_a_key_that_was_changed_is_found(house):
    house.joined()
    fresh = Provider()
    fresh.close()
    house.provider.key = fresh.key
    assert house.go(house.browser()).status_code == 303


@pytest.mark.parametrize("query", ["", "?state=x&code=y", "?state=&code=&iss="])
def test_an_answer_that_nobody_asked_for_is_refused(house, query):
    assert house.browser().get(f"/in/oidc/back{query}").status_code == 422


def test_somebody_links_an_identity_to_the_own_account(house):
    from issuer.services import sign_in

    member = house.desk.staff[Role.WORK_COACH]
    browser = house.browser()
    assert browser.post(f"/in/{sign_in.create_link(house.outside, member.id)}").status_code == 303
    assert house.go(browser, "/me/oidc").headers["location"] == "/home"
    other = house.browser()
    house.go(other)
    assert "työvalmentaja" in other.get("/me").text


def test_without_a_provider_the_way_is_not_there(desk):
    client = desk.client(Role.WORK_COACH)
    assert client.post("/oidc").status_code == 404
    assert "Oman organisaation tunnus" not in client.get("/in").text
