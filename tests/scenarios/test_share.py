"""A participant shows a badge to an employer and to a school in a real browser, and stops; the receivers open it.

Without scripts, on a phone. Pictures of the pages are kept in build/screenshots, to be looked at.
"""

import io
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import cv2
import desk as desks
import numpy as np
import pytest
import sharing
from chromium import chromium
from playwright.sync_api import Browser, Page, expect
from served_desk import served_desk

from issuer import operation_log
from issuer.services.own import own_session

pytestmark = pytest.mark.browser

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
PICTURES = Path(__file__).parents[2] / "build" / "screenshots"
SCHOOL = "Esimerkkiopisto"
SCHOOL_WORDS = ("vaatimu", "tutkinnon osa", "tutkinnonosa", "osp", "ePerusteet", "OPH-", "106889")


@dataclass
class Town:
    """The participant's house, a browser, and all that was asked for and logged."""

    sharer: sharing.Sharer
    browser: Browser
    logged: io.StringIO
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.sharer.desk.installation.settings.public_url

    def page(self, *, own: bool = False, size: dict[str, int] = PHONE) -> Page:
        """A browser of its own without scripts; the participant's has the own session."""
        context = self.browser.new_context(viewport=size, locale="fi-FI", java_script_enabled=False)
        if own:
            with self.sharer.desk.outside.database.write() as uow:
                value = own_session.begin(uow, self.sharer.who, now=self.sharer.desk.outside.now())
            context.add_cookies([{"name": "p", "value": value, "url": self.url}])
        page = context.new_page()
        page.on("request", lambda asked: self.requests.append((asked.url, asked.headers)))
        return page

    def made(self, page: Page) -> str:
        """The address of the link on its page."""
        address = page.get_by_label("Linkin osoite").input_value()
        self.tokens.append(address.rpartition("/")[2])
        return address

    def pictures(self, page: Page, name: str) -> None:
        """Keep the page as a phone and as a wide screen show it; nothing may stick out."""
        for size in (PHONE, DESK):
            page.set_viewport_size(size)
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
            page.screenshot(path=PICTURES / f"share-{name}-{size['width']}.png", full_page=True)
        page.set_viewport_size(PHONE)


