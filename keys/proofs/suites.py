"""Which proof suites we know, what each works on, and with which keys."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from keys.errors import ProofError, UnknownSuiteError
from keys.public_key import KeyKind
from schemas.strict_json import JsonValue

Canonical: TypeAlias = Literal["rdfc", "jcs", "sd"]

DATA_INTEGRITY: Final = "DataIntegrityProof"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """One way to make and check an embedded proof.

    Attributes:
        name: the cryptosuite, or for older suites the proof type.
        kinds: keys that it works with.
        canonical: RDFC-1.0, RFC 8785, or RDFC-1.0 with selective disclosure.
        writable: False for what is only read.
        legacy: superseded; the verifier warns.
    """

    name: str
    kinds: frozenset[KeyKind]
    canonical: Canonical
    writable: bool = True
    legacy: bool = False


_ED25519: frozenset[KeyKind] = frozenset({"Ed25519"})
_ECDSA: frozenset[KeyKind] = frozenset({"P-256", "P-384"})
_P256: frozenset[KeyKind] = frozenset({"P-256"})

CRYPTOSUITES: Final[Mapping[str, Suite]] = {
    suite.name: suite
    for suite in (
        Suite(name="eddsa-rdfc-2022", kinds=_ED25519, canonical="rdfc"),
        Suite(name="eddsa-jcs-2022", kinds=_ED25519, canonical="jcs"),
        Suite(name="ecdsa-rdfc-2019", kinds=_ECDSA, canonical="rdfc"),
        Suite(name="ecdsa-jcs-2019", kinds=_ECDSA, canonical="jcs"),
        Suite(name="ecdsa-sd-2023", kinds=_P256, canonical="sd", writable=False),
        Suite(name="eddsa-2022", kinds=_ED25519, canonical="rdfc", writable=False, legacy=True),
    )
}
"""Suites of DataIntegrityProof."""

PROOF_TYPES: Final[Mapping[str, Suite]] = {
    "Ed25519Signature2020": Suite(
        name="Ed25519Signature2020", kinds=_ED25519, canonical="rdfc", writable=False, legacy=True
    ),
}
"""Suites that are named by the proof's type alone (EdDSA appendix A.2)."""


def suite_of(options: Mapping[str, JsonValue]) -> Suite:
    """The suite of a proof, by exact names.

    Raises:
        UnknownSuiteError: code ``proof.suite``: a type or cryptosuite that we do not know.
        ProofError: ``proof.members``: no type, or type or cryptosuite of the wrong JSON type, or a cryptosuite
            beside a type that has none.
    """
    kind, cryptosuite = options.get("type"), options.get("cryptosuite")
    if not isinstance(kind, str):
        raise ProofError("proof.members", "type is missing or not text")
    if kind == DATA_INTEGRITY:
        if not isinstance(cryptosuite, str):
            raise ProofError("proof.members", "cryptosuite is missing or not text")
        suite = CRYPTOSUITES.get(cryptosuite)
    else:
        suite = PROOF_TYPES.get(kind)
        if suite is not None and "cryptosuite" in options:
            raise ProofError("proof.members", f"{kind} has no cryptosuite")
    if suite is None:
        raise UnknownSuiteError("proof.suite", f"{kind} {cryptosuite}")
    return suite
