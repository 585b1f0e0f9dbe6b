"""Everything that services need from outside, as one parameter; only composition roots and tests make it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from issuer.db.person_keys import PersonKeys
from issuer.db.unit_of_work import Database
from issuer.domain.suppression import MakeOutsider
from issuer.services.erasure_ledger import Ledger
from issuer.services.identity_provider import IdentityProvider
from issuer.services.mail import Mailer
from issuer.services.passkey_checks import PasskeyChecks
from keys.public_key import PublicKey
from keys.signing.signer import Signer
from schemas.jsonld import Canonicalise
from verifier import Environment


class KeyHolder(Signer, Protocol):
    """A signer that can also make keys."""

    def ensure_key(self, kid: str, did: str) -> PublicKey:
        """Make the key unless it is there; return its public half."""
        ...

    def create_did_key(self) -> tuple[str, str]:
        """Make a key that is its own DID; return the DID and the key id."""
        ...

    def retire(self, kid: str) -> None:
        """Sign no more with this key."""
        ...

    def sign_compact(self, kid: str, document: bytes, requirements: Sequence[str], claims: bytes) -> str:
        """The small code of a badge signed before; demands and errors as `KeyRing.sign_compact`."""
        ...


def no_checkpoint(name: str) -> None:
    """Do nothing: fail points act only in crash tests."""


def nothing_kept() -> None:
    """Do nothing: nobody in this process keeps public documents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """The outside world of the issuer.

    Attributes:
        database: units of work.
        person_keys: the keys of persons, in a store of their own.
        signer: holds the private keys; `sign` is safe to repeat.
        clock: aware now in UTC.
        canonicalise: RDFC-1.0 of JSON-LD with pinned contexts.
        environment: the world of one verification; our own documents are answered from the database.
        identity_origin: ``https://host`` of all signed identifiers.
        public_url: where people reach us, without a trailing slash.
        link_secret: 32 bytes from which tokens of links are derived, so that none needs to be stored.
        ledger: of erasures, outside the database.
        passkeys: gives what checks the answers of authenticators.
        outsider: makes the one who reckons with the figures of a release (issuer/domain/suppression.py).
        mailer: sends mail; None where the operator named no server.
        identity_provider: of organisations that have one; None where the operator named none.
        checkpoint: called with a name between steps; crash tests stop the process there.
        published: called after a public document has changed, so that kept copies are forgotten.
    """

    database: Database
    person_keys: PersonKeys
    signer: KeyHolder
    clock: Callable[[], datetime]
    canonicalise: Canonicalise
    environment: Callable[[], Environment]
    identity_origin: str
    public_url: str
    link_secret: bytes
    ledger: Ledger
    passkeys: Callable[[], PasskeyChecks]
    outsider: MakeOutsider
    mailer: Mailer | None = None
    identity_provider: IdentityProvider | None = None
    checkpoint: Callable[[str], None] = no_checkpoint
    published: Callable[[], None] = nothing_kept

    def now(self) -> datetime:
        """The present second: everything that is signed is written in whole seconds."""
        return self.clock().replace(microsecond=0)
