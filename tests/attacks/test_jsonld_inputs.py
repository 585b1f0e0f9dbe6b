"""Hostile linked data: contexts, smuggled members and poison graphs (threats A7 to A13)."""

import json
import socket
import time
from pathlib import Path

import pytest

from schemas import strict_json
from schemas.errors import DocumentError
from schemas.jsonld import SafeProcessor, TooComplex

pytestmark = pytest.mark.shared

GENERATED = Path(__file__).parents[3] / "shared" / "data" / "security" / "generated"
PROCESSOR = SafeProcessor()

# What is refused below the JSON Schema and the rules of the data model; the rest is theirs.
CODES = {
    "undefined-term-top": "jsonld.terms",
    "undefined-term-subject": "jsonld.terms",
    "undefined-term-deep": "jsonld.terms",
    "at-foo": "jsonld.keyword",
    "bnode-key": "jsonld.keyword",
    "null-term": "jsonld.keyword",
    "nest-smuggle": "jsonld.keyword",
    "included-smuggle": "jsonld.keyword",
    "reverse-smuggle": "jsonld.keyword",
    "graph-smuggle": "jsonld.keyword",
    "vocab-inline": "context.nested",
    "alias-term": "context.nested",
    "redefine-protected": "context.nested",
    "redefine-scoped": "context.nested",
    "nested-ctx-null": "context.nested",
    "nested-ctx-remote": "context.nested",
    "nested-ctx-inline": "context.nested",
    "undefined-terms-ctx": "context.known",
    "ctx-remote-unknown": "context.known",
    "ctx-file": "context.known",
    "ctx-http-downgrade": "context.known",
    "ctx-trailing-slash": "context.known",
    "ctx-string-only": "jsonld.terms",
    "type-relative": "jsonld.terms",
    "id-relative-subject": "jsonld.iri",
    "same-node-twice": "jsonld.node_conflict",
    "lang-bad": "jsonld.language",
    "number-1e400": "input.json",
    "lone-surrogate": "input.encoding",
    "nul-in-name": "input.encoding",
}
# Refused by context.order, the schema, the data model or the rules on time; warned about (text.spoofing); or accepted.
LATER = {
    "ctx-order", "type-dup", "id-missing", "number-string", "validUntil-number", "validUntil-notz",
    "validFrom-after-until", "leap-second", "year-10000", "tz+14:01",
    "dir-rtl-override", "homograph-name", "control-chars", "zalgo",
    "nfd-name", "number-float",
}  # fmt: skip


def code_of(path):
    started = time.process_time()
    try:
        PROCESSOR(strict_json.read_object(path.read_bytes()))
        code = None
    except TooComplex:
        code = "budget"
    except DocumentError as refusal:
        code = refusal.code
    assert time.process_time() - started < 1
    return code


@pytest.fixture(autouse=True)
def _no_sockets(shared, monkeypatch):
    monkeypatch.setattr(socket, "socket", lambda *_: pytest.fail("a socket was opened"))


def test_every_generated_document_has_an_expectation():
    names = json.loads((GENERATED / "jsonld" / "MANIFEST.json").read_text("utf-8"))
    assert set(names) == set(CODES) | LATER


@pytest.mark.parametrize(("name", "code"), CODES.items())
def test_hostile_document_is_refused_with_its_code(name, code):
    assert code_of(GENERATED / "jsonld" / f"{name}.json") == code


@pytest.mark.parametrize("name", sorted(LATER))
def test_document_whose_fault_is_not_of_json_ld_comes_through(name):
    assert code_of(GENERATED / "jsonld" / f"{name}.json") is None


POISON = sorted(path.name for path in (GENERATED / "rdf-poison").glob("*.json"))


@pytest.mark.parametrize("name", POISON)
def test_poison_graph_is_refused_quickly(name):
    expected = "jsonld.keyword" if name.startswith("clique") else "structure.too_complex"
    assert code_of(GENERATED / "rdf-poison" / name) == expected


@pytest.mark.parametrize("name", [name for name in POISON if "-4." not in name])
def test_poison_graph_ends_by_budget_where_siblings_are_not_compared(name):
    generic = SafeProcessor(inline_contexts=True)
    document = json.loads((GENERATED / "rdf-poison" / name).read_text("utf-8"))
    started = time.process_time()
    with pytest.raises(DocumentError) as refusal:
        generic(document)
    assert time.process_time() - started < 1
    assert refusal.value.code == ("jsonld.keyword" if name.startswith("clique") else "structure.too_complex")


def test_thousands_of_different_words_in_one_array_reach_a_bound():
    document = json.loads((GENERATED / "jsonld" / "nfd-name.json").read_text("utf-8"))
    document["credentialSubject"]["achievement"]["tag"] = [f"t{n}" for n in range(1900)]
    with pytest.raises(DocumentError) as refusal:
        PROCESSOR(document)
    assert refusal.value.code == "input.limits"
