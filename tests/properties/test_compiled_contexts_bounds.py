"""What the compiled contexts leave to others, and how little a stranger can make them hold."""

import copy
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from properties.credential_kinds import KINDS
from properties.mutations import HOSTILE_TEXTS, TYPES

from schemas import compiled_contexts
from schemas.compiled_canonicaliser import CompiledCanonicaliser, NotCompiledError
from schemas.errors import DocumentError
from schemas.jsonld import SafeProcessor, TooComplex
from schemas.warm_documents import warm_documents

SAFE = SafeProcessor()
BADGE = KINDS["small badge"]


def unreachable(document, *, hash_name="sha256"):
    raise AssertionError("an honest document left the compiled path")


def cold(fallback=unreachable, **bounds):
    return CompiledCanonicaliser(fallback=fallback, **bounds)


def badge(**members):
    return copy.deepcopy(BADGE) | members


@pytest.mark.parametrize("kind", KINDS)
def test_no_honest_document_needs_the_fallback(kind):
    assert cold()(KINDS[kind])


def test_what_the_tables_do_not_know_goes_to_the_fallback_with_the_hash_that_was_asked_for():
    asked = []

    def fallback(document, *, hash_name="sha256"):
        asked.append((document["name"], hash_name))
        return "from the fallback"

    assert cold(fallback)(badge(name=None), hash_name="sha384") == "from the fallback"
    assert asked == [(None, "sha384")]


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
@pytest.mark.parametrize("member", ["name", "description"])
def test_every_text_is_escaped_as_the_oracle_does_or_left_to_it(text, member):
    document = badge(**{member: text})
    canonicalise = cold()
    if text.startswith("_:"):
        with pytest.raises(NotCompiledError):
            canonicalise.compiled(document)
    else:
        assert canonicalise.compiled(document) == SAFE(document)


def test_text_of_line_ends_beyond_ascii_stays_in_its_line():
    assert " a\u0085b\u2028c" in cold()(badge(name=" a\u0085b\u2028c"))


def test_seven_types_on_one_object_are_left_to_the_oracle():
    with pytest.raises(NotCompiledError):
        cold().compiled(badge(type=[name for name in TYPES if name[0].isupper()][: compiled_contexts.MAX_TYPES + 1]))


def test_warm_tables_hold_every_place_of_an_ordinary_badge_so_that_full_ones_still_serve_it(monkeypatch):
    canonicalise = cold()
    canonicalise.warm()
    monkeypatch.setattr(compiled_contexts, "MAX_PLACES", 0)
    for kind in ("small badge", "badge of 28 requirements", "endorsement", "status list", "proof options"):
        assert canonicalise.compiled(KINDS[kind])


def test_documents_for_warming_are_sound():
    for document in warm_documents():
        assert cold().compiled(document) == SAFE(document)


def test_a_full_table_keeps_what_it_has_and_leaves_the_rest_to_the_oracle(monkeypatch):
    canonicalise = cold(SAFE)
    canonicalise.compiled(BADGE)
    monkeypatch.setattr(compiled_contexts, "MAX_PLACES", 0)
    assert canonicalise.compiled(BADGE) == SAFE(BADGE)
    with pytest.raises(NotCompiledError):
        canonicalise.compiled(KINDS["learner record"])
    assert canonicalise(KINDS["learner record"]) == SAFE(KINDS["learner record"])


def test_one_object_more_than_allowed_is_left_to_the_oracle():
    assert cold(max_nodes=17).compiled(BADGE)
    with pytest.raises(NotCompiledError):
        cold(max_nodes=16).compiled(BADGE)


def test_equal_siblings_are_refused_with_the_code_and_place_of_the_rules():
    document = badge()
    document["credentialSubject"]["result"] *= 2
    with pytest.raises(DocumentError) as refusal:
        cold()(document)
    assert (refusal.value.code, refusal.value.pointer) == ("structure.too_complex", "/credentialSubject/result/1")


def test_alike_nodes_beyond_the_budget_are_too_complex_on_both_paths():
    document = badge()
    document["credentialSubject"]["result"] = [
        {"type": ["Result"], "alignment": [{"type": ["Alignment"], "targetName": "x"}], "value": str(n)}
        for n in range(6)
    ]
    assert cold(budget=5000).compiled(document) == SafeProcessor(budget=5000)(document)
    for path in (cold(budget=0), SafeProcessor(budget=0)):
        with pytest.raises(TooComplex):
            path(document)


def test_many_threads_that_fill_cold_tables_read_what_one_reads():
    canonicalise = cold()
    expected = {kind: SAFE(document) for kind, document in KINDS.items()}
    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(lambda kind: (kind, canonicalise(KINDS[kind])), [*KINDS] * 4))
    assert all(text == expected[kind] for kind, text in results)


def test_many_threads_through_pyld_alone_never_spoil_each_others_contexts():
    expected = SAFE(BADGE)
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(16) as threads:
            assert set(threads.map(SAFE, [BADGE] * 100)) == {expected}
    finally:
        sys.setswitchinterval(before)


def test_documents_are_not_changed():
    for kind, document in KINDS.items():
        before = copy.deepcopy(document)
        cold()(document)
        assert document == before, kind
