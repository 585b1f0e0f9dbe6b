"""The template path of a batch says exactly what the general path says, whatever stands in the gaps or around them."""

import copy
import uuid
from collections.abc import Callable

import pytest
from document_samples import full_badge
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.compiled_canonicaliser import CompiledCanonicaliser
from schemas.errors import DocumentError
from schemas.jsonld import SafeProcessor
from schemas.strict_json import JsonObject, JsonValue
from schemas.template_canonicaliser import TemplateCanonicaliser

GENERAL = CompiledCanonicaliser(fallback=SafeProcessor())
WORDS = st.text(alphabet=st.characters(codec="utf-8"), max_size=12)
IRIS = st.one_of(
    st.uuids().map(lambda one: f"urn:uuid:{one}"),
    st.integers(0, 131_071).map(lambda one: f"https://demo.pateva.example/status/a#{one}"),
    WORDS.map(lambda one: f"urn:x:{one}"),
    WORDS,
    st.sampled_from(["_:b", "", "urn:a b", "Profile", "relative", "urn:uuid:1#req-1", "id", "@id"]),
)


def sample() -> JsonObject:
    document = full_badge()
    document.pop("proof", None)
    document["credentialStatus"] = {
        "id": "https://demo.pateva.example/status/a#1",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "1",
        "statusListCredential": "https://demo.pateva.example/status/a",
    }
    return document


def inside(document: JsonObject, *steps: str) -> JsonObject:
    """The object at this place."""
    for step in steps:
        found = document[step]
        assert isinstance(found, dict)
        document = found
    return document


def outcome(canonicalise: Callable[[JsonObject], str], document: JsonObject) -> str:
    try:
        return canonicalise(document)
    except DocumentError as refused:
        return f"refused: {refused.code}"


def warmed() -> TemplateCanonicaliser:
    canonicalise = TemplateCanonicaliser(GENERAL)
    for _ in range(2):
        canonicalise(sample())
    return canonicalise


def with_values(first: str, second: str, third: str, index: str) -> JsonObject:
    document = copy.deepcopy(sample())
    document["id"] = first
    inside(document, "credentialSubject")["id"] = second
    inside(document, "credentialStatus").update({"id": third, "statusListIndex": index})
    return document


@settings(max_examples=400, deadline=None)
@given(IRIS, IRIS, IRIS, WORDS)
def test_whatever_stands_in_the_gaps_both_paths_agree(first: str, second: str, third: str, index: str) -> None:
    document = with_values(first, second, third, index)
    assert outcome(WARMED, document) == outcome(GENERAL, document)


@pytest.mark.parametrize("other", [True, 1, 1.5, "1", None, ["x"]])
def test_a_value_that_python_takes_for_equal_never_meets_the_template(other: JsonValue) -> None:
    canonicalise = warmed()
    document = sample()
    inside(document, "credentialSubject", "achievement")["creditsAvailable"] = other
    assert outcome(canonicalise, document) == outcome(GENERAL, document)


def test_a_member_beside_the_template_never_meets_it() -> None:
    canonicalise, document = warmed(), sample()
    inside(document, "credentialSubject")["gpa"] = "5"
    assert outcome(canonicalise, document) == "refused: jsonld.terms"


def test_two_objects_under_one_id_are_judged_by_the_general_path() -> None:
    same = f"urn:uuid:{uuid.uuid4()}"
    document = with_values(same, same, "urn:x:1", "1")
    assert outcome(warmed(), document) == outcome(GENERAL, document)


WARMED = warmed()


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("credentialSubject",), "urn:x:1"),
        (("credentialStatus",), None),
        (("credentialStatus", "statusListIndex"), 1),
        (("id",), "\ud800"),
        (("name",), "\ud800"),
        (("credentialSubject", "achievement", "creditsAvailable"), 1 << 64),
    ],
)
def test_a_document_without_the_gaps_or_not_writable_goes_the_general_way(
    place: tuple[str, ...], value: JsonValue
) -> None:
    canonicalise, document = warmed(), sample()
    inside(document, *place[:-1])[place[-1]] = value
    for _ in range(2):
        assert outcome(canonicalise, document) == outcome(GENERAL, document)


def test_the_other_hash_goes_the_general_way() -> None:
    assert warmed()(sample(), hash_name="sha384") == GENERAL(sample(), hash_name="sha384")


def test_what_cannot_be_compiled_is_tried_once_and_goes_the_general_way() -> None:
    document = sample()
    contexts = document["@context"]
    assert isinstance(contexts, list)
    document["@context"] = [*contexts, "https://w3id.org/security/v1"]
    canonicalise = TemplateCanonicaliser(GENERAL)
    for _ in range(3):
        assert outcome(canonicalise, document) == outcome(GENERAL, document)
    assert [*canonicalise._templates.values()] == [None]


def test_only_so_many_shapes_and_templates_are_kept() -> None:
    canonicalise = TemplateCanonicaliser(GENERAL)
    for number in range(300):
        document = sample() | {"name": f"shape {number}"}
        for _ in range(2 if number < 20 else 1):
            assert canonicalise(document) == GENERAL(document)
    assert len(canonicalise._seen) == 256
    assert len(canonicalise._templates) == 16
