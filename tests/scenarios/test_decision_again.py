"""After a decision, in a real browser: a correction that was asked for, and the result of a demonstration.

Pictures are kept in build/screenshots, to be looked at.
"""

from collections.abc import Iterator
from pathlib import Path

import participants
import pytest
import recognised_units as samples
from chromium import chromium
from counsellor_steps import Counting, bytes_of, genuine_to_strangers_and_to_us, signed_in
from playwright.sync_api import Browser, Page
from recognition import School, decide, save, school_beside
from served_desk import served_desk

from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.permissions import Role
from issuer.domain.recognition import DemonstrationPlan, Route

pytestmark = pytest.mark.browser


@pytest.fixture
def school(sqlite_template: Path, tmp_path: Path) -> Iterator[School]:
    with served_desk(sqlite_template, tmp_path / "home") as provider:
        shown = len(participants.requirement_keys(provider))
        with school_beside(provider, shown=shown) as opened:
            yield opened


@pytest.fixture
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def learner(browser: Browser, address: str) -> Counting:
    """The learner's page behind the link, without scripts."""
    page = browser.new_context(locale="fi-FI", java_script_enabled=False).new_page()
    page.goto(address)
    return Counting(page)


def text(page: Page) -> str:
    return page.locator("main").inner_text()


def link_of(page: Page) -> str:
    return page.get_by_label("Linkki oppijalle").input_value()


def test_a_correction_is_asked_answered_and_leads_to_another_decision(browser: Browser, school: School) -> None:
    ref, url = school.sent(school.ready.issued()), school.desk.outside.public_url
    save(school, ref)
    decide(school, ref)
    page = signed_in(browser, school.desk, school.counsellor).pages[0]
    desk = Counting(page)
    page.goto(f"{url}/desk/{ref}")
    own = learner(browser, link_of(page))
    own.write("Mikä on mielestäsi väärin?", "Ensimmäinen vaatimus on hyväksytty, vaikka en osaa sitä vielä.")
    own.button("Lähetä pyyntö")
    assert "Oppilaitos vastaa viimeistään" in text(own.page)
    own.picture("again-asked")
    page.goto(f"{url}/desk")
    assert "Oppija pyytää oikaisua" in text(page)
    desk.picture("again-inbox")
    page.goto(f"{url}/desk/{ref}")
    desk.picture("again-request")
    desk.button("Avaa uudelleen")
    assert "Kirjoita" in text(page) or "puuttuu" in text(page)  # an answer in words is wanted
    desk.write("Vastaus oppijalle", "Katsoimme asian uudelleen ja korjaamme ensimmäisen rivin.")
    desk.button("Avaa uudelleen")
    assert "Uusi päätös samasta asiasta" in text(page)
    desk.picture("again-open")
    page.locator("input[name=row-1][value=not]").check()
    page.locator("select[name=reason-1]").select_option("evidence")
    desk.button("Jatka päätökseen")
    page.wait_for_url("**/decide")
    page.get_by_role("button", name="Tee päätös").click()
    page.wait_for_url("**/decision?notice=decided")
    page.locator("details.former summary").click()
    assert "Uusi päätös tuli tilalle" in text(page)
    desk.picture("again-decided")
    with page.expect_download() as receipt:
        page.get_by_role("link", name="Kuitti tiedostona").click()
    genuine_to_strangers_and_to_us(school.desk, bytes_of(receipt.value))
    own.page.reload()
    assert "Oppilaitos hyväksyi osan tutkinnon osasta" in text(own.page)
    assert "Katsoimme asian uudelleen" in text(own.page)
    own.page.locator("details.former summary").click()
    own.picture("again-learner")


def test_a_demonstration_is_graded_by_the_schools_assessor(browser: Browser, school: School) -> None:
    ref, outside = school.sent(school.ready.issued()), school.desk.outside
    today = helsinki_day(outside.now())
    plan = DemonstrationPlan(place="Pyöräliike", tasks=("Määräaikaishuolto",), begins_on=today, ends_on=today)
    save(school, ref, route=Route.DEMONSTRATION, plan=plan, assessors=samples.ASSESSORS)
    decide(school, ref)
    page = signed_in(browser, school.desk, school.desk.staff[Role.ASSESSOR]).pages[0]
    desk = Counting(page)
    page.goto(f"{outside.public_url}/desk/{ref}")
    own = learner(browser, link_of(page))
    assert "Osaaminen todettu, näyttö puuttuu." in text(own.page)
    desk.press(page.get_by_role("link", name="Kirjaa näytön tulos"))
    desk.picture("result-empty")
    desk.tick("Hyväksytään")
    desk.write("Arvioinnin päivä", f"{today.day}.{today.month}.{today.year}")
    desk.button("Jatka")
    assert "Valitse arvosana" in text(page)
    page.get_by_label("Arvosana").select_option("4")
    desk.picture("result-filled")
    desk.button("Jatka")
    page.wait_for_url("**/result/confirm")
    desk.picture("result-confirm")
    page.get_by_role("button", name="Vahvista tulos").click()
    page.wait_for_url("**/decision?notice=result")
    desk.picture("result-decided")
    own.page.reload()
    assert "Arvosana: 4." in text(own.page)
    own.picture("result-learner")
    with page.expect_download() as receipt:
        page.get_by_role("link", name="Kuitti tiedostona").click()
    genuine_to_strangers_and_to_us(school.desk, bytes_of(receipt.value))
    page.get_by_role("link", name="Vie opintohallintoon").click()
    assert "0 huomautusta" in text(page)
    assert page.get_by_label("Arvosana").input_value() == "4"
    desk.picture("result-export")
