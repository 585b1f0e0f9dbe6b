"""A PDF without its end is not searched from back to front."""

import time

import pytest

from schemas.errors import DocumentError
from schemas.pdf_attachment import read_pdf

OBJECTS = b"%PDF-1.7\n" + b"".join(b"%d 0 obj<</Type/Catalog>>endobj\n" % number for number in range(100_000))


@pytest.mark.parametrize("end", [b"", b"%%EOF\n", b"startxref\n9\n", b"startxref\n9\n%%EOF" + b"\n" * 3_000])
def test_a_pdf_without_its_end_is_broken_at_once(end: bytes) -> None:
    started = time.process_time()
    with pytest.raises(DocumentError) as caught:
        read_pdf(OBJECTS + end)
    assert caught.value.code == "input.container"
    assert time.process_time() - started < 0.1
