"""E6 in a real browser: the list is kept by consent, codes are checked with the network off, and it can be removed."""

import socket
import threading
from collections.abc import Callable, Iterator
from datetime import datetime

import compact_cases
import compact_world as world
import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from verifier_world import ClosedWorld

from schemas import qr_code
from verifier.app import Options, create_app
from verifier.bundle_file import read_kept

pytestmark = pytest.mark.browser
NOW = "2026-11-12T18:00:00Z"
CASES = compact_cases.cases()


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    """The stand-alone verifier on loopback with a bundle of fixed keys."""
    listener = socket.create_server(("127.0.0.1", 0))
    kept = read_kept(world.bundle())
    app = create_app(Options(bundle=lambda: kept), surroundings=ClosedWorld())
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="none", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield f"http://localhost:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)
    listener.close()


def opened(visit: Callable[..., Page], origin: str, *, at: str = NOW, **more: object) -> Page:
    page = visit(**more)
    page.clock.set_fixed_time(datetime.fromisoformat(at))
    page.goto(f"{origin}/v/offline")
    expect(page.locator("#offline")).to_be_visible()
    return page


def keep(page: Page) -> None:
    page.get_by_role("button", name="Pidä tarkistuslista laitteessa").click()
    expect(page.get_by_label("Koodin teksti")).to_be_visible()


def check(page: Page, text: str) -> None:
    page.get_by_label("Koodin teksti").fill(text)
    page.get_by_role("button", name="Tarkista").click()


