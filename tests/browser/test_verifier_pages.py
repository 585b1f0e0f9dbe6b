"""The pages of the check in a real browser: by hand, by keyboard, without scripts, on a phone, with a camera."""

import io
import re
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import uvicorn
import verifier_world
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page, Playwright, expect
from verifier_world import ClosedWorld

from schemas import qr_code
from verifier.app import Options, create_app
from verifier.texts import LANGUAGES

pytestmark = pytest.mark.browser
ARGUMENTS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    """The stand-alone verifier on loopback."""
    listener = socket.create_server(("127.0.0.1", 0))
    app = create_app(Options(contact="Maija Mallikas, 029 123 4567"), surroundings=ClosedWorld())
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="none", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield f"http://localhost:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    listener.close()


@pytest.fixture
def badge(tmp_path: Path) -> Path:
    path = tmp_path / "badge.json"
    path.write_bytes(verifier_world.good())
    return path


@pytest.fixture
def altered(tmp_path: Path) -> Path:
    path = tmp_path / "altered.json"
    path.write_bytes(verifier_world.altered())
    return path


def check_file(page: Page, origin: str, path: Path) -> None:
    page.goto(f"{origin}/v")
    page.get_by_label("Merkin tiedosto tai kuva koodista").set_input_files(path)
    page.get_by_role("button", name="Tarkista tiedosto").click()
    expect(page.locator("body")).to_have_attribute("data-screen", "E3")


def assert_accessible(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_file_is_checked_with_and_without_scripts(
    visit: Callable[..., Page], origin: str, badge: Path, scripts: bool
) -> None:
    page = visit(scripts=scripts)
    check_file(page, origin, badge)
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Merkki on muuttumaton ja voimassa. Emme tunne myöntäjää."
    )
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.get_by_role("button", name="Svenska").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Märket är oförändrat och giltigt.")
    page.get_by_role("button", name="Skriv ut anteckningen").click()
    expect(page.locator("body")).to_have_attribute("data-screen", "E4")
    expect(page.get_by_text("Den är inget beslut om kunnande.")).to_be_visible()
    page.get_by_role("button", name="Tillbaka till resultatet").click()
    expect(page.locator("body")).to_have_attribute("data-screen", "E3")
    page.get_by_role("link", name="Kontrollera ett annat").click()
    expect(page.locator("body")).to_have_attribute("data-screen", "E1")


def test_the_flow_goes_by_keyboard_only(visit: Callable[..., Page], origin: str, altered: Path) -> None:
    page = visit()
    page.goto(f"{origin}/v")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Siirry sisältöön")).to_be_focused()
    text = page.get_by_label("Linkki, koodi tai merkin teksti")
    for _ in range(20):
        page.keyboard.press("Tab")
        if text.evaluate("e => e === document.activeElement"):
            break
    page.keyboard.insert_text(altered.read_text(encoding="utf-8"))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tämä ei ole se merkki, jonka myöntäjä allekirjoitti.")
    expect(page.get_by_role("heading", level=1)).to_be_focused()


def test_a_mistake_takes_the_focus_and_keeps_what_was_typed(visit: Callable[..., Page], origin: str) -> None:
    page = visit()
    page.goto(f"{origin}/v")
    page.get_by_label("Linkki, koodi tai merkin teksti").fill("hei")
    page.get_by_role("button", name="Tarkista", exact=True).click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label("Linkki, koodi tai merkin teksti")).to_have_value("hei")
    page.get_by_role("alert").get_by_role("link").click()
    expect(page.get_by_label("Linkki, koodi tai merkin teksti")).to_be_focused()


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_pages_fit_the_width_and_axe_finds_nothing(
    visit: Callable[..., Page], origin: str, badge: Path, altered: Path, width: int
) -> None:
    page = visit(width=width)

    def look() -> None:
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert_accessible(page)

    for path in ("/v", "/v/camera", "/v/about", "/nothing"):
        page.goto(origin + path)
        look()
    for path in (badge, altered):
        check_file(page, origin, path)
        look()
        page.get_by_text("Tekniset tiedot").click()
        look()
    page.get_by_role("button", name="Tulosta merkintä").click()
    look()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_shown_and_accessible(
    visit: Callable[..., Page], origin: str, badge: Path, language: str
) -> None:
    page = visit()
    page.goto(f"{origin}/v?lang={language}")
    expect(page.locator("html")).to_have_attribute("lang", language)
    page.locator("#file").set_input_files(badge)
    page.locator("form:has(#file) button").click()
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("body")).to_have_attribute("data-screen", "E3")
    assert_accessible(page)


