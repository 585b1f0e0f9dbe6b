"""Codes that people type: what is written is read back, however it was typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.domain import typed_code

CODE = typed_code.write(bytes.fromhex("0123456789abcdef0123"))


@given(st.binary(min_size=10, max_size=10))
def test_every_code_is_read_back_and_has_no_look_alike(value):
    signs = typed_code.write(value)
    assert len(signs) == 16
    assert not set(signs) & set("ILOU")
    assert typed_code.read(typed_code.grouped(signs)) == signs
    assert typed_code.read(signs.lower()) == signs


@given(st.binary(min_size=10, max_size=10), st.binary(min_size=10, max_size=10))
def test_two_values_have_two_codes(one, other):
    assert (typed_code.write(one) == typed_code.write(other)) == (one == other)


@pytest.mark.parametrize(
    "typed",
    [
        CODE.lower(),
        typed_code.grouped(CODE),
        "  " + "-".join(CODE[at : at + 4] for at in (0, 4, 8, 12)) + "\r\n",
        CODE.replace("0", "O").replace("1", "l"),
        CODE.replace("0", "o").replace("1", "I"),
        CODE.replace("V", "u"),
        " ".join(CODE),
        "\N{NO-BREAK SPACE}".join([CODE[:8], CODE[8:]]),
    ],
)
def test_a_code_is_read_as_it_was_meant(typed):
    assert typed_code.read(typed) == CODE


@pytest.mark.parametrize(
    "typed", ["", CODE[:-1], CODE + "A", CODE[:-1] + "Ä", CODE[:-1] + "!", "A" * 65, "x" * 100_000]
)
def test_what_cannot_be_a_code_is_none(typed):
    assert typed_code.read(typed) is None


@pytest.mark.parametrize("size", [0, 9, 11])
def test_only_eighty_bits_make_a_code(size):
    with pytest.raises(ValueError, match="ten bytes"):
        typed_code.write(bytes(size))
