"""A phone of 360 px, by keyboard alone and without scripts: three steps to an observation; axe is content."""

from collections.abc import Callable, Iterator
from pathlib import Path

import participants
import pytest
from axe_playwright_python.sync_playwright import Axe
from desk import Desk
from playwright.sync_api import Page
from served_desk import served_desk

from issuer.domain.permissions import Role

pytestmark = pytest.mark.browser
SERIOUS = ("serious", "critical")


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with served_desk(sqlite_template, tmp_path_factory.mktemp("note") / "home") as served:
        participants.participant(served, "Aino")
        yield served


def signed_in(visit: Callable[..., Page], house: Desk, *, scripts: bool) -> Page:
    page = visit(width=360, scripts=scripts)
    cookies = house.client(Role.WORK_COACH).cookies.jar
    page.context.add_cookies(
        [{"name": one.name, "value": one.value or "", "url": house.outside.public_url} for one in cookies]
    )
    return page


def tab_to(page: Page, name: str, role: str = "button", most: int = 60) -> None:
    """Press Tab until the control of this role and name has the focus."""
    wanted = page.get_by_role(role, name=name, exact=True).first
    for _ in range(most):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            return
    pytest.fail(f"{name} is not reached by Tab")


def looked_at(page: Page, pictures: Path, name: str) -> None:
    page.screenshot(path=pictures / f"{name}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    found = [one["id"] for one in Axe().run(page).response["violations"] if one["impact"] in SERIOUS]
    assert found == []


def test_an_observation_takes_three_steps_by_keyboard(visit: Callable[..., Page], house: Desk, tmp_path: Path) -> None:
    page = signed_in(visit, house, scripts=True)
    page.goto(f"{house.outside.public_url}/note")
    looked_at(page, tmp_path, "who")
    tab_to(page, "Aino 001", "checkbox")
    page.keyboard.press("Space")
    tab_to(page, "Jatka")
    page.keyboard.press("Enter")
    page.wait_for_url("**step=2**")
    looked_at(page, tmp_path, "what")
    tab_to(page, "vaihtaa ketjun ja säätää vaihteet", "checkbox")
    page.keyboard.press("Space")
    tab_to(page, "Jatka")
    page.keyboard.press("Enter")
    page.wait_for_url("**step=3**")
    looked_at(page, tmp_path, "how")
    tab_to(page, "Itsenäisesti", "radio")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("Vaihtoi ketjun yksin")
    tab_to(page, "Tallenna")
    page.keyboard.press("Enter")
    page.get_by_role("status").get_by_text("Havainto on tallessa.").wait_for()
    assert page.faults == []


def test_the_same_steps_work_without_scripts_and_keep_what_was_typed(visit: Callable[..., Page], house: Desk) -> None:
    page = signed_in(visit, house, scripts=False)
    page.goto(f"{house.outside.public_url}/note")
    page.get_by_label("Aino").check()
    page.get_by_role("button", name="Jatka").click()
    page.get_by_label("koeajaa pyörän").check()
    page.get_by_role("button", name="Jatka").click()
    page.get_by_label("Omin sanoin").fill("Oli vankilassa ennen")
    page.get_by_label("Itsenäisesti").check()
    page.get_by_role("button", name="Tallenna", exact=True).click()
    assert page.locator("mark").inner_text() == "vankilassa"
    assert page.get_by_label("Omin sanoin").input_value() == "Oli vankilassa ennen"
    page.get_by_label("Omin sanoin").fill("Koeajoi pyörän")
    page.get_by_role("button", name="Tallenna ja seuraava").click()
    assert "Havainto on tallessa." in page.get_by_role("status").inner_text()
