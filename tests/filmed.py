"""Paper held to a camera: pages as printed become a film in the form that Chromium's fake camera reads."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest
from chromium import ABSENT, BINARY, FLAGS, driver
from playwright.sync_api import Browser

Picture = np.ndarray
WIDTH, HEIGHT, FRAMES = 640, 480, 5
INCH = 25.4  # millimetres
_DPI = 300


def printed(pdf: bytes, page: int = 0) -> Picture:
    """A page of a PDF as a printer puts it on paper: 300 dots an inch, grey."""
    opened = pypdfium2.PdfDocument(pdf)
    image = opened[page].render(scale=_DPI / 72, grayscale=True).to_numpy()
    opened.close()
    return np.ascontiguousarray(image.reshape(image.shape[0], image.shape[1]))


def grey(picture: bytes) -> Picture:
    """A screenshot in grey."""
    return cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_GRAYSCALE)


def close_to(paper: Picture, text: str, *, margin: float = 0.6) -> Picture:
    """The part of a paper that a camera sees when somebody holds the code with this text to it.

    Args:
        margin: how much of the paper is seen on each side, in widths of the code.
    """
    found, texts, corners, _ = cv2.QRCodeDetectorAruco().detectAndDecodeMulti(paper)
    assert found
    place = corners[list(texts).index(text)]
    (left, top), (right, bottom) = place.min(axis=0), place.max(axis=0)
    more = (right - left) * margin
    rows = slice(max(0, int(top - more)), int(bottom + more))
    return paper[rows, max(0, int(left - more)) : int(right + more)]


def film(path: Path, picture: Picture) -> None:
    """Write a film of a still picture on a table: 640 × 480, grey."""
    scale = min(WIDTH / picture.shape[1], HEIGHT / picture.shape[0])
    size = (int(picture.shape[1] * scale), int(picture.shape[0] * scale))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    table = np.full((HEIGHT, WIDTH), 200, np.uint8)
    top, left = (HEIGHT - size[1]) // 2, (WIDTH - size[0]) // 2
    table[top : top + size[1], left : left + size[0]] = small
    frame = b"FRAME\n" + table.tobytes() + bytes([128]) * (WIDTH * HEIGHT // 2)
    path.write_bytes(b"YUV4MPEG2 W%d H%d F10:1 Ip A1:1 C420jpeg\n" % (WIDTH, HEIGHT) + frame * FRAMES)


@contextmanager
def chromium_with_camera(path: Path) -> Iterator[Browser]:
    """Yield a browser whose camera shows the film at `path`, read anew each time the camera is opened."""
    if not BINARY.exists():
        pytest.skip(ABSENT)
    fake = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    arguments = [*FLAGS, *fake, f"--use-file-for-fake-video-capture={path}"]
    browser = driver().chromium.launch(executable_path=str(BINARY), headless=True, args=arguments)
    try:
        yield browser
    finally:
        browser.close()
