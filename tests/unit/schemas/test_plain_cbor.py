"""The CBOR of derived proofs: four forms, shortest encoding, nothing left over."""

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.plain_cbor import CborError, read

ITEMS = st.one_of(
    st.integers(0, 2**64 - 1),
    st.binary(max_size=300),
    st.lists(st.one_of(st.integers(0, 70_000), st.binary(max_size=40)), max_size=30),
    st.dictionaries(st.integers(0, 300), st.binary(max_size=40), max_size=30),
)


@given(st.lists(ITEMS, max_size=6))
def test_what_another_encoder_writes_is_read(value: list[object]) -> None:
    assert read(cbor2.dumps(value)) == value


@given(st.binary(max_size=40))
def test_whatever_is_read_has_no_other_encoding(data: bytes) -> None:
    try:
        found = read(data)
    except CborError:
        return
    assert cbor2.dumps(found) == data


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\x01\x02", id="two items"),
        pytest.param(b"\x18\x17", id="a head longer than it need be"),
        pytest.param(b"\x19\x00\xff", id="two bytes for one"),
        pytest.param(b"\x1a\x00\x00\xff\xff", id="four bytes for two"),
        pytest.param(b"\x1b\x00\x00\x00\x00\xff\xff\xff\xff", id="eight bytes for four"),
        pytest.param(b"\x19\x01", id="a head cut short"),
        pytest.param(b"\x1c", id="reserved"),
        pytest.param(b"\x5f\x41\x01\xff", id="indefinite length"),
        pytest.param(b"\x42\x01", id="bytes cut short"),
        pytest.param(b"\x82\x01", id="an array cut short"),
        pytest.param(b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff", id="an array of all memory"),
        pytest.param(b"\xa1\x01", id="a map cut short"),
        pytest.param(b"\xa2\x01\x02\x01\x03", id="a repeated key"),
        pytest.param(b"\xa1\x41\x01\x02", id="a key that is no integer"),
        pytest.param(b"\x20", id="a negative integer"),
        pytest.param(b"\x61a", id="text"),
        pytest.param(b"\xd8\x40\x41\x01", id="a tag"),
        pytest.param(b"\xf5", id="true"),
        pytest.param(b"\xf9\x00\x00", id="a half"),
        pytest.param(b"\x81\x81\x81\x81\x01", id="nested too deeply"),
        pytest.param(b"\x81" * 2000 + b"\x01", id="nested very deeply"),
    ],
)
def test_every_other_form_is_refused(data: bytes) -> None:
    with pytest.raises(CborError):
        read(data)
