"""A signer in this process over a folder of keystore files, one per key (security.md sections 5 and 6)."""

import hashlib
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from keys import did_key
from keys.errors import (
    KeyNotActiveError,
    KeystoreError,
    KeystoreExistsError,
    ProofError,
    SignerFrozenError,
    SigningError,
    StaleRequest,
    UnknownKeyError,
)
from keys.proofs import jwt
from keys.proofs.data_integrity import check_signature, proofs_of
from keys.public_key import PublicKey
from keys.signing import key_file, private_file
from keys.signing.key_file import KeyFile, Seal
from keys.signing.private_key import PrivateKey, new_secret
from keys.signing.signer import (
    MAX_DOCUMENT_BYTES,
    OptionsHashes,
    SigningRequest,
    check_issuer,
    message_to_sign,
    read_request,
)
from schemas import compact_code
from schemas.compact_claims import claims_of
from schemas.compact_code import CompactCodeError
from schemas.errors import DocumentError
from schemas.strict_json import JsonObject

if TYPE_CHECKING:
    from schemas.jsonld import Canonicalise

STOP_FILE: Final = "STOP"
"""A file of this name in the folder stops all signing at once; the operator makes it with any tool."""

_SUFFIX: Final = ".key.json"
_FOLDER_MODE: Final = 0o700


def _file_name(kid: str) -> str:
    return hashlib.sha256(kid.encode()).hexdigest()[:32] + _SUFFIX


class _Opened(NamedTuple):
    did: str
    key: PrivateKey
    path: Path
    version: tuple[int, int]


