"""Badges inside a compact JWS: header, claims, and whose key it is."""

import base64
import json
from typing import Any

import pytest
import workshop as w
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from keys import public_key
from keys.proofs import jwt
from verifier import EMPLOYMENT, STRICT, W3C, Verdict, policy_named

RSA_KEY = rsa.generate_private_key(65537, 2048)
RSA_PUBLIC = public_key.rsa(RSA_KEY.public_key().public_numbers().n, 65537)
EC_KEY = ec.generate_private_key(ec.SECP256R1())
KID = f"{w.DID}#jwt-1"


def rs256(message: bytes) -> bytes:
    return RSA_KEY.sign(message, PKCS1v15(), SHA256())


def es256(message: bytes) -> bytes:
    r, s = decode_dss_signature(EC_KEY.sign(message, ec.ECDSA(SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def ec_jwk() -> w.Json:
    numbers = EC_KEY.public_key().public_numbers()
    return {
        "kty": "EC",
        "crv": "P-256",
        "x": b64(numbers.x.to_bytes(32, "big")),
        "y": b64(numbers.y.to_bytes(32, "big")),
    }


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def did_with(jwk: w.Json, **changes: Any) -> dict[str, w.Json]:
    method = {"id": KID, "type": "JsonWebKey", "controller": w.DID, "publicKeyJwk": jwk}
    return {w.DID: w.did_document(verificationMethod=[method], assertionMethod=[KID], **changes)}


def token(header: w.Json, payload: w.Json, sign=rs256) -> str:
    signing_input = f"{b64(json.dumps(header).encode())}.{b64(json.dumps(payload).encode())}"
    return f"{signing_input}.{b64(sign(signing_input.encode()))}"


def payload(**changes: Any) -> w.Json:
    badge = w.badge(w.DID)
    claims = {"iss": w.DID, "sub": badge["credentialSubject"]["id"], "jti": badge["id"], "nbf": 1793491200}
    return {name: value for name, value in {**badge, **claims, **changes}.items() if value is not None}


RSA_HEADER = {"alg": "RS256", "kid": KID, "typ": "JWT"}
RSA_WORLD = did_with(RSA_PUBLIC.jwk())


@pytest.mark.parametrize(
    ("key_kind", "sign", "world"),
    [
        ("RSA", rs256, RSA_WORLD),
        ("P-256", es256, did_with(ec_jwk())),
        ("Ed25519", w.KEY.sign, did_with(w.KEY.public.jwk())),
    ],
)
def test_a_badge_of_each_algorithm_is_accepted(key_kind, sign, world):
    made = jwt.create(w.badge(w.DID), kid=KID, key_kind=key_kind, sign=sign)
    report = w.check(made, world)
    assert report.verdict is Verdict.ACCEPTED, w.faults(report)
    assert report.proofs[0].basis == "did"
    assert report.to_json()["source"]["kind"] == "jwt"


def test_the_badge_of_our_own_payload_is_accepted():
    assert w.check(token(RSA_HEADER, payload()), RSA_WORLD).verdict is Verdict.ACCEPTED


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"iss": "did:web:other.example"}, "iss"),
        ({"sub": "urn:uuid:00000000-0000-4000-8000-000000000000"}, "sub"),
        ({"jti": "urn:uuid:00000000-0000-4000-8000-000000000000"}, "jti"),
        ({"nbf": 1793491201}, "nbf"),
        ({"nbf": True}, "nbf"),
        ({"nbf": "1793491200"}, "nbf"),
        ({"exp": 1893491200}, "exp"),
        ({"iss": None}, "iss"),
        ({"jti": None}, "jti"),
        ({"nbf": None}, "nbf"),
        ({"vc": {"type": ["VerifiableCredential", "OpenBadgeCredential"], "@context": [w.VC2, w.OB3]}}, "vc"),
        ({"vp": {"type": "VerifiablePresentation"}}, "vc"),
    ],
)
def test_a_claim_that_says_something_else_is_refused(changes, reason):
    report = w.check(token(RSA_HEADER, payload(**changes)), RSA_WORLD)
    assert report.verdict is Verdict.REJECTED
    if not {"vc", "vp"} & changes.keys():
        assert {finding.reason for finding in report.of("jwt.claims")} == {reason}


