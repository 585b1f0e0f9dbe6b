"""Sealing: only the right key, bytes and binding open it."""

import json
from pathlib import Path

import pytest

from keys.errors import UnsealError
from keys.signing.sealing import seal, unseal

KEY = bytes(range(32))


def test_what_was_sealed_opens_and_no_two_seals_are_alike() -> None:
    one, two = seal(KEY, b"seed", b"whose"), seal(KEY, b"seed", b"whose")
    assert one != two
    assert unseal(KEY, one, b"whose") == unseal(KEY, two, b"whose") == b"seed"


@pytest.mark.parametrize("place", range(24 + 4 + 16))
def test_a_changed_byte_anywhere_is_refused(place: int) -> None:
    sealed = bytearray(seal(KEY, b"seed", b"whose"))
    sealed[place] ^= 1
    with pytest.raises(UnsealError):
        unseal(KEY, bytes(sealed), b"whose")


def test_another_key_or_binding_is_refused() -> None:
    sealed = seal(KEY, b"seed", b"whose")
    with pytest.raises(UnsealError):
        unseal(bytes(32), sealed, b"whose")
    with pytest.raises(UnsealError):
        unseal(KEY, sealed, b"another's")


@pytest.mark.parametrize("length", [0, 1, 24, 39, 43])
def test_cut_bytes_are_refused(length: int) -> None:
    with pytest.raises(UnsealError):
        unseal(KEY, seal(KEY, b"seed", b"")[:length], b"")


@pytest.mark.shared
def test_the_published_xchacha_cases_come_out_as_published(shared: Path) -> None:
    vectors = json.loads((shared / "data/security/wycheproof/xchacha20_poly1305_test.json").read_text())
    cases, wrong, other_nonces = 0, [], 0
    for group in vectors["testGroups"]:
        for case in group["tests"]:
            cases += 1
            key, nonce, aad = (bytes.fromhex(case[name]) for name in ("key", "iv", "aad"))
            if len(nonce) != 24:  # our nonce is always 24 bytes, so these cannot be put to us
                other_nonces += 1
                assert case["result"] == "invalid"
                continue
            try:
                found = unseal(key, nonce + bytes.fromhex(case["ct"] + case["tag"]), aad).hex()
            except UnsealError:
                found = None
            if found != (case["msg"] if case["result"] == "valid" else None):
                wrong.append(case["tcId"])
    assert (cases, wrong) == (315, [])
    assert other_nonces < 40
