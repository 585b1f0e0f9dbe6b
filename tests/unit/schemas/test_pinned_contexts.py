"""The vendored contexts and schemas are byte for byte what their publishers gave out."""

import hashlib
import json
import socket
from pathlib import Path

import pytest

from schemas import jsonld, pinned_contexts
from schemas.pinned_contexts import PINNED_CONTEXTS, W3C_CONTEXTS, DamagedPackageError, accepted_hashes, context_bytes

ROOT = Path(__file__).parents[3]
CONTEXTS = ROOT / "schemas" / "contexts"
SCHEMAS = ROOT / "schemas" / "json_schemas"

# Section 1 of openbadges.md: the first 16 signs of the pinned text.
PINNED = {
    "https://www.w3.org/ns/credentials/v2": "59955ced6697d61e",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json": "3d34f4d4ef1bce69",
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json": "146f85aa16effd7c",
    "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json": "880f1902d4158f2f",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json": "00666ad080ba4076",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json": "d582f3564282fb3b",
    "https://purl.imsglobal.org/spec/ob/v3p0/context.json": "b077fa134d909d92",
    "https://purl.imsglobal.org/spec/ob/v3p0/context/ob_v3p0.jsonld": "b077fa134d909d92",
    "https://www.w3.org/2018/credentials/v1": "ab4ddd9a53175880",
    "https://w3id.org/security/suites/ed25519-2020/v1": "67646fbc0d6582ad",
    "https://w3id.org/security/data-integrity/v1": "b5d829bd09aa7c42",
    "https://w3id.org/security/data-integrity/v2": "67f21e6e33a6c14e",
    "https://w3id.org/security/multikey/v1": "ba2c182de2d92f7e",
    "https://w3id.org/security/jwk/v1": "0f14b62f6071aafe",
    "https://www.w3.org/ns/did/v1": "adefa50311393eb1",
    "https://www.w3.org/ns/cid/v1": "ea216ecc1cb02cd3",
    "https://www.w3.org/ns/credentials/status/v1": "fda5add353231e6a",
    "https://w3id.org/vc/status-list/2021/v1": "6dd06a52bedb771e",
    "https://w3id.org/openbadges/v2": "3c0c25a0e581c64c",
}
NEVER = ["24a18c90e9856d52", "3db5c19efb0047a6"]  # drafts of credentials/v2 and ed25519-2020


@pytest.mark.parametrize(("url", "start"), PINNED.items())
def test_each_context_has_the_pinned_bytes(url, start):
    digest = hashlib.sha256(context_bytes(url)).hexdigest()
    assert digest.startswith(start)
    assert digest in accepted_hashes(url)
    assert json.loads(context_bytes(url)) == PINNED_CONTEXTS[url]


def test_badges_may_use_the_pinned_contexts_and_no_others():
    assert set(PINNED_CONTEXTS) == set(PINNED)


def test_contexts_that_define_every_word_are_for_the_w3c_policy_only():
    extra = set(W3C_CONTEXTS) - set(PINNED_CONTEXTS)
    assert {url.rsplit("/", 2)[1] for url in extra} == {"examples", "undefined-terms"}
    assert not any("@vocab" in document.get("@context", {}) for document in PINNED_CONTEXTS.values())


@pytest.mark.parametrize("start", NEVER)
def test_known_drafts_are_not_accepted_under_any_address(start):
    assert not any(digest.startswith(start) for url in W3C_CONTEXTS for digest in accepted_hashes(url))


def test_no_pinned_context_defines_a_name_with_a_colon():
    def names(value):
        if isinstance(value, dict):
            yield from value
            for inner in value.values():
                yield from names(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from names(inner)

    assert [name for document in PINNED_CONTEXTS.values() for name in names(document) if ":" in name] == []


def test_no_pinned_context_sets_a_language_or_a_language_container():
    for document in PINNED_CONTEXTS.values():
        assert '"@language"' not in json.dumps(document)


@pytest.mark.parametrize("folder", [CONTEXTS, SCHEMAS], ids=["contexts", "schemas"])
def test_every_vendored_file_stands_in_its_manifest_with_origin_and_licence(folder):
    rows = json.loads((folder / "MANIFEST.json").read_text("utf-8"))
    assert {row["file"] for row in rows} == {path.name for path in folder.iterdir()} - {"MANIFEST.json"}
    for row in rows:
        assert hashlib.sha256((folder / row["file"]).read_bytes()).hexdigest() == row["sha256"]
        assert row["origin"]
        assert row["licence"]


@pytest.mark.shared
def test_vendored_bytes_equal_the_shared_inputs(shared):
    data = shared / "data" / "openbadges"
    for path in SCHEMAS.glob("*_schema.json"):
        assert path.read_bytes() == (data / "schemas" / "conform-ed-2026-06" / path.name).read_bytes()
    for row in json.loads((data / "contexts" / "MANIFEST.json").read_text("utf-8")):
        if "/" not in row["file"]:
            assert context_bytes(row["url"]) == (data / "contexts" / row["file"]).read_bytes()


def test_changed_byte_in_a_context_stops_the_program(tmp_path, monkeypatch):
    for path in CONTEXTS.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    changed = tmp_path / "credentials-v2.jsonld"
    changed.write_bytes(changed.read_bytes().replace(b"https://schema.org/name", b"https://schema.org/nome"))
    monkeypatch.setattr(pinned_contexts, "_FOLDER", tmp_path)
    with pytest.raises(DamagedPackageError):
        pinned_contexts._load()


def test_bytes_of_an_unknown_context_are_not_at_hand():
    with pytest.raises(KeyError):
        jsonld.CONTEXT_BYTES("https://example.org/context")


def test_nothing_is_fetched_when_a_context_is_unknown(monkeypatch):
    def refuse(*_):
        pytest.fail("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    with pytest.raises(jsonld.DocumentError):
        jsonld.SafeProcessor()({"@context": ["https://evil.example/context"], "id": "urn:x:1"})
