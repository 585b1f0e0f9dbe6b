"""Credentials in PNG and SVG: they come out as they went in, and nothing but one sound carrier is accepted."""

import struct
import time
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import baking_svg, qr_code
from schemas.baking import Baked, bake_png, bake_svg, read_png, read_svg
from schemas.errors import DocumentError

CONTAINER, UNREADABLE, LIMITS, ENCODING = "input.container", "input.unreadable", "input.limits", "input.encoding"
PNG = qr_code.png("https://demo.pateva.example/")
SVG = qr_code.svg("https://demo.pateva.example/").encode()
JSON = '{"name":"Työpaja & <b> ]]> \\"","n":1}'.encode()
JWS = b"eyJhbGciOiJFZERTQSJ9.eyJhIjoxfQ.c2ln"


def code_of(call, *arguments, **more):
    with pytest.raises(DocumentError) as refusal:
        call(*arguments, **more)
    return refusal.value.code


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


SIGNATURE = b"\x89PNG\r\n\x1a\n"
HEAD = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
DOT = chunk(b"IDAT", zlib.compress(bytes(4)))
END = chunk(b"IEND", b"")


def text(content, keyword=b"openbadgecredential", flag=0, method=0):
    return chunk(b"iTXt", keyword + bytes([0, flag, method]) + b"\0\0" + content)


def image(*chunks):
    return SIGNATURE + HEAD + b"".join(chunks) + DOT + END


class TestPng:
    @pytest.mark.parametrize("credential", [JSON, JWS])
    @pytest.mark.parametrize("generation", ["ob3", "clr"])
    def test_credential_comes_out_as_it_went_in(self, credential, generation):
        baked = bake_png(PNG, credential, generation=generation)
        assert read_png(baked) == Baked(generation, credential)

    def test_chunk_stands_before_the_image_data_uncompressed_and_the_rest_is_kept(self):
        baked = bake_png(PNG, JSON)
        new = text(JSON)
        assert baked == PNG.replace(PNG[33:], new + PNG[33:])
        assert baked.replace(new, b"") == PNG

    def test_second_credential_is_refused_or_replaces_the_first_when_asked_for(self):
        baked = bake_png(PNG, JSON)
        assert code_of(bake_png, baked, JWS) == CONTAINER
        assert bake_png(baked, JWS, replace=True) == bake_png(PNG, JWS)

    def test_compressed_text_with_language_and_keyword_is_read(self):
        content = b"openbadgecredential\0\1\0fi\0avain\0" + zlib.compress(JSON)
        assert read_png(image(chunk(b"iTXt", content))) == Baked("ob3", JSON)

    def test_older_generations_are_read(self):
        assert read_png(image(text(JSON, b"openbadges"))) == Baked("ob2", JSON)
        old = chunk(b"tEXt", b"openbadges\0https://host.example/a")
        assert read_png(image(old)) == Baked("ob2", b"https://host.example/a")

    def test_other_text_is_no_credential(self):
        assert read_png(image(chunk(b"tEXt", b"Title\0x"), text(b"x", b"Comment"), text(JSON))).content == JSON

    @pytest.mark.parametrize(
        ("png", "code"),
        [
            (b"", UNREADABLE),
            (b"GIF89a", UNREADABLE),
            (SIGNATURE, UNREADABLE),
            (image(), UNREADABLE),
            (image(text(b"")), UNREADABLE),
            (image(text(JSON))[:-3], UNREADABLE),
            (SIGNATURE + HEAD + text(JSON) + DOT, UNREADABLE),
            (SIGNATURE + HEAD + text(JSON) + END, UNREADABLE),
            (SIGNATURE + HEAD + b"\xff\xff\xff\xffiTXt" + bytes(20), UNREADABLE),
            (SIGNATURE + HEAD + chunk(b"1234", b"") + text(JSON) + DOT + END, UNREADABLE),
            (image(text(JSON), text(JSON)), CONTAINER),
            (image(text(JSON), chunk(b"tEXt", b"openbadges\0https://x.example/")), CONTAINER),
            (image(text(JSON), text(JSON, b"clrcredential")), CONTAINER),
            (image(text(JSON)) + b"x", CONTAINER),
            (image() + text(JSON), CONTAINER),
            (SIGNATURE + text(JSON) + HEAD + DOT + END, CONTAINER),
            (SIGNATURE + HEAD + HEAD + text(JSON) + DOT + END, CONTAINER),
            (SIGNATURE + chunk(b"IHDR", b"x") + text(JSON) + DOT + END, CONTAINER),
            (image(text(JSON)[:-4] + bytes(4)), CONTAINER),
            (image(text(JSON, flag=2)), CONTAINER),
            (image(text(JSON, method=1)), CONTAINER),
            (image(text(zlib.compress(JSON)[:-2], flag=1)), CONTAINER),
            (image(text(zlib.compress(JSON) + b"x", flag=1)), CONTAINER),
            (image(text(b"not zlib", flag=1)), CONTAINER),
            (image(chunk(b"iTXt", b"openbadgecredential\0\0")), CONTAINER),
            (image(chunk(b"iTXt", b"openbadgecredential\0\0\0no end")), CONTAINER),
            (image(chunk(b"iTXt", b"openbadgecredential\0\0\0fi\0no end")), CONTAINER),
            (image(chunk(b"tEXt", b"openbadgecredential\0" + JSON)), CONTAINER),
            (image(chunk(b"zTXt", b"openbadges\0\0" + zlib.compress(JSON))), CONTAINER),
            (image(text(zlib.compress(bytes(100 << 20), 9), flag=1)), LIMITS),
            (image(text(b"x" * ((1 << 20) + 1))), LIMITS),
            (image(*[chunk(b"tEXt", b"k\0v")] * 10_000), LIMITS),
            (SIGNATURE + bytes(4 << 20), LIMITS),
        ],
    )
    def test_whatever_is_not_one_sound_carrier_is_refused(self, png, code):
        started = time.process_time()
        assert code_of(read_png, png) == code
        assert time.process_time() - started < 1

    def test_chunks_at_the_bound_are_accepted_and_one_more_refused(self):
        other = chunk(b"tEXt", b"k\0v")
        assert read_png(image(*[other] * 508, text(JSON))).content == JSON
        assert code_of(read_png, image(*[other] * 509, text(JSON))) == LIMITS

    def test_credential_at_the_bound_is_accepted(self):
        assert len(read_png(image(text(b"x" * (1 << 20)))).content) == 1 << 20

    @given(st.binary(max_size=80), st.integers(0, 200))
    def test_damage_anywhere_gives_a_document_error_or_the_same_credential(self, damage, place):
        baked = bake_png(SIGNATURE + HEAD + DOT + END, JSON)
        broken = baked[:place] + damage + baked[place + len(damage) :]
        try:
            content = read_png(broken).content
        except DocumentError:
            content = JSON
        assert content == JSON


