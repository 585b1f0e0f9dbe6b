"""A provider's whole way in a real browser: from a peruste to badges and paper, and to a school's graded demonstration.

Pictures of the pages are kept in build/screenshots, to be looked at.
"""

import json
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import coach_steps as do
import pypdf
import pytest
from chromium import chromium
from coach_steps import DESK, PHONE, Someone
from served import Served, free_port

pytestmark = [pytest.mark.shared, pytest.mark.browser]

PERUSTE = "data/finland/eperusteet/peruste-7614470_ajoneuvoalan-perustutkinto_OPH-5410-2021.json"
UNIT_CODES = "data/finland/koodisto/tutkinnonosat_2022-10-14.json"
UNIT = "106889-7614470"
REQUIREMENTS = 28
DOORS = {
    "admin": "Administrator",
    "coach": "Work coach",
    "second": "Second pair of eyes",
    "counsellor": "Counsellor at a school",
    "assessor": "Assessor at a school",
}


@pytest.fixture(scope="module")
def staff(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Someone]]:
    """The demo with its people signed in, a qualification imported, an environment recognised, a passkey at hand."""
    served = Served(tmp_path_factory.mktemp("desk") / "home", free_port())
    with served.running("demo") as printed, chromium() as browser:
        lines = printed.read_text().splitlines()
        links = {title.rstrip(":"): link.strip() for title, link in pairwise(lines) if "/in/" in link}
        people = {name: do.someone(browser, served.url, links[title], name, DESK) for name, title in DOORS.items()}
        do.import_catalogue(people["admin"], shared / PERUSTE, shared / UNIT_CODES)
        do.recognise_environment(people["coach"], people["second"])
        do.add_passkey(people["second"])
        yield people


@pytest.fixture(autouse=True)
def clean(staff: dict[str, Someone]) -> Iterator[None]:
    """No script may complain in any window, and nothing may be asked from elsewhere."""
    yield
    for person in staff.values():
        assert person.faults == []
        assert person.origins == {person.base}


def requirements_of(pdf: bytes) -> tuple[str, int]:
    """The text of a certificate, and how many requirements the badge inside says were shown."""
    reader = pypdf.PdfReader(BytesIO(pdf))
    (inside,) = [data for files in reader.attachments.values() for data in files]
    badge = json.loads(inside)
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    return text, len(badge["credentialSubject"]["result"])


@pytest.mark.parametrize(
    ("size", "keyboard", "name"), [(PHONE, False, "Aino"), (DESK, True, "Eino")], ids=["phone", "desktop by keyboard"]
)
def test_from_a_peruste_to_part_of_a_unit_the_whole_unit_and_the_certificate(
    staff: dict[str, Someone], size: dict[str, int], keyboard: bool, name: str
) -> None:
    coach, second = staff["coach"], staff["second"]
    coach.resize(size)
    coach.keyboard = keyboard
    number = do.add_participant(coach, name)
    do.start_talk(coach, number)
    for turn in range(10):
        task = do.TASKS[0] if turn < 4 else do.TASKS[turn % 3]
        do.observe(coach, number, task, title="observation" if turn == 0 else None)
    coach.keyboard = False

    do.answer_for_oneself(coach, number, UNIT, most=10)
    do.agree(coach, number, UNIT)
    part = do.approve(second, do.draft(coach, number, "part"))
    second.go(part)
    second.sees("10/28")

    do.answer_for_oneself(coach, number, UNIT, most=REQUIREMENTS - 10)
    do.agree(coach, number, UNIT)
    whole = do.approve(second, do.draft(coach, number, "unit"))
    second.go(whole)
    second.picture("badge")
    answer = second.context.request.get(second.base + whole + "/certificate.pdf")
    text, shown = requirements_of(answer.body())
    assert shown == REQUIREMENTS
    assert "Polkupyörän huolto" in text


def test_a_demonstration_that_a_school_assesses_and_grades(staff: dict[str, Someone]) -> None:
    """It ends with the grade that both desks see: a badge with a grade needs a school's own key and a page for it."""
    coach, counsellor, assessor = staff["coach"], staff["counsellor"], staff["assessor"]
    coach.resize(DESK)
    number = do.add_participant(coach, "Siiri")
    address = do.plan_school_demonstration(coach, number, "Esimerkkiopisto")
    do.confirm_assessors(counsellor, "Antti Arvioija")
    assessor.go(address + "/assess")
    assessor.sees("Ei vielä arvioitavaa.")
    do.assess_oneself(coach, address)
    do.assess(assessor, address, "4")
    coach.go(f"/people/{number}/demos")
    coach.sees("Näyttö hyväksytty")
    coach.sees("Arvosana 4")
    counsellor.go(address.replace("/demos/", "/demos-asked/"))
    counsellor.sees("Arvosana 4")
