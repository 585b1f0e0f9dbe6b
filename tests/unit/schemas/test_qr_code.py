"""QR codes: what is drawn is read back by a decoder that the product does not use."""

import re
import xml.etree.ElementTree as ET

import cv2
import numpy as np
import pytest

from schemas import qr_code
from schemas.errors import DocumentError

TEXTS = ["https://demo.pateva.example/s/2kfD9sQw1xYz3Ab5Cd7Ef9", "A" * 300, "Työpaja 🛠", "eyJ" + "a1B_" * 150]


def decode(pixels):
    text, _, _ = cv2.QRCodeDetectorAruco().detectAndDecode(pixels)
    return text


def draw(svg_text, pixels_per_module):
    """Fill the runs of our one path; it knows only M, h, v1, H and z."""
    root = ET.fromstring(svg_text)  # noqa: S314 – our own text
    side = int(root.get("viewBox").split()[2])
    image = np.full((side, side), 255, np.uint8)
    path = root.findall("{http://www.w3.org/2000/svg}path")[1].get("d")
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1H(\d+)z", path)
    assert "".join(f"M{x} {y}h{w}v1H{b}z" for x, y, w, b in runs) == path
    for x, y, width, back in runs:
        assert back == x
        image[int(y), int(x) : int(x) + int(width)] = 0
    return np.kron(image, np.ones((pixels_per_module, pixels_per_module), np.uint8))


@pytest.mark.parametrize("text", TEXTS)
def test_png_says_the_text(text):
    image = cv2.imdecode(np.frombuffer(qr_code.png(text), np.uint8), cv2.IMREAD_GRAYSCALE)
    assert decode(image) == text


@pytest.mark.parametrize("text", TEXTS)
def test_svg_says_the_text(text):
    assert decode(draw(qr_code.svg(text), 8)) == text


def test_png_has_the_size_that_was_asked_for():
    image = cv2.imdecode(np.frombuffer(qr_code.png("a", scale=3, border=2), np.uint8), cv2.IMREAD_GRAYSCALE)
    assert image.shape == ((21 + 4) * 3, (21 + 4) * 3)
    assert set(np.unique(image)) == {0, 255}
    assert image[0].min() == 255


def test_svg_gives_its_size_in_millimetres():
    assert 'width="11.60mm" height="11.60mm" viewBox="0 0 29 29"' in qr_code.svg("a")
    assert 'width="14.50mm"' in qr_code.svg("a", module_mm=0.5)


def test_version_grows_with_the_text():
    assert qr_code.version("a") == 1
    assert qr_code.version("a" * 14) == 1
    assert qr_code.version("a" * 15) == 2


@pytest.mark.parametrize("call", [qr_code.svg, qr_code.png, qr_code.version])
def test_text_beyond_the_largest_version_is_refused(call):
    with pytest.raises(DocumentError) as refusal:
        call("a" * 2332)
    assert refusal.value.code == "qr.too_long"


def test_longest_text_fits():
    assert qr_code.version("a" * 2331) == 40


def test_scale_below_one_pixel_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        qr_code.png("a", scale=0)
