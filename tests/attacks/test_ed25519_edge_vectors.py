"""Ed25519 at its edges (security.md B4): our rules are libsodium's, pinned case by case."""

import json
import os
from pathlib import Path

import pytest

from keys import ed25519
from keys.errors import KeyFormatError

MESSAGE = b"two hashes, 64 bytes"
KEY = ed25519.SigningKey(bytes(range(32)))


@pytest.mark.shared
def test_all_151_wycheproof_cases_come_out_as_published(shared: Path) -> None:
    vectors = json.loads((shared / "data/security/wycheproof/ed25519_test.json").read_text())
    wrong, cases = [], 0
    for group in vectors["testGroups"]:
        public = bytes.fromhex(group["publicKey"]["pk"])
        for case in group["tests"]:
            cases += 1
            good = ed25519.verify(public, bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"]))
            if good != (case["result"] == "valid"):
                wrong.append(case["tcId"])
    assert (cases, wrong) == (151, [])


@pytest.mark.shared
def test_of_the_twelve_speccheck_cases_only_number_three_is_accepted(shared: Path) -> None:
    cases = json.loads((shared / "data/security/ed25519-speccheck/cases.json").read_text())
    accepted = [
        number
        for number, case in enumerate(cases)
        if ed25519.verify(*(bytes.fromhex(case[name]) for name in ("pub_key", "message", "signature")))
    ]
    assert (len(cases), accepted) == (12, [3])


@pytest.mark.shared
def test_of_the_914_cctv_cases_exactly_43_are_accepted_and_none_has_a_low_order_key(shared: Path) -> None:
    cases = json.loads((shared / "data/security/cctv-ed25519/ed25519vectors.json").read_text())
    accepted = [
        case
        for case in cases
        if ed25519.verify(bytes.fromhex(case["key"]), case["msg"].encode(), bytes.fromhex(case["sig"]))
    ]
    assert (len(cases), len(accepted)) == (914, 43)
    for case in accepted:
        assert not {"low_order_A", "low_order_R", "non_canonical_A", "non_canonical_R"} & set(case["flags"] or ())


def test_one_signature_for_any_message_is_never_good() -> None:
    identity = b"\x01" + bytes(31)  # OpenSSL accepts this key and signature for every message
    for _ in range(100):
        assert not ed25519.verify(identity, os.urandom(40), identity + bytes(32))


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_key_of_another_length_is_refused_without_an_exception(length: int) -> None:
    assert not ed25519.verify(bytes(length), MESSAGE, KEY.sign(MESSAGE))


@pytest.mark.parametrize("signature", [b"", KEY.sign(MESSAGE)[:63], KEY.sign(MESSAGE) + b"\0", KEY.sign(MESSAGE) * 2])
def test_a_signature_of_another_length_is_refused_without_an_exception(signature: bytes) -> None:
    assert not ed25519.verify(KEY.public, MESSAGE, signature)


def test_bytes_moved_between_signature_and_message_are_refused() -> None:
    signature = KEY.sign(MESSAGE)
    assert not ed25519.verify(KEY.public, signature[63:] + MESSAGE, signature[:63])


def test_every_single_bit_of_a_signature_matters() -> None:
    signature = KEY.sign(MESSAGE)
    assert ed25519.verify(KEY.public, MESSAGE, signature)
    for bit in range(512):
        changed = bytearray(signature)
        changed[bit // 8] ^= 1 << bit % 8
        assert not ed25519.verify(KEY.public, MESSAGE, bytes(changed))


def test_adding_the_group_order_to_s_is_refused() -> None:
    order = 2**252 + 27742317777372353535851937790883648493
    signature = KEY.sign(MESSAGE)
    s = int.from_bytes(signature[32:], "little") + order
    assert not ed25519.verify(KEY.public, MESSAGE, signature[:32] + s.to_bytes(32, "little"))


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_seed_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(KeyFormatError):
        ed25519.sign(bytes(length), MESSAGE)
