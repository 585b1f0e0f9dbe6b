"""Self-assessment, agreement and assessment in a real browser: narrow, without scripts, by keyboard, axe-clean."""

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import agreements
import demonstrations
import installation as installations
import participants
import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from desk import BICYCLE, Desk, desk_over
from playwright.sync_api import Page, expect

from issuer.app import create_app
from issuer.composition import compose
from issuer.domain.agreement import Outcome
from issuer.domain.permissions import Role
from issuer.services import sign_in

pytestmark = pytest.mark.browser
SHOWN, NOT_YET = Outcome.SHOWN, Outcome.NOT_YET


@dataclass
class House:
    """A served provider with one participant of whom two rows were observed, and a demonstration to assess."""

    desk: Desk
    url: str
    person: participants.Participant
    demonstration: str

    def enter(self, page: Page) -> Page:
        link = sign_in.create_link(self.desk.outside, self.desk.staff[Role.WORK_COACH].id)
        page.goto(f"{self.url}/in/{link}")
        page.locator("main button").first.click()
        return page


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    home = tmp_path_factory.mktemp("agreement") / "home"
    installations.copy_home(sqlite_template, home)
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://localhost:{listener.getsockname()[1]}"
    settings = installations.settings_for(home, None, PATEVA_PUBLIC_URL=url)
    with compose(settings) as composition, ExitStack() as stack:
        with composition.outside.database.read() as uow:
            umbrella = uow.institutions.root()
        made = installations.Installation(settings, composition.outside, umbrella, installations.MovableClock())
        desk = stack.enter_context(desk_over(made))
        person = participants.participant(desk)
        first, second, *_ = agreements.keys_of(desk)
        agreements.observe(desk, person, [first, second])
        agreements.give_views(desk, person, {first: SHOWN, second: NOT_YET}, {first: SHOWN, second: SHOWN})
        number = demonstrations.given(desk, demonstrations.planned(desk, person, demonstrations.Kind.WORK))
        server = uvicorn.Server(
            uvicorn.Config(create_app(composition.outside), log_config=None, ws="none", access_log=False)
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield House(desk, url, person, number)
        server.should_exit = True
        thread.join(10)
    listener.close()


def test_the_pages_fit_a_phone_and_pass_axe(house, visit):
    page = house.enter(visit(width=360, scripts=True))
    base = f"{house.url}/people/{house.person.code}"
    paths = (
        f"{base}/self/{BICYCLE}",
        f"{base}/view/{BICYCLE}",
        f"{base}/agree/{BICYCLE}",
        f"{base}/gap/{BICYCLE}",
        f"{base}/demos",
        f"{house.url}/demos/{house.demonstration}",
        f"{house.url}/demos/{house.demonstration}/own",
        f"{house.url}/demos/{house.demonstration}/assess",
    )
    page.faults.clear()  # those of the way in are not ours
    for path in paths:
        assert page.goto(path).status == 200, path
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
        assert [one["id"] for one in Axe().run(page).response["violations"]] == [], path
    assert page.faults == []


def test_a_row_is_agreed_without_scripts_and_by_keyboard(house, visit):
    page = house.enter(visit(width=360, scripts=False))
    base = f"{house.url}/people/{house.person.code}"
    page.goto(f"{base}/agree/{BICYCLE}")
    expect(page.get_by_text("Näkemykset eroavat")).to_be_visible()
    page.get_by_role("group", name="Sovimme").first.get_by_label("Osoitettu").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Tallenna, mitä sovimme").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Nyt osallistuja vahvistaa sen.")
    page.goto(f"{base}/agree/{BICYCLE}/confirm")
    expect(page.get_by_text(f"Nyt {house.person.name} päättää")).to_be_visible()
    assert page.title() == "Osaamismerkki – Pätevä"
    page.get_by_role("button", name="Hyväksyn", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("yhteinen tulos")
    lines = agreements.lines_of(house.desk, house.person)
    assert [line.agreed_outcome for line in list(lines.values())[:2]] == [SHOWN, SHOWN]
