"""Base58: the one text of any bytes, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys import base58
from keys.errors import KeyFormatError


@given(st.binary(max_size=120))
def test_decoding_gives_back_what_was_encoded(data: bytes) -> None:
    assert base58.decode(base58.encode(data)) == data


@given(st.text(alphabet="123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", max_size=140))
def test_every_text_of_the_alphabet_is_the_one_text_of_its_bytes(text: str) -> None:
    assert base58.encode(base58.decode(text)) == text


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"\0", "1"),
        (b"\0\0\x01", "112"),
        (b"hello world", "StV1DL6CwTryKyV"),
        (bytes.fromhex("00010966776006953d5567439e5e39f86a0d273beed61967f6"), "16UwLL9Risc3QfPqBUvKofHmBQ7wMtjvM"),
    ],
)
def test_known_texts(data: bytes, text: str) -> None:
    assert base58.encode(data) == text
    assert base58.decode(text) == data


@pytest.mark.parametrize("text", ["0", "O", "I", "l", "a b", "a\n", "ä", "+", "/", "=", "a-"])
def test_a_foreign_character_is_refused(text: str) -> None:
    with pytest.raises(KeyFormatError):
        base58.decode(text)


def test_a_text_beyond_the_bound_is_refused_before_the_work() -> None:
    assert len(base58.decode("2" * 4096)) > 2900
    with pytest.raises(KeyFormatError, match="too long"):
        base58.decode("2" * 4097)
