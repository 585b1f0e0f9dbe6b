"""The W3C suite of RDFC-1.0 through the canonicaliser of the compiled path, which works on N-Quads text."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from schemas import nquads
from schemas.document_quads import quote_any
from schemas.rdf_canonical import Dataset, Quad, Term, WorkExceededError, canonical_form

pytestmark = pytest.mark.shared

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "w3c" / "rdf-canon"
MANIFEST = FOLDER / "manifest.jsonld"
ENTRIES = json.loads(MANIFEST.read_text("utf-8"))["entries"] if MANIFEST.exists() else []
XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"


def of_type(kind):
    return [pytest.param(e, id=e["id"].lstrip("#")) for e in ENTRIES if e["type"] == f"rdfc:{kind}"]


def term(value: Mapping[str, str], numbers: dict[str, int]) -> Term:
    text = value["value"]
    if value["type"] == "blank node" or text.startswith("_:"):
        return numbers.setdefault(text, len(numbers))
    if value["type"] == "IRI":
        return f"<{text}>"
    if "language" in value:
        return f"{quote_any(text)}@{value['language']}"
    return quote_any(text) + ("" if value["datatype"] == XSD_STRING else f"^^<{value['datatype']}>")


def dataset(text: str) -> Dataset:
    numbers: dict[str, int] = {}
    quads: list[Quad] = []
    for name, statements in nquads.parse(text).items():
        graph = None if name == "@default" else term({"type": "IRI", "value": name}, numbers)
        quads += [
            (term(s["subject"], numbers), f"<{s['predicate']['value']}>", term(s["object"], numbers), graph)
            for s in statements
        ]
    return Dataset(quads, len(numbers))


def run(entry):
    source = dataset((FOLDER / entry["action"]).read_bytes().decode("utf-8"))
    return canonical_form(source, hash_name=entry.get("hashAlgorithm", "SHA256").lower(), budget=5000)


@pytest.mark.parametrize("entry", of_type("RDFC10EvalTest"))
def test_canonical_form_equals_the_published_bytes(entry):
    assert run(entry) == (FOLDER / entry["result"]).read_bytes().decode("utf-8")


@pytest.mark.parametrize("entry", of_type("RDFC10NegativeEvalTest"))
def test_poison_graph_ends_by_budget(entry):
    with pytest.raises(WorkExceededError):
        run(entry)