def _version(path: Path) -> tuple[int, int]:
    """Changes whenever the file is replaced; (0, 0) if it is gone."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return 0, 0
    return status.st_ino, status.st_mtime_ns


class KeyRing:
    """Signs with keys that are opened on first use and kept in memory.

    Args:
        directory: holds the keystore files; made with mode 0700 if absent.
        secret: a credential of 32 bytes or a passphrase; it must open every file.
        clock: aware now, read once per signature.
        canonicalise: RDFC-1.0; the ring hashes what it signs itself.

    Threads may share one ring. Processes each make their own.
    """

    def __init__(
        self, directory: Path, secret: Seal, clock: Callable[[], datetime], *, canonicalise: "Canonicalise"
    ) -> None:
        directory.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        self._directory = directory
        self._stop_file = directory / STOP_FILE
        self._secret = secret
        self._clock = clock
        self._canonicalise = canonicalise
        self._opened: dict[str, _Opened] = {}
        self._options_hashes = OptionsHashes()
        self._lock = threading.Lock()

    def create_key(
        self,
        kid: str,
        did: str,
        *,
        suite: str = "eddsa-rdfc-2022",
        checkpoint: Callable[[str], None] = lambda _name: None,
    ) -> PublicKey:
        """Make a new active key.

        Args:
            kid: DID URL, `did` + ``#`` + fragment.
            did: the controller.
            suite: ``eddsa-rdfc-2022`` (Ed25519) or ``ecdsa-rdfc-2019`` (P-256).
            checkpoint: see `private_file.write`.

        Raises:
            KeystoreExistsError: the ring has a key of that id, which is left as it is.
            KeystoreError: the file cannot be written, or `kid` is not under `did`.
        """
        created = key_file.create(
            self._path(kid),
            kid=kid,
            did=did,
            seal=self._secret,
            created=self._clock(),
            suite=suite,
            salt=self._shared_salt(),
            checkpoint=checkpoint,
        )
        return created.public

    def ensure_key(self, kid: str, did: str, *, suite: str = "eddsa-rdfc-2022") -> PublicKey:
        """The key of that id, made if it is not there; for steps that are repeated after a crash."""
        try:
            return self.create_key(kid, did, suite=suite)
        except KeystoreExistsError:
            return self.public_key(kid)

    def create_did_key(self) -> tuple[str, str]:
        """Make a new Ed25519 key that is its own DID (did:key), for networks without a public host.

        Returns:
            The DID and the key id.
        """
        secret = new_secret("Ed25519")
        public = PrivateKey("Ed25519", secret).public
        did = did_key.did(public)
        kid = f"{did}#{public.multibase()}"
        key_file.create(
            self._path(kid),
            kid=kid,
            did=did,
            seal=self._secret,
            created=self._clock(),
            salt=self._shared_salt(),
            secret=secret,
        )
        return did, kid

    def key_files(self) -> Sequence[KeyFile]:
        """What every file of the ring says openly, ordered by key id; nothing is unsealed."""
        found = [key_file.read(path) for path in self._directory.glob("*" + _SUFFIX)]
        return sorted(found, key=lambda file: file.kid)

    def public_key(self, kid: str) -> PublicKey:
        """The public half, in whatever state the key is; errors as `Signer.public_key`."""
        return self._read(kid).public

    def sign(self, kid: str, request: SigningRequest) -> bytes:
        """The raw signature; demands and errors as `Signer.sign` and `message_to_sign`."""
        if self._stop_file.exists():
            raise SignerFrozenError("the stop file is there")
        opened = self._active(kid)
        message = message_to_sign(
            request,
            kid=kid,
            did=opened.did,
            kind=opened.key.public.kind,
            now=self._clock(),
            canonicalise=self._canonicalise,
            options_hashes=self._options_hashes,
        )
        return opened.key.sign(message)

    def sign_token(self, kid: str, document: bytes) -> str:
        """A VC-JWT copy of a badge that a key of this ring has signed already.

        A token has no moment of signing that could be checked, so the ring asks for its own embedded proof instead.

        Args:
            kid: an active key of the badge's issuer.
            document: JSON of the badge with its embedded proof.

        Raises:
            SigningError: not strict JSON, another issuer, no good proof by a key of the same issuer, or no valid JWT
                form (``jwt.claims``); also as `sign`.
        """
        opened, badge = self._signed_before(kid, document)
        try:
            return jwt.create(badge, kid=kid, key_kind=opened.key.public.kind, sign=opened.key.sign)
        except (ProofError, DocumentError) as error:
            raise SigningError(f"no token is made of this document: {error.code}") from error

    def sign_compact(self, kid: str, document: bytes, requirements: Sequence[str], claims: bytes) -> str:
        """The small code of a badge that a key of this ring has signed already (docs/compact-qr.md).

        The ring reads the claims out of the badge itself and signs them only if they are the recorded ones.

        Args:
            kid: an active Ed25519 key of the badge's issuer.
            document: exact bytes of the badge with its embedded proof.
            requirements: keys of the unit's requirements in the catalogue's order.
            claims: the bytes that were recorded before signing.

        Raises:
            StaleRequest: the claims name another month of signing than this one.
            CompactCodeError: ``compact.too_long``: the code does not fit.
            SigningError: the badge is not ours, its claims are others, or the key is not Ed25519; also as `sign`.
        """
        opened, badge = self._signed_before(kid, document)
        if opened.key.public.kind != "Ed25519":
            raise SigningError("a small code is signed with Ed25519")
        try:
            found = claims_of(badge, document, requirements, signed=self._clock().date())
            recorded = compact_code.payload(found)
        except CompactCodeError as error:
            raise SigningError(f"no small code is made of this document: {error.code}") from error
        if recorded != claims:
            raise StaleRequest("the recorded claims are not those of the badge in this month")
        name = compact_code.key_id(opened.key.public.raw)
        compact_code.assemble(name, claims, bytes(compact_code.SIGNATURE_BYTES))  # the fit comes before the signature
        return compact_code.assemble(name, claims, opened.key.sign(compact_code.message(name, claims)))

    def _signed_before(self, kid: str, document: bytes) -> tuple[_Opened, JsonObject]:
        """The key, and the badge that a key of the same issuer in this ring signed before."""
        if self._stop_file.exists():
            raise SignerFrozenError("the stop file is there")
        opened = self._active(kid)
        badge = read_request(document, max_bytes=MAX_DOCUMENT_BYTES)
        check_issuer(badge, opened.did)
        try:
            (proof,) = proofs_of(badge)
            signed_by = self._read(str(proof.get("verificationMethod")))
            check_signature(badge, proof, signed_by.public, canonicalise=self._canonicalise)
        except (ProofError, DocumentError) as error:
            raise SigningError(f"the embedded proof does not hold: {error.code}") from error
        except ValueError as error:  # not exactly one proof
            raise SigningError("the document does not have exactly one proof") from error
        if signed_by.did != opened.did:
            raise SigningError("the embedded proof is of another issuer")
        return opened, badge

    def retire(self, kid: str) -> None:
        """The key signs no more, in this ring and in others over the same folder; it stays published."""
        self._change(kid, "retired")

    def mark_compromised(self, kid: str) -> None:
        """The key signs no more; the caller publishes `revoked` and takes it out of `assertionMethod`."""
        self._change(kid, "compromised")

    def destroy(self, kid: str) -> None:
        """Drop the sealed secret of a retired or compromised key for ever."""
        self._change(kid, "destroyed")

    def freeze(self) -> None:
        """Stop all signing of every ring over this folder until `thaw`."""
        self._stop_file.touch()

    def thaw(self) -> None:
        """Let signing go on."""
        self._stop_file.unlink(missing_ok=True)

    def check_all(self) -> None:
        """Open every key that still has a secret, so that a wrong passphrase shows at start and not at a signature.

        Raises:
            KeystoreError: the first file that does not open.
        """
        for file in self.key_files():
            if file.state != "destroyed":
                key_file.open_key(self._path(file.kid), self._secret)

    def remove_unfinished(self) -> None:
        """Remove what a crash left of a key file that was being written; only while no other process makes keys."""
        private_file.sweep(self._directory)

    def _change(self, kid: str, state: key_file.KeyState) -> None:
        self._read(kid)
        key_file.change_state(self._path(kid), state=state, seal=self._secret, changed=self._clock())
        with self._lock:
            self._opened.pop(kid, None)

    def _path(self, kid: str) -> Path:
        return self._directory / _file_name(kid)

    def _read(self, kid: str) -> KeyFile:
        path = self._path(kid)
        if not path.exists():
            raise UnknownKeyError(kid)
        file = key_file.read(path)
        if file.kid != kid:
            raise KeystoreError(f"{path.name} holds another key than its name says")
        return file

    def _active(self, kid: str) -> _Opened:
        known = self._opened.get(kid)
        if known is not None and known.version == _version(known.path):  # nobody changed its state elsewhere
            return known
        with self._lock:  # a passphrase takes seconds and a gigabyte: one at a time
            path = self._path(kid)
            version = _version(path)
            file = self._read(kid)
            if file.state != "active":
                self._opened.pop(kid, None)
                raise KeyNotActiveError(f"{kid} is {file.state}")
            opened = _Opened(file.did, key_file.open_key(path, self._secret), path, version)
            self._opened[kid] = opened
        return opened

    def _shared_salt(self) -> bytes | None:
        salts = (key_file.salt_of(key_file.read(path)) for path in sorted(self._directory.glob("*" + _SUFFIX)))
        return next((salt for salt in salts if salt), None)
