"""did:key, did:jwk and did:web: pure, strict, and the same in both directions."""

import json
from pathlib import Path

import pytest

from keys import base64url, did_jwk, did_key, did_web, ecdsa, ed25519
from keys.errors import KeyFormatError
from keys.public_key import PublicKey
from schemas.canonical_json import canonicalise

ED = PublicKey("Ed25519", ed25519.public_key(bytes(32)))
P256 = ecdsa.public_key("P-256", bytes(31) + b"\x05")


@pytest.mark.parametrize("key", [ED, P256])
def test_a_did_key_document_holds_its_key_for_assertion(key: PublicKey) -> None:
    document = did_key.document(did_key.did(key))
    method = did_key.verification_method(key)
    assert document["id"] == did_key.did(key)
    assert document["assertionMethod"] == [method]
    assert document["verificationMethod"][0] == {  # type: ignore[index,call-overload]
        "id": method,
        "type": "Multikey",
        "controller": did_key.did(key),
        "publicKeyMultibase": key.multibase(),
    }


@pytest.mark.parametrize(
    "change",
    [
        lambda did: did + "#" + did.removeprefix("did:key:"),
        lambda did: did + "?x",
        lambda did: did + "/x",
        lambda did: did.upper(),
        lambda did: did.replace("did:key:", "did:web:"),
        lambda did: did[:-1],
        lambda did: did + " ",
    ],
)
def test_a_did_key_with_anything_added_or_missing_is_refused(change: object) -> None:
    with pytest.raises(KeyFormatError):
        did_key.document(change(did_key.did(ED)))  # type: ignore[operator]


@pytest.mark.shared
@pytest.mark.parametrize("name", ["nist-curves.json", "ed25519-x25519.json"])
def test_published_did_keys_of_our_kinds_are_read(shared: Path, name: str) -> None:
    vectors = json.loads((shared / "data/w3c/did-key" / name).read_text())
    read = 0
    for did in vectors:
        if did.removeprefix("did:key:")[:4] in ("z6Mk", "zDna", "z82L"):
            assert did_key.did(did_key.public_key(did)) == did
            read += 1
    assert read >= 3


@pytest.mark.shared
@pytest.mark.parametrize("name", ["bls12381.json", "rsa.json", "secp256k1.json", "x25519.json"])
def test_published_did_keys_of_other_kinds_are_refused(shared: Path, name: str) -> None:
    vectors = json.loads((shared / "data/w3c/did-key" / name).read_text())
    assert vectors
    for did in vectors:
        if did.startswith("did:key:z"):
            with pytest.raises(KeyFormatError):
                did_key.public_key(did)


@pytest.mark.parametrize("key", [ED, P256])
def test_a_did_jwk_document_holds_its_key_for_assertion(key: PublicKey) -> None:
    did = did_jwk.did(key)
    document = did_jwk.document(did)
    assert document["assertionMethod"] == [did_jwk.verification_method(key)]
    assert document["verificationMethod"][0]["publicKeyJwk"] == key.jwk()  # type: ignore[index,call-overload]


def test_a_did_jwk_for_encryption_asserts_nothing() -> None:
    did = "did:jwk:" + base64url.encode(canonicalise({**P256.jwk(), "use": "enc"}))
    assert "assertionMethod" not in did_jwk.document(did)


@pytest.mark.parametrize(
    "did",
    [
        "did:key:abc",
        did_jwk.did(P256) + "#0",
        did_jwk.did(P256) + "=",
        "did:jwk:" + base64url.encode(canonicalise({**P256.jwk(), "d": "AA"})),
        did_jwk.did(P256).removeprefix("did:jwk:"),
        did_jwk.did(P256).replace("did:jwk:", "did:key:"),
        "did:jwk:" + base64url.encode(canonicalise({**P256.jwk(), "note": "x" * 3000})),
        "did:jwk:" + base64url.encode(b"[]"),
        "did:jwk:" + base64url.encode(b'{"kty":"OKP","kty":"EC"}'),
        "did:jwk:" + base64url.encode(b'{"kty":"oct","k":"AA"}'),
        "did:jwk:",
        "did:jwk:" + "A" * 5000,
    ],
)
def test_a_malformed_did_jwk_is_refused(did: str) -> None:
    with pytest.raises(KeyFormatError):
        did_jwk.document(did)


