"""Keystore files: whole or not there, private, and bound to every word in them."""

import json
import os
import pickle
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from key_samples import CREDENTIAL, DID, KID, NOW

from keys import base64url
from keys.errors import (
    KeystoreError,
    KeystoreExistsError,
    KeystoreFormatError,
    KeystorePermissionError,
    UnsealError,
)
from keys.signing import key_file, private_file
from keys.signing.key_file import Credential32, Passphrase
from keys.signing.private_key import PrivateKey

if TYPE_CHECKING:
    from schemas.strict_json import JsonObject

CHEAP = {"ops": 2, "memory_bytes": 64 << 20}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "one.key.json"


def make(path: Path, **changes: object) -> PrivateKey:
    arguments = {"kid": KID, "did": DID, "seal": CREDENTIAL, "created": NOW, **changes}
    return key_file.create(path, **arguments)  # type: ignore[arg-type]


def rewrite(path: Path, **changes: object) -> None:
    members = {**json.loads(path.read_bytes()), **changes}
    path.unlink()
    path.write_text(json.dumps({name: value for name, value in members.items() if value is not ...}))
    path.chmod(0o400)


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "ecdsa-rdfc-2019"])
def test_a_key_that_was_made_opens_and_signs_alike(suite: str, path: Path) -> None:
    made = make(path, suite=suite)
    opened = key_file.open_key(path, CREDENTIAL)
    assert opened.public == made.public
    assert opened.sign(b"message") == made.sign(b"message")
    assert path.stat().st_mode & 0o777 == 0o400
    assert list(path.parent.iterdir()) == [path]


def test_the_file_says_openly_what_security_md_lists_and_never_the_seed(path: Path) -> None:
    make(path)
    members = json.loads(path.read_bytes())
    assert {"format", "kid", "did", "suite", "purpose", "created", "public", "kdf", "nonce", "sealed"} <= set(members)
    assert members["format"] == "pateva-keystore-1"
    assert members["kdf"] == {"name": "credential"}
    assert len(base64url.decode(members["sealed"])) == 32 + 16
    file = key_file.read(path)
    assert (file.kid, file.did, file.state, file.created) == (KID, DID, "active", NOW)


def test_a_passphrase_opens_what_it_sealed_and_another_does_not(path: Path) -> None:
    made = make(path, seal=Passphrase("sateenkaari", **CHEAP))
    assert key_file.open_key(path, Passphrase("sateenkaari", **CHEAP)).public == made.public
    with pytest.raises(UnsealError):
        key_file.open_key(path, Passphrase("Sateenkaari", **CHEAP))
    with pytest.raises(KeystoreFormatError):
        key_file.open_key(path, CREDENTIAL)


def test_another_credential_or_a_passphrase_does_not_open_it(path: Path) -> None:
    make(path)
    with pytest.raises(UnsealError):
        key_file.open_key(path, Credential32(bytes(32)))
    with pytest.raises(KeystoreFormatError):
        key_file.open_key(path, Passphrase("x", **CHEAP))


OTHER_KID = DID + "#key-2"


@pytest.mark.parametrize(
    "member",
    [
        {"kid": OTHER_KID},
        {"did": "did:web:evil.example", "kid": "did:web:evil.example#key-1"},
        {"purpose": "authentication"},
        {"created": "2020-01-01T00:00:00Z"},
        {"changed": "2020-01-01T00:00:00Z"},
        {"state": "retired"},
        {"nonce": base64url.encode(bytes(24))},
        {"sealed": base64url.encode(bytes(48))},
    ],
)
def test_an_edited_member_does_not_open(member: dict[str, object], path: Path) -> None:
    make(path)
    rewrite(path, **member)
    with pytest.raises(UnsealError):
        key_file.open_key(path, CREDENTIAL)


@pytest.mark.parametrize("member", ["kid", "did", "created", "public", "nonce", "sealed"])
def test_a_member_swapped_in_from_another_file_does_not_open(member: str, path: Path) -> None:
    make(path)
    other = path.with_name("two.key.json")
    did = "did:web:demo.pateva.example:issuers:paja"
    make(other, did=did, kid=did + "#key-1", created=NOW + timedelta(days=1))
    rewrite(path, **{member: json.loads(other.read_bytes())[member]})
    with pytest.raises(KeystoreError):
        key_file.open_key(path, CREDENTIAL)


