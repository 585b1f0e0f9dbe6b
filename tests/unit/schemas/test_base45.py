"""Base45: the standard's own examples, one spelling, and refusal of everything else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.base45 import SIGNS, Base45Error, decode, encode


@pytest.mark.parametrize(
    ("data", "text"), [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"ietf!", "QED8WEX0")]
)
def test_the_examples_of_the_standard(data, text):
    assert (encode(data), decode(text)) == (text, data)


@given(st.binary(max_size=201))
def test_what_is_written_is_read_and_never_ends_in_a_space(data):
    text = encode(data)
    assert decode(text) == data
    assert not text.endswith(" ")


@given(st.text(alphabet=SIGNS, max_size=60))
def test_whatever_is_read_has_no_other_spelling(text):
    try:
        found = decode(text)
    except Base45Error:
        return
    assert encode(found) == text


@pytest.mark.parametrize("text", ["GGW", ":::", "A", "BB8A", "bb8", "BB_", "BBö", "0:"])
def test_refused(text):
    with pytest.raises(Base45Error):
        decode(text)
