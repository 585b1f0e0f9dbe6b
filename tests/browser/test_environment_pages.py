"""The matrix in a real browser: a table where there is room, a list of ticks on a phone; axe on every page."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import installation as installations
import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from desk import BICYCLE, Desk, desk_over
from environments import Recognised, recognised
from playwright.sync_api import expect

from issuer.app import create_app
from issuer.composition import compose
from issuer.domain.permissions import Role
from issuer.services import sign_in
from issuer.services.environments import invite_recogniser, read_environment

pytestmark = pytest.mark.browser


@dataclass
class House:
    """A served installation with one recognised environment."""

    desk: Desk
    made: Recognised
    url: str

    @property
    def matrix(self) -> str:
        return f"{self.url}/sites/{self.made.site.id}/map/{BICYCLE}"

    def open(self, page, path: str, role: Role = Role.WORK_COACH) -> None:
        """Sign in by a one-time link, then go to a page."""
        link = sign_in.create_link(self.desk.outside, self.desk.staff[role].id)
        page.goto(f"{self.url}/in/{link}")
        page.locator("main form button").first.click()
        page.goto(path if path.startswith("http") else self.url + path)


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    home = tmp_path_factory.mktemp("environments") / "home"
    installations.copy_home(sqlite_template, home)
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://localhost:{listener.getsockname()[1]}"
    settings = installations.settings_for(home, None, PATEVA_PUBLIC_URL=url)
    with compose(settings) as composition:
        with composition.outside.database.read() as uow:
            umbrella = uow.institutions.by_slug("osaamismerkit")
        opened = installations.Installation(settings, composition.outside, umbrella, installations.MovableClock())
        with desk_over(opened) as desk:
            made = recognised(desk)
            config = uvicorn.Config(create_app(composition.outside), log_config=None, ws="none", access_log=False)
            server = uvicorn.Server(config)
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
            thread.start()
            yield House(desk, made, url)
            server.should_exit = True
            thread.join()


def ticks(house: House, number: int) -> set[int]:
    who = house.desk.staff[Role.WORK_COACH]
    view = read_environment.matrix(house.desk.outside, who, house.made.site.id, BICYCLE)
    kept = view.unit_map.ticks.get(view.task(number).id, frozenset())
    return {view.positions[key] for key in kept}


def test_on_a_desktop_cells_are_named_by_requirement_and_task_and_saved_by_keyboard(house, visit):
    page = visit(width=1280)
    house.open(page, house.matrix)
    page.faults.clear()  # of the pages on the way in
    task = house.made.tasks[1]
    cell = page.get_by_role("checkbox", name=f"– {task.name}").nth(0)
    before = ticks(house, 2)
    cell.focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Tallenna taulukko").press("Enter")
    expect(page.get_by_role("status")).to_have_text("Taulukko on tallennettu.")
    assert ticks(house, 2) == before ^ {1}
    assert page.get_by_role("columnheader", name=task.name).is_visible()
    assert page.faults == []


@pytest.mark.parametrize("width", [320, 360])
def test_on_a_phone_a_task_is_chosen_and_ticked_without_scripts_and_no_matrix_is_drawn(house, visit, width):
    page = visit(width=width, scripts=False)
    house.open(page, house.matrix)
    expect(page.locator("table.matrix")).to_be_hidden()
    page.get_by_role("link", name=house.made.tasks[2].name).click()
    before = ticks(house, 3)
    page.locator("#requirement-2").click()
    page.get_by_role("button", name="Tallenna").click()
    assert ticks(house, 3) == before ^ {2}
    assert "notice=saved" in page.url


@pytest.mark.parametrize("width", [320, 1280])
def test_every_page_passes_axe_and_fits_its_width(house, visit, width):
    page = visit(width=width)
    who, site = house.desk.staff[Role.WORK_COACH], house.made.site.id
    invite_recogniser.invite(house.desk.outside, who, (site, BICYCLE))
    link = invite_recogniser.sent_links(house.desk.outside, who, (site, BICYCLE))[0].address
    base = house.matrix.removeprefix(house.url)
    more = ("", "/tasks/1", "/elsewhere", "/recognition")
    paths = ["/sites", "/sites/new", f"/sites/{site}", f"/sites/{site}/edit", f"/sites/{site}/tasks/1"]
    paths += [base + one for one in more]
    paths += ["/units?q=polkupyora&state=valid", f"/units/{BICYCLE}", f"/units/{BICYCLE}/plain"]
    paths += [f"/units/{BICYCLE}/changes", "/directory", f"/environments/{house.made.report.id}", link]
    house.open(page, "/sites")
    for path in paths:
        page.goto(path if path.startswith("http") else house.url + path)
        _holds(page, width, path)
    for role, path in ((Role.RESPONSIBLE_PERSON, f"{base}/publish"), (Role.ADMINISTRATOR, "/units/import")):
        page.context.clear_cookies()
        house.open(page, path, role)
        _holds(page, width, path)


def _holds(page, width: int, path: str) -> None:
    found = Axe().run(page).response["violations"]
    assert [(one["id"], path) for one in found if one["impact"] in ("serious", "critical")] == []
    assert page.locator("h1").count() == 1, path
    assert page.evaluate("document.documentElement.scrollWidth") <= width, path
