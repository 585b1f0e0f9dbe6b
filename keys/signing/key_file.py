"""The keystore file `pateva-keystore-1`: one sealed private key and what it is for (security.md section 6)."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal, TypeAlias, cast, get_args

import nacl.exceptions
from nacl import pwhash

from keys import base64url, multikey
from keys.errors import KeyFormatError, KeystoreError, KeystoreFormatError
from keys.public_key import PublicKey
from keys.signing import private_file, sealing
from keys.signing.private_key import KIND_OF_SUITE, PrivateKey, new_secret
from schemas import strict_json
from schemas.canonical_json import canonicalise
from schemas.errors import DocumentError
from schemas.strict_json import JsonObject, JsonValue

FORMAT: Final = "pateva-keystore-1"
MAX_FILE_BYTES: Final = 8192
CREDENTIAL_BYTES: Final = 32

KeyState: TypeAlias = Literal["active", "retired", "compromised", "destroyed"]

_MIN_OPS, _MAX_OPS = 2, 16
_MIN_MEMORY_BYTES, _MAX_MEMORY_BYTES = pwhash.argon2id.MEMLIMIT_INTERACTIVE, pwhash.argon2id.MEMLIMIT_SENSITIVE
_SALT_BYTES: Final = pwhash.argon2id.SALTBYTES
_BASE_MEMBERS: Final = frozenset({"format", "kid", "did", "suite", "purpose", "created", "public", "state", "changed"})
_SEALED_MEMBERS: Final = frozenset({"kdf", "nonce", "sealed"})


@dataclass(frozen=True, slots=True, repr=False)
class Credential32:
    """A sealing key of 32 random bytes, as a service manager hands it over; opening needs no key derivation."""

    key: bytes

    def __post_init__(self) -> None:
        if len(self.key) != CREDENTIAL_BYTES:
            raise KeystoreFormatError("a credential has exactly 32 bytes")

    @classmethod
    def read(cls, path: Path) -> "Credential32":
        """Read a private file of exactly 32 bytes; errors as `private_file.read`."""
        return cls(private_file.read(path, max_bytes=CREDENTIAL_BYTES))


@dataclass(frozen=True, slots=True, repr=False)
class Passphrase:
    """A passphrase with the cost of turning it into a sealing key by Argon2id.

    One object turns each salt into a key once and remembers it, so a ring of files that share a salt costs one turn.

    Attributes:
        text: at least one character.
        ops: passes, 2 … 16; the default is libsodium's SENSITIVE.
        memory_bytes: 64 MiB … 1 GiB; the default is SENSITIVE, 1 GiB, which takes seconds.
    """

    text: str
    ops: int = pwhash.argon2id.OPSLIMIT_SENSITIVE
    memory_bytes: int = pwhash.argon2id.MEMLIMIT_SENSITIVE
    _known: dict[tuple[bytes, int, int], bytes] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        if not self.text:
            raise KeystoreFormatError("an empty passphrase")
        _check_cost(self.ops, self.memory_bytes)

    def derive(self, salt: bytes, ops: int, memory_bytes: int) -> bytes:
        """The 32-byte sealing key for one salt and cost; the caller has checked the cost."""
        wanted = (salt, ops, memory_bytes)
        if wanted not in self._known:
            try:
                key = pwhash.argon2id.kdf(32, self.text.encode(), salt, opslimit=ops, memlimit=memory_bytes)
            except nacl.exceptions.CryptoError as error:
                raise KeystoreError("there is not enough memory to turn the passphrase into a key") from error
            self._known[wanted] = key
        return self._known[wanted]


Seal: TypeAlias = Passphrase | Credential32


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFile:
    """What a keystore file says openly.

    Attributes:
        kid: DID URL of the key.
        did: its controller, the only issuer that it signs for.
        suite: the cryptosuite that it was made for; it fixes the kind of key.
        created: aware, when the key was made.
        public: the public half.
        state: only an active key signs; a retired one stays published; of a destroyed one no secret is left.
        changed: aware, when `state` became what it is.
        members: the file's members as they are.
    """

    kid: str
    did: str
    suite: str
    created: datetime
    public: PublicKey
    state: KeyState
    changed: datetime
    members: JsonObject


def create(  # noqa: PLR0913  every argument is one fact about the key
    path: Path,
    *,
    kid: str,
    did: str,
    seal: Seal,
    created: datetime,
    suite: str = "eddsa-rdfc-2022",
    salt: bytes | None = None,
    secret: bytes | None = None,
    checkpoint: Callable[[str], None] = lambda _name: None,
) -> PrivateKey:
    """Make a new key, seal it into a new file of mode 0400, and give it back opened.

    Args:
        path: a new name in a folder that exists.
        kid: DID URL: `did` + ``#`` + a fragment.
        did: the controller.
        seal: what seals it.
        created: aware.
        suite: one of `KIND_OF_SUITE`.
        salt: 16 bytes to share one key derivation between files of a ring; None draws a new one.
        secret: 32 bytes, where the DID follows from the key itself (did:key); None draws a new one.
        checkpoint: see `private_file.write`.

    Raises:
        KeystoreExistsError: the name is taken.
        KeystoreFormatError: `kid` is not under `did`, or the suite is unknown.
        KeystoreError: the folder cannot be written.
    """
    if suite not in KIND_OF_SUITE:
        raise KeystoreFormatError(f"no key is made for the suite {suite}")
    if not kid.startswith(did + "#") or kid == did + "#" or not did.startswith("did:"):
        raise KeystoreFormatError("the key id is not a fragment of its DID")
    kind = KIND_OF_SUITE[suite]
    secret = new_secret(kind) if secret is None else secret
    key = PrivateKey(kind, secret)
    members: JsonObject = {
        "format": FORMAT,
        "kid": kid,
        "did": did,
        "suite": suite,
        "purpose": "assertionMethod",
        "created": _stamp(created),
        "public": key.public.multibase(),
        "state": "active",
        "changed": _stamp(created),
    }
    private_file.write(path, strict_json.write(_sealed(members, secret, seal, salt)), checkpoint=checkpoint)
    return key


def read(path: Path) -> KeyFile:
    """What a file says openly, without unsealing it.

    Raises:
        KeystoreFormatError: not a keystore of this form.
        KeystorePermissionError, KeystoreError: as `private_file.read`.
    """
    try:
        members = strict_json.read_object(private_file.read(path, max_bytes=MAX_FILE_BYTES), max_bytes=MAX_FILE_BYTES)
        return _parsed(members)
    except (DocumentError, KeyFormatError) as error:
        raise KeystoreFormatError(f"{path.name} is not a keystore file") from error


def open_key(path: Path, seal: Seal) -> PrivateKey:
    """Unseal the key of a file, of whatever state but destroyed.

    Raises:
        UnsealError: wrong passphrase or credential, or any member was changed.
        KeystoreFormatError: not a keystore, sealed by the other kind of secret, destroyed, a cost out of bounds,
            or the public key does not belong to the secret.
        KeystorePermissionError, KeystoreError: as `private_file.read`.
    """
    file = read(path)
    secret = _unsealed(file, seal)
    key = PrivateKey(KIND_OF_SUITE[file.suite], secret)
    if key.public != file.public:
        raise KeystoreFormatError("the public key is not the one of the secret")
    return key


def change_state(path: Path, *, state: KeyState, seal: Seal, changed: datetime) -> KeyFile:
    """Write the file anew with another state, sealed to it, so that the state cannot be edited back by hand.

    A destroyed key keeps its open members only. The old file is replaced; its blocks on disk and copies in backups
    are the operator's business.

    Raises:
        KeystoreFormatError: a step backwards: only active → retired → destroyed and any → compromised → destroyed.
        KeystoreError: as `open_key`.
    """
    file = read(path)
    allowed: dict[KeyState, tuple[KeyState, ...]] = {
        "active": ("retired", "compromised"),
        "retired": ("compromised", "destroyed"),
        "compromised": ("destroyed",),
        "destroyed": (),
    }
    if state not in allowed[file.state]:
        raise KeystoreFormatError(f"a key that is {file.state} does not become {state}")
    secret = _unsealed(file, seal)
    members: JsonObject = {name: value for name, value in file.members.items() if name in _BASE_MEMBERS}
    members |= {"state": state, "changed": _stamp(changed)}
    if state != "destroyed":
        members = _sealed(members, secret, seal, salt_of(file))
    private_file.write(path, strict_json.write(members), replace=True)
    return _parsed(members)


def salt_of(file: KeyFile) -> bytes | None:
    """The salt of a file that a passphrase seals, else None."""
    kdf = file.members.get("kdf")
    salt = kdf.get("salt") if isinstance(kdf, dict) else None
    return base64url.decode(salt) if isinstance(salt, str) else None


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _sealed(members: JsonObject, secret: bytes, seal: Seal, salt: bytes | None) -> JsonObject:
    kdf: JsonObject
    if isinstance(seal, Credential32):
        kdf, key = {"name": "credential"}, seal.key
    else:
        salt = salt or secrets.token_bytes(_SALT_BYTES)
        kdf = {"name": "argon2id13", "ops": seal.ops, "mem_bytes": seal.memory_bytes, "salt": base64url.encode(salt)}
        key = seal.derive(salt, seal.ops, seal.memory_bytes)
    bound: JsonObject = {**members, "kdf": kdf}
    sealed = sealing.seal(key, secret, canonicalise(bound))
    nonce, ciphertext = sealed[: sealing.NONCE_BYTES], sealed[sealing.NONCE_BYTES :]
    return {**bound, "nonce": base64url.encode(nonce), "sealed": base64url.encode(ciphertext)}


def _parsed(members: JsonObject) -> KeyFile:
    state = members.get("state")
    if members.get("format") != FORMAT or state not in get_args(KeyState):
        raise KeystoreFormatError("another format or state")
    if members.keys() != (_BASE_MEMBERS if state == "destroyed" else _BASE_MEMBERS | _SEALED_MEMBERS):
        raise KeystoreFormatError("members are missing or too many")
    kid, did, suite = _text(members, "kid"), _text(members, "did"), _text(members, "suite")
    public = multikey.decode(_text(members, "public"))
    if not kid.startswith(did + "#") or KIND_OF_SUITE.get(suite) != public.kind:
        raise KeystoreFormatError("members contradict each other")
    return KeyFile(
        kid=kid,
        did=did,
        suite=suite,
        created=_moment(members, "created"),
        public=public,
        state=cast("KeyState", state),
        changed=_moment(members, "changed"),
        members=members,
    )


def _text(members: JsonObject, name: str) -> str:
    value = members.get(name)
    if not isinstance(value, str):
        raise KeystoreFormatError(f"{name} is not text")
    return value


def _moment(members: JsonObject, name: str) -> datetime:
    try:
        return datetime.strptime(_text(members, name), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise KeystoreFormatError(f"{name} is not a moment in UTC") from None


def _unsealed(file: KeyFile, seal: Seal) -> bytes:
    if file.state == "destroyed":
        raise KeystoreFormatError("the key was destroyed")
    bound: JsonObject = {name: value for name, value in file.members.items() if name not in ("nonce", "sealed")}
    try:
        sealed = base64url.decode(_text(file.members, "nonce")) + base64url.decode(_text(file.members, "sealed"))
        key = _sealing_key(file.members["kdf"], seal)
    except KeyFormatError as error:
        raise KeystoreFormatError("a binary member is not base64url") from error
    return sealing.unseal(key, sealed, canonicalise(bound))


def _sealing_key(kdf: JsonValue, seal: Seal) -> bytes:
    if not isinstance(kdf, dict):
        raise KeystoreFormatError("kdf is not an object")
    if isinstance(seal, Credential32):
        if kdf != {"name": "credential"}:
            raise KeystoreFormatError("the key is sealed by a passphrase, not by a credential file")
        return seal.key
    ops, memory, salt = kdf.get("ops"), kdf.get("mem_bytes"), kdf.get("salt")
    if kdf.get("name") != "argon2id13" or kdf.keys() != {"name", "ops", "mem_bytes", "salt"}:
        raise KeystoreFormatError("the key is not sealed by a passphrase")
    if not isinstance(ops, int) or not isinstance(memory, int) or not isinstance(salt, str):
        raise KeystoreFormatError("kdf members are malformed")
    _check_cost(ops, memory)
    raw = base64url.decode(salt)
    if len(raw) != _SALT_BYTES:
        raise KeystoreFormatError("the salt has a wrong length")
    return seal.derive(raw, ops, memory)


def _check_cost(ops: int, memory_bytes: int) -> None:
    # a swapped file must neither exhaust the machine nor make guessing cheap
    if not _MIN_OPS <= ops <= _MAX_OPS or not _MIN_MEMORY_BYTES <= memory_bytes <= _MAX_MEMORY_BYTES:
        raise KeystoreFormatError("the cost of the key derivation is out of bounds")