@pytest.mark.parametrize(
    "change",
    [
        {"format": "pateva-keystore-2"},
        {"format": ...},
        {"state": "fresh"},
        {"state": None},
        {"extra": 1},
        {"sealed": ...},
        {"sealed": 5},
        {"sealed": "ÄÄ"},
        {"kid": 5},
        {"kid": "did:web:evil.example#key-1"},
        {"suite": "ecdsa-rdfc-2019"},
        {"suite": "none"},
        {"public": "z6Mk"},
        {"created": "yesterday"},
        {"kdf": "credential"},
        {"kdf": {"name": "credential", "x": 1}},
    ],
)
def test_a_file_of_another_shape_is_refused(change: dict[str, object], path: Path) -> None:
    make(path)
    rewrite(path, **change)
    with pytest.raises(KeystoreFormatError):
        key_file.open_key(path, CREDENTIAL)


@pytest.mark.parametrize(
    "change",
    [
        {"mem_bytes": 1 << 40},
        {"ops": 17},
        {"ops": 1},
        {"mem_bytes": 8192},
        {"mem_bytes": "64"},
        {"salt": "AA"},
        {"salt": "=="},
        {"name": "argon2i"},
        {"x": 1},
    ],
)
def test_a_key_derivation_out_of_bounds_is_refused_before_the_work(change: dict[str, object], path: Path) -> None:
    seal = Passphrase("sateenkaari", **CHEAP)
    make(path, seal=seal)
    kdf = json.loads(path.read_bytes())["kdf"]
    rewrite(path, kdf={**kdf, **change})
    with pytest.raises(KeystoreFormatError):
        key_file.open_key(path, seal)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"a":1,"a":2}', b"\xff", b"{" + b" " * 9000 + b"}"])
def test_a_file_that_is_no_object_is_refused(data: bytes, path: Path) -> None:
    path.write_bytes(data)
    path.chmod(0o400)
    with pytest.raises(KeystoreError):
        key_file.read(path)


@pytest.mark.parametrize("mode", [0o404, 0o440, 0o644, 0o604, 0o410])
def test_a_file_that_others_can_touch_is_refused(mode: int, path: Path) -> None:
    make(path)
    path.chmod(mode)
    with pytest.raises(KeystorePermissionError):
        key_file.open_key(path, CREDENTIAL)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_another_user_is_refused(path: Path) -> None:
    make(path)
    os.chown(path, 65534, 65534)
    with pytest.raises(KeystorePermissionError):
        key_file.read(path)


def test_a_link_a_folder_and_a_missing_file_are_refused(path: Path) -> None:
    make(path)
    link = path.with_name("link.key.json")
    link.symlink_to(path)
    for wrong in (link, path.with_name("missing.key.json")):
        with pytest.raises(KeystoreError):
            key_file.read(wrong)
    with pytest.raises(KeystorePermissionError):
        key_file.read(path.parent)


def test_a_key_is_never_overwritten(path: Path) -> None:
    made = make(path)
    with pytest.raises(KeystoreExistsError):
        make(path)
    assert key_file.open_key(path, CREDENTIAL).public == made.public
    assert list(path.parent.iterdir()) == [path]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeystoreError):
        make(tmp_path / "missing" / "one.key.json")


@pytest.mark.parametrize(
    "change",
    [
        {"kid": DID},
        {"kid": DID + "#"},
        {"kid": "did:web:evil.example#key-1"},
        {"did": "https://demo.pateva.example", "kid": "https://demo.pateva.example#key-1"},
        {"suite": "eddsa-jcs-2022"},
    ],
)
def test_a_key_without_a_sound_name_is_not_made(change: dict[str, object], path: Path) -> None:
    with pytest.raises(KeystoreFormatError):
        make(path, **change)
    assert not path.exists()


CRASH = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from keys.signing import key_file
def die(name):
    if name == sys.argv[2]:
        os.kill(os.getpid(), signal.SIGKILL)
key_file.create(Path(sys.argv[1]), kid="did:web:a.example#key-1", did="did:web:a.example",
    seal=key_file.Credential32(bytes(range(32))), created=datetime(2026, 11, 1, tzinfo=UTC), checkpoint=die)
