"""The main job once, as strangers would do it: a real unit, two badges, a scanned QR, a browser, a withdrawal."""

import json
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path

import cv2
import httpx
import numpy as np
import postgres
import pytest
from chromium import chromium
from playwright.sync_api import Browser, Page
from served import Served, free_port

pytestmark = [pytest.mark.shared, pytest.mark.browser]

PERUSTE = "data/finland/eperusteet/peruste-7614470_ajoneuvoalan-perustutkinto_OPH-5410-2021.json"
UNIT_CODES = "data/finland/koodisto/tutkinnonosat_2022-10-14.json"
UNIT, UNIT_NAME = "tutkinnonosat_106889", "Polkupyörän huolto"
PUBLIC_NAME = "Osaamisen merkit"
INSTITUTION = ("--kind", "umbrella", "--name-fi", PUBLIC_NAME, "--legal-name", "Esimerkkisäätiö sr",
               "--business-id", "0149669-3")  # fmt: skip
GENUINE = "Merkki on aito ja voimassa."
WITHDRAWN = "Merkki on aito, mutta se ei ole enää käytössä."


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def served(request: pytest.FixtureRequest, tmp_path: Path, shared: Path) -> Iterator[Served]:
    """A server with the real catalogue and one institution, on each kind of database in turn."""
    database = None
    if request.param == "postgres":
        database = postgres.make_database(request.getfixturevalue("postgres_server"))
    house = Served(tmp_path / "home", free_port(), database)
    house.command("catalogue", "import-codes", shared / UNIT_CODES)
    assert "1888" in house.command("catalogue", "import", shared / PERUSTE)
    house.command("institution", "create", *INSTITUTION)
    with house.running():
        yield house
    if database is not None:
        postgres.drop_database(database)


@pytest.fixture
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def issue(client: httpx.Client, requirements: list[str] | None) -> dict[str, object]:
    body = {"unit": UNIT, "requirements": requirements, "activity_start": "2026-06", "activity_end": "2026-08"}
    answer = client.post("/api/badges", json=body, headers={"Idempotency-Key": secrets.token_hex(16)})
    assert answer.status_code == httpx.codes.CREATED, answer.text
    return answer.json()


def requirement_keys(badge: dict[str, object]) -> list[str]:
    """Keys of what a badge says was shown, in the order of the unit."""
    results = badge["credential"]["credentialSubject"]["result"]
    assert {result["status"] for result in results} == {"Completed"}
    return [result["resultDescription"].partition("#req-")[2] for result in results]


def text_in(picture: bytes) -> str:
    """Read a QR code with OpenCV, which the product does not use."""
    image = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR)
    text, _, _ = cv2.QRCodeDetectorAruco().detectAndDecode(image)
    return text


def scan(page: Page, address: str) -> str:
    """Open a page and read the QR code that stands on it."""
    page.goto(address)
    return text_in(page.locator("figure.qr img").screenshot())


def read(page: Page, address: str) -> str:
    """Open an address and return all that can be read there; nothing may be missing or come from elsewhere."""
    foreign: list[str] = []
    page.on("request", lambda request: foreign.append(request.url) if not request.url.startswith(page_origin) else None)
    page_origin = address.partition("/s/")[0]
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == httpx.codes.OK
    assert foreign == []
    return page.locator("main").inner_text()


def codes(report: dict[str, object], outcome: str) -> set[str]:
    return {finding["code"] for finding in report["checks"] if finding["outcome"] == outcome}


def test_one_badge_from_unit_to_scan(served: Served, browser: Browser) -> None:
    assert stat.S_IMODE((served.home / "api-token").stat().st_mode) == 0o600
    page = browser.new_context(locale="fi-FI", java_script_enabled=False).new_page()
    with served.client() as client:
        whole = issue(client, None)
        keys = requirement_keys(whole)
        assert len(keys) == 28
        part = issue(client, keys[3:8])
        assert requirement_keys(part) == keys[3:8]

        for badge in (whole, part):
            link = scan(page, badge["share_url"])
            assert link == badge["share_url"]
            words = read(page, link)
            assert GENUINE in words
            assert UNIT_NAME in words
            assert PUBLIC_NAME in words

        document = json.dumps(whole["credential"], ensure_ascii=False).encode()
        accepted = client.post("/api/verify", content=document).json()
        assert accepted["verdict"] == "accepted", codes(accepted, "FAILED") | codes(accepted, "INCONCLUSIVE")
        altered = document.replace("Polkupyörän".encode(), "Polkupyorän".encode(), 1)
        refused = client.post("/api/verify", content=altered).json()
        assert refused["verdict"] == "rejected"
        assert "proof.signature" in codes(refused, "FAILED")

        withdrawn = client.post(f"/api/badges/{whole['id']}/revoke", json={"reason": "mistake"}).json()
        assert withdrawn["state"] == "withdrawn"
        assert withdrawn["status_published"]
        words = read(page, whole["share_url"])
        assert WITHDRAWN in words
        assert GENUINE not in words
        report = client.post("/api/verify", content=document).json()
        assert (report["verdict"], "status.revoked" in codes(report, "FAILED")) == ("rejected", True)
        assert GENUINE in read(page, part["share_url"]), "the other badge stays in force"
