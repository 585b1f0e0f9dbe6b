"""Headless Chromium for tests: Debian's, driven by Playwright; it starts nothing in the background and asks nobody."""

import atexit
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, CDPSession, Page, Playwright, sync_playwright

BINARY = Path("/usr/bin/chromium")
ABSENT = "Chromium is not installed (apt: chromium)"
# As root there is no sandbox; the rest keeps the browser from looking for its maker.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


@cache
def driver() -> Playwright:
    """The one driver of this process: a second one cannot be started while the first one runs."""
    started = sync_playwright().start()
    atexit.register(started.stop)
    return started


@contextmanager
def chromium() -> Iterator[Browser]:
    """Yield a browser with an empty profile of its own; the test is skipped where there is none."""
    if not BINARY.exists():
        pytest.skip(ABSENT)
    browser = driver().chromium.launch(executable_path=str(BINARY), headless=True, args=FLAGS)
    try:
        yield browser
    finally:
        browser.close()


def with_authenticator(page: Page) -> tuple[CDPSession, str]:
    """Give the page a device that holds passkeys and says yes by itself; what talks to it, and its id."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    return tools, tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
