"""Texts of the catalogue: HTML to plain lines, languages, words to search by."""

import time

import pytest

from issuer.domain.catalogue_choice import search_words, searchable
from issuer.domain.catalogue_text import ListItem, Text, fold, list_items, localised, plain, unit_name


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<p>osaa&nbsp;lukea.</p>", "osaa lukea"),
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("  a\n\tb ;. ", "a b"),
        ("a<br/>b", "a b"),
        ("\x8a\x8aOpiskelija", "Opiskelija"),
        ("a\u202eb\u200bc", "abc"),
        ("pitkä\u00adsana", "pitkä\u00adsana"),
        ("a\u0308iti", "äiti"),
        ("1 < 2 ja 3 > 2", "1 < 2 ja 3 > 2"),
        ("a<!-- b -->c</p >d", "a c d"),
        ("avoin <b", "avoin <b"),
    ],
)
def test_html_becomes_one_plain_line(source, expected):
    assert plain(source) == expected


def test_english_that_repeats_finnish_is_dropped_and_a_real_one_stays():
    assert localised("Osa", "Del", "Osa") == Text("Osa", "Del", "")
    assert localised("Osa", "Del", "Unit") == Text("Osa", "Del", "Unit")


@pytest.mark.parametrize(("wanted", "expected"), [("sv", "sv"), ("en", "fi"), ("fi", "fi"), ("de", "fi")])
def test_a_missing_language_falls_back_to_finnish(wanted, expected):
    assert Text("suomi", "svenska").language_for(wanted) == expected


def test_a_text_without_finnish_falls_back_to_swedish_and_an_empty_one_to_nothing():
    assert Text("", "svenska", "English").in_language("fi") == "svenska"
    assert Text().in_language("fi") == Text().language_for("fi") == ""


def test_a_remark_on_scope_is_no_part_of_a_name():
    assert unit_name(Text("Osa", "Del, 12 kp i svenskspråkig utbildning")).sv == "Del"
    assert unit_name(Text("Osa", "Del, kpl")).sv == "Del, kpl"


@pytest.mark.parametrize(
    ("source", "texts"),
    [
        ("", []),
        ("<p>ei luetteloa</p>", []),
        ("<ul><li>a</li><li>b.</li></ul>", ["a", "b"]),
        ("<ul><li>a<li>b</ul>", ["a", "b"]),
        ("<UL><LI CLASS='x'>a</LI></UL>", ["a"]),
        ("<ul><li> </li><li>a</li></ul>", ["a"]),
        ("<ol><li>tekee<ul><li>a</li><li>b</li></ul></li><li>c</li></ol>", ["tekee a", "tekee b", "c"]),
        ("<ul><li>tekee<ul><li>a</li></ul>jälkisana</li></ul>", ["tekee a"]),
        ("<ul><li>a <b>lihava</b> c</li></ul>", ["a lihava c"]),
        ("<ul><li>a<p>b</p></li></ul>", ["a b"]),
        ("<dl><dt>Opiskelija</dt><dd>a</dd><dd>b</dd></dl>", ["a", "b"]),
        ("<li>irrallinen", ["irrallinen"]),
        ("</ul></li><ul><li>a</ul></ul>", ["a"]),
        ("<link><ul><dd>a</dd></ul>", ["a"]),
    ],
)
def test_the_innermost_items_of_lists_count(source, texts):
    assert [item.text for item in list_items(source)] == texts


def test_words_before_a_list_are_its_intro_and_the_heading_before_them_its_group():
    source = "<p><b>Aamu</b></p><p>Opiskelija osaa</p><ul><li>a</li></ul><p>Lisäksi</p><ul><li>b</li></ul>"
    assert list_items(source) == (ListItem("a", "Aamu", "Opiskelija osaa"), ListItem("b", "", "Lisäksi"))


@pytest.mark.parametrize(
    "source",
    [
        "<" * 200_000,
        "<li>" * 50_000,
        "<ul><li>" * 50_000,
        "<ul><li>a<li>b" * 20_000,
        "<li>" + "a<p>" * 50_000,
        "&" * 200_000,
        "<b " * 60_000,
    ],
)
def test_hostile_html_takes_little_time(source):
    start = time.perf_counter()
    list_items(source)
    assert time.perf_counter() - start < 20  # a quadratic reader takes minutes


@pytest.mark.parametrize("typed", ["Polkupyörän HUOLTO", "polkupyoran huolto", "POLKUPYO\u0308RA\u0308N  huolto"])
def test_search_words_do_not_see_case_or_dots(typed):
    assert search_words(typed) == ("polkupyoran", "huolto")


def test_a_code_is_searched_with_or_without_its_prefix():
    assert search_words("tutkinnonosat_106889") == search_words("106889") == ("106889",)


def test_what_is_searched_holds_number_names_and_register_number():
    assert searchable("tutkinnonosat_1", ["Ålänning", ""], "OPH-1-2020") == "1 alanning oph-1-2020"


def test_folding_keeps_letters_that_are_no_dotted_ones():
    assert fold("Straße ÆØ ﬁ") == "strasse æø fi"