@pytest.mark.parametrize("start", [1793491200.0, 1793491200.5])
def test_a_time_claim_may_be_written_with_a_fraction(start):
    assert w.check(token(RSA_HEADER, payload(nbf=start)), RSA_WORLD).verdict is Verdict.ACCEPTED


def test_a_time_claim_with_another_second_before_its_fraction_is_refused():
    report = w.check(token(RSA_HEADER, payload(nbf=1793491201.5)), RSA_WORLD)
    assert {finding.reason for finding in report.of("jwt.claims")} == {"nbf"}


def test_an_algorithm_that_nobody_here_knows_is_told_and_not_guessed():
    report = w.check(token({**RSA_HEADER, "alg": "ES512"}, payload()), RSA_WORLD)
    assert report.verdict is not Verdict.ACCEPTED
    assert "jwt.algorithm" in w.faults(report)


def test_a_badge_of_the_first_data_model_stands_in_the_claim_vc():
    from older_vcdm import first_data_model

    badge = first_data_model(w.DID)
    claims = {"iss": w.DID, "sub": badge["credentialSubject"]["id"], "jti": badge["id"], "nbf": 1793491200}
    inside = w.check(token(RSA_HEADER, {**claims, "vc": badge}), RSA_WORLD)
    assert "jwt.claims" not in w.faults(inside)
    beside = w.check(token(RSA_HEADER, {**badge, **claims}), RSA_WORLD)
    assert {finding.reason for finding in beside.of("jwt.claims")} == {"vc_missing"}


def test_the_end_of_the_badge_must_stand_in_the_claims():
    ended = payload(validUntil="2027-11-01T00:00:00Z")
    assert "jwt.claims" in w.faults(w.check(token(RSA_HEADER, ended), RSA_WORLD))
    right = {**ended, "exp": 1825027200}
    assert w.check(token(RSA_HEADER, right), RSA_WORLD).verdict is Verdict.ACCEPTED


def test_a_missing_subject_claim_is_only_a_warning_for_the_public_validators_policy():
    made = token(RSA_HEADER, payload(sub=None))
    assert w.check(made, RSA_WORLD).verdict is Verdict.REJECTED
    lenient = w.check(made, RSA_WORLD, policy=policy_named("EMPLOYMENT,compat=1edtech"))
    assert lenient.verdict is Verdict.ACCEPTED
    assert "jwt.claims" in w.faults(lenient)


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none", "kid": KID},
        {"alg": "HS256", "kid": KID},
        {**RSA_HEADER, "jku": "https://evil.example/jwks"},
        {**RSA_HEADER, "x5c": ["x"]},
        {**RSA_HEADER, "crit": ["exp"]},
        {**RSA_HEADER, "b64": False},
        {"alg": "RS256"},
        {**RSA_HEADER, "typ": "at+jwt"},
    ],
)
def test_a_forbidden_header_is_refused(header):
    report = w.check(token(header, payload()), RSA_WORLD)
    assert report.verdict is Verdict.REJECTED
    assert "jwt.header" in w.faults(report)


def test_the_jose_profile_is_a_warning_and_an_error_under_strict():
    made = token({**RSA_HEADER, "typ": "vc+jwt"}, w.badge(w.DID))
    assert w.check(made, RSA_WORLD).verdict is Verdict.ACCEPTED
    assert w.faults(w.check(made, RSA_WORLD)) == {"jwt.profile"}
    assert w.check(made, RSA_WORLD, policy=STRICT).verdict is Verdict.REJECTED


@pytest.mark.parametrize("change", ["=", "\n", ".x", "=="])
def test_signs_appended_to_a_token_are_refused(change):
    report = w.check(token(RSA_HEADER, payload()) + change, RSA_WORLD)
    assert report.verdict is Verdict.REJECTED
    assert "input.encoding" in w.faults(report)


def test_the_key_fixes_the_algorithm():
    report = w.check(token({**RSA_HEADER, "alg": "ES256"}, payload()), RSA_WORLD)
    assert "jwt.algorithm" in w.faults(report)
    assert report.verdict is Verdict.REJECTED


