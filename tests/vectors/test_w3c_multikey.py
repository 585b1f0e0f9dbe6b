"""Multikey texts printed in Controlled Identifiers 1.0 and the EdDSA specification: ours are read, others named."""

import re
from pathlib import Path

import pytest

from keys import multikey
from keys.errors import UnknownKeyTypeError

pytestmark = pytest.mark.shared

KINDS = {"z6Mk": "Ed25519", "zDna": "P-256", "z82L": "P-384"}


@pytest.fixture(scope="module")
def printed(shared: Path) -> set[str]:
    found = set()
    for folder in ("cid", "vc-di-eddsa-spec-examples", "vc-data-integrity"):
        for path in (shared / "data/w3c" / folder).rglob("*.*"):
            found.update(re.findall(r'"publicKeyMultibase": *"(z[^"]+)"', path.read_text(errors="replace")))
    return found


def test_printed_keys_of_our_kinds_are_read_and_written_alike(printed: set[str]) -> None:
    ours = {text for text in printed if text[:4] in KINDS}
    assert len(ours) == 4
    for text in ours:
        key = multikey.decode(text)
        assert key.kind == KINDS[text[:4]]
        assert multikey.encode(key) == text


def test_printed_keys_of_other_kinds_are_named_as_unknown(printed: set[str]) -> None:
    others = {text for text in printed if text[:4] not in KINDS}
    assert len(others) == 2  # BLS12-381 and SM2
    for text in others:
        with pytest.raises(UnknownKeyTypeError):
            multikey.decode(text)
