"""Where a key may be published, and what else can stand there; leniency of compat=1edtech."""

from typing import Any

import good_badges as g
import pytest
import workshop as w

from keys import did_jwk
from keys.proofs import jws
from verifier import Verdict, policy_named

ISSUER = "https://issuer.example/o/1"
LENIENT = policy_named("EMPLOYMENT,compat=1edtech")


def method(identifier: str, controller: Any = ISSUER, key: w.Key = w.KEY) -> w.Json:
    return {"id": identifier, "type": "Multikey", "controller": controller, "publicKeyMultibase": key.multibase}


def document(url: str, *methods: w.Json, **changes: Any) -> w.Json:
    return {
        "id": url,
        "verificationMethod": list(methods),
        "assertionMethod": [one["id"] for one in methods],
        **changes,
    }


def https_badge(vm: str) -> w.Json:
    return w.sign(w.badge(ISSUER), method=vm)


KEYS = f"{ISSUER}/keys"
HELD = {KEYS: document(KEYS, method(f"{KEYS}#k"))}


def test_an_https_issuer_with_its_own_key_list_is_bound_by_it():
    report = w.check(https_badge(f"{ISSUER}#k"), {ISSUER: document(ISSUER, method(f"{ISSUER}#k"))})
    assert report.verdict is Verdict.ACCEPTED
    assert report.proofs[0].basis == "controller_document"


def test_a_relative_method_id_and_an_object_in_the_relationship_are_read():
    own = {"id": ISSUER, "assertionMethod": [{**method("#k")}]}
    assert w.check(https_badge(f"{ISSUER}#k"), {ISSUER: own}).verdict is Verdict.ACCEPTED


def test_a_key_elsewhere_that_the_issuer_lists_itself_is_bound():
    elsewhere = "https://keys.example/k"
    world = {
        elsewhere: document(elsewhere, method(f"{elsewhere}#k")),
        ISSUER: {"id": ISSUER, "assertionMethod": [f"{elsewhere}#k"]},
    }
    report = w.check(https_badge(f"{elsewhere}#k"), world)
    assert report.verdict is Verdict.ACCEPTED
    assert report.proofs[0].basis == "controller_document"


@pytest.mark.parametrize(
    ("world", "verdict", "reason"),
    [
        ({**HELD, ISSUER: document(ISSUER, method(f"{ISSUER}#other"))}, "rejected", "not_among_keys"),
        ({**HELD, ISSUER: {"status": 500}}, "undetermined", "not_fetched"),
        (HELD, "undetermined", "not_allowed_offline"),
        (
            {KEYS: document(KEYS, method(f"{KEYS}#k", "https://x.example")), ISSUER: {"id": ISSUER}},
            "rejected",
            "other_party",
        ),
        ({KEYS: document(KEYS, method(f"{KEYS}#k", None)), ISSUER: {"id": ISSUER}}, "rejected", "controller_missing"),
    ],
)
def test_a_key_in_another_document_is_bound_by_the_issuers_word_only(world, verdict, reason):
    report = w.check(https_badge(f"{KEYS}#k"), world)
    assert report.verdict is Verdict(verdict)
    assert {finding.reason for finding in report.of("issuer.key_binding")} == {reason}


def test_a_web_page_at_the_issuers_address_gives_no_key_list():
    page = {"status": 200, "content_type": "text/html", "body": "<p>Paja</p>"}
    report = w.check(https_badge(f"{KEYS}#k"), {**HELD, ISSUER: page})
    assert report.verdict is Verdict.ACCEPTED
    assert w.faults(report) == {"issuer.key_basis"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"secretKeyMultibase": "z"}, "private_key"),
        ({"publicKeyMultibase": "z6Mk"}, "key_type"),
        ({"publicKeyMultibase": "u6Mk"}, "key_malformed"),
        ({"type": "RsaKey"}, "method_malformed"),
        ({"publicKeyJwk": {}}, "method_malformed"),
        ({"type": "JsonWebKey", "publicKeyMultibase": None, "publicKeyJwk": {"kty": "OKP", "d": "x"}}, "private_key"),
        (
            {"type": "JsonWebKey", "publicKeyMultibase": None, "publicKeyJwk": {"kty": "EC", "crv": "secp256k1"}},
            "key_type",
        ),
        (
            {"type": "JsonWebKey", "publicKeyMultibase": None, "publicKeyJwk": {**w.KEY.public.jwk(), "use": "enc"}},
            "key_malformed",
        ),
    ],
)
def test_a_method_that_is_no_public_key_is_named(change, reason):
    found = {
        name: value
        for name, value in {**w.did_document()["verificationMethod"][0], **change}.items()
        if value is not None
    }
    world = {w.DID: w.did_document(verificationMethod=[found])}
    report = w.check(w.sign(w.badge(w.DID), method=f"{w.DID}#key-1"), world)
    assert report.verdict is not Verdict.ACCEPTED
    assert {finding.reason for finding in report.of("issuer.method")} == {reason}


def test_a_did_jwk_for_encryption_is_not_for_signing():
    jwk = {**w.KEY.public.jwk(), "use": "enc"}
    from keys import base64url
    from schemas.strict_json import write

    did = "did:jwk:" + base64url.encode(write(jwk))
    report = w.check(w.sign(w.badge(did), method=f"{did}#0"))
    assert report.verdict is Verdict.REJECTED
    good = did_jwk.did(w.KEY.public)
    assert w.check(w.sign(w.badge(good), method=f"{good}#0")).verdict is Verdict.ACCEPTED