@pytest.mark.parametrize(
    ("did", "url"),
    [
        ("did:web:good.example", "https://good.example/.well-known/did.json"),
        ("did:web:good.example:issuers:paja", "https://good.example/issuers/paja/did.json"),
        ("did:web:good.example%3A8443", "https://good.example:8443/.well-known/did.json"),
        ("did:web:good.example%3a443:x", "https://good.example:443/x/did.json"),
        ("did:web:xn--ptev-load.example", "https://xn--ptev-load.example/.well-known/did.json"),
        ("did:web:good.example:8443", "https://good.example/8443/did.json"),  # a path, not a port
        ("did:web:good.example%3A1024", "https://good.example:1024/.well-known/did.json"),
        ("did:web:good.example%3A65535", "https://good.example:65535/.well-known/did.json"),
        (
            "did:web:xn--r8jz45g.example",
            "https://xn--r8jz45g.example/.well-known/did.json",
        ),  # two scripts that go together
        ("did:web:xn--f1accv9e.example", "https://xn--f1accv9e.example/.well-known/did.json"),  # unlike any Latin word
        ("did:web:good.example:a.b_c~d-E", "https://good.example/a.b_c~d-E/did.json"),
    ],
)
def test_a_did_web_names_one_address(did: str, url: str) -> None:
    assert did_web.document_url(did) == url


def test_a_did_web_is_made_of_host_and_path() -> None:
    assert did_web.did("demo.pateva.example", "issuers", "paja") == "did:web:demo.pateva.example:issuers:paja"
    assert did_web.did("demo.pateva.example") == "did:web:demo.pateva.example"


@pytest.mark.parametrize(
    ("host", "path"), [("Good.example", ()), ("good.example:8443", ()), ("good.example", ("a:b",))]
)
def test_parts_that_make_no_did_web_are_refused(host: str, path: tuple[str, ...]) -> None:
    with pytest.raises(KeyFormatError):
        did_web.did(host, *path)


@pytest.mark.parametrize(
    "did",
    [
        "did:web:",
        "did:web:example",
        "did:web:127.0.0.1",
        "did:web:2130706433",
        "did:web:good.example%3A22",
        "did:web:good.example%3A1023",
        "did:web:good.example%3A442",
        "did:web:good.example%3A444",
        "did:web:xn--8g7cc.example",
        "did:web:" + ".".join(["a" * 49] * 5) + ".abcd",
        "good.example",
        "did:webs:good.example",
        "did:web:good.example%3A0443",
        "did:web:good.example%3A65536",
        "did:web:good.example%3A",
        "did:web:good.example%2Fx",
        "did:web:good.example:..:x",
        "did:web:good.example:.:x",
        "did:web:good.example:%2e%2e:x",
        "did:web:good.example::x",
        "did:web:good.example:",
        "did:web:good.example/x",
        "did:web:good.example?x",
        "did:web:good.example#k",
        "did:web:GOOD.example",
        "did:web:good.example.",
        "did:web:-good.example",
        "did:web:good.123",
        "did:web:gööd.example",
        "did:web:good.example\n",
        "did:web:" + "a" * 64 + ".example",
        "did:web:" + "a." * 130 + "example",
        "did:web:good.example:" + "a" * 1100,
        "did:web:xn--80ak6aa92e.com",
        "did:web:xn--pypal-4ve.com",
        "did:web:xn--.com",
        "did:web:xn--99999999.com",
        "did:key:good.example",
    ],
)
def test_a_did_web_that_could_be_read_in_two_ways_is_refused(did: str) -> None:
    with pytest.raises(KeyFormatError):
        did_web.document_url(did)


@pytest.mark.shared
def test_every_bad_did_web_of_the_attack_set_is_refused(shared: Path) -> None:
    bad = json.loads((shared / "data/security/generated/url/urls.json").read_text())["did_web_bad"]
    assert len(bad) == 17
    for did in bad:
        with pytest.raises(KeyFormatError):
            did_web.document_url(did)


def test_a_host_of_253_characters_and_a_did_of_1024_are_still_read() -> None:
    host = ".".join(["a" * 49] * 5) + ".abc"
    assert len(host) == 253
    assert did_web.document_url(f"did:web:{host}") == f"https://{host}/.well-known/did.json"
    start = "did:web:good.example"
    longest = start + (":" + "b" * 99) * 10 + ":ccc"
    assert len(longest) == 1024
    assert did_web.document_url(longest).endswith("/ccc/did.json")
    with pytest.raises(KeyFormatError):
        did_web.document_url(longest + "c")
