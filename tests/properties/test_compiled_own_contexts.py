"""Contexts that nobody has pinned yet: what the compiled path cannot follow is left to the oracle, never guessed."""

import pytest

from schemas import compiled_contexts
from schemas.compiled_canonicaliser import CompiledCanonicaliser, NotCompiledError
from schemas.errors import DocumentError
from schemas.jsonld import SafeProcessor

URL = "https://contexts.example/1"
PLAIN = {
    "@version": 1.1,
    "id": "@id",
    "type": "@type",
    "Thing": "urn:t:Thing",
    "name": "urn:t:name",
    "part": {"@id": "urn:t:part", "@type": "@id"},
}


def pinned(**terms):
    return {URL: {"@context": PLAIN | terms}}


def document(**members):
    return {"@context": [URL], "id": "urn:x:1", "type": ["Thing"], "name": "a"} | members


def both(contexts):
    oracle = SafeProcessor(contexts)
    return CompiledCanonicaliser(contexts, fallback=oracle), oracle


def outcome(canonicalise, asked):
    try:
        return canonicalise(asked)
    except DocumentError as refusal:
        return f"refused: {refusal.code}"


def test_plain_terms_of_a_new_context_are_followed():
    compiled, oracle = both(pinned())
    asked = document(part={"id": "urn:x:2", "type": "Thing", "name": "b"})
    assert compiled.compiled(asked) == oracle(asked)


@pytest.mark.parametrize(
    ("terms", "members"),
    [
        ({"label": {"@id": "urn:t:label", "@container": "@language"}}, {"label": {"fi": "a"}}),
        ({"label": {"@id": "urn:t:label", "@container": "@index"}}, {"label": {"x": "a"}}),
        ({"of": {"@reverse": "urn:t:part", "@type": "@id"}}, {"of": "urn:x:2"}),
        ({"title": {"@id": "urn:t:title", "@language": "fi"}}, {"title": "a"}),
        ({"title": {"@id": "urn:t:title", "@direction": "ltr"}}, {"title": "a"}),
        ({"data": {"@id": "urn:t:data", "@type": "@json"}}, {"data": "a"}),
        ({"data": {"@id": "urn:t:data", "@context": {"data": {"@id": "urn:t:data", "@type": "@json"}}}}, {"data": "a"}),
        (
            {"row": {"@id": "urn:t:row", "@container": "@list", "@context": {"row": {"@id": "urn:t:row"}}}},
            {"row": ["a", "b"]},
        ),
        (
            {"row": {"@id": "urn:t:row", "@context": {"row": {"@id": "urn:t:row", "@container": "@list"}}}},
            {"row": ["a", "b"]},
        ),
        ({"ident": "@id"}, {}),
        ({"Thing": {"@id": "urn:t:Thing", "@context": {"id": None, "ident": "@id"}}}, {}),
        ({"Thing": {"@id": "urn:t:Thing", "@context": "https://elsewhere.example/"}}, {}),
        ({"Thing": {"@id": "urn:t:Thing", "@context": {"@protected": True, "name": "urn:t:other"}}}, {"x": "a"}),
    ],
    ids=str,
)
def test_what_is_not_followed_is_left_to_the_oracle(terms, members):
    compiled, oracle = both(pinned(**terms))
    asked = document(**members)
    with pytest.raises(NotCompiledError):
        compiled.compiled(asked)
    assert outcome(compiled, asked) == outcome(oracle, asked)


def test_sets_of_types_beyond_the_bound_are_left_to_the_oracle(monkeypatch):
    compiled, oracle = both(pinned(Other="urn:t:Other"))
    assert compiled.compiled(document()) == oracle(document())
    monkeypatch.setattr(compiled_contexts, "_MAX_TYPE_SETS", 1)
    with pytest.raises(NotCompiledError):
        compiled.compiled(document(type=["Other"]))
    assert compiled(document(type=["Other"])) == oracle(document(type=["Other"]))
    assert compiled.compiled(document()) == oracle(document())


def test_addresses_beyond_the_bound_make_room_for_new_ones(monkeypatch):
    monkeypatch.setattr(compiled_contexts, "_MAX_IRIS", 2)
    compiled, oracle = both(pinned())
    for number in range(5):
        asked = document(part=f"urn:x:part-{number}")
        assert compiled.compiled(asked) == oracle(asked)
    assert len(compiled._contexts.iris) <= 2


def test_a_long_address_is_read_and_not_remembered():
    compiled, oracle = both(pinned())
    asked = document(part="urn:x:" + "y" * 300)
    assert compiled.compiled(asked) == oracle(asked)
    assert max(map(len, compiled._contexts.iris)) <= 256
