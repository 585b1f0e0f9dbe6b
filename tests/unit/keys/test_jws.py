"""Compact JWS: what is made is good, in our reader and in another; every other shape is refused with its code."""

import json
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa as openssl_rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from joserfc import jws as joserfc_jws
from joserfc.jwk import import_key

from keys import base64url, ecdsa, ed25519, rsa
from keys.errors import ProofError, UnknownSuiteError
from keys.proofs import jws
from keys.public_key import KeyKind, PublicKey
from keys.public_key import rsa as rsa_key
from schemas.strict_json import JsonObject

KID = "did:web:demo.pateva.example#key-1"
PAYLOAD: JsonObject = {"iss": "did:web:demo.pateva.example", "name": "Pätevä"}
ED = ed25519.SigningKey(bytes(range(32)))
P256, P384 = ecdsa.SigningKey("P-256", bytes(31) + b"\x05"), ecdsa.SigningKey("P-384", bytes(47) + b"\x07")
RSA = openssl_rsa.generate_private_key(65537, 2048)
SMALL_RSA = openssl_rsa.generate_private_key(65537, 1024)  # noqa: S505  it is there to be refused


def rs256(key: openssl_rsa.RSAPrivateKey) -> Callable[[bytes], bytes]:
    return lambda message: key.sign(message, PKCS1v15(), hashes.SHA256())


def public(key: openssl_rsa.RSAPrivateKey) -> PublicKey:
    numbers = key.public_key().public_numbers()
    return rsa_key(numbers.n, numbers.e)


SIGNERS: dict[KeyKind, tuple[PublicKey, Callable[[bytes], bytes]]] = {
    "Ed25519": (PublicKey("Ed25519", ED.public), ED.sign),
    "P-256": (PublicKey("P-256", P256.public), P256.sign),
    "P-384": (PublicKey("P-384", P384.public), P384.sign),
    "RSA": (public(RSA), rs256(RSA)),
}


def token(kind: KeyKind = "Ed25519", **changes: object) -> str:
    made = jws.create(PAYLOAD, kid=KID, key_kind=kind, sign=SIGNERS[kind][1])
    if not changes:
        return made
    header = {**json.loads(base64url.decode(made.split(".")[0])), **changes}
    return signed_by_hand({name: value for name, value in header.items() if value is not ...}, kind)


def signed_by_hand(header: dict[str, object], kind: KeyKind = "Ed25519") -> str:
    text = f"{base64url.encode(json.dumps(header).encode())}.{base64url.encode(json.dumps(PAYLOAD).encode())}"
    return f"{text}.{base64url.encode(SIGNERS[kind][1](text.encode()))}"


def refused(made: str, kind: KeyKind = "Ed25519") -> str:
    with pytest.raises(ProofError) as caught:
        jws.verify(jws.open_jws(made), SIGNERS[kind][0])
    return caught.value.code


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated via RFC 9864")  # joserfc; credentials still use that name
@pytest.mark.parametrize("kind", SIGNERS)
def test_a_token_that_was_made_is_good_here_and_elsewhere(kind: KeyKind) -> None:
    key = SIGNERS[kind][0]
    made = token(kind)
    opened = jws.open_jws(made)
    jws.verify(opened, key)
    assert json.loads(opened.payload) == PAYLOAD
    registry = joserfc_jws.JWSRegistry(algorithms=["ES256", "ES384", "RS256", "Ed25519", "EdDSA"])
    assert (
        json.loads(joserfc_jws.deserialize_compact(made, import_key(key.jwk()), registry=registry).payload) == PAYLOAD
    )


@pytest.mark.parametrize("kind", SIGNERS)
@pytest.mark.parametrize("other", SIGNERS)
def test_a_key_of_another_kind_is_refused_by_its_algorithm(kind: KeyKind, other: KeyKind) -> None:
    if kind != other:
        assert refused(token(kind), other) == "jwt.algorithm"


def test_both_names_of_edwards_signatures_are_read() -> None:
    jws.verify(jws.open_jws(token(alg="Ed25519")), SIGNERS["Ed25519"][0])


def test_a_type_may_be_left_out() -> None:
    made = jws.create(PAYLOAD, kid=KID, key_kind="Ed25519", sign=ED.sign, typ=None)
    assert "typ" not in jws.open_jws(made).header


@pytest.mark.parametrize("algorithm", ["ES512", "PS256", "RS512", "ES256K", "x"])
def test_an_algorithm_that_we_do_not_know_is_told_apart(algorithm: str) -> None:
    with pytest.raises(UnknownSuiteError) as caught:
        jws.verify(jws.open_jws(token(alg=algorithm)), SIGNERS["Ed25519"][0])
    assert caught.value.code == "jwt.algorithm"


@pytest.mark.parametrize(
    "change",
    [
        {"alg": "none"},
        {"alg": "None"},
        {"alg": "HS256"},
        {"alg": "hs256"},
        {"alg": ...},
        {"alg": None},
        {"alg": ["EdDSA"]},
        {"typ": "at+jwt"},
        {"typ": "jwt"},
        {"typ": None},
        {"typ": ["JWT"]},
        {"typ": 5},
        {"kid": ...},
        {"kid": ""},
        {"kid": None, "jwk": {"kty": "OKP"}},
        {"kid": 5},
        {"jwk": "text"},
        {"jwk": {"kty": "OKP", "crv": "Ed25519", "x": "AA", "d": "AA"}},
        {"jwk": {"kty": "oct", "k": "AA"}},
        {"jku": "https://evil.example/jwks.json"},
        {"x5u": "https://evil.example/x.pem"},
        {"x5c": ["AA"]},
        {"crit": ["exp"]},
        {"crit": []},
        {"b64": False},
        {"b64": True},
        {"zip": "DEF"},
    ],
    ids=str,
)
def test_a_header_that_a_credential_must_not_have_is_refused(change: dict[str, object]) -> None:
    assert refused(token(**change)) == "jwt.header"


