"""Hostile JSON: the JSONTestSuite and our own inputs against the strict reader (threats A2 to A5)."""

import time
from pathlib import Path

import pytest

from schemas import strict_json
from schemas.errors import DocumentError

pytestmark = pytest.mark.shared

SECURITY = Path(__file__).parents[3] / "shared" / "data" / "security"
SUITE = sorted((SECURITY / "json" / "test_parsing").glob("*.json"))
CODES = {"input.encoding", "input.json", "input.limits"}

# valid by the grammar, refused on purpose: a name twice, U+0000
REFUSED_ON_PURPOSE = {
    "y_object_duplicated_key.json",
    "y_object_duplicated_key_and_value.json",
    "y_object_escaped_null_in_key.json",
    "y_string_null_escape.json",
}

GENERATED = {
    "1e400.json": "input.json",
    "bom.json": "input.encoding",
    "deep-array-100k.json": "input.json",
    "deep-object-20k.json": "input.json",
    "dup-keys-escaped.json": "input.json",
    "dup-keys.json": "input.json",
    "hash-collide-keys.json": "input.limits",
    "inf.json": "input.json",
    "int-2e53+1.json": "input.json",
    "int-5000-digits.json": "input.json",
    "lone-surrogate.json": "input.encoding",
    "nan.json": "input.json",
    "nul.json": "input.encoding",
    "proto.json": None,
    "utf16.json": "input.encoding",
}


def code_of(data):
    try:
        strict_json.read(data)
    except DocumentError as refusal:
        return refusal.code
    return None


def _of_kind(letter):
    return [pytest.param(path, id=path.stem) for path in SUITE if path.name.startswith(letter)]


def test_the_suite_is_whole(shared):
    assert (len(_of_kind("n_")), len(_of_kind("y_"))) == (188, 95)


@pytest.mark.parametrize("path", _of_kind("n_"))
def test_text_that_is_not_json_is_refused(path):
    assert code_of(path.read_bytes()) in CODES


@pytest.mark.parametrize("path", _of_kind("y_"))
def test_text_that_is_json_is_accepted_but_for_names_twice_and_nul(path):
    code = code_of(path.read_bytes())
    assert (code in CODES) if path.name in REFUSED_ON_PURPOSE else (code is None)


@pytest.mark.parametrize("path", _of_kind("i_"))
def test_text_at_the_edge_of_the_grammar_gives_a_value_or_a_code(path):
    assert code_of(path.read_bytes()) in {None, *CODES}


@pytest.mark.parametrize(
    "path", [pytest.param(p, id=p.stem) for p in sorted((SECURITY / "json" / "test_transform").glob("*"))]
)
def test_text_that_readers_see_differently_gives_a_value_or_a_code(path):
    assert code_of(path.read_bytes()) in {None, *CODES}


def test_every_generated_input_has_an_expectation(shared):
    assert {path.name for path in (SECURITY / "generated" / "json").iterdir()} == set(GENERATED)


@pytest.mark.parametrize(("name", "code"), GENERATED.items())
def test_generated_input_ends_quickly_with_its_code(shared, name, code):
    data = (SECURITY / "generated" / "json" / name).read_bytes()
    started = time.process_time()
    assert code_of(data) == code
    assert time.process_time() - started < 0.05