def assert_accessible(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_a_kept_list_checks_a_code_after_the_network_is_gone(
    visit: Callable[..., Page], origin: str, width: int
) -> None:
    page = opened(visit, origin, width=width)
    expect(page.get_by_role("status").first).to_have_text("Listaa ei ole vielä haettu.")
    assert page.evaluate("caches.keys()") == []  # nothing is kept before the yes
    assert_accessible(page)
    keep(page)
    page.context.set_offline(True)
    page.reload()
    check(page, world.code())
    head = page.locator("#answer-h")
    expect(head).to_have_text("Aito 12.11.2026 klo 8.00 tietojen mukaan. Tarkistuslista on alle vuorokauden vanha.")
    expect(head).to_be_focused()
    expect(page.locator("#answer-text")).to_contain_text("Polkupyörän huolto")
    expect(page.locator("#answer-text li")).to_have_count(11)
    expect(page.locator("#answer-text li", has_text="osittain")).to_have_count(2)
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert {url.split("/v", 1)[0] for url in page.requests} == {origin}
    assert page.faults == []


def test_the_browser_answers_every_vector_as_the_program_does(visit: Callable[..., Page], origin: str) -> None:
    page = opened(visit, origin)
    found = page.evaluate(
        """async ([cases, bundle]) => {
            const read = await pateva.readBundle(new TextEncoder().encode(bundle)), found = {};
            for (const { name, text, at } of cases) {
                const { answer, code } = await pateva.checkCode(text, read, Date.parse(at));
                found[name] = [answer, code];
            }
            return found;
        }""",
        [CASES, world.bundle().decode()],
    )
    wrong = {
        case["name"]: found[case["name"]] for case in CASES if found[case["name"]] != [case["answer"], case["code"]]
    }
    assert wrong == {}


def test_no_changed_bit_is_genuine_in_the_browser(visit: Callable[..., Page], origin: str) -> None:
    page = opened(visit, origin)
    data = compact_cases.bytes_of(world.code())
    texts = []
    for at in range(0, len(data) * 8, 5):
        changed = bytearray(data)
        changed[at // 8] ^= 0x80 >> at % 8
        texts.append(compact_cases.raw(bytes(changed)))
    answers = page.evaluate(
        """async ([texts, bundle]) => {
            const read = await pateva.readBundle(new TextEncoder().encode(bundle)), found = new Set();
            for (const text of texts) found.add((await pateva.checkCode(text, read, read.made)).answer);
            return [...found];
        }""",
        [texts, world.bundle().decode()],
    )
    assert answers == ["not_genuine"]


def test_a_bundle_that_another_key_signed_is_refused_by_the_browser(visit: Callable[..., Page], origin: str) -> None:
    page = opened(visit, origin)
    forged = [
        world.signed(world.content(), world.FOREIGN),
        world.signed(world.content(), world.COMPROMISED, f"{world.DID}#key-3"),
        world.bundle().replace(b"2026-11-12T06:00:00Z", b"2026-11-13T06:00:00Z"),
    ]
    ends = page.evaluate(
        "async (all) => (await Promise.allSettled(all.map((one) => pateva.readBundle(new TextEncoder().encode(one)))))"
        ".map((one) => one.status)",
        [one.decode() for one in forged],
    )
    assert ends == ["rejected"] * 3


@pytest.mark.parametrize("factor", [2, 0.5])
def test_a_list_that_does_not_fit_its_size_says_nothing(visit: Callable[..., Page], origin: str, factor: float) -> None:
    page, content = opened(visit, origin), world.content()
    for one in content["lists"]:
        one["size"] = int(one["size"] * factor)
    code = page.evaluate(
        """async ([text, bundle]) => {
            const read = await pateva.readBundle(new TextEncoder().encode(bundle));
            return (await pateva.checkCode(text, read, read.made)).code;
        }""",
        [world.code(), world.signed(content).decode()],
    )
    assert code == "compact.list_unknown"


def test_a_picture_without_a_code_leaves_no_earlier_answer(visit: Callable[..., Page], origin: str) -> None:
    page = visit()
    page.add_init_script("window.BarcodeDetector = class { async detect() { return []; } }")
    page.clock.set_fixed_time(datetime.fromisoformat(NOW))
    page.goto(f"{origin}/v/offline")
    keep(page)
    check(page, world.code())
    expect(page.locator("#answer")).to_be_visible()
    picture = {"name": "x.png", "mimeType": "image/png", "buffer": qr_code.png("https://example.org")}
    page.locator("#code-picture").set_input_files([picture])
    expect(page.locator("#code-error")).to_be_visible()
    expect(page.locator("#answer")).to_be_hidden()


def test_the_age_of_an_old_list_stands_in_the_headline(visit: Callable[..., Page], origin: str) -> None:
    page = opened(visit, origin, at="2026-12-13T18:00:00Z")
    keep(page)
    page.context.set_offline(True)
    check(page, world.code())
    expect(page.locator("#answer-h")).to_have_text(
        "Allekirjoitus on aito. Perumisia 12.11.2026 jälkeen ei voitu tarkistaa. "
        "Tarkistuslista on 12.11.2026 klo 8.00, 31 päivää vanha."
    )


def test_a_removed_list_leaves_nothing_behind(visit: Callable[..., Page], origin: str) -> None:
    page = opened(visit, origin)
    keep(page)
    page.get_by_role("button", name="Poista lista").click()
    expect(page.get_by_text("Lista on poistettu tästä laitteesta.")).to_be_visible()
    assert page.evaluate("caches.keys()") == []
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0


def test_a_list_that_cannot_be_fetched_leaves_the_old_one(visit: Callable[..., Page], origin: str) -> None:
    page = opened(visit, origin)
    keep(page)
    page.context.set_offline(True)
    page.get_by_role("button", name="Hae uusi lista").click()
    expect(page.get_by_text("Listaa ei saatu haettua.")).to_be_visible()
    check(page, world.code())
    expect(page.locator("#answer")).to_have_attribute("data-answer", "genuine_as_of")


def test_a_browser_without_ed25519_is_told_so(visit: Callable[..., Page], origin: str) -> None:
    page = visit()
    page.add_init_script("crypto.subtle.importKey = () => Promise.reject(new DOMException('', 'NotSupportedError'))")
    page.goto(f"{origin}/v/offline")
    expect(page.get_by_text("Tämä selain ei osaa tarkistaa ilman verkkoa.")).to_be_visible()
    expect(page.locator("#offline")).to_be_hidden()


def test_without_scripts_the_page_says_that_it_needs_them(visit: Callable[..., Page], origin: str) -> None:
    page = visit(scripts=False)
    page.goto(f"{origin}/v/offline")
    expect(page.get_by_text("Tarkistus ilman verkkoa tarvitsee skriptit.")).to_be_visible()


@pytest.mark.parametrize("language", ["sv-FI", "en-GB"])
def test_the_answer_comes_in_the_language_of_the_page(visit: Callable[..., Page], origin: str, language: str) -> None:
    page = opened(visit, origin, language=language)
    page.locator("#list-keep").click()
    page.locator("#code-text").fill(world.code())
    page.locator("#code-form button").click()
    begin = {
        "sv-FI": "Äkta enligt uppgifterna 12.11.2026 kl. 8.00.",
        "en-GB": "Genuine by the records of 12 Nov 2026, 08:00.",
    }
    expect(page.locator("#answer-h")).to_contain_text(begin[language])


def test_the_same_words_come_from_server_and_browser(visit: Callable[..., Page], origin: str) -> None:
    page = visit(scripts=False)
    page.goto(f"{origin}/v")
    page.locator("#text").fill(world.code())
    page.locator("form:has(#text) button").click()
    answer = page.locator("[data-answer]").get_attribute("data-answer")
    assert answer in {"genuine_as_of", "status_not_checked_since"}  # the server judges by today's clock
    expect(page.locator("main")).to_contain_text("vaatimus 27")
    assert page.faults == []
