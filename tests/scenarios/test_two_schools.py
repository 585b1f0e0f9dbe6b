"""Two providers, two schools and one learner in a real browser: issue, share, scan, decide, receipt, exports, figures.

The paper that the learner prints is held to a camera at the school's desk (a film of the printed page). School 1
recognises one whole unit directly and part of another from the badges of both providers; school 2 refuses a third with
reasons, and sees the receipt of school 1. Then the quarter ends, and its figures are held against what happened here.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from counsellor_steps import (
    MOST_INTERACTIONS,
    Counting,
    bytes_of,
    ehoks_problems,
    genuine_to_strangers_and_to_us,
    signed_in,
)
from desk import Desk
from filmed import chromium_with_camera, close_to, film, printed
from koski_schema import in_envelope, koski_schema
from playwright.sync_api import Browser, Page
from raw_figures import raw_counts
from two_schools import BICYCLE, GARDEN, WOOD, Country, Learner, learner, served_country

from issuer.domain.permissions import Role
from issuer.domain.suppression import LIMIT, STEP, Cell
from issuer.services.own import own_session
from issuer.services.statistics.make_release import counted
from issuer.services.statistics.read_release import quarters, read_release

pytestmark = [pytest.mark.shared, pytest.mark.browser]

RECOGNISED, TO_LEARN = "aiemmin-hankitut-ammat-tutkinnon-osat", "hankittavat-ammat-tutkinnon-osat"
A_CASE = re.compile(r"/desk/[\w-]{16}$")
ADDED = re.compile(r"/desk/[\w-]{16}\?notice=added$")
OTHERS = 13  # badges of this quarter that nobody brings to a school


@dataclass
class Town:
    """The learner's own view, the camera, and the two desks in one browser.

    Attributes:
        faults: what scripts complained about.
    """

    country: Country
    browser: Browser
    camera: Path
    aino: Learner
    faults: list[str] = field(default_factory=list)

    def own(self, desk: Desk) -> Page:
        """The learner's own view at a provider, without scripts."""
        context = self.browser.new_context(locale="fi-FI", java_script_enabled=False)
        with self.country.outside.database.write() as uow:
            value = own_session.begin(uow, self.aino.who(desk), now=self.country.outside.now())
        context.add_cookies([{"name": "p", "value": value, "url": self.country.url}])
        return context.new_page()

    def desk(self, school: Desk) -> Counting:
        """The counsellor of a school, signed in."""
        page = signed_in(self.browser, school, school.staff[Role.COUNSELLOR]).pages[0]
        page.on("pageerror", lambda problem: self.faults.append(str(problem)))
        return Counting(page)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    camera = tmp_path / "camera.y4m"
    with served_country(tmp_path / "home") as country, chromium_with_camera(camera) as browser:
        yield Town(country, browser, camera, learner(country, "Aino Esimerkki"))


def shared_on_paper(own: Page, country: Country, ref: str, *, card: bool) -> tuple[str, bytes]:
    """The learner makes a link for a school and prints it, as a card or as the page: (link, PDF)."""
    own.goto(f"{country.url}/my/{ref}/share?for=school")
    own.get_by_role("button", name="Tee linkki paperille").click()
    own.wait_for_url("**/paper")
    code = own.locator("figure.qr img").get_attribute("src") or ""
    link = country.url + code.removesuffix("/qr.svg")
    paper = own.request.get(f"{country.url}/my/{ref}/card.pdf").body() if card else own.pdf(format="A4")
    return link, paper


def hold(town: Town, link: str, paper: bytes) -> None:
    """Hold a paper to the camera."""
    film(town.camera, close_to(printed(paper), link))


def scan(desk: Counting, address: re.Pattern[str]) -> None:
    """Open the camera and wait until a code was found and the badge was taken in; it never opens by itself."""
    assert desk.page.locator("video").evaluate("one => one.srcObject") is None
    desk.button("Avaa kamera")
    desk.page.wait_for_url(address, timeout=30_000)


def decide(desk: Counting) -> str:
    """Go on, look, and sign with the passkey; the address of the case."""
    desk.button("Jatka päätökseen")
    desk.page.wait_for_url("**/decide")
    desk.page.get_by_role("button", name="Tee päätös").click()
    desk.page.wait_for_url(re.compile("notice=decided(_only)?$"))
    return desk.page.url.partition("/decision")[0]