def test_an_allow_list_of_header_members_is_kept() -> None:
    made = token(cty="vc")
    assert jws.open_jws(made).header["cty"] == "vc"
    with pytest.raises(ProofError) as caught:
        jws.open_jws(made, headers=jws.OB_HEADERS)
    assert caught.value.code == "jwt.header"
    with pytest.raises(ProofError):
        jws.open_jws(made, types=frozenset({"vc+jwt"}))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda made: made + "==", id="padding"),
        pytest.param(lambda made: made + "\n", id="line feed"),
        pytest.param(lambda made: " " + made, id="space"),
        pytest.param(lambda made: made + ".AA", id="fourth part"),
        pytest.param(lambda made: made.rpartition(".")[0], id="two parts"),
        pytest.param(lambda made: made.rpartition(".")[0] + ".", id="empty signature"),
        pytest.param(lambda made: "." + made.partition(".")[2], id="empty header"),
        pytest.param(lambda made: made.split(".")[0] + ".." + made.split(".")[2], id="empty payload"),
        pytest.param(lambda made: made.replace(".", "?.", 1), id="foreign character"),
        pytest.param(lambda made: made[:-1] + chr(ord(made[-1]) + 1), id="unused bits"),
        pytest.param(lambda made: made.replace("-", "+").replace("_", "/") + "/", id="other alphabet"),
        pytest.param(lambda _made: "", id="empty"),
        pytest.param(lambda _made: "{}", id="JSON"),
    ],
)
def test_a_token_in_any_other_spelling_is_refused(change: Callable[[str], str]) -> None:
    assert refused(change(token())) == "input.encoding"


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (b"[]", "input.json"),
        (b'"x"', "input.json"),
        (b"{", "input.json"),
        (b'{"alg":"EdDSA","alg":"none","kid":"x"}', "input.json"),
        (b"\xff", "input.encoding"),
        (b'{"kid":"' + b"x" * 5000 + b'"}', "input.limits"),
    ],
)
def test_a_header_that_is_no_strict_object_is_refused(header: bytes, code: str) -> None:
    _, payload, signature = token().split(".")
    assert refused(f"{base64url.encode(header)}.{payload}.{signature}") == code


def test_a_token_beyond_the_bound_is_refused_before_the_work() -> None:
    assert refused("A" * (jws.MAX_TOKEN_CHARACTERS + 1)) == "input.limits"


@pytest.mark.parametrize("kind", SIGNERS)
def test_a_changed_part_is_refused(kind: KeyKind) -> None:
    header, payload, signature = token(kind).split(".")
    other = base64url.encode(b'{"iss":"did:web:evil.example"}')
    assert refused(f"{header}.{other}.{signature}", kind) == "proof.signature"
    raw = bytearray(base64url.decode(signature))
    raw[5] ^= 1
    assert refused(f"{header}.{payload}.{base64url.encode(bytes(raw))}", kind) == "proof.signature"
    for wrong in (bytes(raw[:-1]), bytes(raw) + b"\0"):
        assert refused(f"{header}.{payload}.{base64url.encode(wrong)}", kind) == "proof.signature"


def test_a_short_rsa_key_is_refused_by_its_algorithm() -> None:
    made = jws.create(PAYLOAD, kid=KID, key_kind="RSA", sign=rs256(SMALL_RSA))
    with pytest.raises(ProofError) as caught:
        jws.verify(jws.open_jws(made), public(SMALL_RSA))
    assert caught.value.code == "jwt.algorithm"
    opened = jws.open_jws(made)
    assert not rsa.verify(public(SMALL_RSA), opened.signing_input, opened.signature)


def test_an_rsa_signature_not_below_the_modulus_is_refused() -> None:
    assert not rsa.verify(public(RSA), b"message", b"\xff" * 256)


def test_a_token_has_exactly_the_header_of_ob_and_passes_its_allow_list() -> None:
    opened = jws.open_jws(token(), headers=jws.OB_HEADERS)
    assert opened.header == {"alg": "EdDSA", "kid": KID, "typ": "JWT"}
    jws.verify(opened, SIGNERS["Ed25519"][0])


def test_the_newer_name_of_edwards_signatures_fits_no_other_key() -> None:
    for kind in ("P-256", "P-384", "RSA"):
        assert refused(token(kind, alg="Ed25519"), kind) == "jwt.algorithm"  # type: ignore[arg-type]


def test_a_token_of_exactly_the_bound_is_still_read() -> None:
    header, payload, signature = token().split(".")
    room = jws.MAX_TOKEN_CHARACTERS - len(header) - len(signature) - 2
    longest = f"{header}.{'A' * room}.{signature}"
    assert len(longest) == jws.MAX_TOKEN_CHARACTERS
    assert refused(longest) == "proof.signature"
    assert payload not in longest
