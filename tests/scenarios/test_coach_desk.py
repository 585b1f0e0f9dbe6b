"""A provider's whole way in a real browser: from a peruste to a badge for part of a unit, the whole unit, and paper.

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
from playwright.sync_api import Browser
from served import Served, free_port

pytestmark = [pytest.mark.shared, pytest.mark.browser]

PERUSTE = "data/finland/eperusteet/peruste-7614470_ajoneuvoalan-perustutkinto_OPH-5410-2021.json"
UNIT_CODES = "data/finland/koodisto/tutkinnonosat_2022-10-14.json"
UNIT = "106889-7614470"
REQUIREMENTS = 28


@pytest.fixture
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def house(tmp_path: Path) -> Iterator[tuple[Served, dict[str, str]]]:
    """The demo with its people, and a sign-in link for each."""
    served = Served(tmp_path / "home", free_port())
    with served.running("demo") as printed:
        lines = printed.read_text().splitlines()
        links = {title.rstrip(":"): link.strip() for title, link in pairwise(lines) if "/in/" in link}
        yield served, links


def people(browser: Browser, house: tuple[Served, dict[str, str]], size: dict[str, int]) -> dict[str, Someone]:
    served, links = house
    names = {"admin": "Administrator", "coach": "Work coach", "second": "Second pair of eyes"}
    return {
        name: do.someone(browser, served.url, links[title], name, size if name == "coach" else DESK)
        for name, title in names.items()
    }


def requirements_of(pdf: bytes) -> tuple[str, int]:
    """The text of a certificate, and how many requirements the badge inside says were shown."""
    reader = pypdf.PdfReader(BytesIO(pdf))
    (inside,) = [data for files in reader.attachments.values() for data in files]
    badge = json.loads(inside)
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    return text, len(badge["credentialSubject"]["result"])


@pytest.mark.parametrize(("size", "keyboard"), [(PHONE, False), (DESK, True)], ids=["phone", "desktop by keyboard"])
def test_from_a_peruste_to_part_of_a_unit_the_whole_unit_and_the_certificate(
    browser: Browser, house: tuple[Served, dict[str, str]], shared: Path, size: dict[str, int], keyboard: bool
) -> None:
    staff = people(browser, house, size)
    admin, coach, second = staff["admin"], staff["coach"], staff["second"]
    do.import_catalogue(admin, shared / PERUSTE, shared / UNIT_CODES)
    coach.resize(DESK)  # the matrix is work for a large screen; a phone has a list for each task
    do.recognise_environment(coach, second)
    coach.resize(size)
    do.add_passkey(second)
    coach.keyboard = keyboard
    number = do.add_participant(coach, "Aino")
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
    for person in staff.values():
        assert person.faults == []
        assert person.origins == {person.base}
