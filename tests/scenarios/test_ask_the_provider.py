"""A question in a real browser: the school asks, the coach signs by passkey, the learner says yes, the school reads.

Pictures of each page at 360 and 1280 px are kept in build/screenshots, to be looked at.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import chromium
from counsellor_steps import Counting, bytes_of, signed_in
from own import own_client
from playwright.sync_api import Browser, Page
from questions import ANSWER, WORDS
from recognition import School, school_beside
from served_desk import served_desk

from issuer.domain.holder import Holder
from issuer.domain.permissions import Role
from issuer.services.own import own_session
from issuer.services.recognition.check_badges import check_badge
from verifier import Verdict

pytestmark = [pytest.mark.browser]


@pytest.fixture
def school(sqlite_template: Path, tmp_path: Path) -> Iterator[School]:
    with served_desk(sqlite_template, tmp_path / "home") as provider, school_beside(provider) as opened:
        yield opened


@pytest.fixture
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def own_page(browser: Browser, school: School, *, supported: bool) -> Page:
    """The learner's view, without scripts: alone, or on a supporter's device."""
    who = Holder(
        person_id=school.holder.person_id,
        institution_id=school.holder.institution_id,
        shared_device=True,
        supported=supported,
    )
    outside = school.desk.outside
    with outside.database.write() as uow:
        cookie = own_session.begin(uow, who, now=outside.now())
    context = browser.new_context(locale="fi-FI", java_script_enabled=False, viewport={"width": 1280, "height": 900})
    context.add_cookies([{"name": "t" if supported else "p", "value": cookie, "url": outside.public_url}])
    return context.new_page()


def ask(desk: Counting, requirement: int) -> None:
    page = desk.page
    page.get_by_role("button", name="Kysy antajalta").click()
    page.wait_for_url("**/ask")
    page.get_by_label("Vaatimus").select_option(str(requirement))
    page.get_by_label("Kysymys", exact=True).fill(WORDS)
    page.get_by_role("button", name="Lähetä kysymys").click()
    assert "Kysy ensin merkin saajalta lupa" in page.locator("main").inner_text()  # what was typed is still there
    assert page.get_by_label("Kysymys", exact=True).input_value() == WORDS
    desk.picture("ask-refused")
    page.get_by_label("Merkin saaja antoi minulle luvan kysyä").check()
    page.get_by_role("button", name="Lähetä kysymys").click()
    page.wait_for_url("**/ask?notice=asked")
    assert "Odottaa vastausta." in page.locator("main").inner_text()


def sign(coach: Counting) -> None:
    page = coach.page
    page.reload()
    coach.picture("question-home")
    page.locator("main li", has_text="Oppilaitos kysyy lisätietoa: 1").get_by_role("link").click()
    page.locator("main li", has_text="Osallistuja").get_by_role("link").click()
    text = page.locator("main").inner_text()
    assert WORDS in text
    assert "Oppilaitos 1" not in text
    page.get_by_label("Vastaus").fill("Aino osasi sen.")
    page.get_by_role("button", name="Jatka").click()
    assert "Kirjoita se ilman nimeä" in page.locator("main").inner_text()
    page.get_by_label("Vastaus").fill(ANSWER)
    coach.picture("question-answer")
    page.get_by_role("button", name="Jatka").click()
    coach.picture("question-sign")
    page.get_by_role("button", name="Allekirjoita vastaus").click()
    page.wait_for_url("**/questions?notice=answered")
    assert "Ei kysymyksiä." in page.locator("main").inner_text()


def test_school_coach_learner_school(browser: Browser, school: School) -> None:
    ref = school.sent(school.ready.issued())
    faults: list[str] = []
    desk = Counting(signed_in(browser, school.desk, school.counsellor).pages[0])
    coach = Counting(signed_in(browser, school.provider, school.provider.staff[Role.WORK_COACH]).pages[0])
    for page in (desk.page, coach.page):
        page.on("pageerror", lambda problem: faults.append(str(problem)))
    desk.picture("home-waiting")
    assert "Merkkejä odottaa päätöstä: 1" in desk.page.locator("main").inner_text()
    desk.page.goto(f"{school.desk.outside.public_url}/desk/{ref}")
    ask(desk, 1)
    desk.picture("ask")
    sign(coach)

    learner = Counting(own_page(browser, school, supported=False))
    learner.page.goto(f"{school.desk.outside.public_url}/my/cases/{ref}")
    told = learner.page.locator("main").inner_text()
    assert WORDS in told
    assert ANSWER in told
    learner.picture("own-question")
    desk.page.reload()
    assert ANSWER not in desk.page.content()
    learner.page.get_by_role("button", name="Kyllä, oppilaitos saa vastauksen").click()
    assert "Oppilaitos saa vastauksen." in learner.page.locator("main").inner_text()

    desk.page.reload()
    told = desk.page.locator("main").inner_text()
    assert "Lisätieto on aito" in told
    assert ANSWER in told
    assert school.provider.institution.public_name.fi not in desk.page.content()
    desk.picture("ask-answered")
    with desk.page.expect_download() as download:
        desk.page.get_by_role("link", name="Lisätieto tiedostona").click()
    assert check_badge(school.desk.outside, bytes_of(download.value)).verdict is Verdict.ACCEPTED
    desk.page.goto(f"{school.desk.outside.public_url}/desk/{ref}")
    assert ANSWER in desk.page.locator("fieldset.decide-row").first.inner_text()
    desk.picture("case-answered")
    assert faults == []


def test_on_a_supporters_device_the_learner_says_no_and_the_school_reads_one_neutral_sentence(
    browser: Browser, school: School
) -> None:
    ref = school.sent(school.ready.issued())
    desk = Counting(signed_in(browser, school.desk, school.counsellor).pages[0])
    desk.page.goto(f"{school.desk.outside.public_url}/desk/{ref}")
    ask(desk, 2)
    coach = Counting(signed_in(browser, school.provider, school.provider.staff[Role.WORK_COACH]).pages[0])
    sign(coach)
    together = Counting(own_page(browser, school, supported=True))
    together.page.goto(f"{school.desk.outside.public_url}/together")
    together.picture("together-waiting")
    together.page.get_by_role("link", name="Katso vastaus").click()
    together.picture("together-question")
    together.page.get_by_role("button", name="Ei, oppilaitos ei saa vastausta").click()
    assert "Oppilaitos ei saa vastausta." in together.page.locator("main").inner_text()
    desk.page.reload()
    assert "Lisätietoa ei saatu. Voit päättää ilman sitä." in desk.page.locator("main").inner_text()
    assert ANSWER not in desk.page.content()
    desk.picture("ask-nothing")
    assert ANSWER not in own_client(school.provider, school.holder.person_id).get(f"/my/cases/{ref}").text
