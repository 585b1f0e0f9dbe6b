"""A school's desk in a real browser: scan by link, compare, decide with a passkey, hand over receipt and exports.

The simple case is counted: at most 12 interactions, the passkey not counted (issue 7). Pictures are kept in
build/screenshots, to be looked at.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import jsonschema_rs
import pytest
from chromium import chromium
from openbadgeslib.ob3.ldp import OB3LdpVerifier
from playwright.sync_api import Browser, BrowserContext, Locator, Page
from recognition import School, school_beside
from served_desk import served_desk

from issuer.domain.permissions import Role
from issuer.services import sign_in
from issuer.services.own_documents import own_document
from issuer.services.recognition.check_badges import check_badge
from verifier import Verdict

pytestmark = [pytest.mark.shared, pytest.mark.browser]

SHOTS = Path(__file__).parents[2] / "build" / "screenshots"
MOST_INTERACTIONS = 12
EHOKS = "data/finland/derived/samples/ehoks-ahato.schema.json"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Counting:
    """A page on which every press and every filled field counts as one interaction."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def press(self, what: Locator) -> None:
        self.count += 1
        what.click()

    def tick(self, label: str) -> None:
        self.count += 1
        self.page.get_by_label(label, exact=True).check()

    def write(self, label: str, text: str) -> None:
        self.count += 1
        self.page.get_by_label(label).fill(text)

    def button(self, name: str) -> None:
        self.press(self.page.get_by_role("button", name=name, exact=True))

    def picture(self, name: str) -> None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        for width in (1280, 360):
            self.page.set_viewport_size({"width": width, "height": 900})
            assert self.page.evaluate("document.documentElement.scrollWidth") <= width, name
            self.page.screenshot(path=str(SHOTS / f"school-{name}-{width}.png"), full_page=True)
        self.page.set_viewport_size({"width": 1280, "height": 900})


@pytest.fixture
def school(sqlite_template: Path, tmp_path: Path) -> Iterator[School]:
    with served_desk(sqlite_template, tmp_path / "home") as provider, school_beside(provider) as opened:
        yield opened


@pytest.fixture
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def signed_in(browser: Browser, school: School) -> BrowserContext:
    """A counsellor with a passkey in the browser."""
    context = browser.new_context(locale="fi-FI", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    url = school.desk.outside.public_url
    page.goto(f"{url}/in/{sign_in.create_link(school.desk.outside, school.counsellor.id)}")
    page.locator("main button").first.click()
    tools = context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    page.goto(f"{url}/me")
    page.get_by_label("Laitteen nimi").fill("kone")
    page.get_by_role("button", name="Lisää avain").click()
    page.locator("main li", has_text="kone").first.wait_for()
    page.goto(f"{url}/home")
    return context


def test_a_shared_link_is_recognised_directly_in_at_most_twelve_interactions(
    browser: Browser, school: School, shared: Path
) -> None:
    link = school.link(school.ready.issued())
    context = signed_in(browser, school)
    page = context.pages[0]
    faults: list[str] = []
    page.on("pageerror", lambda problem: faults.append(str(problem)))
    desk = Counting(page)
    desk.press(page.get_by_role("link", name="Merkkien tunnustaminen").first)
    desk.press(page.get_by_role("link", name="Skannaa merkki"))
    desk.write("Linkki, koodi tai merkki tekstinä", link)
    desk.button("Avaa")
    assert "Merkki on aito ja voimassa" in page.locator("main").inner_text()
    desk.picture("case")
    desk.button("Hyväksy kaikki osoitetut")
    desk.tick("Näin henkilöllisyyden todistavan asiakirjan")
    desk.tick("Suoraan")
    desk.picture("case-ready")
    desk.button("Jatka päätökseen")
    page.wait_for_url("**/decide")
    desk.picture("decide")
    page.get_by_role("button", name="Tee päätös").click()
    page.wait_for_url("**/decision?notice=decided")
    assert desk.count <= MOST_INTERACTIONS
    desk.picture("decided")
    with page.expect_download() as receipt_download:
        page.get_by_role("link", name="Kuitti tiedostona").click()
    receipt = Path(receipt_download.value.path()).read_bytes()
    page.get_by_role("link", name="Vie opintohallintoon").click()
    desk.picture("export")
    assert "0 huomautusta" in page.locator("main").inner_text()
    with page.expect_download() as ehoks_download:
        page.get_by_role("link", name="Lataa eHOKS-tiedosto").click()
    blocks = json.loads(Path(ehoks_download.value.path()).read_text())
    assert list(blocks) == ["hankittavat-ammat-tutkinnon-osat"]
    schema = jsonschema_rs.validator_for(json.loads((shared / EHOKS).read_text()))
    assert [error for unit in blocks["hankittavat-ammat-tutkinnon-osat"] for error in schema.iter_errors(unit)] == []
    genuine_to_strangers_and_to_us(school, receipt)
    assert faults == []
    learner_reads(browser, school, page)


def genuine_to_strangers_and_to_us(school: School, receipt: bytes) -> None:
    """The foreign verifier and ours accept the receipt; one changed word is found by both kinds of reader."""
    outside = school.desk.outside

    def download(url: str) -> bytes:
        found = own_document(outside.database, url.removeprefix(outside.identity_origin))
        assert found is not None, url
        return found.body

    stranger = OB3LdpVerifier.for_issuer_did(school.desk.institution.did)
    credential = stranger.verify(receipt, check_status=True, verify_status_list=False, download=download)
    assert credential is not None
    assert check_badge(outside, receipt).verdict is Verdict.ACCEPTED
    altered = receipt.replace("Polkupyörän".encode(), "Polkupyorän".encode(), 1)
    assert check_badge(outside, altered).verdict is Verdict.REJECTED


def learner_reads(browser: Browser, school: School, page: Page) -> None:
    """The link for a learner without an own view works for anyone, without scripts and without signing in."""
    page.go_back()
    address = page.get_by_label("Linkki oppijalle").input_value()
    learner = Counting(browser.new_context(locale="fi-FI", java_script_enabled=False).new_page())
    answer = learner.page.goto(address)
    assert answer is not None
    assert answer.status == httpx.codes.OK
    text = learner.page.locator("main").inner_text()
    assert "Oppilaitos hyväksyi osan tutkinnon osasta Polkupyörän huolto" in text
    assert "Voit pyytää päätökseen oikaisua" in text
    learner.picture("learner")
    assert school.desk.client(Role.ASSESSOR).get("/desk/closed").status_code == httpx.codes.OK
