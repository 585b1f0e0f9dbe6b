"""The issuer's pages in a real browser: the shared page first, and staff by keyboard and without scripts."""

import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import installation as installations
import numpy as np
import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from issuer.app import create_app
from issuer.composition import compose
from issuer.domain.award import AwardRequest
from issuer.services import sign_in
from issuer.services.issue_badge import issue
from issuer.services.revoke_badge import revoke
from issuer.services.search_units import find_unit
from verifier.texts import LANGUAGES

pytestmark = pytest.mark.browser
GENUINE = "Merkki on aito ja voimassa."


@dataclass
class House:
    """A served installation with badges in each state."""

    outside: object
    umbrella: object
    url: str
    badges: dict[str, str]
    ids: dict[str, str]

    def sign_in_link(self) -> str:
        staff = sign_in.ensure_administrator(self.outside, self.umbrella.id)
        return f"{self.url}/in/{sign_in.create_link(self.outside, staff.id)}"

    def new_badge(self, key: str, **more: object):
        request = AwardRequest(institution_id=self.umbrella.id, unit_code="106889", **more)
        return issue(self.outside, request, idempotency_key=f"browser-test-{key:0>20}", actor="test")


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    home = tmp_path_factory.mktemp("house") / "home"
    installations.copy_home(sqlite_template, home)
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://localhost:{listener.getsockname()[1]}"
    with compose(installations.settings_for(home, None, PATEVA_PUBLIC_URL=url)) as composition:
        outside = composition.outside
        config = uvicorn.Config(create_app(outside), log_config=None, ws="none", access_log=False)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        with outside.database.read() as uow:
            umbrella = uow.institutions.root()
        made = House(outside, umbrella, url, {}, {})
        made.badges["good"] = made.new_badge("1", role="polkupyörien huolto").share_url
        withdrawn = made.new_badge("2", narrative="Opin paljon.\nKiitos!")
        revoke(outside, withdrawn.id, institution_id=umbrella.id, reason="for_cause", actor="test")
        made.badges["withdrawn"] = withdrawn.share_url
        replaced = made.new_badge("3", language="sv")
        revoke(outside, replaced.id, institution_id=umbrella.id, reason="replaced", actor="test")
        made.badges["replaced"] = replaced.share_url
        keys = [one.key for one in _unit(outside).requirements[:3]]
        made.badges["part"] = made.new_badge("6", requirement_keys=tuple(keys)).share_url
        yield made
        server.should_exit = True
        thread.join(10)
    listener.close()


def _unit(outside):
    return find_unit(outside.database, "106889", now=outside.now()).unit


def test_a_badge_of_a_part_says_how_much_in_its_first_line(house, visit):
    page = visit(width=360, scripts=False)
    page.goto(house.badges["part"])
    expect(page.locator("h1")).to_have_text("Osaaminen todettu työssä: Polkupyörän huolto, 3/9 taitoa")
    expect(page.get_by_text("9 taidosta on osoitettu 3.")).to_be_visible()


def test_a_stranger_reads_without_scripts_that_the_badge_is_genuine(house, visit):
    page = visit(width=360, scripts=False)
    page.goto(house.badges["good"])
    expect(page.locator("h1")).to_have_text("Osaaminen todettu työssä: Polkupyörän huolto")
    expect(page.get_by_text(GENUINE)).to_be_visible()
    for question in ("Onko merkki muuttumaton?", "Kuka merkin antoi?", "Onko se voimassa?", "Onko se tämän ihmisen?"):
        expect(page.get_by_text(question)).to_be_visible()
    assert page.title() == "Osaamismerkki – Pätevä"


def test_the_code_on_the_screen_is_large_enough_and_leads_to_this_page(house, visit):
    page = visit(width=360, scripts=False)
    page.goto(house.badges["good"])
    code = page.get_by_alt_text("Ruutukoodi, joka avaa tämän sivun")
    assert code.bounding_box()["width"] >= 240
    picture = cv2.imdecode(np.frombuffer(code.screenshot(), np.uint8), cv2.IMREAD_COLOR)
    assert cv2.QRCodeDetectorAruco().detectAndDecode(picture)[0] == house.badges["good"]


def test_in_print_a_module_of_the_code_is_four_tenths_of_a_millimetre(house, visit):
    page = visit(scripts=False)
    page.goto(house.badges["good"])
    page.emulate_media(media="print")
    modules = int(re.search(r'viewBox="0 0 (\d+)', page.request.get(house.badges["good"] + "/qr.svg").text())[1])
    width = page.get_by_alt_text("Ruutukoodi, joka avaa tämän sivun").bounding_box()["width"]
    assert width == pytest.approx(modules * 0.40 / 25.4 * 96, abs=1)
    expect(page.get_by_text(house.badges["good"], exact=True)).to_be_visible()


