"""Status lists: bits, text, bounds and every broken coding."""

import base64
import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import status_list
from schemas.errors import DocumentError

PUBLISHED_ZERO_LIST = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"


def text_of(member):
    return "u" + base64.urlsafe_b64encode(member).rstrip(b"=").decode()


def refused(call, *arguments, **more):
    with pytest.raises(DocumentError) as refusal:
        call(*arguments, **more)
    return refusal.value.code == "status.list"


def test_published_list_of_zeros_decodes_to_its_bits():
    assert status_list.decode(PUBLISHED_ZERO_LIST) == bytes(16384)


def test_first_entry_is_the_left_most_bit():
    assert [status_list.value_at(b"\x80\x01", i) for i in (0, 1, 7, 8, 15)] == [1, 0, 0, 0, 1]


def test_entries_of_several_bits_stand_one_after_the_other():
    bits = b"\x12\x34\x56\x78"
    assert [status_list.value_at(bits, i, 4) for i in range(8)] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert [status_list.value_at(bits, i, 16) for i in range(2)] == [0x1234, 0x5678]
    assert [status_list.value_at(bits, i, 3) for i in range(3)] == [0b000, 0b100, 0b100]


@pytest.mark.parametrize(("index", "size"), [(-1, 1), (16, 1), (2, 8), (0, 0), (0, 65), (0, -1), (5, 3)])
def test_entry_outside_the_list_is_refused(index, size):
    assert refused(status_list.value_at, b"\x00\x00", index, size)
    assert refused(status_list.set_value, bytearray(2), index, 0, size)


def test_last_entry_is_read():
    assert status_list.value_at(b"\x00\x01", 15) == 1
    assert status_list.value_at(b"\x00\x07", 4, 3) == 0b011


@pytest.mark.parametrize(("value", "size"), [(2, 1), (-1, 1), (16, 4)])
def test_value_that_does_not_fit_is_refused(value, size):
    assert refused(status_list.set_value, bytearray(4), 0, value, size)


@given(st.binary(min_size=1, max_size=64), st.integers(1, 17), st.data())
def test_setting_one_entry_changes_that_entry_only(bits, size, data):
    entries = len(bits) * 8 // size
    if entries == 0:
        return
    index = data.draw(st.integers(0, entries - 1))
    value = data.draw(st.integers(0, 2**size - 1))
    before = [status_list.value_at(bits, i, size) for i in range(entries)]
    changed = bytearray(bits)
    status_list.set_value(changed, index, value, size)
    after = [status_list.value_at(bytes(changed), i, size) for i in range(entries)]
    assert after == [*before[:index], value, *before[index + 1 :]]


@given(st.binary(max_size=3000))
def test_what_is_encoded_is_decoded(bits):
    text = status_list.encode(bits)
    assert text == status_list.encode(bits)
    assert status_list.decode(text) == bits


def test_encoding_holds_no_time():
    member = base64.urlsafe_b64decode(status_list.encode(bytes(16384))[1:] + "==")
    assert member[:8] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00"


GOOD = gzip.compress(bytes(100), mtime=0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "u",
        text_of(GOOD)[1:],
        "z" + text_of(GOOD)[1:],
        text_of(GOOD) + "=",
        text_of(GOOD) + "\n",
        text_of(GOOD).replace("H4s", "H4+", 1),
        text_of(GOOD)[:-1] + ("B" if text_of(GOOD)[-1] == "A" else "A"),
        "uA",
        text_of(GOOD + GOOD),
        text_of(GOOD + b"x"),
        text_of(GOOD[:-3]),
        text_of(GOOD[:-8] + bytes(8)),
        text_of(zlib.compress(b"a")),
        text_of(b"plain"),
        text_of(gzip.compress(bytes(17 << 20), mtime=0)),
    ],
    ids=lambda text: f"{text[:8]}…{text[-4:]}",
)
def test_coding_other_than_one_whole_member_is_refused(text):
    assert refused(status_list.decode, text)


def test_unused_bits_of_the_last_sign_must_be_zero():
    text = text_of(gzip.compress(b"ab", mtime=0))
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    assert len(text[1:]) % 4 in (2, 3)
    assert refused(status_list.decode, text[:-1] + alphabet[alphabet.index(text[-1]) + 1])


def test_bounds_hold_at_the_edge_and_one_beyond():
    text = status_list.encode(bytes(1000))
    assert status_list.decode(text, max_coded=len(text), max_bytes=1000) == bytes(1000)
    assert refused(status_list.decode, text, max_coded=len(text) - 1)
    assert refused(status_list.decode, text, max_bytes=999)
