"""Public keys between Multikey, JWK and bytes: one canonical form each, points proven."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from keys import base58, base64url, ecdsa, ed25519, elliptic_curves, jwk, multikey
from keys.errors import KeyFormatError, UnknownKeyTypeError
from keys.public_key import PublicKey, rsa

ED = PublicKey("Ed25519", ed25519.public_key(bytes(32)))
P256 = ecdsa.public_key("P-256", bytes(31) + b"\x05")
P384 = ecdsa.public_key("P-384", bytes(47) + b"\x07")
P256_POINT = {name: value for name, value in P256.jwk().items() if name != "kty"}
RSA = rsa((1 << 2047) + 1, 65537)


@pytest.mark.parametrize(("key", "start", "length"), [(ED, "z6Mk", 48), (P256, "zDna", 49), (P384, "z82L", 70)])
def test_a_multikey_has_the_known_start_and_comes_back_equal(key: PublicKey, start: str, length: int) -> None:
    text = multikey.encode(key)
    assert text.startswith(start)
    assert abs(len(text) - length) <= 1
    assert multikey.decode(text) == key


@pytest.mark.parametrize("key", [ED, P256, P384, RSA])
def test_a_jwk_comes_back_as_the_same_key(key: PublicKey) -> None:
    assert jwk.decode(jwk.encode(key)) == key


def test_the_thumbprint_is_that_of_rfc_8037() -> None:
    key = PublicKey("Ed25519", base64url.decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"))
    assert key.thumbprint() == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_rsa_has_numbers_but_no_multikey() -> None:
    assert RSA.rsa_numbers() == ((1 << 2047) + 1, 65537)
    with pytest.raises(KeyFormatError):
        RSA.multibase()
    with pytest.raises(KeyFormatError):
        ED.rsa_numbers()


@pytest.mark.parametrize("name", ["P-256", "P-384"])
def test_points_are_those_that_openssl_computes(name: str) -> None:
    curve = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1()}[name]
    for scalar in range(1, 40):
        point = ec.derive_private_key(scalar, curve).public_key()
        compressed = point.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
        x, y = elliptic_curves.decompress(name, compressed)
        assert b"\x04" + x + y == point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        assert elliptic_curves.compress(name, x, y) == compressed


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param(multikey.encode(ED)[1:], id="no multibase sign"),
        pytest.param("Z" + multikey.encode(ED)[1:], id="upper-case multibase sign"),
        pytest.param("u" + multikey.encode(ED)[1:], id="another multibase sign"),
        pytest.param(" " + multikey.encode(ED), id="blank in front"),
        pytest.param("u" + base64url.encode(b"\xed\x01" + ED.raw), id="base64url"),
        pytest.param("z1" + multikey.encode(ED)[1:], id="leading zero byte"),
        pytest.param("z" + base58.encode(b"\xed\x01" + ED.raw[:31]), id="one byte short"),
        pytest.param("z" + base58.encode(b"\xed\x01" + ED.raw + b"\0"), id="one byte long"),
        pytest.param("z" + base58.encode(b"\x80\x24\x04" + P256.raw[1:]), id="point with first byte 4"),
        pytest.param("z" + base58.encode(b"\x80\x24\x02" + b"\xff" * 32), id="coordinate above the prime"),
        pytest.param("z" + base58.encode(b"\x80\x24\x02" + bytes(31) + b"\x01"), id="no point of the curve"),
        pytest.param(multikey.encode(ED) + "\n", id="line feed"),
        pytest.param("z" + "2" * 1024, id="too long"),
    ],
)
def test_a_malformed_multikey_is_refused(text: str) -> None:
    with pytest.raises(KeyFormatError):
        multikey.decode(text)


@pytest.mark.parametrize("header", ["1205", "e701", "eb01", "8626", "8026", "8225"])
def test_other_multicodec_headers_are_unknown_kinds(header: str) -> None:
    with pytest.raises(UnknownKeyTypeError):
        multikey.decode("z" + base58.encode(bytes.fromhex(header) + bytes(32)))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"d": "AA"}, id="private part"),
        pytest.param({"k": "AA"}, id="symmetric part"),
        pytest.param({"x": None}, id="no x"),
        pytest.param({"x": ""}, id="empty x"),
        pytest.param({"x": 5}, id="x is a number"),
        pytest.param({"y": base64url.encode(bytes(32))}, id="off the curve"),
        pytest.param({"y": base64url.encode(bytes(31))}, id="short coordinate"),
        pytest.param({"x": base64url.encode(b"\xff" * 32)}, id="coordinate above the prime"),
        pytest.param({"x": base64url.encode(bytes(32)) + "="}, id="padding"),
    ],
)
def test_a_malformed_jwk_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(KeyFormatError):
        jwk.decode({**P256.jwk(), **change})  # type: ignore[dict-item]


@pytest.mark.parametrize("value", [None, [], "text", 5])
def test_a_jwk_that_is_no_object_is_refused(value: object) -> None:
    with pytest.raises(KeyFormatError):
        jwk.decode(value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "found",
    [
        {"kty": "oct"},
        {"kty": "EC", "crv": "secp256k1"},
        {"kty": "OKP", "crv": "X25519"},
        {},
        {"kty": "EC", "crv": "Ed25519", "x": ED.jwk()["x"]},
        {"kty": "OKP", "crv": "P-256"},
        {"kty": "OKP", **P256_POINT},
    ],
)
def test_another_kind_of_jwk_is_unknown(found: dict[str, str]) -> None:
    with pytest.raises(UnknownKeyTypeError):
        jwk.decode(dict(found))


@pytest.mark.parametrize(
    ("modulus", "exponent"),
    [
        (1 << 2048, 65537),
        ((1 << 510) + 1, 65537),
        ((1 << 8192) + 1, 3),
        ((1 << 2047) + 1, 1),
        ((1 << 2047) + 1, 4),
        ((1 << 2047) + 1, (1 << 32) + 1),
    ],
)
def test_rsa_numbers_out_of_range_are_refused(modulus: int, exponent: int) -> None:
    with pytest.raises(KeyFormatError):
        rsa(modulus, exponent)


def test_an_rsa_number_with_leading_zeros_is_refused() -> None:
    with pytest.raises(KeyFormatError):
        jwk.decode({**RSA.jwk(), "e": base64url.encode(b"\0\x01\0\x01")})


@pytest.mark.parametrize("raw", [b"", b"\0\0\0\x03", b"\x01\0\0\0\x02", b"\0\x01\0\0\0\x03"])
def test_rsa_bytes_that_are_no_key_are_refused(raw: bytes) -> None:
    with pytest.raises(KeyFormatError):
        PublicKey("RSA", raw)


@pytest.mark.parametrize(
    "member",
    [
        {"use": "enc"},
        {"key_ops": ["sign"]},
        {"key_ops": "verify"},
        {"alg": "ES384"},
        {"alg": []},
        {"alg": 5},
        {"use": None},
    ],
)
def test_a_jwk_for_another_use_is_refused(member: dict[str, object]) -> None:
    with pytest.raises(KeyFormatError):
        jwk.check_use({**P256.jwk(), **member}, P256)  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("member", "key"),
    [
        ({}, P256),
        ({"use": "sig"}, P256),
        ({"key_ops": ["verify"]}, P256),
        ({"alg": "ES256"}, P256),
        ({"alg": "EdDSA"}, ED),
        ({"alg": "Ed25519"}, ED),
        ({"alg": "RS256"}, RSA),
    ],
)
def test_a_jwk_for_our_use_is_taken(member: dict[str, object], key: PublicKey) -> None:
    jwk.check_use({**key.jwk(), **member}, key)  # type: ignore[dict-item]
