"""Checking derived proofs of ecdsa-sd-2023 (VC-DI-ECDSA 3.6); base proofs are refused."""

from typing import TYPE_CHECKING

from keys.errors import UnknownSuiteError
from keys.public_key import PublicKey
from schemas.strict_json import JsonObject

if TYPE_CHECKING:
    from schemas.jsonld import Canonicalise


def check(document: JsonObject, proof: JsonObject, key: PublicKey, *, canonicalise: "Canonicalise") -> None:
    """Not read yet: the outcome is that we cannot say."""
    del document, proof, key, canonicalise
    raise UnknownSuiteError("proof.suite", "ecdsa-sd-2023 is not read yet")
