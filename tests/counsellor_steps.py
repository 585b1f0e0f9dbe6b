"""What a counsellor does at a school's desk in a real browser, and how what comes out of it is judged by others."""

import json
from pathlib import Path

import jsonschema_rs
from chromium import with_authenticator
from desk import Desk
from openbadgeslib.ob3.ldp import OB3LdpVerifier
from playwright.sync_api import Browser, BrowserContext, Download, Locator, Page

from issuer.domain.permissions import StaffMember
from issuer.services import sign_in
from issuer.services.own_documents import own_document
from issuer.services.recognition.check_badges import check_badge
from verifier import Verdict

SHOTS = Path(__file__).parents[1] / "build" / "screenshots"
MOST_INTERACTIONS = 12  # of the simple case, the passkey not counted (issue 7)
EHOKS = "data/finland/derived/samples/ehoks-ahato.schema.json"


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


def signed_in(browser: Browser, desk: Desk, who: StaffMember) -> BrowserContext:
    """A counsellor with a passkey in the browser."""
    context = browser.new_context(locale="fi-FI", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    url = desk.outside.public_url
    page.goto(f"{url}/in/{sign_in.create_link(desk.outside, who.id)}")
    page.locator("main button").first.click()
    with_authenticator(page)
    page.goto(f"{url}/me")
    page.get_by_label("Laitteen nimi").fill("kone")
    page.get_by_role("button", name="Lisää avain").click()
    page.locator("main li", has_text="kone").first.wait_for()
    page.goto(f"{url}/home")
    return context


def bytes_of(download: Download) -> bytes:
    """What was downloaded."""
    return Path(download.path()).read_bytes()


def ehoks_problems(shared: Path, blocks: dict) -> list:
    """What the schema of eHOKS says of the blocks, element by element."""
    schema = jsonschema_rs.validator_for(json.loads((shared / EHOKS).read_text()))
    return [problem for units in blocks.values() for unit in units for problem in schema.iter_errors(unit)]


def genuine_to_strangers_and_to_us(school: Desk, receipt: bytes) -> None:
    """The foreign verifier and ours accept the receipt; one changed letter is found."""
    outside = school.outside

    def download(url: str) -> bytes:
        found = own_document(outside.database, url.removeprefix(outside.identity_origin))
        assert found is not None, url
        return found.body

    stranger = OB3LdpVerifier.for_issuer_did(school.institution.did)
    credential = stranger.verify(receipt, check_status=True, verify_status_list=False, download=download)
    assert credential is not None
    assert check_badge(outside, receipt).verdict is Verdict.ACCEPTED
    altered = receipt.replace("ä".encode(), b"a", 1)
    assert altered != receipt
    assert check_badge(outside, altered).verdict is Verdict.REJECTED
