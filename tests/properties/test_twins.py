"""Differential issue: two badges of one template tell nothing of the providers behind them (privacy.md PN2, PB8)."""

from dataclasses import replace

from installation import Installation

from issuer.domain.award import AwardRequest
from issuer.domain.institution import NewInstitution, PublicName
from issuer.services.create_institution import create
from issuer.services.issue_badge import issue
from schemas.strict_json import JsonObject, JsonValue, read_object

MAY_DIFFER = {
    "/id",
    "/credentialSubject/id",
    "/credentialStatus/id",
    "/credentialStatus/statusListIndex",
    "/proof/0/created",
    "/proof/0/proofValue",
}
PAIRS = 12


def provider(installation: Installation, name: str, business_id: str) -> str:
    request = NewInstitution(
        kind="provider",
        public_name=PublicName(fi=name, sv=name, en=name),
        legal_name=f"{name} oy",
        business_id=business_id,
        parent_id=installation.umbrella.id,
        own_identity=False,
    )
    return create(installation.outside, request, actor="test").id


def leaves(value: JsonValue, pointer: str = "") -> dict[str, JsonValue]:
    if isinstance(value, dict):
        return {k: v for key, inner in value.items() for k, v in leaves(inner, f"{pointer}/{key}").items()}
    if isinstance(value, list):
        return {k: v for number, inner in enumerate(value) for k, v in leaves(inner, f"{pointer}/{number}").items()}
    return {pointer: value}


def badge_of(installation: Installation, provider_id: str, key: str) -> JsonObject:
    request = replace(
        AwardRequest(institution_id=installation.umbrella.id, unit_code="106889"), provider_id=provider_id
    )
    view = issue(installation.outside, request, idempotency_key=key, actor="test")
    return read_object(view.document or b"", max_values=20_000)


def test_twins_of_two_providers_differ_only_where_every_two_badges_do(sqlite_installation: Installation) -> None:
    first = provider(sqlite_installation, "Sininen Silta", "0100130-4")
    second = provider(sqlite_installation, "Kotikulman Verstas", "1927400-1")
    for pair in range(PAIRS):
        one = leaves(badge_of(sqlite_installation, first, f"twin-one-of-pair-{pair:04}"))
        other = leaves(badge_of(sqlite_installation, second, f"twin-two-of-pair-{pair:04}"))
        assert one.keys() == other.keys()
        assert {pointer for pointer in one if one[pointer] != other[pointer]} <= MAY_DIFFER


def test_no_name_or_number_of_the_provider_stands_in_a_badge(sqlite_installation: Installation) -> None:
    one = provider(sqlite_installation, "Sininen Silta", "0100130-4")
    texts = " ".join(str(value) for value in leaves(badge_of(sqlite_installation, one, "twin-of-nobody-0001")).values())
    for hidden in ("Sininen", "sininen", "0100130", "oy", one, sqlite_installation.umbrella.business_id):
        assert hidden not in texts


def test_two_badges_of_one_template_share_a_byte_equal_achievement(sqlite_installation: Installation) -> None:
    one = provider(sqlite_installation, "Sininen Silta", "0100130-4")
    achievements = {
        str(badge_of(sqlite_installation, one, f"template-of-badge-{n:04}")["credentialSubject"]["achievement"])  # type: ignore[index,call-overload]
        for n in range(PAIRS)
    }
    assert len(achievements) == 1
