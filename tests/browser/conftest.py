"""A real browser for tests of pages: the system's Chromium, driven by Playwright; skipped where there is none."""

import shutil
from collections.abc import Callable, Iterator

import pytest
from chromium import driver
from playwright.sync_api import Browser, Page, Playwright

ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = (320, 360, 1280)


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the browser."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("needs Chromium (apt: chromium)")
    return path


@pytest.fixture(scope="session")
def playwright() -> Playwright:
    return driver()


@pytest.fixture(scope="session")
def browser(playwright: Playwright, chromium: str) -> Iterator[Browser]:
    """One browser for all tests of a session."""
    started = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
    yield started
    started.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a page in a context of its own; notes every request and every fault of the page.

    `page.requests` holds the addresses asked for, `page.faults` what the console and scripts complained about.
    """
    contexts = []

    def open_page(*, width: int = 1280, scripts: bool = True, language: str = "fi-FI") -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 740}, java_script_enabled=scripts, locale=language
        )
        contexts.append(context)
        page = context.new_page()
        page.requests, page.faults = [], []
        page.on("request", lambda request: page.requests.append(request.url))
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("console", lambda said: page.faults.append(said.text) if said.type == "error" else None)
        return page

    yield open_page
    for context in contexts:
        context.close()
