"""Every page of the application, found by itself: axe, small screens and 400 % zoom, weight, headings, languages."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import every_page
import pytest
from axe_playwright_python.sync_playwright import Axe
from every_page import House, Place, Walk
from playwright.sync_api import Browser, Page

from issuer import i18n
from issuer.pages.frame import static_directory
from verifier.templating import static_directory as verifier_static
from verifier.texts import LANGUAGES

pytestmark = pytest.mark.browser
MAX_PAGE_BYTES, MAX_CSS_BYTES, MAX_SCRIPT_BYTES = 200_000, 30_000, 12_000
SERIOUS = ("serious", "critical")
# Routes that no link of this house leads to, each with its reason. A new page is reached by a link or stands here.
NOT_WALKED = {
    "/livez": "for machines",
    "/readyz": "for machines",
    "/.well-known/did.json": "for machines",
    "/.well-known/change-password": "leads on",
    "/issuers/{slug}/did.json": "for machines",
    "/status/{list_id}": "for machines",
    "/status/{list_id}/reasons": "for machines",
    "/achievements/{key}/image.svg": "a picture",
    "/s/{token}/qr.svg": "a picture",
    "/s/{token}/qr.png": "a picture",
    "/trust/bundle.json": "for machines",
    "/together/{ref}/certificate.pdf": "a file of a badge taken there; test_claim_pages.py opens it",
    "/v/bundle.json": "for the script of /v/offline",
    "/v/offline-worker.js": "for the browser",
    "/static/{name}": "a file",
    "/v/static/{name}": "a file",
    "/api/badges/{badge_id}": "for machines",
    "/batches/table.csv": "a file of the unit that the query names",
    "/batches/numbers.csv": "a file of the unit that the query names",
    "/batches/{batch_id}/review/{number}": "opens while a row is in review; test_batch_pages.py looks at it",
    "/people/{number}/pictures/{picture_id}": "a picture",
    "/in/oidc/back": "leads on",
    "/admin/institutions": "only for the administrator of an umbrella body",
    "/admin/institutions/{institution_id}/invited": "only for the administrator of an umbrella body",
    "/places/endorse": "only at a school; test_trust_pages.py goes there",
    "/registry/add": "only for who keeps the trust list; test_trust_pages.py goes there",
    "/registry/import": "only for who keeps the trust list; test_trust_pages.py goes there",
    "/registry/confirm": "opens while a proposal waits; test_trust_pages.py goes there",
    "/people/search": "leads on; the search is a form that is posted",
    "/note/find": "leads on; the search is a form that is posted",
    "/people/{number}/permissions/{purpose}": "leads on",
    "/v/result": "answers a form; test_verifier_pages.py looks at it",
    "/v/record": "answers a form; test_verifier_pages.py looks at it",
}


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with every_page.served_house(sqlite_template, tmp_path_factory.mktemp("house") / "home") as served:
        yield served


@pytest.fixture(scope="module")
def walk(house: House) -> Walk:
    return every_page.walk(house)


def test_every_route_is_walked_or_named_with_a_reason(house: House, walk: Walk) -> None:
    routes = set(every_page.routes_of(house.desk.app))
    assert routes - walk.seen - NOT_WALKED.keys() == set()
    assert NOT_WALKED.keys() - routes == set()
    assert len(walk.pages) > 50


def test_no_link_leads_to_nothing(walk: Walk) -> None:
    assert walk.broken == []


def test_every_page_renders_in_every_language(house: House, walk: Walk) -> None:
    faults = []
    for place in walk.pages:
        for language in LANGUAGES:
            answer = house.client(place.who).get(place.path, headers={"Accept-Language": language})
            expected = 404 if place.path == every_page.NOWHERE else 200
            if answer.status_code != expected or f'<html lang="{language}"' not in answer.text:
                faults.append((place.route, language, answer.status_code))
    assert faults == []


def test_pages_are_light_and_titles_tell_nothing(house: House, walk: Walk) -> None:
    texts = i18n.texts()
    titles = {texts.text(one, key) for one in LANGUAGES for key in ("title.public", "title.staff", "title.own")}
    heavy, telling = [], []
    for place in walk.pages:
        html = house.client(place.who).get(place.path).text
        if len(html.encode()) > MAX_PAGE_BYTES:
            heavy.append((place.route, len(html)))
        (title,) = re.findall(r"<title>(.*?)</title>", html, re.DOTALL)
        if unescape(title.strip()) not in titles:
            telling.append((place.route, title))
    assert (heavy, telling) == ([], [])


@pytest.mark.parametrize("directory", [static_directory, verifier_static], ids=["issuer", "verifier"])
def test_styles_and_scripts_are_small(directory: Path) -> None:
    assert sum(path.stat().st_size for path in directory.glob("*.css")) <= MAX_CSS_BYTES
    assert {path.name for path in directory.glob("*.js") if path.stat().st_size > MAX_SCRIPT_BYTES} == set()


@pytest.fixture(scope="module", params=[1280, 320])
def looked_at(request: pytest.FixtureRequest, browser: Browser, house: House, walk: Walk) -> dict[Place, dict]:
    """What the browser finds on each page; 320 CSS pixels on 1280 device pixels are a zoom of 400 %."""
    width = request.param
    context = browser.new_context(viewport={"width": width, "height": 740}, device_scale_factor=1280 / width)
    page, asked = context.new_page(), []
    page.on("request", lambda one: asked.append(one.url))
    found, who = {}, None
    for place in {one.route: one for one in reversed(walk.pages)}.values():  # one page of each route
        if place.who is not who or not found:
            who = place.who
            context.clear_cookies()
            context.add_cookies(_cookies(house, place))
        asked.clear()
        page.goto(house.url + place.path)
        found[place] = _look(page, width, [url for url in asked if not url.startswith((house.url, "data:", "blob:"))])
    context.close()
    return found


def _cookies(house: House, place: Place) -> list[dict[str, str]]:
    jar = house.client(place.who).cookies.jar
    return [{"name": one.name, "value": one.value or "", "url": house.url} for one in jar if one.name != "lang"]


def _look(page: Page, width: int, foreign: list[str]) -> dict:
    violations = Axe().run(page).response["violations"]
    return {
        "axe": [(one["id"], one["nodes"][0]["html"][:120]) for one in violations if one["impact"] in SERIOUS],
        "too_wide": max(0, page.evaluate("document.documentElement.scrollWidth") - width),
        "headings": page.locator("h1").count(),
        "screen": page.locator("body").get_attribute("data-screen"),
        "foreign": foreign,
    }


def test_axe_finds_nothing_serious(looked_at: dict[Place, dict]) -> None:
    assert {place.path: one["axe"] for place, one in looked_at.items() if one["axe"]} == {}


def test_no_page_is_wider_than_its_window(looked_at: dict[Place, dict]) -> None:
    assert {place.path: one["too_wide"] for place, one in looked_at.items() if one["too_wide"]} == {}


def test_each_page_has_one_first_heading_and_names_its_screen(looked_at: dict[Place, dict]) -> None:
    assert {place.path for place, one in looked_at.items() if one["headings"] != 1 or not one["screen"]} == set()


def test_nothing_comes_from_elsewhere(looked_at: dict[Place, dict]) -> None:
    assert {place.path: one["foreign"] for place, one in looked_at.items() if one["foreign"]} == {}
