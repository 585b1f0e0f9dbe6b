"""The one credential embedded in a PDF; broken, encrypted and poisoned files end quickly with a code."""

import io
import time
import zlib

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.errors import LimitReachedError

from schemas import pdf_attachment
from schemas.container import Baked
from schemas.errors import DocumentError
from schemas.pdf_attachment import attach_to_pdf, read_pdf

CONTAINER, UNREADABLE, LIMITS = "input.container", "input.unreadable", "input.limits"
JSON = b'{"@context":["https://www.w3.org/ns/credentials/v2"],"id":"urn:x:1"}'
JWS = b"eyJhbGciOiJFZERTQSJ9.eyJhIjoxfQ.c2ln"


def code_of(call, *arguments, **more):
    started = time.process_time()
    with pytest.raises(DocumentError) as refusal:
        call(*arguments, **more)
    assert time.process_time() - started < 1
    return refusal.value.code


def made(*attachments, password=None):
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    for name, content in attachments:
        writer.add_attachment(name, content)
    if password:
        writer.encrypt(password)
    with io.BytesIO() as out:
        writer.write(out)
        return out.getvalue()


def build(*objects, more=b""):
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out) + b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        more,
        start,
    )


def stream(content, more=b""):
    return b"<</Length %d%s>>\nstream\n" % (len(content), more) + content + b"\nendstream"


PAGES = b"<</Type/Pages/Kids[]/Count 0>>"
CATALOGUE = b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles %s>>>>"
ONE_NAME = CATALOGUE % b"<</Names[(a.json) 3 0 R]>>"
SPECIFICATION = b"<</Type/Filespec/F(a.json)/EF<</F 4 0 R>>>>"


def holding(embedded, specification=SPECIFICATION):
    return build(ONE_NAME, PAGES, specification, embedded)


@pytest.mark.parametrize(
    ("name", "credential"), [("badge.json", JSON), ("x.JWT", JWS), ("ä.1ob", JSON), ("a.jsonld", JSON)]
)
def test_credential_comes_out_as_it_went_in(name, credential):
    assert read_pdf(attach_to_pdf(made(), credential, name=name)) == Baked("ob3", credential)


def test_pages_and_other_attachments_are_kept():
    with_text = made(("note.txt", JSON), ("list.json", b'{"a":1}'))
    baked = attach_to_pdf(with_text, JSON)
    reader = PdfReader(io.BytesIO(baked))
    assert len(reader.pages) == 1
    assert set(reader.attachments) == {"note.txt", "list.json", "badge.json"}
    assert read_pdf(baked).content == JSON


def test_second_credential_is_refused():
    assert code_of(attach_to_pdf, attach_to_pdf(made(), JSON), JWS) == CONTAINER


@pytest.mark.parametrize("name", ["badge.txt", "../badge.json", "a\nb.json", ".json", "x" * 201 + ".json"])
def test_name_that_no_reader_looks_for_is_refused(name):
    assert code_of(attach_to_pdf, made(), JSON, name=name) == CONTAINER


@pytest.mark.parametrize(
    "embedded",
    [
        stream(JSON),
        stream(zlib.compress(JSON), b"/Filter/FlateDecode"),
        stream(zlib.compress(JSON), b"/Filter[/FlateDecode]"),
        stream(b"\n" + JSON + b"\n"),
    ],
)
def test_stored_and_deflated_files_are_read(embedded):
    assert read_pdf(holding(embedded)).content.strip() == JSON


def test_credential_that_is_no_strict_json_is_handed_on_for_its_fault_to_be_named():
    doubled = b'{"@context":["x"],"@context":["y"]}'
    assert read_pdf(holding(stream(doubled))).content == doubled


def test_names_in_a_branch_of_the_tree_are_found():
    tree = CATALOGUE % b"<</Kids[5 0 R]>>"
    assert (
        read_pdf(build(tree, PAGES, SPECIFICATION, stream(JSON), b"<</Names[(a.json) 3 0 R (x) 7]>>")).content == JSON
    )


