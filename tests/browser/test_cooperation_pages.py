"""Two people agree with their passkeys in a real browser, and the desk says how a badge fits, at 360 and 1280 px."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from cooperation import Sides, sides_over
from counsellor_steps import signed_in
from desk import Desk
from playwright.sync_api import Browser, Page
from served_desk import served_desk

from issuer.domain.permissions import Role, StaffMember
from issuer.services import sign_in

pytestmark = pytest.mark.browser
SERIOUS = ("serious", "critical")
PICTURES = os.environ.get("PATEVA_TEST_PICTURES")  # a folder to look at the pages afterwards


@pytest.fixture(scope="module")
def sides(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sides]:
    home = tmp_path_factory.mktemp("cooperation") / "home"
    with served_desk(sqlite_template, home) as provider, sides_over(provider) as opened:
        yield opened


@pytest.fixture(scope="module")
def case(sides: Sides) -> str:
    """A badge that its holder sent to the school."""
    return sides.school.sent(sides.school.ready.issued())


@pytest.fixture
def enter(browser: Browser, sides: Sides) -> Iterator[Callable[[Desk, StaffMember, int], Page]]:
    """Signs somebody in, with a passkey in the browser and a page of this width that notes its faults."""
    contexts = []

    def come_in(desk: Desk, who: StaffMember, width: int) -> Page:
        contexts.append(signed_in(browser, desk, who))
        page = contexts[-1].pages[0]
        page.set_viewport_size({"width": width, "height": 740})
        page.faults = []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("console", lambda said: page.faults.append(said.text) if said.type == "error" else None)
        return page

    yield come_in
    for context in contexts:
        context.close()


def look(page: Page, name: str, width: int) -> None:
    """Nothing sticks out, nobody is shut out; a picture where one is wanted."""
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    violations = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in violations if one["impact"] in SERIOUS] == []


@pytest.mark.parametrize("width", [360, 1280])
def test_both_sides_agree_with_their_passkeys_and_the_desk_says_how_a_badge_fits(
    enter: Callable[[Desk, StaffMember, int], Page], sides: Sides, case: str, width: int
) -> None:
    url = sides.outside.public_url
    school = enter(sides.school.desk, sides.school.desk.add(Role.ADMINISTRATOR), width)
    school.goto(f"{url}/agreements")
    look(school, "list", width)
    school.get_by_role("link", name="Tee sopimus mallipohjasta").click()
    school.get_by_label("Kenen kanssa").select_option(label="Osaamismerkit")
    school.get_by_role("button", name="Tallenna luonnos").click()
    assert "Valitse vähintään yksi tutkinnon osa." in school.get_by_role("alert").inner_text()
    look(school, "refused", width)
    school.faults.clear()  # the browser notes the 422
    school.get_by_label("Etsi tutkinnon osa").fill("polkupyörän huolto")
    school.get_by_role("button", name="Etsi").click()
    school.get_by_role("checkbox", name="Polkupyörän huolto").first.check()
    school.get_by_label("Suoraan").check()
    look(school, "form", width)
    school.get_by_role("button", name="Tallenna luonnos").click()
    assert "Luonnos on tallennettu." in school.get_by_role("status").first.inner_text()
    look(school, "draft", width)
    school.get_by_role("button", name="Vahvista ja tarjoa laitteen avaimella").click()
    school.wait_for_url("**notice=offered")
    umbrella = enter(sides.umbrella, sides.umbrella.add(Role.RESPONSIBLE_PERSON), width)
    umbrella.goto(f"{url}/agreements")
    look(umbrella, "waiting", width)
    umbrella.get_by_role("row").filter(has_text="Odottaa teidän").get_by_role("link").click()
    look(umbrella, "confirm", width)
    umbrella.get_by_role("button", name="Vahvista laitteen avaimella").click()
    umbrella.wait_for_url("**notice=confirmed")
    look(umbrella, "agreement", width)
    umbrella.emulate_media(media="print")
    if PICTURES:
        umbrella.screenshot(path=f"{PICTURES}/print-{width}.png", full_page=True)
    assert not umbrella.get_by_role("button", name="Päätä sopimus").is_visible()  # paper has nothing to press
    assert umbrella.get_by_text("työstä enintään 12 kk", exact=True).is_visible()
    school.goto(f"{url}/agreements/levels")
    look(school, "levels", width)
    counsellor = enter(sides.school.desk, sides.school.desk.add(Role.COUNSELLOR), width)
    counsellor.goto(f"{url}/desk/{case}")
    look(counsellor, "desk", width)
    assert counsellor.get_by_text("Oppilaitoksen luottamustaso: sopimus.").is_visible()
    assert counsellor.get_by_role("radio", name="Suoraan").is_checked()
    assert (school.faults, umbrella.faults, counsellor.faults) == ([], [], [])


def test_without_scripts_everything_but_the_passkey_works(visit: Callable[..., Page], sides: Sides) -> None:
    url, page = sides.outside.public_url, visit(width=360, scripts=False)
    page.goto(f"{url}/in/{sign_in.create_link(sides.outside, sides.school_lead.id)}")
    page.locator("main button").first.click()
    page.goto(f"{url}/agreements/{sides.in_force()}")
    page.locator("summary", has_text="Päätä sopimus").click()
    page.get_by_label("Heti").check()
    page.get_by_role("button", name="Päätä sopimus").click()
    assert "Sopimuksen päättyminen on tallennettu." in page.get_by_role("status").first.inner_text()
    page.get_by_role("link", name="Tee uusi tämän pohjalta").click()
    page.get_by_role("button", name="Tallenna luonnos").click()
    assert "Luonnos on tallennettu." in page.get_by_role("status").first.inner_text()
    assert not page.get_by_role("button", name="Vahvista ja tarjoa laitteen avaimella").is_visible()
