"""What goes wrong with keys and proofs: one class per thing that a caller would do differently."""

from typing import ClassVar


class KeyFormatError(ValueError):
    """A public key, DID or signature encoding is malformed; never the fault of our own side.

    Attributes:
        detail: what was found, for developers; never shown to strangers as it is.
    """

    code: ClassVar[str] = "key.format"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class UnknownKeyTypeError(KeyFormatError):
    """The encoding is sound but names a kind of key that we do not read."""

    code: ClassVar[str] = "key.unknown_type"


class ProofError(ValueError):
    """A proof does not hold.

    Attributes:
        code: stable code of verification.md section 3 D, for example ``proof.signature``.
        detail: what was found, for developers.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


class UnknownSuiteError(ProofError):
    """A proof type, cryptosuite or `alg` that we do not know: nobody can say whether it is good (INCONCLUSIVE)."""


class SigningError(Exception):
    """A signature was refused or could not be made; nothing was signed.

    Attributes:
        detail: what was found, for the operator's log; never a secret.
    """

    code: ClassVar[str] = "signer.refused"

    def __init__(self, detail: str = "") -> None:
        super().__init__(f"{self.code}: {detail}")
        self.detail = detail


class UnknownKeyError(SigningError):
    """The key ring holds no key of that id."""

    code: ClassVar[str] = "signer.unknown_key"


class KeyNotActiveError(SigningError):
    """The key is retired, compromised or destroyed: choose the active one."""

    code: ClassVar[str] = "signer.key_not_active"


class SignerFrozenError(SigningError):
    """The operator stopped all signing (the stop file is there)."""

    code: ClassVar[str] = "signer.frozen"


class StaleRequest(SigningError):  # noqa: N818  the name is fixed by the signer's contract
    """`created` is outside the signer's window: ask again with a fresh one under a new revision."""

    code: ClassVar[str] = "signer.stale"


class KeystoreError(SigningError):
    """A key file or credential file cannot be used as it is."""

    code: ClassVar[str] = "keystore.unusable"


class KeystoreFormatError(KeystoreError):
    """The file is not a keystore of a form that we know, or its members contradict each other."""

    code: ClassVar[str] = "keystore.format"


class KeystorePermissionError(KeystoreError):
    """Somebody else may read or write the file, it is a link, or it belongs to another user."""

    code: ClassVar[str] = "keystore.permissions"


class KeystoreExistsError(KeystoreError):
    """There is a key file of that name already: a key is never overwritten."""

    code: ClassVar[str] = "keystore.exists"


class UnsealError(KeystoreError):
    """Wrong passphrase or credential, or the sealed bytes or what they are bound to were changed."""

    code: ClassVar[str] = "keystore.unseal"