@pytest.mark.parametrize(
    ("pdf", "code"),
    [
        (b"", UNREADABLE),
        (b"hello", UNREADABLE),
        (b" " * 1024 + made(("a.json", JSON)), UNREADABLE),
        (made(), UNREADABLE),
        (made(("a.txt", JSON)), UNREADABLE),
        (made(("a.json", b'{"a":1}')), UNREADABLE),
        (made(("a.json", b"[1]")), UNREADABLE),
        (build(b"<</Type/Catalog/Pages 2 0 R/Names 5>>", PAGES), UNREADABLE),
        (build(b"<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>/Pages 2 0 R>>", PAGES), UNREADABLE),
        (build(CATALOGUE % b"<</Names 5/Kids 5>>", PAGES), UNREADABLE),
        (holding(b"<<>>"), UNREADABLE),
        (holding(stream(JSON), b"<</F(a.json)>>"), UNREADABLE),
        (holding(stream(JSON), b"<</F(a.exe)/EF<</F 4 0 R>>>>"), UNREADABLE),
        (holding(stream(JSON), b"(text)"), UNREADABLE),
        (made(("a.json", JSON), ("b.jws", JWS)), CONTAINER),
        (made(("a.json", JSON), password="x"), CONTAINER),
        (made(("a.json", JSON))[:-30], CONTAINER),
        (b"%PDF-1.7 hello", CONTAINER),
        (build(b"1 0 R"), CONTAINER),
        (build(b"<</Type/Catalog/X " + b"[" * 50_000 + b"]" * 50_000 + b">>"), CONTAINER),
        (holding(stream(zlib.compress(zlib.compress(JSON)), b"/Filter[/FlateDecode/FlateDecode]")), CONTAINER),
        (holding(stream(JSON, b"/Filter/LZWDecode")), CONTAINER),
        (holding(stream(zlib.compress(JSON), b"/Filter/FlateDecode/DecodeParms<</Predictor 12>>")), CONTAINER),
        (holding(stream(b"not zlib", b"/Filter/FlateDecode")), CONTAINER),
        (holding(stream(zlib.compress(JSON)[:-6], b"/Filter/FlateDecode")), CONTAINER),
        (
            build(ONE_NAME, PAGES, b"<</F(a.json)/EF<</F 4 0 R/UF 5 0 R>>>>", stream(JSON), stream(JWS)),
            CONTAINER,
        ),
        (holding(stream(zlib.compress(bytes(300 << 20)), b"/Filter/FlateDecode")), LIMITS),
        (holding(stream(b"{" + bytes(1 << 20))), LIMITS),
        (build(CATALOGUE % b"3 0 R", b"<</Type/Pages/Kids[2 0 R]/Count 1>>", b"<</Kids[3 0 R 3 0 R]>>"), LIMITS),
        (
            build(CATALOGUE % (b"<</Names[" + b"(a)<</F(a.json)/EF<</F 3 0 R>>>>" * 65 + b"]>>"), PAGES, stream(b"x")),
            LIMITS,
        ),
        (b"%PDF-1.7\n" + bytes(4 << 20), LIMITS),
    ],
)
def test_whatever_is_not_one_sound_carrier_is_refused(pdf, code):
    assert code_of(read_pdf, pdf) == code


def test_cross_reference_bomb_ends_quickly():
    bomb = stream(zlib.compress(bytes(300 << 20)), b"/Type/XRef/W[1 2 1]/Size 100000000/Root 1 0 R/Filter/FlateDecode")
    pdf = b"%PDF-1.7\n1 0 obj\n" + bomb + b"\nendobj\nstartxref\n9\n%%EOF"
    assert code_of(read_pdf, pdf) == CONTAINER


def test_tens_of_thousands_of_objects_are_read_quickly():
    pdf = build(ONE_NAME, PAGES, SPECIFICATION, stream(JSON), *[b"null"] * 80_000)
    started = time.process_time()
    assert read_pdf(pdf).content == JSON
    assert time.process_time() - started < 2


@pytest.mark.parametrize("problem", [LimitReachedError("x"), RecursionError(), MemoryError()])
def test_bound_of_the_reader_means_that_we_cannot_tell(monkeypatch, problem):
    def stop(*_, **__):
        raise problem

    monkeypatch.setattr(pdf_attachment, "PdfReader", stop)
    assert code_of(read_pdf, made()) == LIMITS
