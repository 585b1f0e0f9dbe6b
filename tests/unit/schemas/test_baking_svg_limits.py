"""An SVG cannot hold the process by the number of its attributes."""

import time

import pytest

from schemas.baking_svg import MAX_ATTRIBUTES, read_svg
from schemas.errors import DocumentError


def svg(attributes: int) -> bytes:
    own = b"".join(b'a%d="" ' % number for number in range(attributes - 1))
    return b'<svg xmlns="http://www.w3.org/2000/svg" ' + own + b"/>"


@pytest.mark.parametrize(("more", "code"), [(0, "input.unreadable"), (1, "input.limits")])
def test_attributes_are_counted_before_they_are_read(more: int, code: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read_svg(svg(MAX_ATTRIBUTES + more))
    assert caught.value.code == code


def test_too_many_attributes_cost_next_to_nothing() -> None:
    image = svg(300_000)
    started = time.process_time()
    with pytest.raises(DocumentError):
        read_svg(image)
    assert time.process_time() - started < 0.1
