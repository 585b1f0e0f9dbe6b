"""Safe JSON-LD on twisted documents: an answer or a document error, and every answer is canonical N-Quads."""

import copy
import random

import pytest
from document_samples import full_badge
from properties.credential_kinds import KINDS
from properties.mutations import mutated, objects

from schemas import nquads
from schemas.errors import DocumentError
from schemas.jsonld import PINNED_CONTEXTS, W3C_CONTEXTS, SafeProcessor, canonical_nquads

DOCUMENTS_A_CHUNK = 100
CHUNKS_IN_EVERY_RUN = 2
ALL_CHUNKS = 100
PROCESSORS = {"badges": SafeProcessor(), "generic": SafeProcessor(W3C_CONTEXTS, inline_contexts=True)}
# What an inline context may hold, odd things among them; PyLD falls over some.
INLINE = (
    {"@vocab": None},
    {"@vocab": "https://x.example/"},
    {"@vocab": "relative"},
    {"@base": "https://x.example/"},
    {"@base": None},
    {"@version": 1.1},
    {"@protected": True, "a": "https://x.example/a"},
    {"name": "https://x.example/name"},
    {"name": None},
    {"type": "@type"},
    {"a": {"@id": "https://x.example/a", "@type": "@json"}},
    {"a": {"@id": "https://x.example/a", "@container": "@list"}},
    {"a": {"@id": "https://x.example/a", "@container": "@language"}},
    {"a": {"@id": "https://x.example/a", "@container": "@graph"}},
    {"a": {"@reverse": "https://x.example/a"}},
    {"a": {"@id": "b:c"}, "b": "a:d"},
    {"a": 5},
    {"a:b": "https://x.example/ab", "@id": "x"},
    {"http://[": "x"},
    None,
    5,
)


def documents(chunk):
    kinds = list(KINDS.values())
    for seed in range(chunk * DOCUMENTS_A_CHUNK, (chunk + 1) * DOCUMENTS_A_CHUNK):
        yield seed, mutated(kinds[seed % len(kinds)], seed)


@pytest.mark.parametrize("policy", PROCESSORS)
@pytest.mark.parametrize(
    "chunk", [pytest.param(n, marks=() if n < CHUNKS_IN_EVERY_RUN else pytest.mark.slow) for n in range(ALL_CHUNKS)]
)
def test_twisted_document_gives_canonical_quads_or_a_document_error(chunk, policy):
    accepted = 0
    for seed, document in documents(chunk):
        before = copy.deepcopy(document)
        try:
            text = PROCESSORS[policy](document)
        except DocumentError:
            continue
        finally:
            assert document == before, f"seed {seed} was changed"
        accepted += 1
        assert canonical_nquads(nquads.parse(text))[0] == text, f"seed {seed}"
    assert accepted > DOCUMENTS_A_CHUNK // 5


@pytest.mark.parametrize("context", INLINE, ids=str)
def test_odd_inline_context_gives_an_answer_or_a_document_error(context):
    draw = random.Random(5)  # noqa: S311 – repeatable on purpose
    for document in map(copy.deepcopy, KINDS.values()):
        contexts = document["@context"]
        document["@context"] = [*(contexts if isinstance(contexts, list) else [contexts]), context]
        document["a"] = draw.choice(["x", ["x", "y"], {"id": "urn:x:1"}, {"en": "x"}, 5])
        try:
            text = PROCESSORS["generic"](document)
        except DocumentError:
            continue
        assert text.endswith(" .\n")


def _terms():
    """Every name that the contexts of a badge know, and some that none knows."""
    found, pending = {"x", "toString", "@id"}, [PINNED_CONTEXTS[url] for url in full_badge()["@context"]]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            found.update(name for name in item if not name.startswith("@"))
            pending.extend(item.values())
    return sorted(found)


PLANTED = ("x", "", "@json", "2026-01-01T00:00:00Z", "urn:x:1", 5, True, ["x"], {"id": "urn:x:1"}, {"type": "Profile"},
           {"@value": "x"}, {"@value": ""}, {"id": "did:web:host.example"})  # fmt: skip
PLANTED_A_CHUNK = 50


@pytest.mark.parametrize("chunk", [pytest.param(n, marks=() if n < 2 else pytest.mark.slow) for n in range(100)])
def test_nothing_that_is_not_signed_can_be_added_to_a_badge(chunk):
    draw = random.Random(chunk)  # noqa: S311 – repeatable on purpose
    terms, signed = _terms(), PROCESSORS["badges"](full_badge())
    for _ in range(PLANTED_A_CHUNK):
        document = full_badge()
        place = draw.choice(objects(document))
        term, value = draw.choice(terms), copy.deepcopy(draw.choice(PLANTED))
        if term in place:
            continue
        place[term] = value
        try:
            text = PROCESSORS["badges"](document)
        except DocumentError:
            continue
        assert text != signed, (term, value)