def exports(shared: Path, page: Page, case: str) -> tuple[dict, dict | None]:
    """Both exports of a decision, held against the stored schemas; None where Koski gets nothing."""
    page.goto(f"{case}/export")
    assert "0 huomautusta" in page.locator("main").inner_text()
    with page.expect_download() as ehoks:
        page.get_by_role("link", name="Lataa eHOKS-tiedosto").click()
    blocks, element = json.loads(bytes_of(ehoks.value)), None
    assert ehoks_problems(shared, blocks) == []
    button = page.get_by_role("button", name="Lataa Koski-tiedosto")
    if button.count():
        with page.expect_download() as koski:
            button.click()
        element = json.loads(bytes_of(koski.value))
        assert list(koski_schema(shared).iter_errors(in_envelope(shared, element))) == []
    return blocks, element


def receipt_from(own: Page, country: Country, case: str) -> bytes:
    """The learner takes the receipt from the own view; no school's address opens it there."""
    own.goto(f"{country.url}/my/cases/{case.rpartition('/')[2]}")
    return own.request.get(f"{own.url}/receipt.json").body()


def test_two_providers_two_schools(town: Town, shared: Path) -> None:
    country, aino = town.country, town.aino
    bicycle = aino.keeps(country.neutral, BICYCLE)
    some, more = slice(0, 4), slice(2, 6)  # two requirements stand in both
    garden = [(country.neutral, aino.keeps(country.neutral, GARDEN, some))]
    garden.append((country.own_name, aino.keeps(country.own_name, GARDEN, more)))
    wood = aino.keeps(country.own_name, WOOD)
    for _ in range(OTHERS):
        country.issue(country.neutral, BICYCLE)
    own = {desk.institution.id: town.own(desk) for desk in (country.neutral, country.own_name)}
    mine, mine_too = own.values()
    first, second = (town.desk(school) for school in country.schools)

    whole = recognised_directly(town, first, shared_on_paper(mine, country, bicycle, card=True))
    blocks, element = exports(shared, first.page, whole)
    assert list(blocks) == [RECOGNISED]
    assert element is not None
    assert "tunnustettu" in element

    papers = [shared_on_paper(own[desk.institution.id], country, ref, card=False) for desk, ref in garden]
    part = part_of_two_badges(town, first, papers)
    blocks, element = exports(shared, first.page, part)
    assert list(blocks) == [TO_LEARN]
    assert element is not None

    refused = refused_with_reasons(town, second, shared_on_paper(mine_too, country, wood, card=True))
    assert exports(shared, second.page, refused)[1] is None
    learner_reads_why(mine_too, country, refused)

    receipt = receipt_from(mine, country, whole)
    genuine_to_strangers_and_to_us(country.schools[0], receipt)
    genuine_to_strangers_and_to_us(country.schools[0], receipt_from(mine, country, part))
    later_school_sees(second, receipt)
    figures_agree(town)
    assert town.faults == []


def recognised_directly(town: Town, desk: Counting, paper: tuple[str, bytes]) -> str:
    """The simple case, from the counsellor's first page to the receipt."""
    hold(town, *paper)
    desk.press(desk.page.get_by_role("link", name="Merkkien tunnustaminen").first)
    desk.press(desk.page.get_by_role("link", name="Skannaa merkki"))
    scan(desk, A_CASE)
    assert paper[0].rpartition("/")[2] not in desk.page.url
    assert "Merkki on aito ja voimassa" in desk.page.locator("main").inner_text()
    desk.button("Hyväksy kaikki osoitetut")
    desk.tick("Näin henkilöllisyyden todistavan asiakirjan")
    desk.tick("Suoraan")
    case = decide(desk)
    assert desk.count <= MOST_INTERACTIONS
    desk.picture("two-schools-whole")
    return case


def part_of_two_badges(town: Town, desk: Counting, papers: list[tuple[str, bytes]]) -> str:
    """Badges of both providers in one case: what both tell counts once, the rest is still to learn."""
    hold(town, *papers[0])
    desk.page.goto(f"{town.country.url}/desk/scan")
    scan(desk, A_CASE)
    hold(town, *papers[1])
    desk.page.get_by_role("link", name="Lisää saman ihmisen toinen merkki").click()
    scan(desk, ADDED)
    assert desk.page.get_by_text("merkeissä 1, 2").count() == 2
    desk.picture("two-schools-merged")
    desk.button("Hyväksy kaikki osoitetut")
    desk.tick("Näin henkilöllisyyden todistavan asiakirjan")
    desk.tick("Suoraan")
    assert "Hyväksytään 6" in desk.page.locator("main").inner_text()
    return decide(desk)


