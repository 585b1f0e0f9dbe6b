"""The figures of a quarter in a real browser: on the screen, on paper and in the file they are the same cells."""

import csv
import io
import re
import uuid
from datetime import timedelta

import desk as desks
import kept
import participants
import pytest
from axe_playwright_python.sync_playwright import Axe
from served_desk import served_desk

from issuer.domain.catalogue_choice import helsinki_day
from issuer.domain.figures import Event, Happening, months_of, quarter_of
from issuer.domain.follow_up import Answer, Moment
from issuer.domain.participant import Purpose
from issuer.domain.period import PeriodKind, PeriodRow, PeriodState
from issuer.domain.permissions import Role
from issuer.services import sign_in
from issuer.services.coaching import give_consent
from issuer.services.own import own_session
from issuer.services.statistics.make_release import make_release

pytestmark = pytest.mark.browser
FORTY = {Answer.STUDY: 14, Answer.OPEN_WORK: 8, Answer.OTHER: 13, Answer.NOT_REACHED: 5}


@pytest.fixture(scope="module")
def house(sqlite_template, tmp_path_factory):
    with served_desk(sqlite_template, tmp_path_factory.mktemp("figures") / "home") as desk:
        yield desk


@pytest.fixture(scope="module")
def quarter(house: desks.Desk) -> str:
    """A quarter that is over, with enough of some things and too little of others; forty people left in it."""
    desk, month = house, helsinki_day(house.outside.now()).replace(day=1)
    with desk.outside.database.write() as uow:
        for what, language, times in ((Happening.ISSUED, "fi", 48), (Happening.ISSUED, "sv", 23),
                                      (Happening.ISSUED, "en", 3), (Happening.TAKEN, "fi", 37)):  # fmt: skip
            uow.statistics.note(*[Event(what=what, month=month, language=language)] * times)
        for answer, times in FORTY.items():
            for _ in range(times):
                uow.followups.count(str(uuid.uuid4()), desk.institution.id, month, Moment.SIX_MONTHS, answer)
    found = quarter_of(helsinki_day(desk.outside.now()))
    days = (months_of(found)[1] - helsinki_day(desk.outside.now())).days
    desk.installation.clock.moved += timedelta(days=days, hours=1)
    make_release(desk.outside, found)
    return found


def seen(page) -> list[str]:
    """The figures that somebody sees, in order, as they stand there."""
    script = """() => [...document.querySelectorAll('main td, main dd strong')]
        .filter(one => one.checkVisibility()).map(one => one.innerText.replaceAll('ei näytetä', '').trim())"""
    return [" ".join(one.split()) for one in page.evaluate(script)]


def test_screen_paper_and_file_hold_the_same_cells(visit, house: desks.Desk, quarter: str) -> None:
    base = house.outside.public_url
    page = visit()
    page.goto(f"{base}/stats")
    on_screen = seen(page)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 672, "height": 950})  # what A4 leaves between its margins
    assert page.evaluate("document.documentElement.scrollWidth") <= 672
    assert seen(page) == on_screen
    assert "20 / 40" in on_screen
    for words in ("vapaaehtoista", "Työmarkkina ja alue", "Allekirjoitetut osaamismerkit.", "Alle 10:n lukuja"):
        assert page.get_by_text(words).first.is_visible(), words
    assert not page.get_by_role("link", name="Lataa taulukkona").is_visible()
    # Folded definitions are printed, too.
    assert page.get_by_text("Ne, joilta ei saatu vastausta").first.is_visible()
    rows = csv.reader(io.StringIO(page.request.get(f"{base}/stats/{quarter}/figures.csv").text().lstrip("\ufeff")))
    in_file = [row[4] for row in rows][1:]
    assert sorted(part for one in on_screen for part in one.split(" / ")) == sorted(one for one in in_file if one)


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_the_figures_fit_their_width_and_have_no_accessibility_faults(
    visit, house: desks.Desk, quarter: str, width: int
) -> None:
    page = visit(width=width)
    page.goto(f"{house.outside.public_url}/stats/{quarter}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert Axe().run(page).response["violations"] == []


def leaver(house: desks.Desk, name: str, contact: str | None) -> participants.Participant:
    """Somebody whose period ended today and who lets us ask."""
    person = participants.participant(house, name)
    today = helsinki_day(house.outside.now())
    row = PeriodRow(
        id=str(uuid.uuid4()), person_id=person.person_id, institution_id=house.institution.id,
        kind=PeriodKind.COACHING, starts_on=today, ends_on=today, site_id=None, state=PeriodState.ENDED,
    )  # fmt: skip
    with house.outside.database.write() as uow:
        uow.coaching.add_period(row, now=house.outside.now())
    who = kept.holder(house, person.person_id)
    give_consent.give_own(house.outside, who, Purpose.FOLLOW_UP, language="fi", contact=contact)
    return person


@pytest.mark.parametrize("width", [320, 1280])
def test_a_coach_notes_an_answer_without_scripts(visit, house: desks.Desk, width: int) -> None:
    leaver(house, f"Aino Esimerkki {width}", "040 0000000")
    base = house.outside.public_url
    page = visit(width=width, scripts=False)
    page.goto(f"{base}/in/{sign_in.create_link(house.outside, house.staff[Role.WORK_COACH].id)}")
    page.get_by_role("button").first.click()
    page.goto(f"{base}/followups")
    card = page.locator("section.card", has_text=f"Aino Esimerkki {width}")
    card.get_by_label("Työssä avoimilla työmarkkinoilla").check()
    card.get_by_role("button", name="Kirjaa").click()
    assert page.get_by_role("status").inner_text() == "Vastaus on kirjattu."
    assert page.locator("section.card", has_text=f"Aino Esimerkki {width}").count() == 0


@pytest.mark.parametrize("width", [320, 1280])
def test_a_participant_lets_us_ask_and_takes_it_back_by_keyboard(visit, house: desks.Desk, width: int) -> None:
    person = participants.participant(house, "Oma Esimerkki")
    base, who = house.outside.public_url, kept.holder(house, person.person_id)
    with house.outside.database.write() as uow:
        value = own_session.begin(uow, who, now=house.outside.now())
    page = visit(width=width)
    page.context.add_cookies([{"name": "p", "value": value, "url": base}])
    page.goto(f"{base}/my/consents")
    page.get_by_role("link", name="Voit antaa luvan kysyä kuulumisia").press("Enter")
    page.get_by_label("Puhelin tai sähköposti").fill("040 0000000")
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Annan luvan").press("Enter")
    assert "Lupa on annettu" in page.get_by_role("status").inner_text()
    page.get_by_role("link", name="Lupani").first.press("Enter")
    page.get_by_role("button", name=re.compile("Peru lupa.*Kuulumiset")).press("Enter")
    assert page.get_by_role("link", name="Voit antaa luvan kysyä kuulumisia").is_visible()
