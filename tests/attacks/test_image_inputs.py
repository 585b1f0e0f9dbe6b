"""Hostile images: PNG and SVG that hide, double or bomb a credential, and files that crash readers (D3, D4)."""

import socket
import time
from pathlib import Path

import pytest

from schemas import strict_json
from schemas.baking import read_png, read_svg
from schemas.errors import DocumentError

pytestmark = pytest.mark.shared

SECURITY = Path(__file__).parents[3] / "shared" / "data" / "security"
CONTAINER, UNREADABLE, LIMITS, ENCODING = "input.container", "input.unreadable", "input.limits", "input.encoding"

PNG = {
    "10000-chunks.png": LIMITS,
    "50000x50000.png": UNREADABLE,
    "after-iend.png": CONTAINER,
    "bad-crc.png": CONTAINER,
    "before-ihdr.png": CONTAINER,
    "html-polyglot.png": "input.json",
    "invalid-utf8.png": ENCODING,
    "itxt+text-conflict.png": CONTAINER,
    "itxt-bomb-100MiB.png": LIMITS,
    "len-ffffffff.png": UNREADABLE,
    "two-credentials.png": CONTAINER,
    "unknown-compression-method.png": CONTAINER,
    "ztxt-bomb.png": CONTAINER,
}
SVG = {
    "billion-laughs.svg": CONTAINER,
    "css-import.svg": UNREADABLE,
    "deep-100k.svg": LIMITS,
    "doctype-utf16.svg": ENCODING,
    "foreignobject.svg": UNREADABLE,
    "onload.svg": UNREADABLE,
    "quadratic.svg": CONTAINER,
    "script.svg": UNREADABLE,
    "two-credentials.svg": CONTAINER,
    "use-external.svg": UNREADABLE,
    "xinclude.svg": UNREADABLE,
    "xml-stylesheet.svg": UNREADABLE,
    "xxe-file.svg": CONTAINER,
    "xxe-param.svg": CONTAINER,
}
CODES = {CONTAINER, UNREADABLE, LIMITS, ENCODING}


def code_of(read, path):
    started = time.process_time()
    try:
        strict_json.read_object(read(path.read_bytes()).content)
        code = None
    except DocumentError as refusal:
        code = refusal.code
    assert time.process_time() - started < 0.5
    return code


@pytest.fixture(autouse=True)
def _no_sockets(shared, monkeypatch):
    monkeypatch.setattr(socket, "socket", lambda *_: pytest.fail("a socket was opened"))


def test_every_generated_image_has_an_expectation():
    assert {path.name for path in (SECURITY / "generated" / "png").iterdir()} == set(PNG)
    assert {path.name for path in (SECURITY / "generated" / "svg").iterdir()} == set(SVG)


@pytest.mark.parametrize(("name", "code"), PNG.items())
def test_hostile_png_ends_quickly_with_its_code(name, code):
    assert code_of(read_png, SECURITY / "generated" / "png" / name) == code


@pytest.mark.parametrize(("name", "code"), SVG.items())
def test_hostile_svg_ends_quickly_with_its_code(name, code):
    assert code_of(read_svg, SECURITY / "generated" / "svg" / name) == code


@pytest.mark.parametrize("path", [pytest.param(p, id=p.stem) for p in sorted((SECURITY / "png").rglob("*.png"))])
def test_png_that_crashes_readers_ends_with_a_code(path):
    assert code_of(read_png, path) in CODES


@pytest.mark.parametrize("path", [pytest.param(p, id=p.stem) for p in sorted((SECURITY / "xml-svg").iterdir())])
def test_xml_made_to_run_or_fetch_ends_with_a_code(path):
    assert code_of(read_svg, path) in CODES