@pytest.mark.parametrize("bake", [bake_png, bake_svg])
@pytest.mark.parametrize(
    ("credential", "code"),
    [(b"", LIMITS), (b"x" * ((1 << 20) + 1), LIMITS), (b"\xff", ENCODING), (b'{"a":"\0"}', ENCODING)],
)
def test_what_no_container_can_carry_is_refused(bake, credential, code):
    assert code_of(bake, PNG if bake is bake_png else SVG, credential) == code


def test_image_that_would_grow_beyond_the_bound_is_refused():
    filler = chunk(b"tEXt", b"k\0" + b"v" * ((4 << 20) - 200))
    assert code_of(bake_png, image(filler), b"x" * 500) == LIMITS


OB = "https://purl.imsglobal.org/ob/v3p0"
CLR = "https://purl.imsglobal.org/clr/v2p0"


def svg(inner, attributes="", declaration=""):
    return (
        f'{declaration}<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="{OB}"{attributes}>{inner}</svg>'
    ).encode()


def element(content):
    return f"<openbadges:credential><![CDATA[{content}]]></openbadges:credential>"


class TestSvg:
    @pytest.mark.parametrize("credential", [JSON, JWS, b'{"a":"]]>]]>"}'])
    @pytest.mark.parametrize("generation", ["ob3", "clr"])
    @pytest.mark.parametrize(
        "drawing",
        [
            SVG,
            b'<svg xmlns="http://www.w3.org/2000/svg"/>',
            b'<?xml version="1.0" encoding="utf-8"?><!-- > <svg> --><s:svg a="" xmlns:s="http://www.w3.org/2000/svg"/>',
            b"\xef\xbb\xbf<svg xmlns='http://www.w3.org/2000/svg' title='it\"s'>\xc3\xa4<g/></svg>",
            f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="{OB}" xmlns:clr="{CLR}"><g/></svg>'.encode(),
        ],
        ids=["qr", "empty", "prefixed", "mark", "declared"],
    )
    def test_credential_comes_out_as_it_went_in(self, drawing, credential, generation):
        assert read_svg(bake_svg(drawing, credential, generation=generation)) == Baked(generation, credential)

    def test_credential_is_the_first_child_and_the_rest_is_kept(self):
        baked = bake_svg(SVG, JWS)
        new = b'<openbadges:credential verify="' + JWS + b'"/>'
        declared = f' xmlns:openbadges="{OB}"'.encode()
        assert baked.replace(new, b"").replace(declared, b"") == SVG
        assert baked.index(new) == baked.index(b">") + 1

    def test_second_credential_is_refused_or_replaces_the_first_when_asked_for(self):
        for first, second in ((JSON, JWS), (JWS, JSON)):
            baked = bake_svg(SVG, first)
            assert code_of(bake_svg, baked, second) == CONTAINER
            again = bake_svg(baked, second, replace=True)
            assert read_svg(again).content == second
            assert bake_svg(again, first, replace=True) == baked

    def test_pieces_of_text_are_joined(self):
        inner = '<openbadges:credential>\n <![CDATA[{"a":]]>"&lt;&#228;"<![CDATA[}]]>\n</openbadges:credential>'
        assert read_svg(svg(inner)).content == '{"a":"<ä"}'.encode()

    def test_carrier_is_known_by_its_namespace_and_not_by_its_prefix(self):
        inner = f'<g><x:credential xmlns:x="{OB}" verify="{JWS.decode()}"/></g>'
        assert read_svg(svg(inner)) == Baked("ob3", JWS)
        other = '<x:credential xmlns:x="https://other.example/" verify="a.b.c"/>'
        assert code_of(read_svg, svg(other)) == UNREADABLE

    def test_older_generation_is_read_from_its_attribute(self):
        inner = '<o:assertion xmlns:o="http://openbadges.org" verify="https://host.example/a"><![CDATA[{"a":1}]]></o:assertion>'
        assert read_svg(svg(inner)) == Baked("ob2", b"https://host.example/a")
        inner = '<o:assertion xmlns:o="http://openbadges.org"><![CDATA[{"a":1}]]></o:assertion>'
        assert read_svg(svg(inner)) == Baked("ob2", b'{"a":1}')

    @pytest.mark.parametrize(
        ("drawing", "code"),
        [
            (b"", UNREADABLE),
            (b"not xml", UNREADABLE),
            (svg(""), UNREADABLE),
            (svg(element("")), UNREADABLE),
            (svg('<openbadges:credential verify=" "/>'), UNREADABLE),
            (svg(element("{}"))[:-3], UNREADABLE),
            (b'<html xmlns="http://www.w3.org/1999/xhtml"/>', UNREADABLE),
            (b"<svg><g/></svg>", UNREADABLE),
            (svg(element("{}")) + b"<g/>", UNREADABLE),
            (svg(element("{}"), ' a="1" a="2"'), UNREADABLE),
            (svg(element('{"a":1}') + element('{"a":2}')), CONTAINER),
            (svg(element("{}") + f'<c:credential xmlns:c="{CLR}">x</c:credential>'), CONTAINER),
            (svg(element("{}") + '<o:assertion xmlns:o="http://openbadges.org" verify="x"/>'), CONTAINER),
            (svg('<openbadges:credential verify="a.b.c">{}</openbadges:credential>'), CONTAINER),
            (svg("<openbadges:credential>{<g/>}</openbadges:credential>"), CONTAINER),
            (svg(f"<openbadges:credential>{element('{}')}</openbadges:credential>"), CONTAINER),
            (svg(element("{}"), declaration="<!DOCTYPE svg>"), CONTAINER),
            (svg("<text>&x;</text>", declaration='<!DOCTYPE svg [<!ENTITY x "y">]>'), CONTAINER),
            (
                svg(
                    element("{}"),
                    declaration='<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/x.dtd">',
                ),
                CONTAINER,
            ),
            (svg(element("{}")).decode().encode("utf-16"), ENCODING),
            (svg(element("{}"), declaration='<?xml version="1.0" encoding="ISO-8859-1"?>'), ENCODING),
            (svg(element("{}"), declaration="<?xml version='1.0' encoding = 'utf-7'?>"), ENCODING),
            (svg("<g>" * 32 + element("{}") + "</g>" * 32), LIMITS),
            (svg("<g/>" * 50_000 + element("{}")), LIMITS),
            (svg(element("x" * ((1 << 20) + 1))), LIMITS),
            (svg(f'<openbadges:credential verify="{"x" * ((1 << 20) + 1)}"/>'), LIMITS),
            (b" " * ((4 << 20) + 1), LIMITS),
        ],
    )
    def test_whatever_is_not_one_sound_carrier_is_refused(self, drawing, code):
        started = time.process_time()
        assert code_of(read_svg, drawing) == code
        assert time.process_time() - started < 1

    def test_depth_at_the_bound_is_accepted(self):
        assert read_svg(svg("<g>" * 30 + element("{}") + "</g>" * 30)).content == b"{}"

    def test_prefix_that_means_something_else_is_refused(self):
        drawing = b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="https://other.example/"/>'
        assert code_of(bake_svg, drawing, JSON) == CONTAINER

    @pytest.mark.parametrize("sign", ["\x01", "\x0b", "\x1f", "\ufffe", "\uffff"])
    def test_character_that_xml_cannot_carry_is_refused(self, sign):
        assert code_of(bake_svg, SVG, f'{{"a":"{sign}"}}'.encode()) == CONTAINER

    @pytest.mark.parametrize("credential", [b' {"a":1}', b'{"a":\r\n1}'])
    def test_credential_that_xml_would_change_is_refused(self, credential):
        assert code_of(bake_svg, SVG, credential) == CONTAINER

    def test_root_whose_tag_is_not_found_is_refused(self, monkeypatch):
        monkeypatch.setattr(baking_svg._Finder, "_place", lambda _: 3)
        assert code_of(bake_svg, SVG, JSON) == UNREADABLE

    @given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=60))
    def test_any_text_that_xml_can_carry_survives(self, inner):
        credential = f'{{"a":"{inner}"}}'.encode()
        assert read_svg(bake_svg(SVG, credential)).content == credential
