"""Erasing by keyboard alone on a phone without scripts; afterwards the back button shows nothing."""

from collections.abc import Iterator
from pathlib import Path

import drafts
import pytest
from desk import Desk
from erasing import holder
from playwright.sync_api import Page, expect
from served_desk import served_desk

from issuer.services.own import own_session


@pytest.fixture(scope="module")
def desk(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with served_desk(sqlite_template, tmp_path_factory.mktemp("erasing") / "home") as opened:
        yield opened


def go_to(page: Page, role: str, name: str) -> None:
    """Press Tab until the control of this role and name has the focus."""
    wanted = page.get_by_role(role, name=name, exact=True)
    for _ in range(60):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"no way by keyboard to {role} {name}")


def test_a_participant_erases_everything_by_keyboard_without_scripts(desk: Desk, visit) -> None:
    ready = drafts.ready(desk)
    with desk.outside.database.write() as uow:
        cookie = own_session.begin(uow, holder(ready), now=desk.outside.now())
    base, page = desk.installation.settings.public_url, visit(width=360, scripts=False)
    page.context.add_cookies([{"name": "p", "value": cookie, "url": base}])
    page.goto(f"{base}/my/erase")
    go_to(page, "radio", "Pidä voimassa. Tallentamasi merkki kelpaa edelleen.")
    page.keyboard.press("Space")
    go_to(page, "radio", "Poista nyt")
    page.keyboard.press("Space")
    go_to(page, "button", "Jatka")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Poistetaanko tietosi nyt?")
    go_to(page, "button", "Poista tietoni nyt")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Meillä ei ole enää tietojasi")
    assert page.context.cookies() == [] or all(one["name"] != "p" for one in page.context.cookies())
    assert page.faults == []
    page.goto(f"{base}/my/erase")  # 401, which the console tells as a fault
    expect(page.get_by_role("heading", level=1)).to_contain_text("koodilapulla")
    assert {address.split("/")[2] for address in page.requests} == {base.split("/")[2]}
