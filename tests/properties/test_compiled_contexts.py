"""The compiled contexts against PyLD in safe mode, their oracle: never another answer, never laxer."""

import copy
from collections import Counter

import pytest
from properties import differential_log
from properties.credential_kinds import KINDS, Document
from properties.mutations import HOSTILE_TEXTS, HOSTILE_VALUES, mutated, slots

from schemas.compiled_canonicaliser import CompiledCanonicaliser, NotCompiledError
from schemas.errors import DocumentError
from schemas.jsonld import SafeProcessor

DOCUMENTS_A_CHUNK = 500
CHUNKS_IN_EVERY_RUN = 10
ALL_CHUNKS = 400
ONE_OF_THE_LEFT = 8

SAFE = SafeProcessor()
COMPILED = CompiledCanonicaliser(fallback=SAFE)


def oracle(document: Document) -> str:
    try:
        return SAFE(document)
    except DocumentError as problem:
        return f"refused: {problem.code} {problem.pointer}"


def compiled(document: Document) -> str | None:
    """Return what the tables say; None if they leave the document to the oracle."""
    try:
        return COMPILED.compiled(document)
    except NotCompiledError:
        return None
    except DocumentError as problem:
        return f"refused: {problem.code} {problem.pointer}"


@pytest.mark.parametrize("kind", KINDS)
def test_an_honest_document_of_every_kind_stays_on_the_tables_and_equals_the_oracle(kind: str) -> None:
    assert compiled(KINDS[kind]) == SAFE(KINDS[kind])


@pytest.mark.parametrize(
    "chunk", [pytest.param(n, marks=() if n < CHUNKS_IN_EVERY_RUN else pytest.mark.slow) for n in range(ALL_CHUNKS)]
)
def test_no_twisted_document_is_read_otherwise_or_accepted_where_the_oracle_refuses(chunk: int) -> None:
    if differential_log.has_run(chunk):
        pytest.skip("has run on these sources")
    outcomes: Counter[str] = Counter()
    kinds = list(KINDS.values())
    for seed in range(chunk * DOCUMENTS_A_CHUNK, (chunk + 1) * DOCUMENTS_A_CHUNK):
        document = mutated(kinds[seed % len(kinds)], seed)
        by_tables = compiled(document)
        if by_tables is None and chunk >= CHUNKS_IN_EVERY_RUN and seed % ONE_OF_THE_LEFT:
            outcomes["not asked"] += 1  # nothing to compare: what is left to the oracle is answered by the oracle
            continue
        by_oracle = oracle(document)
        assert by_tables in (None, by_oracle), f"seed {seed}"
        outcomes["refused" if by_oracle.startswith("refused") else "left" if by_tables is None else "equal"] += 1
    # The comparison would be empty if documents were all refused, or all left to the oracle.
    assert outcomes["equal"] > DOCUMENTS_A_CHUNK // 5
    assert outcomes["left"] < outcomes["equal"] // 5
    differential_log.note(chunk, outcomes)


def with_value(document: Document, number: int, value: object) -> Document:
    """Return a copy in which the part of that number, in document order, is another value."""
    result = copy.deepcopy(document)
    item, key = slots(result)[number]
    item[key] = copy.deepcopy(value)  # type: ignore[index]
    return result


@pytest.mark.slow
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "badge of 28 requirements"])
def test_no_part_of_any_document_can_be_replaced_so_that_the_paths_differ(kind: str) -> None:
    for number in range(len(slots(KINDS[kind]))):
        for value in (*HOSTILE_VALUES, *HOSTILE_TEXTS):
            document = with_value(KINDS[kind], number, value)
            by_tables = compiled(document)
            assert by_tables is None or by_tables == oracle(document), f"part {number}, {value!r}"


def test_a_single_value_of_an_ordered_list_is_a_list_of_one() -> None:
    document = copy.deepcopy(KINDS["badge with levels"])
    document["credentialSubject"]["achievement"]["resultDescription"][0]["allowedValue"] = "1"
    assert COMPILED.compiled(document) == SAFE(document)


@pytest.mark.parametrize("hash_name", ["sha256", "sha384"])
def test_sha_384_gives_other_labels_and_the_same_as_the_oracle(hash_name: str) -> None:
    document = KINDS["badge with levels"]
    assert COMPILED.compiled(document, hash_name=hash_name) == SAFE(document, hash_name=hash_name)
