"""A phone and a desktop: a table is pasted, mended, confirmed and followed; axe finds nothing serious."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from batches import BatchWorld, batch_world, work
from playwright.sync_api import Page
from served_desk import served_desk

from issuer.domain.batch_table import write_table

pytestmark = pytest.mark.browser
SERIOUS = ("serious", "critical")


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BatchWorld]:
    with served_desk(sqlite_template, tmp_path_factory.mktemp("batches") / "home") as served:
        yield batch_world(served, 12)


def look(page: Page, screen: str, width: int) -> None:
    assert page.locator("body").get_attribute("data-screen") == screen
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    violations = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in violations if one["impact"] in SERIOUS] == []
    assert page.faults == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(("width", "people"), [(360, range(1, 7)), (1280, range(7, 13))])
def test_a_table_is_pasted_mended_and_sent(
    visit: Callable[..., Page], world: BatchWorld, width: int, people: range
) -> None:
    page = visit(width=width)
    jar = world.desk.client(world.drafter).cookies.jar
    cookies = [{"name": one.name, "value": one.value or "", "url": world.outside.public_url} for one in jar]
    page.context.add_cookies([one for one in cookies if one["name"] != "lang"])
    rows = world.rows(people)
    at = {name: place for place, name in enumerate(rows[0])}
    rows[2][at["v09"]] = "x"
    page.goto(f"{world.outside.public_url}/batches/new")
    look(page, "B15", width)
    page.locator("#reviewer").select_option(world.reviewer.id)
    page.get_by_label("Liitä rivit tähän").fill(write_table(rows, separator="\t").decode("utf-8-sig"))
    page.get_by_role("button", name="Lue rivit").click()
    look(page, "B16", width)
    page.get_by_role("button", name="Tarkista rivit").click()
    look(page, "B17", width)
    page.get_by_role("button", name="Ota v09 pois riviltä 3").click()
    page.get_by_text("Kaikki rivit kunnossa.").wait_for()
    page.get_by_role("link", name="Jatka").click()
    look(page, "B18", width)
    page.get_by_role("button", name="Lähetä 6 katsottavaksi").click()
    look(page, "B19", width)
    batch = page.url.split("/")[-1].partition("?")[0]
    with world.outside.database.write() as uow:
        record = uow.batches.get(batch)
        uow.batches.move_rows(batch, from_states=("review",), to="waiting")
        assert uow.batches.change(record, state="queued", approved_at=world.outside.now())
    page.reload()
    look(page, "B19", width)
    page.get_by_role("button", name="Pidä tauko").click()
    look(page, "B19", width)
    page.get_by_role("button", name="Jatka", exact=True).click()
    work(world)
    page.get_by_role("link", name="Kaikki erät").click()
    look(page, "B20", width)
    assert world.states(batch)["issued"] == 6
