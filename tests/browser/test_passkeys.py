"""Passkeys in a real browser with a virtual authenticator: added, used to sign in and confirm; and without scripts."""

import re

import pytest
from chromium import with_authenticator
from served import Served, free_port

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The demo as a stranger starts it; its links by name."""
    served = Served(tmp_path_factory.mktemp("passkeys") / "var", free_port(), bare=True)
    with served.running("demo") as printed:
        yield dict(re.findall(r"^(.+):\n  (http://\S+/in/\S+)$", printed.read_text(), re.MULTILINE)), served


def sign_in(page, link):
    page.goto(link)
    page.get_by_role("button", name="Kirjaudu", exact=True).click()
    page.wait_for_url("**/home")


def test_a_passkey_is_added_signs_in_and_confirms_an_act(demo, visit):
    links, served = demo
    home = f"http://localhost:{served.port}"
    page = visit(width=360)
    with_authenticator(page)
    sign_in(page, links["Second pair of eyes"])
    page.goto(f"{home}/me")
    page.get_by_label("Laitteen nimi").fill("Työpuhelin")
    page.get_by_role("button", name="Lisää avain").click()
    page.wait_for_url("**/me?done=passkey")
    assert page.get_by_text("Työpuhelin").count() >= 1
    page.get_by_role("button", name="Kirjaudu ulos", exact=True).click()
    page.wait_for_url("**/in")
    page.get_by_role("button", name="Kirjaudu avaimella").click()
    page.wait_for_url("**/home")
    options = page.evaluate(
        """async () => {
          const body = new URLSearchParams({act: "test.act:1", digest: "0".repeat(64)});
          const asked = await fetch("/passkey/act", {method: "POST", body});
          return [asked.status, Object.keys(await asked.json()).includes("challenge")];
        }"""
    )
    assert options == [200, True]
    assert page.faults == []
    assert {address.split("/")[2] for address in page.requests} == {f"localhost:{served.port}"}


def test_without_scripts_the_page_says_what_else_to_do(demo, visit):
    links, served = demo
    page = visit(scripts=False)
    sign_in(page, links["Counsellor at a school"])
    page.goto(f"http://localhost:{served.port}/me")
    assert page.get_by_text("Avaimen lisääminen vaatii JavaScriptin").is_visible()
    assert not page.get_by_role("button", name="Lisää avain").is_visible()
    page.get_by_role("button", name="Tee uudet varakoodit").click()
    assert page.locator("ol.codes li").count() == 10


def test_the_end_of_a_quiet_session_is_told_before_it_comes_and_put_off_by_a_button(demo, visit):
    links, served = demo
    page = visit()
    page.clock.install()
    sign_in(page, links["Work coach"])
    page.goto(f"http://localhost:{served.port}/me")
    warning = page.get_by_text("Istunto päättyy 5 minuutin päästä")
    page.clock.fast_forward("24:55")
    assert not warning.is_visible()
    page.clock.fast_forward("00:10")
    warning.wait_for()
    page.get_by_role("button", name="Jatka", exact=True).click()
    warning.wait_for(state="hidden")