def test_a_badge_withdrawn_for_cause_says_so_first_and_keeps_its_content(house, visit):
    page = visit(width=360, scripts=False)
    page.goto(house.badges["withdrawn"])
    expect(page.locator("h1")).to_have_text("Myöntäjä on perunut tämän merkin.")
    expect(page.get_by_text("Polkupyörän huolto").first).to_be_visible()
    assert GENUINE not in page.locator("main").inner_text()


def test_a_replaced_badge_tells_to_ask_for_the_new_one(house, visit):
    page = visit(width=360, scripts=False)
    page.goto(house.badges["replaced"])
    expect(page.locator("h1")).to_have_text("Tämä merkki on korvattu uudella. Pyydä uusi.")


def test_the_language_switch_keeps_the_place_and_is_kept_on_the_next_page(house, visit):
    page = visit(width=360, scripts=False)
    page.goto(house.badges["good"])
    page.get_by_role("link", name="Svenska").click()
    expect(page.get_by_text("Märket är äkta och giltigt.")).to_be_visible()
    assert page.url.partition("?")[0] == house.badges["good"]
    page.get_by_role("link", name="Kontrollera själv").click()
    expect(page.locator("html")).to_have_attribute("lang", "sv")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("badge", ["good", "withdrawn", "replaced"])
def test_the_page_asks_its_own_origin_only_and_breaks_no_rule_of_access(house, visit, badge, language):
    page = visit()
    for path in ("", "/check"):
        page.goto(f"{house.badges[badge]}{path}?lang={language}")
        for fold in page.locator("summary").all():
            fold.click()
        assert violations(page) == []
        assert all(request.startswith(house.url) for request in page.requests)
        assert page.faults == []


@pytest.mark.parametrize("width", [320, 360, 1280])
@pytest.mark.parametrize("path", ["", "/check"])
def test_nothing_needs_sideways_scrolling(house, visit, width, path):
    page = visit(width=width)
    page.goto(house.badges["withdrawn"] + path)
    for fold in page.locator("summary").all():
        fold.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_dead_link_stops_with_one_sentence_and_one_way_on(house, visit):
    page = visit(width=360, scripts=False)
    answer = page.goto(house.url + "/s/" + "A" * 22)
    assert answer.status == 404
    expect(page.locator("h1")).to_have_text(
        "Tätä sivua ei ole, tai linkki on lopetettu. Kysy uusi linkki siltä, joka antoi sen."
    )
    page.get_by_role("link", name="Tarkista osaamismerkki").click()
    expect(page.locator("body")).to_have_attribute("data-screen", "E1")


def test_a_link_of_ours_typed_on_the_check_page_leads_to_the_check_of_that_badge(house, visit):
    page = visit(width=360, scripts=False)
    page.goto(house.url + "/v")
    page.get_by_label("Linkki, koodi tai merkin teksti").fill(house.badges["good"])
    page.get_by_role("button", name="Tarkista", exact=True).click()
    expect(page.locator("h1")).to_have_text(GENUINE)


def test_staff_sign_in_and_withdraw_a_badge_with_the_keyboard_alone(house, visit):
    badge = house.new_badge("4")
    page = visit(width=1280, scripts=False)
    page.goto(house.sign_in_link())
    press(page, "button", "Kirjaudu")
    expect(page.locator("h1")).to_have_text("Etusivu")
    page.goto(f"{house.url}/badges/{badge.id}")
    press(page, "link", "Poista käytöstä")
    press(page, "button", "Poista käytöstä")
    expect(page.get_by_role("alert")).to_contain_text("Syy puuttuu. Valitse yksi syy.")
    page.get_by_label("Merkki annettiin vahingossa").focus()
    page.keyboard.press("Space")
    press(page, "button", "Poista käytöstä")
    expect(page.get_by_role("status")).to_contain_text("Merkki on poistettu käytöstä.")
    page.goto(badge.share_url)
    expect(page.locator("h1")).to_have_text("Merkki on aito, mutta se ei ole enää käytössä.")


def press(page, role, name):
    page.get_by_role(role, name=name, exact=True).focus()
    page.keyboard.press("Enter")


@pytest.mark.parametrize("language", LANGUAGES)
def test_staff_pages_break_no_rule_of_access_and_fit_a_phone(house, visit, language):
    page = visit(width=360)
    page.goto(house.sign_in_link() + f"?lang={language}")
    assert violations(page) == []
    page.locator("form button").click()
    badge_id = house.new_badge("5").id
    paths = ("/home", "/units?q=polku", f"/badges/{badge_id}", f"/badges/{badge_id}/revoke", "/", "/privacy", "/docs")
    for path in paths:
        page.goto(house.url + path)
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
        assert page.faults == []


def violations(page):
    found = Axe().run(page).response["violations"]
    return [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found]