def test_everything_comes_from_one_origin_and_nothing_complains(
    visit: Callable[..., Page], origin: str, badge: Path
) -> None:
    page = visit()
    for path in ("/v", "/v/camera", "/v/about"):
        page.goto(origin + path)
    check_file(page, origin, badge)
    page.get_by_role("button", name="Tulosta merkintä").click()
    page.wait_for_load_state()
    assert {urlsplit(url)._replace(path="", query="").geturl() for url in page.requests} == {origin}
    assert page.faults == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_buttons_and_links_are_large_enough_for_a_thumb(visit: Callable[..., Page], origin: str, badge: Path) -> None:
    page = visit(width=360)
    check_file(page, origin, badge)
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, a.button, nav a, .about a, summary, .languages button')]
            .filter(e => e.offsetParent && (e.getBoundingClientRect().height < 43.5)).map(e => e.textContent)"""
    )
    assert small == []


def test_the_record_prints_on_one_sheet_in_black(visit: Callable[..., Page], origin: str, badge: Path) -> None:
    page = visit()
    check_file(page, origin, badge)
    page.get_by_role("button", name="Tulosta merkintä").click()
    page.emulate_media(media="print")
    expect(page.get_by_role("contentinfo")).to_be_hidden()
    expect(page.get_by_role("link", name="Tarkista toinen")).to_be_hidden()
    expect(page.get_by_text("Se ei ole päätös osaamisesta.")).to_be_visible()
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) == 1


def y4m(path: Path, text: str) -> Path:
    """A film of one code, 640 × 480, in the form that Chromium's fake camera reads."""
    picture = Image.new("L", (640, 480), 255)
    code = Image.open(io.BytesIO(qr_code.png(text))).convert("L").resize((380, 380), Image.Resampling.NEAREST)
    picture.paste(code, (130, 50))
    frame = b"FRAME\n" + picture.tobytes() + bytes([128]) * (640 * 480 // 2)
    path.write_bytes(b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\n" + frame * 10)
    return path


def test_the_camera_reads_a_code_through_our_server_and_stops(
    playwright: Playwright, chromium: str, origin: str, tmp_path: Path
) -> None:
    film = y4m(tmp_path / "code.y4m", "https://wallet.example/badge")
    fake = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    started = playwright.chromium.launch(
        executable_path=chromium, args=[*ARGUMENTS, *fake, f"--use-file-for-fake-video-capture={film}"]
    )
    try:
        page = started.new_page(locale="fi-FI")
        frames: list[int] = []
        page.on("request", lambda r: frames.append(len(r.post_data_buffer or b"")) if "frame" in r.url else None)
        page.goto(f"{origin}/v/camera")
        assert page.evaluate("document.querySelector('video').srcObject") is None
        page.get_by_role("button", name="Avaa kamera").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Haetaanko tämä osoite?", timeout=20_000)
        expect(page.get_by_text("https://wallet.example/badge")).to_be_visible()
        assert 1 <= len(frames) < 10
        assert max(frames) <= 60_000
    finally:
        started.close()


def test_a_browser_that_reads_codes_itself_sends_no_picture(playwright: Playwright, chromium: str, origin: str) -> None:
    fake = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    started = playwright.chromium.launch(executable_path=chromium, args=[*ARGUMENTS, *fake])
    try:
        page = started.new_page(locale="fi-FI")
        page.add_init_script(
            """window.BarcodeDetector = class {
                static async getSupportedFormats() { return ['qr_code']; }
                async detect() { return [{rawValue: 'https://wallet.example/other'}]; }
            };"""
        )
        sent: list[str] = []
        page.on("request", lambda r: sent.append(r.url))
        page.goto(f"{origin}/v/camera")
        page.get_by_role("button", name="Avaa kamera").click()
        expect(page.get_by_text("https://wallet.example/other")).to_be_visible(timeout=20_000)
        assert not any("frame" in url for url in sent)
    finally:
        started.close()


def test_a_camera_that_is_refused_leaves_the_other_two_ways(visit: Callable[..., Page], origin: str) -> None:
    page = visit()
    page.goto(f"{origin}/v/camera")
    page.get_by_role("button", name="Avaa kamera").click()
    expect(page.get_by_role("status")).to_have_text(
        "Selain ei antanut kameraa. Valitse kuva tai kirjoita koodi.", timeout=10_000
    )
    expect(page.get_by_label("Merkin tiedosto tai kuva koodista")).to_be_visible()
    expect(page.get_by_label("Linkki, koodi tai merkin teksti")).to_be_visible()


def test_without_scripts_the_camera_page_is_a_file_field_that_opens_the_camera(
    visit: Callable[..., Page], origin: str
) -> None:
    page = visit(scripts=False)
    page.goto(f"{origin}/v/camera")
    expect(page.get_by_role("button", name="Avaa kamera")).to_be_hidden()
    expect(page.locator("input[type=file]")).to_have_attribute("capture", "environment")
