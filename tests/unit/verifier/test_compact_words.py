"""The words of the small code: the same in all languages, every answer has some, and none is left unused."""

import json
import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import compact_cases
import compact_world as world
import pytest

import verifier
from verifier.bundle import read_bundle
from verifier.compact import check_code
from verifier.compact_view import compact_view
from verifier.texts import LANGUAGES

PACKAGE = Path(verifier.__file__).parent
TABLES = {one: json.loads((PACKAGE / "locales" / f"compact.{one}.json").read_text()) for one in LANGUAGES}
BUNDLE = read_bundle(world.bundle())
CASES = compact_cases.cases()


def test_the_languages_have_the_same_keys_and_places():
    places = [{key: sorted(re.findall(r"\{(\w+)\}", text)) for key, text in one.items()} for one in TABLES.values()]
    assert [one.keys() for one in places] == [places[0].keys()] * 4
    differ = {key for key in places[0] for one in places if set(one[key]) != set(places[0][key])}
    assert differ <= {"age.one", "age.today"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_is_said_with_the_age_of_the_list(language):
    for case in CASES:
        view = compact_view(check_code(case["text"], BUNDLE, datetime.fromisoformat(case["at"])), language)
        assert view.headline
        assert view.age
        assert view.sentences
        assert "{" not in "".join((view.headline, view.age, *view.sentences))
        assert (view.name is not None) == (case["code"] not in SILENT), case["name"]


SILENT = {"compact.form", "compact.algorithm", "compact.claims", "compact.signature", "compact.key_unknown"} | {
    "compact.key_perhaps_newer",
    "compact.key_compromised",
}


def test_without_a_list_the_headline_says_so():
    view = compact_view(check_code(world.code(), None, world.AT), "fi")
    assert (view.headline, view.age) == ("Emme pystyneet tarkistamaan tätä koodia. Tarkistuslistaa ei ole.", "")


def test_a_code_without_names_in_the_bundle_is_told_by_numbers():
    bare = read_bundle(world.signed({**world.content(), "units": [], "competences": [], "issuers": []}))
    view = compact_view(check_code(world.code(), bare, world.AT), "fi")
    assert view.name == ("Tutkinnon osa 106889", "fi")
    assert view.skills[0].text == "Ammattitaitovaatimus 1"
    assert view.facts[0].value == world.DID
    other = compact_view(check_code(world.code(world.NO_UNIT), bare, world.AT), "en")
    assert other.name == ("A competence that is no unit of a qualification", "en")


def test_a_text_in_another_language_is_marked_with_it():
    view = compact_view(check_code(world.code(), BUNDLE, world.AT), "en")
    assert {skill.language for skill in view.skills} == {"fi"}
    assert view.name == ("Bicycle service", "en")


@pytest.mark.parametrize(
    ("index", "headline"),
    [
        (world.REVOKED, "Tämä merkki on korvattu uudella. Pyydä uusi."),
        (world.FOR_CAUSE, "Myöntäjä on perunut tämän merkin."),
        (world.CHECKED, "Merkki on aito. Myöntäjä tarkistaa sitä."),
    ],
)
def test_what_the_list_says_of_the_badge_is_the_headline(index, headline):
    view = compact_view(check_code(world.code(replace(world.CLAIMS, index=index)), BUNDLE, world.AT), "fi")
    assert view.headline == headline
    assert "marraskuu 2026" in view.sentences[1]


def test_every_word_is_used_somewhere():
    files = [*PACKAGE.glob("*.py"), *(PACKAGE / "templates").glob("*.html"), *(PACKAGE / "static").glob("*.js")]
    text = "\n".join(path.read_text() for path in files)
    begun = ("headline.", "fact.", "reason.", "covers.", "age.", "kind.")
    unused = {key for key in TABLES["fi"] if f'"{key}"' not in text and f"'{key}'" not in text}
    assert {key for key in unused if not key.startswith(begun)} == set()


@pytest.mark.parametrize("key", TABLES["fi-x-selko"])
def test_plain_finnish_is_short_and_without_heavy_words(key):
    text = TABLES["fi-x-selko"][key]
    assert all(len(sentence.split()) <= 12 for sentence in re.split(r"(?<=[.!?])\s", text))
    assert not re.search(r"mikäli|suorit|toteut", text)
