"""A school's desk and the learner's own matter in a real browser: camera, keyboard, no scripts, small, axe-clean."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import school_states
from axe_playwright_python.sync_playwright import Axe
from coach_steps import reach
from counsellor_steps import SHOTS, signed_in
from filmed import chromium_with_camera, close_to, film, grey
from own import own_client
from playwright.sync_api import Browser, Page, expect
from recognition import School, decide, save, school_beside
from served_desk import served_desk

from issuer.domain.permissions import Role
from issuer.domain.share_parts import ALL_PARTS, Audience, ShareKind
from issuer.services import sign_in
from issuer.services.compact_code import code_of
from issuer.services.sharing.make_share import ShareWish, make
from schemas import qr_code

pytestmark = pytest.mark.browser
A_CASE = re.compile(r"/desk/[\w-]{16}$")


@dataclass
class House:
    """A served school with a case that waits, one that is decided, and a link on paper to a badge."""

    school: School
    url: str
    badge: str
    link: str
    open_case: str
    decided: str

    def enter(self, page: Page, role: Role = Role.COUNSELLOR) -> Page:
        """Sign in; works without scripts."""
        outside = self.school.desk.outside
        page.goto(f"{self.url}/in/{sign_in.create_link(outside, self.school.desk.staff[role].id)}")
        page.locator("main button").first.click()
        return page

    def own(self, page: Page) -> Page:
        """The learner's own view."""
        jar = own_client(self.school.provider, self.school.holder.person_id).cookies.jar
        page.context.add_cookies([{"name": one.name, "value": one.value or "", "url": self.url} for one in jar])
        return page


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    home = tmp_path_factory.mktemp("school") / "home"
    with served_desk(sqlite_template, home) as provider, school_beside(provider, name="Esimerkkiopisto") as school:
        badge, outside = school.ready.issued(), school.desk.outside
        decided = school.sent(badge)
        save(school, decided, name="Aino Esimerkki")
        decide(school, decided)
        paper = ShareWish(audience=Audience.SCHOOL, parts=ALL_PARTS, kind=ShareKind.PAPER)
        link = make(outside, school.holder, badge, paper).url
        # A case of the same badge opens anew once the first one is decided.
        waiting = school.desk.client(Role.COUNSELLOR).post("/desk/scan", data={"text": link}).headers["location"]
        yield House(school, outside.public_url, badge, link, waiting, f"/desk/{decided}")


@dataclass
class States:
    """A served school with a case in each state; the clock stands after the demonstration."""

    house: House
    refs: dict[str, str]


@pytest.fixture(scope="module")
def states(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[States]:
    home = tmp_path_factory.mktemp("states") / "home"
    with served_desk(sqlite_template, home) as provider, school_beside(provider, name="Esimerkkiopisto") as school:
        refs = school_states.cases(school)
        yield States(House(school, school.desk.outside.public_url, "", "", "", ""), refs)


@pytest.fixture(scope="module")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Browser, Path]]:
    path = tmp_path_factory.mktemp("camera") / "camera.y4m"
    with chromium_with_camera(path) as browser:
        yield browser, path


def test_the_camera_opens_a_case_and_adds_a_badge_to_one_and_never_opens_by_itself(
    house: House, camera: tuple[Browser, Path]
) -> None:
    browser, path = camera
    page = house.enter(browser.new_page(locale="fi-FI"))
    asked: list[tuple[str, int]] = []
    page.on("request", lambda one: asked.append((one.url, len(one.post_data_buffer or b""))))
    film(path, close_to(grey(qr_code.png(house.link)), house.link))
    page.goto(f"{house.url}/desk/scan")
    assert page.locator("video").evaluate("one => one.srcObject") is None
    page.get_by_role("button", name="Avaa kamera").click()
    page.wait_for_url(A_CASE, timeout=30_000)
    assert page.url == house.url + house.open_case  # the same badge opens no second case
    frames = [size for url, size in asked if url.endswith("/desk/frame")]
    assert 1 <= len(frames) < 20
    assert max(frames) <= 60_000
    token = house.link.rpartition("/")[2]
    assert not any(token in url for url, _ in asked)
    page.goto(f"{house.url}{house.open_case}/scan")
    page.get_by_role("button", name="Avaa kamera").click()
    expect(page.get_by_role("alert")).to_contain_text("jo", timeout=30_000)  # that badge is there already
    assert house.link in page.get_by_label("Linkki, koodi tai merkki tekstinä").input_value()
    page.context.close()


def test_a_small_code_is_told_apart_and_the_camera_goes_on(house: House, camera: tuple[Browser, Path]) -> None:
    browser, path = camera
    page = house.enter(browser.new_page(locale="fi-FI"))
    small = code_of(house.school.desk.outside, house.badge)
    film(path, close_to(grey(qr_code.png(small)), small, margin=0.3))
    page.goto(f"{house.url}/desk/scan")
    page.get_by_role("button", name="Avaa kamera").click()
    status = page.locator("#camera-status")
    expect(status).to_have_text(
        "Tämä on koodi 2, ja siinä ei ole koko merkkiä. Vie koodi 1 kuvan keskelle.", timeout=30_000
    )
    expect(page.get_by_role("button", name="Lopeta")).to_be_visible()
    page.get_by_role("button", name="Lopeta").click()
    expect(page.get_by_role("button", name="Avaa kamera")).to_be_focused()
    page.context.close()


def test_a_camera_that_is_refused_leaves_the_other_ways(house: House, visit: Callable[..., Page]) -> None:
    page = house.enter(visit())
    page.goto(f"{house.url}/desk/scan")
    page.get_by_role("button", name="Avaa kamera").click()
    expect(page.locator("#camera-status")).to_have_text(
        "Selain ei antanut kameraa. Valitse kuva tai kirjoita koodi.", timeout=10_000
    )
    expect(page.get_by_label("Tiedosto tai kuva koodista")).to_be_visible()


