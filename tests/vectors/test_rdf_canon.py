"""The W3C suite of RDFC-1.0 through our bounded canonicaliser, every test of its manifest."""

import json
from pathlib import Path

import pytest

from schemas import nquads
from schemas.jsonld import TooComplex, canonical_nquads

pytestmark = pytest.mark.shared

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "w3c" / "rdf-canon"
MANIFEST = FOLDER / "manifest.jsonld"
ENTRIES = json.loads(MANIFEST.read_text("utf-8"))["entries"] if MANIFEST.exists() else []
TESTS_IN_SUITE = 86


def _of_type(kind):
    return [pytest.param(e, id=e["id"].lstrip("#")) for e in ENTRIES if e["type"] == f"rdfc:{kind}"]


def _run(entry):
    hash_name = entry.get("hashAlgorithm", "SHA256").lower()
    return canonical_nquads(nquads.parse((FOLDER / entry["action"]).read_text("utf-8")), hash_name=hash_name)


def _expected(entry):
    return (FOLDER / entry["result"]).read_bytes().decode("utf-8")


def test_the_suite_is_whole(shared):
    assert len(ENTRIES) == TESTS_IN_SUITE


@pytest.mark.parametrize("entry", _of_type("RDFC10EvalTest"))
def test_canonical_form_equals_the_published_bytes(entry):
    text, _ = _run(entry)
    assert text == _expected(entry)


@pytest.mark.parametrize("entry", _of_type("RDFC10MapTest"))
def test_names_of_blank_nodes_equal_the_published_map(entry):
    _, issued = _run(entry)
    assert issued == json.loads(_expected(entry))


@pytest.mark.parametrize("entry", _of_type("RDFC10NegativeEvalTest"))
def test_poison_graph_ends_by_budget(entry):
    with pytest.raises(TooComplex) as refusal:
        _run(entry)
    assert refusal.value.code == "structure.too_complex"


@pytest.mark.parametrize("name", ["test044c", "test045c", "test046c"])
def test_the_expensive_graphs_stay_within_the_budget(name):
    entry = next((e for e in ENTRIES if e["id"] == f"#{name}"), None)
    if entry is None:
        pytest.skip("../shared is not here")
    text, _ = _run(entry)
    assert text == _expected(entry)
