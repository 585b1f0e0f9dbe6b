"""Whatever is changed in, added to or taken from an issued badge, it no longer verifies (security.md goal P0-2)."""

import copy
import string
from collections.abc import Iterator

import pytest
from installation import Installation

from issuer.domain.award import AwardRequest
from issuer.services.issue_badge import issue
from schemas.strict_json import JsonObject, JsonValue, read_object, write
from verifier import EMPLOYMENT, PRIOR_LEARNING, Verdict, verify

ADDED = ("gpa", "name", "honours", "@foo", "_:p", "evidence", "endorsement", "https://schema.org/name", "id")


@pytest.fixture
def badge(sqlite_installation: Installation) -> JsonObject:
    request = AwardRequest(
        institution_id=sqlite_installation.umbrella.id, unit_code="106889", narrative="Huolsin pyöriä.", role="huoltaja"
    )
    view = issue(sqlite_installation.outside, request, idempotency_key="mutation-of-a-badge", actor="test")
    return read_object(view.document or b"", max_values=20_000)


def containers(value: JsonValue, pointer: str = "") -> Iterator[tuple[str, dict[str, JsonValue] | list[JsonValue]]]:
    if isinstance(value, dict):
        yield pointer, value
        for key, inner in value.items():
            yield from containers(inner, f"{pointer}/{key}")
    elif isinstance(value, list):
        yield pointer, value
        for number, inner in enumerate(value):
            yield from containers(inner, f"{pointer}/{number}")


def changed(leaf: JsonValue) -> JsonValue:
    if isinstance(leaf, bool):
        return not leaf
    if isinstance(leaf, int | float):
        return leaf + 1
    if isinstance(leaf, str) and leaf:
        middle = len(leaf) // 2
        other = "b" if leaf[middle] != "b" else "c"
        return leaf[:middle] + other + leaf[middle + 1 :]
    return "x"


def accepted(document: JsonObject, installation: Installation) -> bool:
    report = verify(write(document), policy=EMPLOYMENT, environment=installation.outside.environment())
    return report.verdict is Verdict.ACCEPTED


def test_the_badge_itself_is_accepted(badge: JsonObject, sqlite_installation: Installation) -> None:
    assert accepted(badge, sqlite_installation)


def test_changing_any_leaf_makes_verification_fail(badge: JsonObject, sqlite_installation: Installation) -> None:
    survived, tried = [], 0
    for pointer, container in containers(working := copy.deepcopy(badge)):
        keys = list(container) if isinstance(container, dict) else range(len(container))
        for key in keys:
            kept = container[key]  # type: ignore[index,call-overload]
            if isinstance(kept, dict | list):
                continue
            container[key] = changed(kept)  # type: ignore[index,call-overload]
            tried += 1
            if accepted(working, sqlite_installation):
                survived.append(f"{pointer}/{key}")
            container[key] = kept  # type: ignore[index,call-overload]
    assert tried > 60
    assert survived == []


def test_removing_any_member_or_item_makes_verification_fail(
    badge: JsonObject, sqlite_installation: Installation
) -> None:
    survived = []
    for pointer, container in containers(badge):
        keys = list(container) if isinstance(container, dict) else range(len(container))
        for key in keys:
            shorter = copy.deepcopy(badge)
            place: JsonValue = shorter
            for part in pointer.split("/")[1:]:
                place = place[int(part)] if isinstance(place, list) else place[part]  # type: ignore[index,call-overload]
            del place[key]  # type: ignore[union-attr,arg-type]
            if accepted(shorter, sqlite_installation):
                survived.append(f"{pointer}/{key}")
    assert survived == []


@pytest.mark.parametrize("member", ADDED)
def test_adding_a_member_anywhere_makes_verification_fail(
    badge: JsonObject, sqlite_installation: Installation, member: str
) -> None:
    survived = []
    for pointer, container in containers(working := copy.deepcopy(badge)):
        if not isinstance(container, dict) or member in container:
            continue
        container[member] = "added"
        if accepted(working, sqlite_installation):
            survived.append(f"{pointer}/{member}")
        del container[member]
    assert survived == []


def test_doubling_an_item_of_any_array_makes_verification_fail(
    badge: JsonObject, sqlite_installation: Installation
) -> None:
    survived = []
    for pointer, container in containers(working := copy.deepcopy(badge)):
        if isinstance(container, list) and container:
            container.append(copy.deepcopy(container[-1]))
            if accepted(working, sqlite_installation):
                survived.append(pointer)
            container.pop()
    assert survived == []


def test_flipping_any_sign_of_the_signature_makes_verification_fail(
    badge: JsonObject, sqlite_installation: Installation
) -> None:
    proof = badge["proof"][0]  # type: ignore[index,call-overload]
    value = proof["proofValue"]  # type: ignore[index,call-overload]
    assert isinstance(value, str)
    for number, sign in enumerate(value):
        other = next(one for one in string.ascii_lowercase if one not in (sign, "l"))
        proof["proofValue"] = value[:number] + other + value[number + 1 :]  # type: ignore[index,call-overload]
        assert not accepted(badge, sqlite_installation)


def test_prior_learning_refuses_a_changed_badge_too(badge: JsonObject, sqlite_installation: Installation) -> None:
    badge["name"] = "Something else"
    report = verify(write(badge), policy=PRIOR_LEARNING, environment=sqlite_installation.outside.environment())
    assert report.verdict is Verdict.REJECTED
