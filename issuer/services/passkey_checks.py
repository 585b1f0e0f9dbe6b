"""What checks answers of authenticators (WebAuthn level 3), as services know it."""

from dataclasses import dataclass
from typing import Protocol


class PasskeyRefusedError(Exception):
    """What the authenticator answered does not hold; the detail stays with the library."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPasskey:
    """A credential that was just registered, with its public key in COSE form."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    backed_up: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """What an authenticator's answer says it is about, before anything is checked.

    Attributes:
        credential_id: whose public key to check with.
        challenge: that the browser says it answered.
        user: the user handle; None when the authenticator gave none.
    """

    credential_id: bytes
    challenge: bytes
    user: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """For whom a passkey is made; the name is shown by the device and stays there."""

    id: bytes
    name: str
    service: str


class PasskeyChecks(Protocol):
    """Makes options for browsers and checks their answers; every answer needs user verification."""

    def registration_options(self, challenge: bytes, account: Account, known: tuple[bytes, ...]) -> str:
        """JSON for navigator.credentials.create; `known` are credential ids that the device should not repeat."""
        ...

    def challenge(self, response: str) -> bytes:
        """The challenge that the browser says it answered; not believed yet. Raises PasskeyRefusedError."""
        ...

    def registered(self, response: str, challenge: bytes) -> NewPasskey:
        """Check the answer to a registration. Raises PasskeyRefusedError."""
        ...

    def assertion_options(self, challenge: bytes, allowed: tuple[bytes, ...]) -> str:
        """JSON for navigator.credentials.get; no `allowed` means any credential that the device finds."""
        ...

    def read(self, response: str) -> Assertion:
        """Read what an answer is about; nothing of it is believed yet. Raises PasskeyRefusedError."""
        ...

    def confirmed(self, response: str, challenge: bytes, public_key: bytes, sign_count: int) -> int:
        """Check an assertion by a public key; return the new counter. Raises PasskeyRefusedError."""
        ...
