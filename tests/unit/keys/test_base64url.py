"""Base64url: canonical in both directions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys import base64url
from keys.errors import KeyFormatError


@given(st.binary(max_size=80))
def test_decoding_gives_back_what_was_encoded(data: bytes) -> None:
    assert base64url.decode(base64url.encode(data)) == data


@pytest.mark.parametrize("text", ["AA==", "A", "AAAAA", "+/8", "AB", "AAB", "AA\n", " AA", "AÄ", "A=A"])
def test_padding_foreign_characters_and_unused_bits_are_refused(text: str) -> None:
    with pytest.raises(KeyFormatError):
        base64url.decode(text)