"""


@pytest.mark.parametrize("place", ["created", "written", "synced", "named"])
def test_a_crash_while_writing_leaves_no_key_or_a_whole_one(place: str, path: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", CRASH, path, f"key_file.{place}"], check=False, timeout=60)
    assert ended.returncode == -signal.SIGKILL
    assert path.exists() == (place == "named")
    if path.exists():
        key_file.open_key(path, CREDENTIAL)
    private_file.sweep(path.parent)
    assert set(path.parent.iterdir()) <= {path}
    if not path.exists():
        make(path)


@pytest.mark.parametrize(
    "steps", [["retired"], ["compromised"], ["retired", "destroyed"], ["compromised", "destroyed"]]
)
def test_a_key_grows_older_step_by_step(steps: list[key_file.KeyState], path: Path) -> None:
    made = make(path)
    later = NOW
    for step in steps:
        later += timedelta(days=1)
        file = key_file.change_state(path, state=step, seal=CREDENTIAL, changed=later)
        assert (file.state, file.changed, file.public) == (step, later, made.public)
        assert key_file.read(path) == file
    if steps[-1] == "destroyed":
        assert not {"sealed", "nonce", "kdf"} & set(json.loads(path.read_bytes()))
        with pytest.raises(KeystoreFormatError):
            key_file.open_key(path, CREDENTIAL)
    else:
        assert key_file.open_key(path, CREDENTIAL).public == made.public


@pytest.mark.parametrize("steps", [["active"], ["destroyed"], ["retired", "active"], ["compromised", "retired"]])
def test_a_key_never_grows_younger(steps: list[key_file.KeyState], path: Path) -> None:
    make(path)
    *before, last = steps
    for step in before:
        key_file.change_state(path, state=step, seal=CREDENTIAL, changed=NOW)
    with pytest.raises(KeystoreFormatError):
        key_file.change_state(path, state=last, seal=CREDENTIAL, changed=NOW)


def test_an_edited_state_cannot_be_changed_on(path: Path) -> None:
    make(path)
    rewrite(path, state="retired")
    with pytest.raises(UnsealError):
        key_file.change_state(path, state="compromised", seal=CREDENTIAL, changed=NOW)


def test_a_public_key_that_is_not_the_secret_s_is_noticed(path: Path) -> None:
    """Somebody with the sealing key who binds another public key still does not get past the comparison."""
    make(path)
    other = path.with_name("two.key.json")
    made = make(other)
    members: JsonObject = json.loads(path.read_bytes())
    bound: JsonObject = {n: v for n, v in members.items() if n not in ("nonce", "sealed", "kdf")}
    bound["public"] = made.public.multibase()
    path.unlink()
    private_file.write(path, json.dumps(key_file._sealed(bound, bytes(range(32)), CREDENTIAL, None)).encode())
    with pytest.raises(KeystoreFormatError, match="public key"):
        key_file.open_key(path, CREDENTIAL)


def test_a_credential_is_read_from_a_private_file_of_32_bytes(tmp_path: Path) -> None:
    path = tmp_path / "credential"
    path.write_bytes(bytes(range(32)))
    path.chmod(0o400)
    assert Credential32.read(path) == CREDENTIAL
    path.chmod(0o644)
    with pytest.raises(KeystorePermissionError):
        Credential32.read(path)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_credential_of_another_length_is_refused(length: int, tmp_path: Path) -> None:
    path = tmp_path / "credential"
    path.write_bytes(bytes(length))
    path.chmod(0o400)
    with pytest.raises(KeystoreError):
        Credential32.read(path)


@pytest.mark.parametrize("arguments", [{"text": ""}, {"text": "x", "ops": 1}, {"text": "x", "memory_bytes": 1 << 31}])
def test_a_passphrase_that_protects_nothing_is_refused(arguments: dict[str, object]) -> None:
    with pytest.raises(KeystoreFormatError):
        Passphrase(**arguments)  # type: ignore[arg-type]


def test_secrets_are_not_printed_and_not_pickled(path: Path) -> None:
    key = make(path, suite="ecdsa-rdfc-2019")
    assert "sateenkaari" not in repr(Passphrase("sateenkaari", **CHEAP))
    assert CREDENTIAL.key.hex() not in repr(CREDENTIAL)
    for secret in (key, key._signing, make(path.with_name("x.json")), make(path.with_name("y.json"))._signing):
        assert "public" in repr(secret)
        with pytest.raises(TypeError):
            pickle.dumps(secret)


@pytest.mark.parametrize(("kind", "secret"), [("Ed25519", bytes(31)), ("RSA", bytes(32)), ("P-384", bytes(48))])
def test_other_secrets_are_no_private_key(kind: str, secret: bytes) -> None:
    with pytest.raises(KeystoreFormatError):
        PrivateKey(kind, secret)  # type: ignore[arg-type]