def test_an_altered_payload_is_refused():
    head, _, tail = token(RSA_HEADER, payload()).split(".")
    made = f"{head}.{b64(json.dumps(payload(name='Hitsaus')).encode())}.{tail}"
    assert "proof.signature" in w.faults(w.check(made, RSA_WORLD))


def test_a_key_in_the_header_is_no_key():
    header = {"alg": "EdDSA", "jwk": w.OTHER.public.jwk()}
    report = w.check(token(header, payload(), w.OTHER.sign), RSA_WORLD)
    assert report.verdict is Verdict.REJECTED
    assert "issuer.key_binding" in w.faults(report)


def test_a_key_in_the_header_that_the_issuer_publishes_is_a_hint():
    header = {"alg": "RS256", "jwk": RSA_PUBLIC.jwk()}
    assert w.check(token(header, payload()), RSA_WORLD).verdict is Verdict.ACCEPTED


@pytest.mark.parametrize("kid", ["https://evil.example/jwks", "../../key", "file:///x", f"{w.DID}#other", w.KEY.method])
def test_a_kid_of_somebody_else_is_refused_and_not_fetched(kid):
    report = w.check(token({**RSA_HEADER, "kid": kid}, payload()), RSA_WORLD)
    assert report.verdict is Verdict.REJECTED
    assert not any("evil" in fetch.url for fetch in report.fetches)


def test_a_published_key_set_binds_an_https_issuer():
    issuer = "https://issuer.example/o/1"
    badge = w.badge(issuer)
    claims = {"iss": issuer, "sub": badge["credentialSubject"]["id"], "jti": badge["id"], "nbf": 1793491200}
    made = token({"alg": "RS256", "kid": "k1"}, {**badge, **claims})
    world = {
        "https://issuer.example/.well-known/jwks.json": {"iss": issuer, "keys": [{**RSA_PUBLIC.jwk(), "kid": "k1"}]}
    }
    report = w.check(made, world)
    assert report.verdict is Verdict.ACCEPTED, w.faults(report)
    assert report.proofs[0].basis == "jwks"
    other = {"https://issuer.example/.well-known/jwks.json": {**next(iter(world.values())), "iss": "https://x.example"}}
    assert w.check(made, other).verdict is not Verdict.ACCEPTED


def test_an_embedded_proof_inside_a_token_is_checked_too():
    inner = w.sign(w.badge(w.DID), method=KID)
    document = w.changed(inner, lambda d: d["proof"].update(proofValue="z" + "1" * 64))
    made = token(
        {"alg": "EdDSA", "kid": KID},
        {**document, **{k: payload()[k] for k in ("iss", "sub", "jti", "nbf")}},
        w.KEY.sign,
    )
    report = w.check(made, did_with(w.KEY.public.jwk()))
    assert report.verdict is Verdict.REJECTED
    good = token(
        {"alg": "EdDSA", "kid": KID}, {**inner, **{k: payload()[k] for k in ("iss", "sub", "jti", "nbf")}}, w.KEY.sign
    )
    assert w.check(good, did_with(w.KEY.public.jwk())).verdict is Verdict.ACCEPTED


def test_an_enveloped_badge_is_opened():
    made = token({**RSA_HEADER, "typ": "vc+jwt"}, w.badge(w.DID))
    envelope = {"@context": [w.VC2], "type": "EnvelopedVerifiableCredential", "id": f"data:application/vc+jwt,{made}"}
    assert w.check(envelope, RSA_WORLD).verdict is Verdict.ACCEPTED
    for wrong in ({"@context": []}, {"type": ["EnvelopedVerifiableCredential", "X"]}, {"id": made}):
        report = w.check({**envelope, **wrong}, RSA_WORLD)
        assert report.verdict is Verdict.REJECTED


def test_generic_credentials_in_a_token_pass_the_policy_w3c():
    credential = {
        "@context": [w.VC2],
        "type": ["VerifiableCredential"],
        "issuer": w.KEY.did,
        "credentialSubject": {"id": "urn:x:1"},
    }
    made = token({"alg": "EdDSA", "typ": "vc+jwt", "kid": w.KEY.method}, credential, w.KEY.sign)
    assert w.check(made, policy=W3C).verdict is Verdict.ACCEPTED
    assert w.check(made, policy=EMPLOYMENT).verdict is Verdict.UNDETERMINED