@pytest.fixture(scope="module")
def town(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    PICTURES.mkdir(parents=True, exist_ok=True)
    root, logged = logging.getLogger(), io.StringIO()
    saved = root.handlers, root.level
    with (
        served_desk(sqlite_template, tmp_path_factory.mktemp("share") / "home") as desk,
        desks.desk_over(desk.installation, kind="school", name=SCHOOL, number=1),
        chromium() as browser,
    ):
        operation_log.configure(logged)
        yield Town(sharing.sharer(desk), browser, logged)
    root.handlers = saved[0]
    root.setLevel(saved[1])


def words(page: Page) -> str:
    """The text of the page without the owner's bar."""
    text = page.locator("main").inner_text()
    bar = page.locator(".owner-bar")
    return text.replace(bar.inner_text(), "").strip() if bar.count() else text.strip()


def test_to_an_employer_the_preview_is_the_page_and_says_what_the_person_can_do(town: Town) -> None:
    own = town.page(own=True)
    own.goto(f"{town.url}/my/{town.sharer.ref}/share")
    expect(own.get_by_text("Et näytä merkkiä kenellekään.")).to_be_visible()
    expect(own.get_by_label("Mitä osaan")).to_be_checked()
    expect(own.get_by_label("Taidot (6)")).to_be_checked()
    for off in ("Viralliset koodit", "Koko merkki tiedostona"):
        expect(own.get_by_label(off)).not_to_be_checked()
    town.pictures(own, "make")
    own.get_by_label("Linkin nimi").fill("Kesätyö")
    own.get_by_label("Kenelle annat linkin").fill("Liisa pyöräliikkeestä")
    own.get_by_role("button", name="Katso, miltä se näyttää").click()
    expect(own.get_by_text("Linkkiä ei ole vielä.")).to_be_visible()
    previewed = words(own)
    town.pictures(own, "preview")
    own.get_by_role("button", name="Tee linkki").click()
    expect(own.get_by_role("status")).to_have_text("Linkki on valmis.")
    link = town.made(own)
    code = own.get_by_alt_text("Ruutukoodi, joka avaa linkin sivun")
    assert code.bounding_box()["width"] >= 240
    picture = cv2.imdecode(np.frombuffer(code.screenshot(), np.uint8), cv2.IMREAD_COLOR)
    assert cv2.QRCodeDetectorAruco().detectAndDecode(picture)[0] == link
    town.pictures(own, "link")

    employer = town.page()
    assert employer.goto(link).status == 200
    expect(employer.locator("h1")).to_have_text("Osaaminen todettu työssä: Polkupyörän huolto, 6/9 taitoa")
    shown = employer.content()
    assert [word for word in SCHOOL_WORDS if word.lower() in shown.lower()] == []
    assert previewed == words(employer)
    town.pictures(employer, "employer")
    own.goto(link)
    expect(own.get_by_text("Tämä on sinun linkkisi.")).to_be_visible()
    assert words(own) == words(employer)
    town.pictures(own, "owner")
    own.goto(f"{town.url}/my/shares")
    expect(own.get_by_text("Avattu kerran.")).to_be_visible()
    expect(own.get_by_text("Liisa pyöräliikkeestä")).to_be_visible()
    employer.get_by_role("link", name="Tarkista itse").click()
    expect(employer.locator("h1")).to_have_text("Merkki on aito ja voimassa.")
    assert [word for word in SCHOOL_WORDS if word.lower() in employer.content().lower()] == []
    town.pictures(employer, "employer-check")


def test_to_a_school_with_codes_then_less_then_nothing(town: Town) -> None:
    own = town.page(own=True)
    own.goto(f"{town.url}/my/{town.sharer.ref}/share")
    own.get_by_role("link", name="Oppilaitokselle", exact=True).click()
    expect(own.get_by_label("Viralliset koodit")).to_be_checked()
    own.get_by_role("button", name="Tee linkki", exact=True).click()
    link = town.made(own)
    school = town.page()
    school.goto(link)
    expect(school.get_by_text("demo-106889-1", exact=True)).to_be_visible()
    expect(school.get_by_role("link", name="Lataa merkki tiedostona (JSON)")).to_be_visible()
    town.pictures(school, "school")
    own.get_by_label("Viralliset koodit").uncheck()
    own.get_by_label("Koko merkki tiedostona").uncheck()
    own.get_by_role("button", name="Tallenna").click()
    expect(own.get_by_role("status")).to_have_text("Linkki näyttää nyt vähemmän.")
    school.reload()
    assert "106889" not in school.content()
    assert school.request.get(f"{link}/badge.json").status == 404
    own.get_by_role("button", name="Lopeta jakaminen nyt").click()
    expect(own.get_by_role("status")).to_have_text("Jakaminen on lopetettu. Linkki ei enää toimi.")
    begun = time.monotonic()
    assert school.reload().status == 404
    assert time.monotonic() - begun < 1
    expect(school.locator("h1")).to_contain_text("Tätä sivua ei ole, tai linkki on lopetettu.")
    town.pictures(own, "list")


def test_on_paper_and_to_a_schools_inbox(town: Town) -> None:
    own = town.page(own=True)
    own.goto(f"{town.url}/my/{town.sharer.ref}/share?for=anyone")
    own.get_by_role("button", name="Tee linkki paperille").click()
    expect(own.get_by_text("Koodi 1: avaa sivun", exact=False)).to_be_visible()
    typed = own.locator("strong.mono").inner_text()
    town.pictures(own, "paper")
    own.emulate_media(media="print")
    own.screenshot(path=PICTURES / "share-paper-print.png", full_page=True)
    reader = town.page()
    reader.goto(f"{town.url}/s/{typed.replace(' ', '-').lower()}")
    expect(reader.locator("h1")).to_contain_text("Polkupyörän huolto")
    sender = town.page(own=True)
    sender.goto(f"{town.url}/my/{town.sharer.ref}/share/school")
    sender.get_by_label("Oppilaitos", exact=True).select_option(label=SCHOOL)
    town.pictures(sender, "send")
    sender.get_by_role("button", name="Lähetä").click()
    assert "/my/cases/" in sender.url
    sender.goto(f"{town.url}/my/shares")
    expect(sender.get_by_role("heading", name="Oppilaitos ", exact=False)).to_be_visible()


def test_an_ended_link_says_what_a_stopped_one_says(town: Town) -> None:
    own = town.page(own=True)
    own.goto(f"{town.url}/my/{town.sharer.ref}/share")
    own.get_by_role("button", name="Tee linkki", exact=True).click()
    link = town.made(own)
    reader = town.page()
    assert reader.goto(link).status == 200
    clock = town.sharer.desk.installation.clock
    clock.moved = timedelta(days=32)
    try:
        assert reader.goto(link).status == 404
        ended = reader.content()
        assert reader.goto(f"{town.url}/s/{'A' * 22}").status == 404
        assert reader.content() == ended
        town.pictures(reader, "ended")
    finally:
        clock.moved = timedelta()


def test_nothing_was_asked_from_elsewhere_no_referrer_went_out_and_no_token_was_logged(town: Town) -> None:
    """The last one: over all that the windows of this module asked for."""
    assert len(town.tokens) >= 3
    assert {address.startswith(town.url) for address, _ in town.requests} == {True}
    assert {headers.get("referer", "") for _, headers in town.requests} == {""}
    text = town.logged.getvalue()
    assert "/s/{token}" in text
    assert [token for token in town.tokens if token in text] == []
    assert not any(word in text for word in ("Kesätyö", "Liisa", "Aino"))
