"""A signer over a PKCS#11 token: the private key is made there and never leaves (security.md section 6, rung 2)."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pkcs11
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass
from pkcs11.exceptions import PKCS11Error
from pkcs11.util.ec import encode_named_curve_parameters

from keys import ed25519
from keys.errors import KeystoreError, KeystoreExistsError, KeystoreFormatError, SigningError, UnknownKeyError
from keys.public_key import PublicKey
from keys.signing.signer import OptionsHashes, SigningRequest, message_to_sign

if TYPE_CHECKING:
    from schemas.jsonld import Canonicalise

_EDWARDS25519: Final = "1.3.101.112"  # the name "edwards25519" fails in SoftHSM 2.6
_POINT_HEAD: Final = b"\x04\x20"  # DER octet string around the 32 bytes


def _object_id(kid: str) -> bytes:
    return hashlib.sha256(kid.encode()).digest()[:16]


class TokenSigner:
    """Signs with Ed25519 keys of one token; its rules are those of the ring over files.

    A key on a token has no state: a retired one is destroyed there once its successor signs.

    Args:
        module: the PKCS#11 library of the token's maker.
        token_label: which token.
        pin: the user's PIN; read it from a private file.
        clock: aware now, read once per signature.
        canonicalise: RDFC-1.0.

    Raises:
        KeystoreError: the library, the token or the PIN is not right.
    """

    def __init__(
        self,
        module: Path,
        token_label: str,
        pin: str,
        clock: Callable[[], datetime],
        *,
        canonicalise: "Canonicalise",
    ) -> None:
        self._clock = clock
        self._canonicalise = canonicalise
        self._options_hashes = OptionsHashes()
        self._lock = threading.Lock()  # a session serves one caller at a time
        try:
            token = pkcs11.lib(str(module)).get_token(token_label=token_label)
            self._session: Any = token.open(user_pin=pin, rw=True)
        except (PKCS11Error, RuntimeError) as error:
            raise KeystoreError(f"the token {token_label} cannot be opened: {type(error).__name__}") from error

    def create_key(self, kid: str, did: str) -> PublicKey:
        """Make a key on the token, private half sensitive and not extractable.

        Raises:
            KeystoreExistsError: the token has a key of that id.
            KeystoreFormatError: `kid` is not a fragment of `did`.
            KeystoreError: the token refuses.
        """
        if not kid.startswith(did + "#") or not did.startswith("did:"):
            raise KeystoreFormatError("the key id is not a fragment of its DID")
        with self._token() as session:
            if self._find(session, kid, ObjectClass.PUBLIC_KEY) is not None:
                raise KeystoreExistsError("the token has a key of that id")
            curve = {Attribute.EC_PARAMS: encode_named_curve_parameters(_EDWARDS25519)}
            parameters = session.create_domain_parameters(KeyType.EC_EDWARDS, curve, local=True)
            public, _ = parameters.generate_keypair(
                mechanism=Mechanism.EC_EDWARDS_KEY_PAIR_GEN,
                store=True,
                label=kid,
                id=_object_id(kid),
                private_template={Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False},
            )
            return _public_key(public)

    def public_key(self, kid: str) -> PublicKey:
        """The public half; UnknownKeyError if the token has no such key."""
        with self._token() as session:
            return _public_key(self._required(session, kid, ObjectClass.PUBLIC_KEY))

    def sign(self, kid: str, request: SigningRequest) -> bytes:
        """The raw signature, checked in software before it is given out; errors as `Signer.sign`."""
        public = self.public_key(kid)
        message = message_to_sign(
            request,
            kid=kid,
            did=kid.partition("#")[0],
            kind=public.kind,
            now=self._clock(),
            canonicalise=self._canonicalise,
            options_hashes=self._options_hashes,
        )
        with self._token() as session:
            private = self._required(session, kid, ObjectClass.PRIVATE_KEY)
            signature = bytes(private.sign(message, mechanism=Mechanism.EDDSA))
        if not ed25519.verify(public.raw, message, signature):
            raise SigningError("the token gave a signature that does not hold")
        return signature

    def destroy(self, kid: str) -> None:
        """Remove a key from the token for ever."""
        with self._token() as session:
            for kind in (ObjectClass.PRIVATE_KEY, ObjectClass.PUBLIC_KEY):
                self._required(session, kid, kind).destroy()

    def close(self) -> None:
        """Log out of the token."""
        with self._lock:
            session, self._session = self._session, None
            if session is not None:
                session.close()

    @contextmanager
    def _token(self) -> "Iterator[Any]":
        with self._lock:
            if self._session is None:
                raise KeystoreError("the token is closed")
            try:
                yield self._session
            except PKCS11Error as error:
                raise KeystoreError(f"the token refuses: {type(error).__name__}") from error

    @staticmethod
    def _find(session: Any, kid: str, kind: ObjectClass) -> Any:  # noqa: ANN401  objects of the token have no public class
        found = list(session.get_objects({Attribute.CLASS: kind, Attribute.ID: _object_id(kid), Attribute.LABEL: kid}))
        return found[0] if found else None

    def _required(self, session: Any, kid: str, kind: ObjectClass) -> Any:  # noqa: ANN401  as above
        found = self._find(session, kid, kind)
        if found is None:
            raise UnknownKeyError(kid)
        return found


def _public_key(found: Any) -> PublicKey:  # noqa: ANN401  as above
    point = bytes(found[Attribute.EC_POINT])
    if not point.startswith(_POINT_HEAD):
        raise KeystoreFormatError("the token's public point has another form")
    return PublicKey("Ed25519", point.removeprefix(_POINT_HEAD))
