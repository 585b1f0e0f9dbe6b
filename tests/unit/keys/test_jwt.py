"""VC-JWT: the claims say what the credential says, or the token is refused."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from key_samples import DID, KID

from keys import ed25519
from keys.errors import ProofError
from keys.proofs import jwt
from keys.public_key import PublicKey
from schemas.strict_json import JsonObject

SIGNING = ed25519.SigningKey(bytes(range(32)))
KEY = PublicKey("Ed25519", SIGNING.public)
V1 = "https://www.w3.org/2018/credentials/v1"


def payload_of(token: str) -> dict[str, Any]:
    found = json.loads(jwt.open_jws(token).payload)
    assert isinstance(found, dict)
    return found


def made(badge: JsonObject) -> str:
    return jwt.create(badge, kid=KID, key_kind="Ed25519", sign=SIGNING.sign)


@pytest.mark.parametrize("end", [None, "2030-01-01T02:00:00+02:00", "2030-01-01T00:00:00.5Z"])
def test_a_credential_goes_in_and_comes_out_with_its_claims(end: str | None, badge: JsonObject) -> None:
    if end:
        badge["validUntil"] = end
    token = made(badge)
    jwt.verify(jwt.open_jws(token), KEY)
    payload = payload_of(token)
    assert (payload["iss"], payload["jti"], payload["nbf"]) == (DID, badge["id"], 1793491200)
    assert payload.get("exp") == (1893456000 if end else None)
    assert jwt.check_claims(payload) == badge


def test_the_issuer_may_be_text_and_whole_reals_count_as_numbers(badge: JsonObject) -> None:
    badge["issuer"] = DID
    payload = payload_of(made(badge))
    payload["nbf"] = float(payload["nbf"])
    assert jwt.check_claims(payload)


CHANGES: list[tuple[str, Callable[[dict[str, Any]], object]]] = [
    ("iss of another", lambda p: p.update(iss="did:web:evil.example")),
    ("iss missing", lambda p: p.pop("iss")),
    ("iss in an array", lambda p: p.update(iss=[DID])),
    ("issuer of another", lambda p: p["issuer"].update(id="did:web:evil.example")),
    ("sub of another", lambda p: p.update(sub="urn:uuid:x")),
    ("sub missing", lambda p: p.pop("sub")),
    ("subject of another", lambda p: p["credentialSubject"].update(id="urn:uuid:x")),
    ("subject without id", lambda p: p["credentialSubject"].pop("id")),
    ("subjects in an array", lambda p: p.update(credentialSubject=[p["credentialSubject"]])),
    ("jti of another", lambda p: p.update(jti="urn:uuid:x")),
    ("jti missing", lambda p: p.pop("jti")),
    ("id missing", lambda p: p.pop("id")),
    ("nbf a second later", lambda p: p.update(nbf=p["nbf"] + 1)),
    ("nbf a second earlier", lambda p: p.update(nbf=p["nbf"] - 1)),
    ("nbf missing", lambda p: p.pop("nbf")),
    ("nbf as text", lambda p: p.update(nbf=str(p["nbf"]))),
    ("nbf without end", lambda p: p.update(nbf=float("inf"))),
    ("nbf true", lambda p: p.update(nbf=True)),
    ("validFrom moved", lambda p: p.update(validFrom="2026-11-01T00:00:01Z")),
    ("validFrom without offset", lambda p: p.update(validFrom="2026-11-01T00:00:00")),
    ("validFrom far offset", lambda p: p.update(validFrom="2026-11-01T14:01:00+14:01")),
    ("validFrom missing", lambda p: p.pop("validFrom")),
    ("exp without end", lambda p: p.update(exp=1893456000)),
    ("end without exp", lambda p: p.update(validUntil="2030-01-01T00:00:00Z")),
    ("end and another exp", lambda p: p.update(validUntil="2030-01-01T00:00:00Z", exp=1893456001)),
    ("vc beside the credential", lambda p: p.update(vc={"@context": [V1]})),
    ("vc of version 2", lambda p: p.update(vc=dict(p))),
    ("vc no object", lambda p: p.update(vc="x")),
    ("vp", lambda p: p.update(vp={})),
    ("version 1 at the top", lambda p: p.update({"@context": [V1]})),
]


@pytest.mark.parametrize("change", [pytest.param(c[1], id=c[0]) for c in CHANGES])
def test_a_claim_that_does_not_agree_is_refused(change: Callable[[dict[str, Any]], object], badge: JsonObject) -> None:
    payload = payload_of(made(badge))
    change(payload)
    with pytest.raises(ProofError) as caught:
        jwt.check_claims(payload)
    assert caught.value.code == "jwt.claims"


def version_1() -> dict[str, Any]:
    inside = {
        "@context": [V1],
        "id": "urn:uuid:1",
        "issuer": {"id": DID},
        "issuanceDate": "2026-11-01T00:00:00Z",
        "expirationDate": "2030-01-01T00:00:00Z",
        "credentialSubject": {"id": "urn:uuid:2"},
    }
    return {"vc": inside, "iss": DID, "sub": "urn:uuid:2", "jti": "urn:uuid:1", "nbf": 1793491200, "exp": 1893456000}


def test_version_1_stands_under_vc() -> None:
    payload = version_1()
    assert jwt.check_claims(payload) == payload["vc"]


@pytest.mark.parametrize("name", ["iss", "sub", "jti", "nbf", "exp"])
def test_version_1_without_a_claim_is_refused(name: str) -> None:
    payload = version_1()
    payload.pop(name)
    with pytest.raises(ProofError):
        jwt.check_claims(payload)


def test_a_missing_sub_passes_only_where_it_is_allowed_and_a_different_one_never(badge: JsonObject) -> None:
    payload = payload_of(made(badge))
    payload.pop("sub")
    assert jwt.check_claims(payload, require_subject=False) == badge
    payload["credentialSubject"].pop("id")
    assert jwt.check_claims(payload, require_subject=False)
    with pytest.raises(ProofError):
        jwt.check_claims({**payload_of(made(badge)), "sub": "urn:x"}, require_subject=False)


@pytest.mark.parametrize(
    "change",
    [
        lambda b: b["credentialSubject"].pop("id"),
        lambda b: b.pop("id"),
        lambda b: b.pop("validFrom"),
        lambda b: b.update({"@context": [V1]}),
        lambda b: b.update(jti="x"),
    ],
)
def test_a_badge_without_a_valid_form_is_not_made(
    change: Callable[[dict[str, Any]], object], badge: JsonObject
) -> None:
    change(badge)
    with pytest.raises(ProofError) as caught:
        made(badge)
    assert caught.value.code == "jwt.claims"


def test_the_jose_profile_compares_what_is_there(badge: JsonObject) -> None:
    assert jwt.check_jose_claims(dict(badge)) == badge
    assert jwt.check_jose_claims({**badge, "iss": DID, "iat": "2026-11-01T00:00:00Z"}) == badge
    for claim in ({"iss": "did:web:evil.example"}, {"sub": "urn:x"}, {"jti": "urn:x"}, {"vc": {}}, {"vp": {}}):
        with pytest.raises(ProofError) as caught:
            jwt.check_jose_claims({**badge, **claim})  # type: ignore[dict-item]
        assert caught.value.code == "jwt.claims"


def refusal(payload: dict[str, Any], **options: bool) -> str:
    with pytest.raises(ProofError) as caught:
        jwt.check_claims(payload, **options)
    return caught.value.code


def test_several_subjects_pass_nowhere(badge: JsonObject) -> None:
    payload = payload_of(made(badge))
    payload["credentialSubject"] = [payload["credentialSubject"]]
    payload.pop("sub")
    assert refusal(payload, require_subject=False) == "jwt.claims"


def test_version_1_at_the_top_is_refused_even_with_all_its_claims() -> None:
    payload = version_1()
    inside = payload.pop("vc")
    assert refusal({**payload, **inside}) == "jwt.claims"


def test_version_2_under_vc_is_refused_even_with_all_its_claims(badge: JsonObject) -> None:
    payload = payload_of(made(badge))
    claims = {name: payload[name] for name in ("iss", "sub", "jti", "nbf")}
    assert refusal({**claims, "vc": badge}) == "jwt.claims"


def test_a_context_beside_vc_is_refused() -> None:
    assert refusal({**version_1(), "@context": [V1]}) == "jwt.claims"


def test_version_1_is_not_written() -> None:
    with pytest.raises(ProofError) as caught:
        made(version_1()["vc"])
    assert caught.value.code == "jwt.claims"


@pytest.mark.parametrize("value", ["", 5, None, ["urn:uuid:1"]])
def test_an_id_that_is_no_text_is_refused_even_if_the_claim_repeats_it(value: object, badge: JsonObject) -> None:
    payload = payload_of(made(badge))
    assert refusal({**payload, "id": value, "jti": value}) == "jwt.claims"
    assert refusal({**payload, "issuer": value, "iss": value}) == "jwt.claims"


def test_times_agree_to_the_second_and_truth_is_no_number(badge: JsonObject) -> None:
    payload = payload_of(made(badge))
    assert jwt.check_claims({**payload, "nbf": payload["nbf"] + 0.5}) == badge
    first_second = {**payload, "validFrom": "1970-01-01T00:00:01Z"}
    assert jwt.check_claims({**first_second, "nbf": 1})
    assert refusal({**first_second, "nbf": True}) == "jwt.claims"


@pytest.mark.parametrize("context", [[], V1, None])
def test_a_strange_context_is_not_version_1(context: object, badge: JsonObject) -> None:
    payload = {**payload_of(made(badge)), "@context": context}
    assert jwt.check_claims(payload)["@context"] == context


def test_the_jose_profile_has_no_vc_claim_of_version_1_either() -> None:
    with pytest.raises(ProofError) as caught:
        jwt.check_jose_claims(version_1())
    assert caught.value.code == "jwt.claims"
