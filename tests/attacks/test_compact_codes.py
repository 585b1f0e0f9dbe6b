"""Attacks on the small code: no changed bit, cut or hostile encoding is ever genuine, and each is refused at once."""

import time

import compact_cases
import compact_world as world
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.compact_code import PREFIX
from verifier.bundle import BundleFault, read_bundle
from verifier.compact import Answer, check_code

BUNDLE = read_bundle(world.bundle(), pinned=world.multikey_of(world.ACTIVE))
CODE = world.code()
DATA = compact_cases.bytes_of(CODE)


def answer(text: str) -> Answer:
    return check_code(text, BUNDLE, world.AT).answer


def test_the_code_that_is_attacked_is_genuine():
    assert answer(CODE) is Answer.GENUINE_AS_OF


def test_no_bit_can_be_changed():
    wrong = []
    for at in range(len(DATA) * 8):
        changed = bytearray(DATA)
        changed[at // 8] ^= 0x80 >> at % 8
        if answer(compact_cases.raw(bytes(changed))) is not Answer.NOT_GENUINE:
            wrong.append(at)
    assert wrong == []


def test_no_sign_can_be_left_out_doubled_or_cut_off():
    texts = [CODE[:at] for at in range(len(CODE))]
    texts += [CODE[:at] + CODE[at + 1 :] for at in range(len(PREFIX), len(CODE))]
    texts += [CODE[:at] + CODE[at] + CODE[at:] for at in range(len(PREFIX), len(CODE))]
    assert {answer(text) for text in texts if text != CODE} == {Answer.NOT_GENUINE}


@given(st.binary(max_size=220))
def test_no_bytes_behind_the_prefix_are_taken_for_a_code(data):
    assert answer(compact_cases.raw(data)) is Answer.NOT_GENUINE


@given(st.binary(min_size=1, max_size=120))
def test_no_claims_of_strangers_hide_behind_a_good_header(claims):
    assert answer(compact_cases.resigned(claims)) is Answer.NOT_GENUINE


@pytest.mark.parametrize("head", [b"\x9b", b"\xbb", b"\x5b", b"\x9f", b"\xbf", b"\x5f", b"\xdb", b"\xd8\x12", b"\xfb"])
def test_huge_lengths_and_open_ends_cost_nothing(head):
    began = time.process_time()
    assert answer(compact_cases.raw(b"\xd2" + head + b"\xff" * 150)) is Answer.NOT_GENUINE
    assert time.process_time() - began < 0.5


def test_deep_nesting_and_a_megabyte_cost_nothing():
    began = time.process_time()
    assert answer(compact_cases.raw(b"\xd2" + b"\x81" * 190)) is Answer.NOT_GENUINE
    assert answer(PREFIX + "0" * (1 << 20)) is Answer.NOT_GENUINE
    assert time.process_time() - began < 0.5


def test_every_case_that_is_not_good_is_never_genuine():
    good = {case["name"] for case in compact_cases.cases() if case["answer"] == "genuine_as_of"}
    assert good == {
        "part of a unit",
        "what is no unit",
        "in a school's demonstration",
        "by a retired key, in time",
        "the bundle thirty days old",
    }


def faulty_bundles():
    plain = world.content()
    yield "another key", world.signed(plain, world.FOREIGN), None, "bad_signature"
    yield (
        "a key of the bundle that is compromised",
        world.signed(plain, world.COMPROMISED, f"{world.DID}#key-3"),
        None,
        ("bad_signature"),
    )
    yield "not the pinned key", world.bundle(), world.multikey_of(world.FOREIGN), "bad_signature"
    yield (
        "a bit set back",
        world.bundle().replace(b'"index"', b'"indux"').replace(b"2026-11-12T06:00:00Z", b"2026-11-13T06:00:00Z", 1),
        None,
        ("bad_signature"),
    )
    yield "no JSON", b"{", None, "malformed"
    yield "another format", world.signed({**plain, "format": "pateva.bundle/2"}), None, "malformed"
    yield "no keys", world.signed({**plain, "keys": []}), None, "bad_signature"
    yield (
        "a list that is shorter than it says",
        world.signed({**plain, "lists": [{**plain["lists"][0], "size": 262_144}]}),
        None,
        "malformed",
    )
    bomb = "u" + "A" * (5 << 20)
    yield (
        "a list that is too long",
        world.signed({**plain, "lists": [{**plain["lists"][0], "reasons": bomb}]}),
        None,
        ("malformed"),
    )


@pytest.mark.parametrize(("name", "data", "pinned", "reason"), list(faulty_bundles()), ids=lambda one: str(one)[:40])
def test_a_faulty_bundle_is_refused_as_a_whole(name, data, pinned, reason):
    with pytest.raises(BundleFault) as caught:
        read_bundle(data, pinned=pinned)
    assert caught.value.reason == reason
