"""An identity provider of an organisation (OpenID Connect), as services and pages know it."""

from dataclasses import dataclass
from typing import Protocol


class IdentityRefusedError(Exception):
    """The provider's answer does not hold: which part is for the operator's log, the visitor gets one sentence.

    Attributes:
        code: stable, for example ``oidc.nonce``.
    """

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One sign-in elsewhere, from the redirect to the answer.

    Attributes:
        state: public, one use.
        nonce: stands in the ID token.
        verifier: of PKCE, 43 to 128 signs.
        return_to: our address that the provider sends the browser back to.
    """

    state: str
    nonce: str
    verifier: str
    return_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the provider sent back with the browser; `issuer` where it tells (RFC 9207)."""

    code: str
    issuer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who somebody is there; nothing else of the token is kept."""

    issuer: str
    subject: str


class IdentityProvider(Protocol):
    """A provider that was configured by the operator."""

    def address(self, flow: Flow) -> str:
        """Where to send the browser. Raises IdentityRefusedError when the provider cannot be asked."""
        ...

    def identity(self, flow: Flow, answer: Answer) -> Identity:
        """Exchange the code and check the ID token. Raises IdentityRefusedError."""
        ...
