"""Objects whose statements are kept: documents that hold them again get the bytes, or the refusal, of the oracle."""

import copy

import pytest
from properties.credential_kinds import KINDS, small_badge

from schemas.canonicaliser import canonicaliser
from schemas.compiled_canonicaliser import CompiledCanonicaliser
from schemas.errors import DocumentError
from schemas.jsonld import SafeProcessor
from schemas.shared_objects import SharedObjects, written

ORACLE = SafeProcessor()


def quick() -> CompiledCanonicaliser:
    made = canonicaliser(fast_path=True)
    assert isinstance(made, CompiledCanonicaliser)
    return made


def outcome(canonicalise, document) -> str:
    try:
        return canonicalise(document)
    except DocumentError as refusal:
        return f"refused: {refusal.code} {refusal.pointer}"


def around(badge):
    """Badges that hold the same achievement, with other things around it."""
    yield badge
    achievement = badge["credentialSubject"]["achievement"]
    for id_ in (achievement["id"], "urn:uuid:00000000-0000-4000-8000-0000000000aa"):
        yield badge | {"credentialSubject": badge["credentialSubject"] | {"id": id_}}
        yield badge | {"id": id_}
        yield badge | {"issuer": badge["issuer"] | {"id": id_}}
    without = {name: value for name, value in achievement.items() if name != "id"}
    for changed in (without, achievement | {"name": achievement["name"] + "\x7f"}, achievement | {"name": "_:x"}):
        yield badge | {"credentialSubject": badge["credentialSubject"] | {"achievement": changed}}
    yield badge | {"credentialSubject": [badge["credentialSubject"], badge["credentialSubject"]]}
    yield badge | {"credentialSubject": badge["credentialSubject"] | {"type": "Profile"}}


@pytest.mark.parametrize("kind", ["small", "badge of 28 requirements", "badge with levels"])
def test_a_known_achievement_says_the_same_in_every_badge(kind: str) -> None:
    badge = small_badge() if kind == "small" else copy.deepcopy(KINDS[kind])
    canonicalise = quick()
    before = copy.deepcopy(badge)
    wanted = [outcome(ORACLE, document) for document in around(badge)]
    for _ in range(3):
        assert [outcome(canonicalise, document) for document in around(badge)] == wanted
    assert badge == before
    assert canonicalise._shared._kept


def test_the_bound_on_objects_counts_those_of_a_known_achievement() -> None:
    badge = KINDS["badge of 28 requirements"]
    for most in (5, 40):
        made = canonicaliser(fast_path=True, max_nodes=most)
        first = outcome(made, badge)
        assert first.startswith("refused")
        assert outcome(made, badge) == first


def test_the_memory_is_emptied_when_it_is_full() -> None:
    memory = SharedObjects()
    for number in range(300):
        memory.put((None, str(number).encode() * 20_000), None)
    assert 0 < len(memory._kept) < 100
    assert memory.get((None, b"299" * 20_000)) is None or b"299" * 20_000 in {key for _, key in memory._kept}


@pytest.mark.parametrize("value", [{"name": "\ud800"}, {"name": 2**70}, {"name": "x" * 70_000}])
def test_what_has_no_short_json_is_not_kept(value) -> None:
    assert written(value) is None


def test_one_true_and_one_point_nought_are_told_apart() -> None:
    assert len({written({"a": value}) for value in (1, True, 1.0, "1", [1])}) == 5