def test_without_scripts_a_photograph_is_taken_in_and_the_case_is_worked_to_the_signature(
    house: House, visit: Callable[..., Page], tmp_path: Path
) -> None:
    page = house.enter(visit(scripts=False, width=360))
    page.goto(f"{house.url}/desk/scan")
    expect(page.get_by_role("button", name="Avaa kamera")).to_be_hidden()
    photo = page.locator("input[capture=environment]")
    picture = tmp_path / "photo.png"
    picture.write_bytes(qr_code.png(house.link))
    photo.set_input_files(picture)
    page.get_by_role("button", name="Avaa", exact=True).click()
    assert page.url == house.url + house.open_case
    page.get_by_role("button", name="Hyväksy kaikki osoitetut").click()
    page.get_by_label("Näin henkilöllisyyden todistavan asiakirjan").check()
    page.get_by_label("Suoraan").check()
    page.get_by_role("button", name="Jatka päätökseen").click()
    assert page.url == f"{house.url}{house.open_case}/decide"
    expect(page.get_by_text("Tämä vaihe vaatii laitteen avaimen. Työsi on tallessa.")).to_be_visible()


PAGES = {
    Role.COUNSELLOR: {
        "inbox": "/desk", "closed": "/desk/closed", "scan": "/desk/scan", "case": "{open}", "scan-more": "{open}/scan",
        "unit": "{open}/unit?q=polku", "decided": "{decided}/decision", "export": "{decided}/export",
        "asked": "/demos-asked",
    },
    Role.ADMINISTRATOR: {"rules": "/desk/rules"},
}  # fmt: skip
WIDTHS = (1280, 360, 320)  # 320 pixels are 1280 at a zoom of 400 %


def look(page: Page, name: str, width: int) -> list[str]:
    """All that is wrong with a page: findings of axe of any weight, and what sticks out; keep a picture.

    Axe looks at every width in Finnish, and at the narrowest in the other languages.
    """
    whole = name.endswith("-fi") or width == WIDTHS[-1]
    found = Axe().run(page).response["violations"] if whole else []
    faults = [f"{name} {width}: {one['id']}" for one in found]
    if page.evaluate("document.documentElement.scrollWidth") > width:
        faults.append(f"{name} {width}: too wide")
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"school-page-{name}-{width}.png", full_page=True)
    return faults


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_page_of_a_school_has_no_finding_in_any_width_and_language(
    house: House, visit: Callable[..., Page], language: str
) -> None:
    faults = []
    for role, pages in PAGES.items():
        page = house.enter(visit(language=language), role)
        for name, path in pages.items():
            page.goto(f"{house.url}{path.format(open=house.open_case, decided=house.decided)}")
            assert page.locator("html").get_attribute("lang") == language
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 740})
                faults += look(page, f"{name}-{language}", width)
        faults += page.faults
    assert faults == []


@pytest.mark.parametrize("language", ["fi", "fi-x-selko", "sv", "en"])
def test_the_learners_own_matter_has_no_finding_in_any_width_and_language(
    house: House, visit: Callable[..., Page], language: str
) -> None:
    page, faults = house.own(visit()), []
    ref = house.decided.rpartition("/")[2]
    for name, path in (("own-cases", "/my/cases"), ("own-case", f"/my/cases/{ref}")):
        page.goto(f"{house.url}{path}?lang={language}")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 740})
            faults += look(page, f"{name}-{language}", width)
    assert faults == []


OF_STATES = {
    "asked": ("", "/ask"), "refused": ("/decision", "/export"), "correction": ("/decision",), "again": ("",),
    "to-show": ("/decision", "/result"), "decided": ("/decision",),
}  # fmt: skip


def test_pages_of_every_state_have_no_finding_in_any_width(states: States, visit: Callable[..., Page]) -> None:
    house, faults = states.house, []
    for role, own in ((Role.ASSESSOR, False), (None, True)):
        page = visit()
        page = house.own(page) if own else house.enter(page, role)
        for name, parts in OF_STATES.items():
            for part in ("",) if own else parts:
                page.goto(f"{house.url}/{'my/cases' if own else 'desk'}/{states.refs[name]}{part}")
                assert page.locator("h1").count() == 1, page.url
                for width in WIDTHS:
                    page.set_viewport_size({"width": width, "height": 740})
                    faults += look(page, f"{'own' if own else 'desk'}-{name}{part.replace('/', '-')}-fi", width)
        faults += page.faults
    assert faults == []


def test_a_case_is_decided_by_keyboard_only(house: House, browser: Browser) -> None:
    context = signed_in(browser, house.school.desk, house.school.assessor)
    page = context.pages[0]

    def press(role: str, name: str, key: str = "Enter") -> None:
        reach(page, page.get_by_role(role, name=name, exact=True).first)
        if key != "Enter":
            page.keyboard.press(key)
            return
        with page.expect_navigation():
            page.keyboard.press(key)

    page.goto(f"{house.url}/desk/scan")
    reach(page, page.get_by_label("Linkki, koodi tai merkki tekstinä"))
    page.keyboard.insert_text(house.link)
    press("button", "Avaa")
    press("button", "Hyväksy kaikki osoitetut")
    if not page.get_by_label("Näin henkilöllisyyden todistavan asiakirjan").is_checked():
        press("checkbox", "Näin henkilöllisyyden todistavan asiakirjan", "Space")
    press("radio", "Suoraan", "Space")
    press("button", "Jatka päätökseen")
    reach(page, page.get_by_role("button", name="Tee päätös"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/decision?notice=decided")
    context.close()