# Keys of tokens
def token(header: w.Json, issuer: str, sign: Any = w.KEY.sign) -> str:
    badge = w.badge(issuer)
    claims = {"iss": issuer, "sub": badge["credentialSubject"]["id"], "jti": badge["id"], "nbf": 1793491200}
    made = jws.create({**badge, **claims}, kid="x", key_kind="Ed25519", sign=sign)
    import json

    payload = made.split(".")[1]
    head = g.b64(json.dumps({"alg": "EdDSA", **header}).encode())
    return f"{head}.{payload}.{g.b64(sign(f'{head}.{payload}'.encode()))}"


JWKS = "https://issuer.example/.well-known/jwks.json"
KID = "https://issuer.example/keys/1"
PUBLISHED = {JWKS: {"keys": [{**w.KEY.public.jwk(), "kid": KID}]}}


@pytest.mark.parametrize(
    "answer",
    [w.KEY.public.jwk(), {"keys": [{**w.KEY.public.jwk(), "kid": KID}]}],
)
def test_a_kid_that_answers_with_a_key_counts_when_the_issuer_publishes_it(answer):
    made = token({"kid": KID}, ISSUER)
    assert w.check(made, {**PUBLISHED, KID: answer}).verdict is Verdict.ACCEPTED
    assert w.check(made, {KID: answer}).verdict is Verdict.UNDETERMINED
    other = {JWKS: {"keys": [{**w.OTHER.public.jwk(), "kid": KID}]}}
    assert w.check(made, {**other, KID: answer}).verdict is not Verdict.ACCEPTED


@pytest.mark.parametrize(
    ("header", "world"),
    [
        ({"kid": KID}, {KID: {"keys": []}, **PUBLISHED}),
        ({"kid": KID}, {KID: {"kty": "EC", "crv": "secp256k1"}, **PUBLISHED}),
        ({"jwk": {"kty": "OKP"}}, PUBLISHED),
        ({"kid": "unknown"}, PUBLISHED),
        ({"kid": "k"}, {JWKS: {"keys": [{**w.KEY.public.jwk(), "kid": "k"}, {**w.OTHER.public.jwk(), "kid": "k"}]}}),
        ({"kid": "k"}, {JWKS: {"iss": "https://x.example", "keys": [{**w.KEY.public.jwk(), "kid": "k"}]}}),
        ({"kid": "k"}, {JWKS: {"keys": [{**w.KEY.public.jwk(), "kid": "k", "use": "enc"}, "x"]}}),
        ({"kid": "k"}, {JWKS: {"status": 404}}),
    ],
)
def test_a_key_that_is_not_published_once_and_for_signing_is_no_key(header, world):
    assert w.check(token(header, ISSUER), world).verdict is not Verdict.ACCEPTED


def test_a_key_set_at_the_host_of_a_did_web_issuer_is_read():
    world = {w.DID: {"id": w.DID}, JWKS: {"iss": w.DID, "keys": [{**w.KEY.public.jwk(), "kid": "k"}]}}
    assert w.check(token({"kid": "k"}, w.DID), world).verdict is Verdict.ACCEPTED


# compat=1edtech
@pytest.mark.parametrize(
    ("document_", "world", "accepted"),
    [
        (lambda: https_badge(f"{ISSUER}#{w.KEY.multibase}"), {}, True),
        (lambda: https_badge(f"{ISSUER}#{w.OTHER.multibase}"), {}, False),
        (lambda: https_badge(f"{ISSUER}#{w.KEY.multibase}"), {ISSUER: document(ISSUER)}, False),
        (lambda: https_badge(f"{ISSUER}#{w.KEY.multibase}"), {ISSUER: {"status": 200, "body": "x"}}, True),
        (lambda: https_badge(f"{ISSUER}#k"), {}, False),
        (lambda: w.sign(w.badge("urn:uuid:0f2f8f5e-6f5a-4b0e-9d0a-0000000000b1"), method=w.KEY.did), {}, True),
        (lambda: w.sign(w.badge(w.OTHER.did), method=w.KEY.did), {}, False),
        (lambda: w.sign(w.badge(w.DID), method=w.KEY.method), {}, False),
        (lambda: token({"jwk": w.KEY.public.jwk()}, ISSUER), {}, True),
        (
            lambda: token({"jwk": w.KEY.public.jwk()}, ISSUER),
            {JWKS: {"keys": [{**w.OTHER.public.jwk(), "kid": "k"}]}},
            False,
        ),
        (lambda: token({"jwk": w.OTHER.public.jwk()}, ISSUER), {}, False),
        (lambda: token({"kid": KID}, ISSUER), {KID: {"keys": [{**w.KEY.public.jwk(), "kid": KID}]}}, True),
        (lambda: token({"kid": KID}, ISSUER), {}, False),
    ],
)
def test_a_spelled_out_key_is_tried_only_when_nobody_can_be_asked(document_, world, accepted):
    made = document_()
    assert w.check(made, world).verdict is not Verdict.ACCEPTED
    report = w.check(made, world, policy=LENIENT)
    assert (report.verdict is Verdict.ACCEPTED) == accepted, w.faults(report)
    if accepted:
        told = report.to_json()
        assert told["compat"] == "1edtech"
        assert told["facets"]["issuer"] == "unbound"
        assert {"issuer.document", "issuer.key_binding"} <= w.faults(report)