def refused_with_reasons(town: Town, desk: Counting, paper: tuple[str, bytes]) -> str:
    """Nothing is accepted; without a reason for each requirement there is no decision."""
    hold(town, *paper)
    desk.page.goto(f"{town.country.url}/desk/scan")
    scan(desk, A_CASE)
    page, count = desk.page, len(town.country.requirements(WOOD))
    for position in range(1, count + 1):
        page.locator(f"input[name=row-{position}][value=not]").check()
        if position > 1:
            page.locator(f"select[name=reason-{position}]").select_option(label="Todiste ei riitä")
    page.get_by_role("button", name="Jatka päätökseen").click()
    assert page.get_by_role("alert").get_by_role("link").count() == 1
    page.locator("select[name=reason-1]").select_option(label="Muu, omin sanoin")
    page.locator("input[name=words-1]").fill("Tilaustyötä ei ollut.")
    case = decide(desk)
    desk.picture("two-schools-refused")
    assert page.get_by_role("link", name="Kuitti tiedostona").count() == 0
    assert page.get_by_text("kuitti on allekirjoitettu").count() == 0
    return case


def learner_reads_why(own: Page, country: Country, case: str) -> None:
    """The learner sees the refusal with its reasons and the way to a correction, and gets no receipt of it."""
    own.goto(f"{country.url}/my/cases/{case.rpartition('/')[2]}")
    text = own.locator("main").inner_text()
    assert "Tilaustyötä ei ollut." in text
    assert text.count("Todiste ei riitä") == len(country.requirements(WOOD)) - 1
    assert "oikaisua" in text
    assert own.request.get(f"{own.url}/receipt.json").status == 404


def later_school_sees(desk: Counting, receipt: bytes) -> None:
    """The person brings the receipt of school 1 to school 2, which verifies it and sees what it is."""
    page = desk.page
    page.goto(f"{page.url.partition('/desk')[0]}/desk/scan")
    paper = {"name": "kuitti.json", "mimeType": "application/json", "buffer": receipt}
    page.get_by_label("Tiedosto tai kuva koodista").set_input_files(paper)
    desk.button("Avaa")
    page.wait_for_url(A_CASE)
    text = page.locator("main").inner_text()
    assert "Merkki on aito ja voimassa" in text
    assert "Merenkurkun opisto" in text
    assert "Tämä on oppilaitoksen kuitti" in text
    desk.picture("two-schools-receipt")


def figures_agree(town: Town) -> None:
    """What is counted is what happened here, cell by cell; what is shown is hidden and rounded by the rule."""
    country, schools = town.country, [school.institution.id for school in town.country.schools]
    quarter = country.quarter()
    country.to_next_quarter()
    assert quarters(country.outside)[0] == quarter
    counts = counted(country.outside, quarter).counts
    happened = {
        ("", "", "issued"): OTHERS + 4, ("", "", "taken"): 4, ("", "", "shared"): 4, ("", "", "presented"): 4,
        ("", "", "decided"): 3, ("", "", "whole"): 1, ("", "", "part"): 1, ("", "", "refused"): 1,
        ("", "", "points"): 15,
        ("unit", BICYCLE.code, "issued"): OTHERS + 1, ("unit", BICYCLE.code, "presented"): 2,
        ("unit", GARDEN.code, "issued"): 2, ("unit", GARDEN.code, "part"): 1,
        ("unit", WOOD.code, "refused"): 1, ("unit", BICYCLE.code, "points"): 15,
        ("school", schools[0], "presented"): 2, ("school", schools[1], "presented"): 2,
        ("school", schools[0], "whole"): 1, ("school", schools[1], "refused"): 1,
        ("route", "0001", "whole"): 1, ("route", "0001", "part"): 1, ("wait", "0-7", "decided"): 3,
    }  # fmt: skip
    assert {cell: counts[Cell(*cell)] for cell in happened} == happened
    assert {cell: number for cell, number in counts.items() if number} == raw_counts(country.outside, quarter)
    shown = read_release(country.outside, quarter).content
    for measure, told in shown["totals"].items():
        number = counts[Cell("", "", measure)]
        assert told is None if number < LIMIT else told in (None, STEP * round(number / STEP))
    assert shown["totals"]["issued"] == 15
    page = town.browser.new_page(locale="fi-FI")
    page.goto(f"{country.url}/stats/{quarter}")
    desk = Counting(page)
    desk.picture("two-schools-figures")
    text = page.locator("main").inner_text()
    assert "15" in text
    assert str(OTHERS + 4) not in text
