"""A participant takes a badge in a real browser: by a typed code and keyboard alone on a phone, and with the coach.

Nobody here has an e-mail address, a phone number or an account. Pictures are kept in build/screenshots.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import drafts
import pypdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from chromium import chromium
from desk import Desk
from playwright.sync_api import Browser, Page
from served_desk import served_desk

from issuer.domain.badge_draft import DraftScope
from issuer.domain.permissions import Role
from issuer.services import sign_in

pytestmark = pytest.mark.browser
PICTURES = Path(__file__).resolve().parents[2] / "build" / "screenshots"


@pytest.fixture(scope="module")
def desk(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with served_desk(sqlite_template, tmp_path_factory.mktemp("claim") / "home") as served:
        yield served


@pytest.fixture(scope="module")
def ready(desk: Desk) -> drafts.Ready:
    return drafts.ready(desk)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def window(browser: Browser, *, width: int, scripts: bool = True) -> Page:
    """A browser of its own; it notes what scripts complain of and every address that is asked for."""
    context = browser.new_context(
        viewport={"width": width, "height": 740}, java_script_enabled=scripts, locale="fi-FI", accept_downloads=True
    )
    page = context.new_page()
    page.faults, page.asked = [], []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("request", lambda request: page.asked.append((request.url, request.headers.get("referer"))))
    return page


def coach(desk: Desk, browser: Browser, *, width: int = 1280) -> Page:
    page = window(browser, width=width)
    link = sign_in.create_link(desk.outside, desk.staff[Role.WORK_COACH].id)
    page.goto(f"{desk.installation.settings.public_url}/in/{link}")
    page.get_by_role("button", name="Kirjaudu", exact=True).click()
    page.wait_for_url("**/home")
    return page


def picture(page: Page, name: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"claim-{name}.png", full_page=True)


def looked_at(page: Page, name: str) -> None:
    """Keep a picture; nothing on the page may hinder assistive technology."""
    picture(page, name)
    violations = Axe().run(page).response["violations"]
    assert [one["id"] for one in violations if one["impact"] in ("serious", "critical")] == []


def tab_to(page: Page, name: str, role: str | None = None) -> None:
    """Move by the keyboard alone until this control has the focus, as somebody without a mouse does."""
    wanted = page.get_by_role(role, name=name, exact=True) if role else page.get_by_label(name, exact=True)
    for _ in range(40):
        page.keyboard.press("Tab")
        if wanted.first.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"no keyboard way to {name}")


def state(desk: Desk, badge_id: str) -> str:
    with desk.outside.database.read() as uow:
        return uow.credentials.get(badge_id).state


def make_slip(page: Page, desk: Desk, number: str) -> str:
    """Make a slip on the staff page; return the typed code as it is printed."""
    page.goto(f"{desk.installation.settings.public_url}/people/{number}/slip")
    for tick in ("name_used", "own_record"):
        if page.locator(f"#{tick}").count():
            page.locator(f"#{tick}").check()
    page.get_by_role("button", name=re.compile("^Tee")).click()
    return page.locator(".slip-code").inner_text()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_by_a_typed_code_and_keyboard_alone_on_a_phone(
    desk: Desk, ready: drafts.Ready, browser: Browser, tmp_path: Path, scripts: bool
) -> None:
    url, number = desk.installation.settings.public_url, f"{ready.person.number:03d}"
    badge_id = ready.issued() if scripts else ready.issued(DraftScope.GENERIC, competence="customers")
    staff = coach(desk, browser)
    code = make_slip(staff, desk, number)
    if scripts:
        looked_at(staff, "slip-1280")
        staff.pdf(path=tmp_path / "slip.pdf", prefer_css_page_size=True)
        (sheet,) = pypdf.PdfReader(tmp_path / "slip.pdf").pages
        size = [round(float(side) * 25.4 / 72) for side in (sheet.mediabox.width, sheet.mediabox.height)]
        assert size == [105, 148]  # A6
    page = window(browser, width=360, scripts=scripts)
    page.goto(f"{url}/c")
    tab_to(page, "Lapun koodi")
    page.keyboard.type(code.replace(" ", "").lower())
    if scripts:
        assert page.get_by_label("Lapun koodi").input_value() == code
        page.get_by_text("Kirjoitit: " + ", ".join(" ".join(four) for four in code.split())).wait_for()
        looked_at(page, "code-360")
    page.keyboard.press("Enter")
    page.wait_for_url("**/take/*")
    assert page.locator("h1").inner_text() == "Sinulle on osaamismerkki"
    (looked_at if scripts else picture)(page, f"see-360-{scripts}")
    tab_to(page, "Seuraava", "link")
    page.keyboard.press("Enter")
    page.wait_for_url("**/keep")
    (looked_at if scripts else picture)(page, f"keep-360-{scripts}")
    tab_to(page, "Pidän merkin", "button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/how")
    assert page.locator("h1").inner_text() == "Merkki on sinun"
    (looked_at if scripts else picture)(page, f"how-360-{scripts}")
    assert state(desk, badge_id) == "delivered"
    tab_to(page, "Osaamistodistus (PDF)", "link")
    with page.expect_download() as saving:
        page.keyboard.press("Enter")
    assert saving.value.path().read_bytes().startswith(b"%PDF-")
    assert page.evaluate("[document.documentElement.scrollWidth <= 360, localStorage.length]") == [True, 0]
    tab_to(page, "Sulje", "button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/c")
    page.go_back()
    assert "Merkki on sinun" not in page.locator("body").inner_text()
    assert page.faults == []
    assert {address.split("/")[2] for address, _ in page.asked} == {url.split("/")[2]}
    assert not any(referrer for _, referrer in page.asked)


def test_together_on_the_coachs_device(desk: Desk, ready: drafts.Ready, browser: Browser) -> None:
    url, number = desk.installation.settings.public_url, f"{ready.person.number:03d}"
    badge_id = ready.issued(DraftScope.GENERIC, competence="teamwork")
    page = coach(desk, browser, width=1280)
    page.goto(f"{url}/people/{number}/badges")
    looked_at(page, "staff-1280")
    page.get_by_role("button", name="Yhdessä tällä laitteella").click()
    page.wait_for_url("**/together")
    assert page.locator("h1").inner_text() == f"Nyt {ready.person.name} päättää"
    assert page.get_by_role("navigation", name=re.compile("alikko|ivut")).count() == 0
    page.get_by_role("link", name=re.compile("^Katso")).click()
    page.get_by_role("link", name="Seuraava").click()
    page.get_by_role("button", name="Pidän merkin").click()
    page.wait_for_url("**/how")
    looked_at(page, "together-how-1280")
    inside = page.url
    page.locator("main").get_by_role("button", name="Lopeta ja sulje näkymä").click()
    page.wait_for_url("**/c/closed")
    assert state(desk, badge_id) == "delivered"
    page.go_back()
    assert "Merkki on sinun" not in page.locator("body").inner_text()
    assert page.goto(inside).status == 401
    assert page.goto(f"{url}/my").status == 401
    assert page.goto(f"{url}/home").status == 200
    assert page.faults == []
