"""Hostile status lists: how each coded list ends (threats C1 and C2)."""

import json
import time
from pathlib import Path

import pytest

from schemas import status_list
from schemas.errors import DocumentError

pytestmark = pytest.mark.shared

GENERATED = Path(__file__).parents[3] / "shared" / "data" / "security" / "generated" / "status"
REFUSED = [
    "bad-crc",
    "bomb-64MiB",
    "multi-member",
    "not-gzip",
    "trailing-garbage",
    "truncated",
    "zlib-not-gzip",
]
# The fault lies elsewhere in the list; its bits can be read.
READ = {
    "expired": 16384,
    "multibase-base58": 16384,  # its generator changed the first letter of the id, not of the list
    "not-yet-valid": 16384,
    "ok-16k": 16384,
    "ttl-negative": 16384,
    "wrong-purpose": 16384,
    "wrong-type": 16384,
    "too-short-1k": 1024,
}


def coded(name):
    return json.loads((GENERATED / f"{name}.json").read_text("utf-8"))["credentialSubject"]["encodedList"]


def test_every_generated_list_has_an_expectation(shared):
    names = {path.stem for path in GENERATED.iterdir()} - {"entries-bad-index", "nested-gzip"}
    assert names == set(REFUSED) | set(READ)


@pytest.mark.parametrize("name", REFUSED)
def test_coding_other_than_one_whole_member_is_refused_quickly(shared, name):
    started = time.process_time()
    with pytest.raises(DocumentError) as refusal:
        status_list.decode(coded(name))
    assert refusal.value.code == "status.list"
    assert time.process_time() - started < 0.1


@pytest.mark.parametrize(("name", "size"), READ.items())
def test_list_with_another_fault_is_read(shared, name, size):
    assert len(status_list.decode(coded(name))) == size


def test_gzip_inside_gzip_is_inflated_once_only(shared):
    assert status_list.decode(coded("nested-gzip")).startswith(b"\x1f\x8b")
