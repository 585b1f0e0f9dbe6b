"""ECDSA at its edges (security.md B5): raw signatures of exact length, and what malleability does not change."""

import json
from pathlib import Path

import pytest

from keys import ecdsa
from keys.errors import KeyFormatError
from keys.public_key import KeyKind, PublicKey

MESSAGE = b"two hashes, 64 bytes"
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
KEYS = [ecdsa.SigningKey("P-256", bytes(31) + b"\x05"), ecdsa.SigningKey("P-384", bytes(47) + b"\x07")]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "kind", "cases"),
    [
        ("ecdsa_secp256r1_sha256_p1363_test.json", "P-256", 262),
        ("ecdsa_secp384r1_sha384_p1363_test.json", "P-384", 280),
    ],
)
def test_all_wycheproof_cases_come_out_as_published(name: str, kind: KeyKind, cases: int, shared: Path) -> None:
    vectors = json.loads((shared / "data/security/wycheproof" / name).read_text())
    wrong, seen = [], 0
    for group in vectors["testGroups"]:
        point = bytes.fromhex(group["publicKey"]["uncompressed"])
        half = len(point) // 2
        key = PublicKey(kind, bytes([2 + (point[-1] & 1)]) + point[1 : 1 + half])
        for case in group["tests"]:
            seen += 1
            good = ecdsa.verify(kind, key.raw, bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"]))
            if good != (case["result"] == "valid"):
                wrong.append(case["tcId"])
    assert (seen, wrong) == (cases, [])


@pytest.mark.shared
def test_der_signatures_are_never_taken_for_raw_ones(shared: Path) -> None:
    vectors = json.loads((shared / "data/security/wycheproof/ecdsa_secp256r1_sha256_test.json").read_text())
    accepted = [
        case["tcId"]
        for group in vectors["testGroups"]
        for case in group["tests"]
        if ecdsa.verify(
            "P-256",
            bytes.fromhex("02" + group["publicKey"]["uncompressed"][2:66]),
            bytes.fromhex(case["msg"]),
            bytes.fromhex(case["sig"]),
        )
    ]
    assert accepted == []


@pytest.mark.parametrize("key", KEYS, ids=["P-256", "P-384"])
def test_a_signature_of_another_length_is_refused(key: ecdsa.SigningKey) -> None:
    good = key.sign(MESSAGE)
    assert ecdsa.verify(key.kind, key.public, MESSAGE, good)
    for wrong in (
        b"",
        good[:-1],
        good[1:],
        good + b"\0",
        b"\0" + good,
        good[: len(good) // 2] + b"\0" + good[len(good) // 2 :],
    ):
        assert not ecdsa.verify(key.kind, key.public, MESSAGE, wrong)


@pytest.mark.parametrize("key", KEYS, ids=["P-256", "P-384"])
def test_zero_and_the_order_itself_are_refused(key: ecdsa.SigningKey) -> None:
    size = len(key.public) - 1
    for r, s in ((bytes(size), bytes(size)), (b"\xff" * size, b"\xff" * size), (bytes(size), b"\x01" * size)):
        assert not ecdsa.verify(key.kind, key.public, MESSAGE, r + s)


def test_the_other_s_is_good_too_so_a_signature_is_no_identity() -> None:
    key = KEYS[0]
    good = key.sign(MESSAGE)
    s = P256_ORDER - int.from_bytes(good[32:], "big")
    other = good[:32] + s.to_bytes(32, "big")
    assert other != good
    assert ecdsa.verify("P-256", key.public, MESSAGE, other)


def test_signing_twice_gives_the_same_bytes() -> None:
    for key in KEYS:
        assert key.sign(MESSAGE) == key.sign(MESSAGE)


@pytest.mark.parametrize("public", [b"", bytes(33), b"\x04" + bytes(32), b"\x02" + b"\xff" * 32, bytes(49)])
def test_a_key_that_is_no_point_is_refused_without_an_exception(public: bytes) -> None:
    assert not ecdsa.verify("P-256", public, MESSAGE, KEYS[0].sign(MESSAGE))


@pytest.mark.parametrize("place", range(64))
def test_every_byte_of_a_signature_matters(place: int) -> None:
    changed = bytearray(KEYS[0].sign(MESSAGE))
    changed[place] ^= 0x10
    assert not ecdsa.verify("P-256", KEYS[0].public, MESSAGE, bytes(changed))


@pytest.mark.parametrize(
    ("kind", "secret"),
    [("P-256", bytes(32)), ("P-256", b"\xff" * 32), ("P-256", bytes(31)), ("P-384", bytes(32)), ("Ed25519", bytes(32))],
)
def test_a_scalar_out_of_range_is_no_key(kind: KeyKind, secret: bytes) -> None:
    with pytest.raises(KeyFormatError):
        ecdsa.SigningKey(kind, secret)
