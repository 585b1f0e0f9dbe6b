"""Every page text is there in each language, with the same places to fill."""

import json
import re
import string
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from issuer import i18n

LOCALES = Path(i18n.__file__).with_name("locales")
TEMPLATES = Path(i18n.__file__).parent / "pages" / "templates"
FOLDERS = [LOCALES, *sorted(folder for folder in LOCALES.iterdir() if folder.is_dir())]


@pytest.fixture(params=FOLDERS, ids=lambda folder: folder.name)
def folder(request):
    return request.param


def finnish(folder):
    return json.loads((folder / "pages.fi.json").read_text())


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_language_has_the_same_texts_with_the_same_places(language, folder):
    other = json.loads((folder / f"pages.{language}.json").read_text())
    assert other.keys() == finnish(folder).keys()
    for key, text in finnish(folder).items():
        assert places(other[key]) == places(text), key
        assert other[key].strip() == other[key] != "", key


def test_a_key_stands_in_one_folder_only():
    keys = [key for folder in FOLDERS for key in finnish(folder)]
    assert len(keys) == len(set(keys))


def test_plain_finnish_says_a_part_of_the_same_with_the_same_places(folder):
    path = folder / "pages.fi-x-selko.json"
    plain = json.loads(path.read_text()) if path.exists() else {}
    assert plain.keys() <= finnish(folder).keys()
    for key, text in plain.items():
        assert places(text) == places(finnish(folder)[key]), key
        assert max(len(sentence.split()) for sentence in text.split(".")) <= 12, key


def places(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_every_text_that_a_template_names_is_there(path):
    named = set(re.findall(r"""\bt\(["']([a-z0-9_.]+[a-z0-9_])["'][,)]""", path.read_text()))
    assert named <= i18n.texts().keys("fi")


# Scripts may only add something (screens.md rule 2): each is a file of ours or the verifier's, none stands in a page.
OWN_SCRIPT = re.compile(r"<script src=\"\{\{ (?:own_)?static\('[a-z_]+\.js'\) \}\}\" defer></script>")


def test_no_template_holds_a_script_or_a_style_or_another_origin():
    for path in TEMPLATES.rglob("*.html"):
        text = OWN_SCRIPT.sub("", path.read_text())
        assert "<script" not in text
        assert "style=" not in text
        assert " on" not in re.sub(r"\{[#%{].*?[#%}]\}|>[^<]*<", "", text, flags=re.DOTALL)
        assert not re.search(r"(src|href|action)=\"(https?:)?//", text)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("fi", "22.11.2026 klo 14.05"),
        ("fi-x-selko", "22.11.2026 klo 14.05"),
        ("sv", "22.11.2026 kl. 14.05"),
        ("en", "22 Nov 2026, 14:05"),
    ],
)
def test_a_moment_reads_as_people_of_the_language_write_it(language, expected):
    assert i18n.moment(datetime(2026, 11, 22, 12, 5, tzinfo=UTC), language) == expected


@pytest.mark.parametrize(
    ("language", "expected"), [("fi", "marraskuu 2026"), ("sv", "november 2026"), ("en", "November 2026")]
)
def test_a_month_has_no_day(language, expected):
    assert i18n.month(date(2026, 11, 1), language) == expected
