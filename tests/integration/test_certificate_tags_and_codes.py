"""The certificate as other programs read it: tags, languages, metadata, and its code after blur, turn and fading."""

import re
from collections import Counter

import cv2
import numpy as np
import pikepdf
import pypdfium2
import pytest
from certificate_samples import (
    LANGUAGES,
    LINK,
    as_file,
    changed,
    installation_with_badges,
    record_of,
    requirements,
)

from issuer.exports.certificate_pdf import certificate


@pytest.fixture(scope="module")
def made(sqlite_template, tmp_path_factory):
    """An installation for all tests of this file, and its badges by language."""
    home = tmp_path_factory.mktemp("certificates") / "home"
    with installation_with_badges(sqlite_template, home) as opened:
        yield opened


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_foreign_reader_finds_tags_language_and_title(made, language):
    with pikepdf.open(as_file(certificate(record_of(made, language), language))) as pdf:
        root = pdf.Root
        assert bool(root.MarkInfo.Marked)
        assert str(root.Lang) == language
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
        kinds = Counter(kind for kind, _ in elements(root.StructTreeRoot))
        assert (kinds["/H1"], kinds["/Figure"]) == (1, 2)  # both codes
        assert kinds["/H2"] >= 3
        assert kinds["/LI"] >= len(requirements(made[1][language].document))
        assert all("/Alt" in one for kind, one in elements(root.StructTreeRoot) if kind == "/Figure")


def elements(node):
    """All structure elements below a node: (type, element)."""
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield str(kid.S), kid
            yield from elements(kid)


def test_everything_that_is_drawn_is_either_tagged_or_an_artifact(made):
    with pikepdf.open(as_file(certificate(record_of(made), "fi"))) as pdf:
        for page in pdf.pages:
            depth, bare = 0, []
            for one in pikepdf.parse_content_stream(page):
                operator = str(one.operator)
                depth += (operator in ("BDC", "BMC")) - (operator == "EMC")
                if operator in ("Tj", "TJ", "f", "S", "Do") and depth == 0:
                    bare.append(operator)
            assert bare == []


def test_texts_in_another_language_than_the_frame_are_marked_for_screen_readers(made):
    with pikepdf.open(as_file(certificate(record_of(made, "fi"), "sv"))) as pdf:
        languages = Counter(str(one.get("/Lang", "")) for _, one in elements(pdf.Root.StructTreeRoot))
        assert str(pdf.Root.Lang) == "sv"
        assert languages["fi"] >= len(requirements(made[1]["fi"].document))


def test_metadata_tell_neither_holder_nor_unit_nor_time(made):
    pdf = certificate(record_of(made, holder="Maija Meikäläinen"), "fi")
    with pikepdf.open(as_file(pdf)) as opened:
        assert {name: str(value) for name, value in opened.docinfo.items() if name != "/Creator"} == {
            "/Title": "osaamistodistus"
        }
        assert str(opened.docinfo["/Creator"]).startswith("Typst ")
        packet = opened.Root.Metadata.read_bytes().decode()
    assert not re.search(r"Date|creator>|Meikäläinen|Polkupyörä|20\d\d-", packet)
    assert b"/ModDate" not in pdf
    assert b"/CreationDate" not in pdf


def photograph(pdf, page=0):
    """A page at 300 dpi, grey."""
    opened = pypdfium2.PdfDocument(pdf)
    image = opened[page].render(scale=300 / 72, grayscale=True).to_numpy()
    opened.close()
    return np.ascontiguousarray(image.reshape(image.shape[0], image.shape[1]))


def blurred(image):
    return cv2.GaussianBlur(image, (0, 0), 1.5)


def turned(image):
    height, width = image.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 10, 1)
    return cv2.warpAffine(image, turn, (width, height), borderValue=255)


def faded(image):
    return (128 + (image.astype(np.float32) - 128) * 0.8).astype(np.uint8)


@pytest.mark.parametrize("harm", [lambda image: image, blurred, turned, faded, lambda i: faded(blurred(turned(i)))],
                         ids=["clean", "blurred", "turned", "faded", "all"])  # fmt: skip
def test_the_printed_code_is_read_by_a_decoder_that_the_product_does_not_use(made, harm):
    record = changed(made, lambda document: None)
    image = harm(photograph(certificate(record, "fi")))
    found, texts, _, _ = cv2.QRCodeDetectorAruco().detectAndDecodeMulti(image)
    assert found
    assert LINK.url in texts


def test_the_printed_code_is_exactly_as_large_as_it_says(made):
    image = photograph(certificate(changed(made, lambda document: None), "fi"))
    _, _, corners, _ = cv2.QRCodeDetectorAruco().detectAndDecodeMulti(image)
    sides = [np.linalg.norm(corners[0][(n + 1) % 4] - corners[0][n]) / 300 * 25.4 for n in range(4)]
    assert sides == pytest.approx([33 * 0.40] * 4, abs=0.25)  # version 4 without its quiet zone
