"""A school's desk in a real browser: scan by link, compare, decide with a passkey, hand over receipt and exports.

The simple case is counted: at most 12 interactions, the passkey not counted (issue 7). Pictures are kept in
build/screenshots, to be looked at.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from chromium import chromium
from counsellor_steps import (
    MOST_INTERACTIONS,
    Counting,
    bytes_of,
    ehoks_problems,
    genuine_to_strangers_and_to_us,
    signed_in,
)
from playwright.sync_api import Browser, Page
from recognition import School, school_beside
from served_desk import served_desk

from issuer.domain.permissions import Role

pytestmark = [pytest.mark.shared, pytest.mark.browser]


@pytest.fixture
def school(sqlite_template: Path, tmp_path: Path) -> Iterator[School]:
    with served_desk(sqlite_template, tmp_path / "home") as provider, school_beside(provider) as opened:
        yield opened


@pytest.fixture
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def test_a_shared_link_is_recognised_directly_in_at_most_twelve_interactions(
    browser: Browser, school: School, shared: Path
) -> None:
    link = school.link(school.ready.issued())
    context = signed_in(browser, school.desk, school.counsellor)
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
    receipt = bytes_of(receipt_download.value)
    page.get_by_role("link", name="Vie opintohallintoon").click()
    desk.picture("export")
    assert "0 huomautusta" in page.locator("main").inner_text()
    with page.expect_download() as ehoks_download:
        page.get_by_role("link", name="Lataa eHOKS-tiedosto").click()
    blocks = json.loads(bytes_of(ehoks_download.value))
    assert list(blocks) == ["hankittavat-ammat-tutkinnon-osat"]
    assert ehoks_problems(shared, blocks) == []
    genuine_to_strangers_and_to_us(school.desk, receipt)
    assert faults == []
    learner_reads(browser, school, page)


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
